from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestTimeline(OmniCommon):
    def _codes(self, order):
        return [step["code"] for step in order.omni_timeline()]

    def test_from_placed_to_shipped(self):
        self._stock(self.lamp, self.paris, 5.0)
        order = self._order(2.0)
        self.assertEqual(self._codes(order), [])
        order.action_confirm()
        self.assertEqual(self._codes(order), ["placed"])
        order.picking_ids.move_ids.write({"quantity": 2.0, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(self._codes(order), ["placed", "shipped"])
        shipped = order.omni_timeline()[1]
        self.assertEqual(shipped["label"], "Shipped")
        self.assertEqual(shipped["store"], "Paris Test")
        self.assertEqual(shipped["channel"], order.omni_channel_id.name)

    def test_cancelled(self):
        order = self._order()
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self._codes(order), ["placed", "cancelled"])

    def test_when_it_was_cancelled_is_the_same_in_every_language(self):
        """given an order cancelled by a manager who works in French, when it is written to later, then a reader in
        English reads when it was cancelled; so it is with orders cancelled before the field was there"""
        self.env["res.lang"]._activate_lang("fr_FR")
        order = self._order()
        order.action_confirm()
        self.env.cr.flush()  # so that the state is tracked
        order.with_context(lang="fr_FR")._action_cancel()
        self.env.flush_all()
        self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "sale.order"), ("field_id.name", "=", "state"), ("value", "=", "cancel")]
        ).with_context(lang="fr_FR").name = "Annulé pour essai"
        message = order.message_post(body="cancelled")
        self.env["mail.tracking.value"].create(
            {
                "field_id": self.env["ir.model.fields"]._get("sale.order", "state").id,
                "mail_message_id": message.id,
                "new_value_char": "Annulé pour essai",
                "old_value_char": "Bon de commande",
            }
        )
        moment = order.date_order + timedelta(hours=2)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET omni_cancelled_at = %s WHERE id = %s", [moment, order.id])
        self.env.cr.execute("UPDATE sale_order SET write_date = write_date + interval '9 days'")
        self.env.invalidate_all()
        self.assertEqual(order.with_context(lang="en_US").omni_timeline()[-1]["at"], moment)
        # before the field
        self.env.cr.execute("UPDATE mail_tracking_value SET create_date = %s", [moment])
        self.env.cr.execute("UPDATE sale_order SET omni_cancelled_at = NULL WHERE id = %s", [order.id])
        order._omni_fill_cancelled_at()
        self.env.invalidate_all()
        self.assertEqual(order.omni_cancelled_at, moment)

    def test_its_customer_may_read_it_and_another_may_not(self):
        order = self._order()
        order.action_confirm()
        owner = new_test_user(self.env, "owner_portal", groups="base.group_portal")
        stranger = new_test_user(self.env, "stranger_portal", groups="base.group_portal")
        owner.partner_id.parent_id = self.customer
        order.partner_id = owner.partner_id
        order.message_subscribe(owner.partner_id.ids)
        self.assertEqual(self._codes(order.with_user(owner)), ["placed"])
        with self.assertRaises(AccessError):
            order.with_user(stranger).omni_timeline()
