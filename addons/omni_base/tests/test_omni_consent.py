from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import OmniCommon

WORDS = "May we tell you about news?"


@tagged("post_install", "-at_install")
class TestOmniConsent(OmniCommon):
    def _answer(self, given=True, purpose="marketing", channel="mail", partner=None, how="website", **values):
        partner = partner or self.customer
        return partner._omni_give_consent(purpose, channel, given, how, WORDS, **values)

    def _consents(self, channel="mail", purpose="marketing"):
        return self.customer.with_user(self.seller)._omni_consents(purpose, channel)

    # -- what counts ---------------------------------------------------------------------------------------------------

    def test_silence_is_no_consent_and_the_newest_counts(self):
        self.assertFalse(self._consents())
        for given in (True, False, True):
            self._answer(given)
            self.assertEqual(self._consents(), given)
        old = self._answer(False, at=fields.Datetime.now() - timedelta(days=9), how="import")
        self.assertTrue(self._consents(), "what is imported later was answered before")
        self.assertEqual(len(self.customer.omni_consent_ids), 4)
        self.assertEqual((old.wording, old.lang, old.how, old.user_id), (WORDS, "en_US", "import", self.env.user))

    def test_by_channel_and_purpose(self):
        self._answer()
        self.assertEqual([self._consents(channel) for channel in ("mail", "sms", None)], [True, False, False])
        self.assertFalse(self._consents(purpose="profile"))
        self._answer(channel=None)
        self.assertEqual([self._consents(channel) for channel in ("mail", "sms", None)], [True, True, True])
        self._answer(False, channel="sms")
        self.assertEqual([self._consents(channel) for channel in ("mail", "sms", None)], [True, False, True])
        self._answer(False, channel="any")
        self.assertEqual([self._consents(channel) for channel in ("mail", "sms", None)], [False, False, False])

    def test_one_company_has_not_what_another_was_given(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        self._answer()
        self.assertFalse(self.customer.with_company(rival)._omni_consents("marketing", "mail"))
        self.assertFalse(self.env["res.partner"]._omni_consents("marketing", "mail"), "nobody")

    def test_an_address_is_its_owner_s(self):
        address = self.env["res.partner"].create(
            {"name": "Home", "type": "delivery", "parent_id": self.customer.id, "email": "home@example.com"}
        )
        self.assertEqual(self._answer(partner=address).partner_id, self.customer)
        self.assertTrue(address._omni_consents("marketing", "mail"))

    # -- proof ---------------------------------------------------------------------------------------------------------

    def test_nobody_rewrites_it(self):
        row = self._answer()
        admin = self.env.ref("base.user_admin")
        for own in (row, row.with_user(self.manager), row.with_user(admin), row.with_user(admin).sudo()):
            with self.assertRaises(UserError):
                own.given = False
            with self.assertRaises(UserError):
                own.unlink()
        values = {"company_id": self.company.id, "purpose": "marketing", "how": "till", "wording": WORDS}
        for user in (self.manager, admin):
            with self.assertRaises(AccessError):
                row.with_user(user).create(values)

    def test_who_reads_it(self):
        row = self._answer()
        self.assertEqual(row.with_user(self.manager).given, True)
        self.assertEqual(self.customer.with_user(self.manager).omni_consent_ids.wording, WORDS)
        portal = new_test_user(self.env, "omni_consents", groups="base.group_portal")
        for user in (self.employee, self.seller, portal, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                row.with_user(user).read(["given"])
        rival = self.env["res.company"].create({"name": "Rival"})
        stranger = new_test_user(
            self.env, "omni_other", groups="omni_base.group_manager", company_id=rival.id, company_ids=rival.ids
        )
        self.assertFalse(row.with_user(stranger).search([("partner_id", "=", self.customer.id)]))

    def test_customers_who_become_one_keep_all_answers(self):
        twin = self.customer.copy({"email": self.customer.email})
        self._answer(False)
        self._answer(partner=twin)
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(self.customer.omni_consent_ids.sorted("id").mapped("given"), [False, True])
        self.assertTrue(self._consents(), "the newest of both")

    def test_erasure_keeps_proof_that_names_nobody(self):
        row = self._answer()
        email = self.customer.email
        text = self._answer(channel="sms")
        lookup = self.env["privacy.lookup.wizard"].create({"name": self.customer.name, "email": email})
        lookup.action_lookup()
        self.assertNotIn("omni.consent", lookup.line_ids.mapped("res_model"))
        self.assertIn("res.partner", lookup.line_ids.mapped("res_model"))
        lookup.line_ids.action_unlink_all()
        self.env.invalidate_all()
        self.assertFalse(self.customer.exists())
        self.assertEqual((row.exists(), row.partner_id.id, row.wording), (row, False, WORDS))
        self.assertNotIn("camille", str(row.read()).lower())
        consents = self.env["omni.consent"].with_user(self.manager)
        self.assertEqual(consents.search([("known_as", "ilike", email.upper())]), row)
        self.assertEqual(consents.search([("known_as", "=", "+33 6 12 34 56 78")]), text)

    # -- staff ---------------------------------------------------------------------------------------------------------

    def test_a_manager_notes_an_answer(self):
        answers = self.env["omni.consent.answer"]
        values = {"partner_id": self.customer.id, "purpose": "marketing", "channel": "any", "wording": WORDS}
        answers.with_user(self.manager).create(values | {"given": True}).action_note()
        row = self.customer.omni_consent_ids
        self.assertEqual((row.given, row.how, row.user_id, row.channel), (True, "office", self.manager, "any"))
        with self.assertRaises(AccessError):
            answers.with_user(self.seller).create(values)
        with self.assertRaises(AccessError):
            answers.create(values).with_user(self.seller).action_note()


@tagged("post_install", "-at_install")
class TestYourData(HttpCase, OmniCommon):
    """The customer's own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "omni_portal", groups="base.group_portal", email="portal@example.com")
        cls.portal.company_id = cls.website.company_id

    def _save(self, *names):
        page = self.url_open("/my/data").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open("/my/data", data={"csrf_token": token, **dict.fromkeys(names, "1")})
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Your choice is saved", answer.text)
        self.env.invalidate_all()
        return answer.text

    def test_who_is_not_signed_in_is_asked_to(self):
        answer = self.url_open("/my/data", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_see_and_change(self):
        self.authenticate("omni_portal", "omni_portal")
        self.assertIn("/my/data", self.url_open("/my").text)
        partner = self.portal.partner_id
        page = self._save("marketing.mail", "profile.any", "other.mail")
        self.assertRegex(page, r'name="marketing.mail"[^>]*checked')
        self.assertNotRegex(page, r'name="marketing.sms"[^>]*checked')
        given = {(row.purpose, row.channel) for row in partner.omni_consent_ids if row.given}
        self.assertEqual(given, {("marketing", "mail"), ("profile", "any")})
        row = partner.omni_consent_ids.filtered(lambda row: row.purpose == "marketing" and row.given)
        self.assertEqual(
            (row.how, row.user_id, row.wording), ("website", self.portal, "Tell me about news and offers.")
        )
        answers = len(partner.omni_consent_ids)
        self._save("marketing.mail", "profile.any")
        self.assertEqual(len(partner.omni_consent_ids), answers, "nothing is new")
        self._save("profile.any")
        self.assertEqual(len(partner.omni_consent_ids), answers + 1)
        self.assertFalse(partner._omni_consents("marketing", "mail"))
        self.assertFalse(self.customer.omni_consent_ids, "nobody else's")
