from odoo.tests import tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestPickupMail(ClickCollectCommon):
    def _mails(self, pickup):
        told = pickup.sudo().told_ids.filtered(lambda message: message.code == "pickup.ready")
        return self.env["mail.mail"].search([("mail_message_id", "in", told.mail_message_id.ids)])

    def test_one_mail_however_often_it_is_said(self):
        pickup = self._pickup((self.scarf, 2), paid=False)
        pickup.action_prepare()
        self.assertFalse(self._mails(pickup))
        for _again in range(3):
            pickup.action_ready()
        mail = self._mails(pickup)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.customer)

    def test_mail_says_what_the_customer_needs(self):
        self.lyon.opening_hours = self.env["resource.calendar"].create({"name": "Lyon", "tz": "Europe/Paris"})
        pickup = self._pickup((self.scarf, 2), paid=False, state="ready").sudo()
        body = self._mails(pickup).body_html
        self.assertIn("Lyon Bellecour", self._mails(pickup).subject)
        for text in (
            pickup.sudo().code,
            "Lyon Bellecour",
            "69002",
            "Monday",
            "08:00",
            "Closed",
            "100",
            pickup.sudo()._page_path(),
        ):
            self.assertIn(text, body)

    def test_mail_shows_what_it_is_and_its_code_as_a_picture(self):
        pickup = self._pickup((self.scarf, 2), paid=False, state="ready").sudo()
        body = self._mails(pickup).body_html
        for text in ("2 × Silk scarf", f"/product.product/{self.scarf.id}/image_128", "/code.png"):
            self.assertIn(text, body)

    def test_paid_order_is_asked_for_nothing(self):
        body = self._mails(self._pickup(state="ready")).body_html
        self.assertIn("Everything is paid", body)
        self.assertNotIn("To pay in the store", body)

    def test_mail_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search([("name", "=", "omni_clickcollect")])._update_translations(["fr_FR"])
        self.customer.lang = "fr_FR"
        mail = self._mails(self._pickup(state="ready"))
        self.assertIn("est prête", mail.subject)
        self.assertIn("Présentez ce code", mail.body_html)

    def test_step_undone_takes_its_mail_with_it(self):
        pickup = self._pickup(state="preparing")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            pickup.action_ready()
            self.assertEqual(len(self._mails(pickup)), 1)
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertEqual((pickup.state, len(self._mails(pickup))), ("preparing", 0))

    def test_customer_without_address_is_no_error(self):
        self.customer.email = False
        pickup = self._pickup(state="ready")
        self.assertEqual((pickup.state, len(self._mails(pickup))), ("ready", 0))

    def test_template_removed_is_no_error(self):
        self.env.ref("omni_clickcollect.mail_template_pickup_ready").unlink()
        self.assertEqual(self._pickup(state="ready").state, "ready")
