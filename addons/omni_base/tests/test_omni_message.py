from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import OmniCommon

NOON, NIGHT, MORNING = "2026-03-02 11:00:00", "2026-03-02 22:30:00", "2026-03-03 07:00:00"  # in Paris an hour later


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOmniMessage(OmniCommon):
    def setUp(self):
        super().setUp()
        # Counted on connections of their own: of the tests before.
        self.env["omni.rate.limit"]._execute(SQL("DELETE FROM omni_rate_limit RETURNING key"))
        self.order = self._order()
        self._agree("any")

    def _agree(self, channel, given=True):
        self.customer._omni_give_consent("reminder", channel, given, "website", "Shall we remind you?")

    def _tell(self, key="1", **values):
        return self.env["omni.message"]._tell("test", self.order, key, **{"words": "Your lamp shines."} | values)

    def _wait(self, key="1", **values):
        """Return a message that the job sends."""
        return self._tell(key, **{"purpose": "reminder"} | values)

    def _job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("omni_base.ir_cron_messages").method_direct_trigger()
        self.env.invalidate_all()

    def _mails(self):
        return self.env["mail.mail"].search([("model", "=", "sale.order"), ("res_id", "=", self.order.id)])

    def _template(self, kind, **values):
        return self.env[f"{kind}.template"].create(
            {"name": "Test", "model_id": self.env["ir.model"]._get_id("sale.order"), **values}
        )

    # -- once ----------------------------------------------------------------------------------------------------------

    def test_what_the_sale_needs_is_told_at_once_and_once(self):
        message = self._tell()
        self.assertFalse(self._tell())
        self.assertEqual((message.state, message.by_mail, message.about), ("sent", True, self.order.name))
        self.assertEqual((message.company_id, message.warehouse_id), (self.company, self.paris))
        [mail] = self._mails()
        self.assertEqual((mail.state, mail.recipient_ids), ("outgoing", self.customer))
        self.assertEqual(mail.mail_message_id, message.mail_message_id)
        self.assertIn("Your lamp shines.", mail.body_html)
        self.assertTrue(self._tell("2"))
        self.assertTrue(self._tell(partner=self.customer.copy({"email": "other@example.com"})), "somebody else")

    def test_what_is_undone_was_not_told(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.assertTrue(self._tell())
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self._mails())
        self.assertTrue(self._tell())

    def test_the_job_sends_the_rest_once(self):
        message = self._wait()
        self.assertEqual((message.state, len(self._mails())), ("waiting", 0))
        for _again in range(2):
            self._job()
        self.assertEqual((message.state, len(self._mails())), ("sent", 1))

    def test_not_before_its_time_and_not_needed_any_more(self):
        message = self._wait(at=fields.Datetime.now() + timedelta(hours=1))
        self._job()
        self.assertEqual(message.state, "waiting")
        with freeze_time("2026-03-02 12:00:01"):
            self._job()
        self.assertEqual(message.state, "sent")
        withdrawn = self._wait("2")
        self.env["omni.message"]._withdraw(self.order, "test")
        self._job()
        self.assertEqual((withdrawn.state, withdrawn.why, message.state), ("held", "withdrawn", "sent"))

    def test_one_that_fails_holds_up_no_other(self):
        self.patch(self.env.registry["mail.template"], "_check_can_be_rendered", lambda *_args, **_options: None)
        template = self._template("mail", subject="{{ object.nothing }}")
        broken, right = self._wait(templates={"mail": template}), self._wait("2")
        gone = self._wait("3")
        gone.res_id = 2**31 - 1
        self._job()
        self.assertEqual((broken.state, right.state), ("failed", "sent"))
        self.assertTrue(broken.error)
        self.assertEqual((gone.state, gone.why), ("held", "gone"))
        template.subject = "Put right"
        with self.assertRaises(AccessError):
            broken.with_user(self.employee).action_send_again()
        (broken | right).with_user(self.manager).action_send_again()
        self._job()
        self.assertEqual((broken.state, broken.error, len(self._mails())), ("sent", False, 2))

    def test_a_mail_that_does_not_arrive_was_not_told(self):
        message = self._tell()
        mail = self._mails()
        mail._postprocess_sent_message([], [], "No such mailbox", "mail_smtp")
        self.assertEqual((message.state, message.error), ("failed", "No such mailbox"))
        mail._postprocess_sent_message(self.customer.ids, [])
        self.assertEqual((message.state, message.error), ("sent", False))

    # -- by which way, in which words ----------------------------------------------------------------------------------

    def test_the_first_channel_that_reaches(self):
        message = self._tell(channels=("push", "sms", "mail"))
        self.assertEqual((message.by_push, message.by_sms, message.by_mail), (False, True, False))
        sms = self.env["sms.sms"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((sms.body, sms.number, sms.state), ("Your lamp shines.", "+33612345678", "outgoing"))
        self.env["phone.blacklist"].add("+33612345678")
        self.assertTrue(self._tell("2", channels=("push", "sms", "mail")).by_mail)
        self.customer.email = False
        message = self._tell("3", channels=("push", "sms", "mail"))
        self.assertEqual((message.state, message.why), ("held", "unreachable"))
        self.assertFalse(self._tell("3"), "it is not said later")

    def test_everywhere(self):
        message = self._tell(channels=("mail", "sms", "push"), everywhere=True)
        self.assertEqual((message.by_push, message.by_sms, message.by_mail), (False, True, True))

    def test_who_wants_no_mail_gets_what_the_sale_needs(self):
        self.env["mail.blacklist"]._add(self.customer.email)
        self.assertTrue(self._tell().by_mail)
        message = self._wait("2")
        self._job()
        self.assertEqual((message.state, message.why), ("held", "unreachable"))

    def test_what_the_customer_did_not_agree_to(self):
        self._agree("sms", False)
        channels = ("sms", "mail")
        self.assertTrue(self._tell(channels=channels).by_sms, "the sale needs it")
        reminder, news = self._wait("2", channels=channels), self._wait("3", purpose="marketing")
        guest = self._wait("4", email="guest@example.com")
        self._job()
        self.assertEqual((reminder.by_sms, reminder.by_mail), (False, True), "by the next channel")
        for message in (news, guest):
            self.assertEqual((message.state, message.why), ("held", "refused"))
        late = self._wait("5", at=fields.Datetime.now() + timedelta(minutes=1))
        self._agree("any", False)
        with freeze_time("2026-03-02 11:01:00"):
            self._job()
        self.assertEqual((late.state, late.why), ("held", "refused"), "asked when it goes")

    def test_templates_and_what_they_show(self):
        mail = self._template(
            "mail", subject="{{ object.name }}", body_html="<p t-out=\"ctx.get('omni_words')\"/>", partner_to="1"
        )
        sms = self._template("sms", body="{{ object.name }} {{ ctx.get('omni_words') }}")
        templates = {"mail": mail, "sms": sms}
        self._tell(channels=("mail", "sms"), everywhere=True, templates=templates, words="shines")
        self.assertEqual(self._mails().recipient_ids, self.customer, "whatever the template says")
        self.assertEqual(self._mails().subject, self.order.name)
        self.assertIn("shines", self._mails().body_html)
        text = self.env["sms.sms"].search([("partner_id", "=", self.customer.id)]).body
        self.assertEqual(text, f"{self.order.name} shines")
        none = {"mail": self.env["mail.template"], "sms": self.env["sms.template"]}
        self.assertEqual(self._tell("2", templates=none).why, "unreachable")

    def test_in_the_language_of_the_customer(self):
        """given a French customer, when somebody English, or the job, tells them, then it is in French"""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self._template("mail", subject="Your lamp", lang="{{ user.lang }}")
        template.with_context(lang="fr_FR").subject = "Votre lampe"
        english = self.order.with_user(self.manager).with_context(lang="en_US")
        for number, purpose in enumerate(("service", "reminder")):
            english.env["omni.message"]._tell(
                "test", english, str(number), purpose=purpose, templates={"mail": template}
            )
        self._job()
        self.assertEqual(self._mails().mapped("subject"), ["Votre lampe", "Votre lampe"])
        heard = []
        self._tell("words", words=lambda order: heard.append(order.env.lang) or "Bonjour")
        self.assertEqual(heard, ["fr_FR"])
        self.customer.lang = False
        self.company.partner_id.lang = "fr_FR"
        self.assertEqual(self._tell("company").lang, "fr_FR", "the company's, where nothing is known")

    def test_a_guest(self):
        message = self._tell(email="Guest@Example.com", lang="en_US")
        self.assertFalse(self._tell(email="guest@example.com"))
        self.assertEqual((message.state, message.partner_id.id), ("sent", False))
        self.assertEqual((self._mails().email_to, self._mails().recipient_ids.ids), ("guest@example.com", []))
        self.assertNotIn("guest", message.recipient)
        self.assertTrue(self._tell("2", phone="+33687654321", channels=("sms",)).by_sms)

    # -- when ----------------------------------------------------------------------------------------------------------

    def test_quiet_hours_are_those_of_the_customer(self):
        self.customer.tz = False
        with freeze_time(NIGHT):
            told, message, urgent = self._tell(), self._wait("2"), self._wait("3", urgent=True)
            patient = self._tell("4", urgent=False)
            self._job()
        self.assertEqual((told.state, urgent.state), ("sent", "sent"))
        for waiting in (message, patient):
            self.assertEqual((waiting.state, waiting.why, str(waiting.due_at)), ("waiting", "quiet", MORNING))
        with freeze_time(MORNING):
            self._job()
        self.assertEqual((message.state, message.why, patient.state), ("sent", False, "sent"))
        self.customer.tz = "America/New_York"
        with freeze_time(NIGHT):
            self.assertEqual(self._wait("5")._after_quiet_hours(fields.Datetime.now()), fields.Datetime.now())

    def test_quiet_hours_of_each_kind(self):
        at = fields.Datetime.to_datetime
        for begin, end, asked, expected in (
            (21, 8, "2026-03-02 19:59:00", "2026-03-02 19:59:00"),
            (21, 8, "2026-03-02 20:00:00", MORNING),
            (21, 8, "2026-03-02 23:30:00", MORNING),
            (21, 8, "2026-03-03 06:59:00", MORNING),
            (21, 8, "2026-03-28 21:00:00", "2026-03-29 06:00:00"),  # the night in which summer begins
            (12, 14.5, "2026-03-02 11:30:00", "2026-03-02 13:30:00"),
            (12, 14.5, "2026-03-02 13:30:00", "2026-03-02 13:30:00"),
            (0, 0, "2026-03-02 23:30:00", "2026-03-02 23:30:00"),
        ):
            self.company.write({"omni_quiet_from": begin, "omni_quiet_to": end})
            self.assertEqual(self.company._omni_after_quiet_hours(at(asked), "Europe/Paris"), at(expected), asked)

    def test_enough_for_one_day(self):
        self.company.omni_messages_a_day = 2
        for number in range(3):
            self._tell(f"service {number}")
            self._wait(f"{number}")
        self._job()
        waited = self.env["omni.message"].search([("purpose", "=", "reminder"), ("res_id", "=", self.order.id)])
        self.assertEqual(waited.mapped("state"), ["sent", "sent", "waiting"])
        self.assertEqual((waited[2].why, str(waited[2].due_at)), ("limit", "2026-03-03 11:00:00"))
        with freeze_time("2026-03-03 11:00:01"):
            self._job()
        self.assertEqual(waited[2].state, "sent")
        self.company.omni_messages_a_day = 0
        for number in range(3, 8):
            self._wait(f"{number}")
        self._job()
        self.assertFalse(self.env["omni.message"].search([("state", "=", "waiting"), ("res_id", "=", self.order.id)]))

    # -- who reads it, whose it is -------------------------------------------------------------------------------------

    def test_who_reads_and_writes(self):
        message = self._tell()
        self.assertEqual(message.with_user(self.manager).label, "test")
        rival = self.env["res.company"].create({"name": "Rival"})
        stranger = new_test_user(
            self.env, "told_stranger", groups="omni_base.group_manager", company_id=rival.id, company_ids=rival.ids
        )
        self.assertFalse(message.with_user(stranger).search([("id", "=", message.id)]))
        for user in (self.employee, self.seller, new_test_user(self.env, "omni_portal", groups="base.group_portal")):
            with self.assertRaises(AccessError):
                message.with_user(user).read(["code"])
        for values in ({"state": "waiting"}, {"words": "Other"}, {"partner_id": False}):
            with self.assertRaises(UserError):
                message.with_user(self.manager).write(values)

    def test_managers_set_the_hours(self):
        self.company.with_user(self.manager).write({"omni_quiet_from": 22, "omni_messages_a_day": 1})
        self.assertEqual((self.company.omni_quiet_from, self.company.omni_messages_a_day), (22, 1))

    def test_customers_who_become_one_were_told(self):
        twin = self.customer.copy({"email": self.customer.email})
        both, one = self._tell(), self._tell("2", partner=twin)
        self._tell(partner=twin)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        messages = self.env["omni.message"].search([("res_model", "=", "sale.order"), ("res_id", "=", self.order.id)])
        self.assertEqual((len(messages), messages.partner_id), (3, self.customer))
        self.assertTrue(both | one <= messages)
        for key in ("1", "2"):
            self.assertFalse(self._tell(key, partner=self.customer))

    def test_who_is_erased_leaves_no_name(self):
        message, other = self._tell(), self._tell("2")
        self.order.partner_id = self.order.partner_invoice_id = self.order.partner_shipping_id = self.company.partner_id
        self.customer.unlink()
        self.env.invalidate_all()
        self.assertEqual((message.exists(), message.partner_id.id, other.state), (message, False, "sent"))

    # -- what tells by it ----------------------------------------------------------------------------------------------

    def test_a_part_that_comes_later(self):
        before, after = fields.Datetime.now(), fields.Datetime.now() + timedelta(days=2)
        for _again in range(2):
            self.order.with_user(self.manager).sudo()._omni_come_later(after, before, self.paris)
        self.order._omni_come_later(before + timedelta(hours=1), before, self.paris)
        [mail] = self._mails()
        self.assertIn("a little later", mail.body_html)
        [message] = self.env["omni.message"].search([("res_id", "=", self.order.id), ("code", "=", "order.later")])
        self.assertEqual((message.label, message.purpose), ("Part of the order comes later", "service"))

    def test_another_day_is_one_by_the_stores_clock(self):
        """given a store in California, when a part comes an hour later on the same afternoon, then nobody is told,
        though it is another day in Greenwich; when it comes the next afternoon, then that day is told"""
        self.paris.partner_id.tz = "America/Los_Angeles"
        monday = datetime(2026, 3, 2, 23, 30)
        self.order._omni_come_later(monday + timedelta(hours=1), monday, self.paris)
        self.assertFalse(self._mails())
        self.order._omni_come_later(monday + timedelta(hours=26), monday + timedelta(hours=1), self.paris)
        [mail] = self._mails()
        self.assertIn("03/03/2026", mail.body_html)
