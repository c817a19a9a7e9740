from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClickCollectCommon

# What has words for mail and SMS.
KINDS = ("received", "ready", "reminder", "last_day", "extended", "collected", "released", "part_missing")


@tagged("post_install", "-at_install")
class TestOmniPickupMessage(ClickCollectCommon):
    def _mails(self, pickup):
        return self.env["mail.mail"].search([("model", "=", "omni.pickup"), ("res_id", "=", pickup.id)])

    def _sms(self):
        return self.env["sms.sms"].search([("partner_id", "=", self.customer.id)])

    def test_whole_way_each_told_once(self):
        pickup = self._pickup(state="ready").sudo()
        pickup.action_ready()
        pickup.action_extend()
        for _again in range(2):
            pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(self._told(pickup), ["received", "ready", "extended", "collected"])
        self.assertEqual(len(self._mails(pickup)), 4)
        self.assertEqual(set(self._mails(pickup).mapped("state")), {"outgoing"})

    def test_every_kind_has_words_for_mail_and_sms(self):
        self.lyon.omni_sms = True
        pickup = self._pickup(paid=False).sudo()
        for kind in KINDS:
            for _again in range(2):
                pickup._tell(kind, "test", words="Silk scarf: 1 missing")
            code = f"pickup.{kind}"
            message = pickup.told_ids.filtered(lambda row, code=code: (row.code, row.key) == (code, "test"))
            made = (len(message), message.by_mail, message.by_sms, message.error)
            self.assertEqual(made, (1, True, True, False), kind)
            body = message.mail_message_id.body
            self.assertIn("Camille Martin", body)
            self.assertIn(pickup.display_name, body)
            for sign in ("{{", "<t ", "object."):
                self.assertNotIn(sign, body)
        missing = pickup.told_ids.filtered(lambda message: message.code == "pickup.part_missing").mail_message_id
        self.assertIn("Silk scarf: 1 missing", missing.body)
        self.assertEqual(len(self._sms()), 1 + len(KINDS))
        self.assertFalse([sms.body for sms in self._sms() if "{{" in sms.body or "Lyon Bellecour" not in sms.body])

    def test_sms_only_when_wanted(self):
        pickup = self._pickup().sudo()
        self.assertFalse(pickup.told_ids.by_sms)
        self.lyon.omni_sms = True
        self.env["phone.blacklist"].add("+33612345678")
        self.env.invalidate_all()
        self.assertFalse(self._pickup().sudo().told_ids.by_sms)
        self.env["phone.blacklist"].remove("+33612345678")
        self.env.invalidate_all()
        self.assertTrue(self._pickup().sudo().told_ids.by_sms)
        self.customer.phone = False
        self.assertFalse(self._pickup().sudo().told_ids.by_sms)

    def test_back_to_life_is_told_again(self):
        pickup = self._pickup(paid=False, state="ready").sudo()
        pickup.order_id._action_cancel()
        pickup.order_id.action_draft()
        pickup.order_id.action_confirm()
        pickup.action_ready()
        self.assertEqual(self._told(pickup), ["received", "ready", "ended", "received", "ready"])

    def test_broken_template_stops_no_step(self):
        self.env.ref("omni_clickcollect.mail_template_pickup_ready").subject = "{{ object.nothing }}"
        pickup = self._pickup(state="ready").sudo()
        message = pickup.told_ids.filtered(lambda message: message.code == "pickup.ready")
        self.assertEqual((pickup.state, message.by_mail), ("ready", False))
        self.assertTrue(message.error)

    def test_templates_can_be_removed(self):
        for name in KINDS:
            for way in ("mail", "sms"):
                self.env.ref(f"omni_clickcollect.{way}_template_pickup_{name}").unlink()
        pickup = self._pickup(state="ready").sudo()
        self.assertEqual((pickup.state, len(self._mails(pickup))), ("ready", 0))

    def test_install_tells_nobody(self):
        order = self._order(confirm=False)
        order.with_context(tracking_disable=True).state = "sale"
        order._omni_create_pickups()
        self.assertFalse(order.omni_pickup_ids.told_ids)

    def test_desk_reads_those_of_its_stores_only(self):
        self.lille.omni_desk_user_ids = self.desk_user
        lyon, lille = self._order().omni_pickup_ids, self._order(shop=self.lille).omni_pickup_ids
        other = self.env["omni.message"]._tell("test", lille.order_id, "1", words="No pickup")
        messages = self.env["omni.message"].with_user(self.desk_user)
        self.assertEqual(messages.search([]), lille.told_ids.with_user(self.desk_user))
        for unseen in (lyon.told_ids, other):
            with self.assertRaises(AccessError):
                messages.browse(unseen.ids).read(["code"])
        with self.assertRaises(AccessError):
            messages.browse(lille.told_ids.ids).code = "pickup.ready"
        self.assertIn(lyon.told_ids, messages.with_user(self.manager).search([]))
