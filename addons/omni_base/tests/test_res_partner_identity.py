from odoo.fields import Domain
from odoo.tests import tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestIdentity(OmniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.fr")
        cls.partners = cls.env["res.partner"].with_user(cls.seller)

    def test_email_in_any_writing(self):
        for email in ("camille.roux@example.com", " CAMILLE.ROUX@example.com ", "Camille <camille.roux@example.com>"):
            self.assertEqual(self.partners.omni_identify(email=email), self.customer)

    def test_phone_in_any_writing(self):
        for phone in (
            "0612345678",
            "+33 6 12 34 56 78",
            "06.12.34.56.78",
            "0033612345678",
            "06/12/34/56/78",
            "06,12,34,56,78",
            "06_12_34_56_78",
            " 06-12 34\u00a056\u202f78 ",
            "(+33) 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "00 33 6 12 34 56 78",
            "\uff10\uff16 12 34 56 78",
        ):
            with self.subTest(phone=phone):
                self.assertEqual(self.partners.omni_identify(phone=phone), self.customer)

    def test_never_a_guess(self):
        for email in ("camille", "camille.roux@example", "amille.roux@example.com", "", None, "%", "_" * 9):
            self.assertFalse(self.partners.omni_identify(email=email))
        self.assertFalse(self.partners.omni_identify(phone="12345"))
        self.assertFalse(self.partners.omni_identify(card="0000"))
        self.assertFalse(self.partners.omni_identify())

    def test_two_people_with_one_email_are_nobody(self):
        self.env["res.partner"].create({"name": "Twin", "email": "camille.roux@example.com"})
        self.assertFalse(self.partners.omni_identify(email="camille.roux@example.com"))

    def test_email_of_one_and_phone_of_another_are_nobody(self):
        self.env["res.partner"].create(
            {"name": "Other", "phone": "06 98 76 54 32", "country_id": self.env.ref("base.fr").id}
        )
        self.assertFalse(self.partners.omni_identify(email="camille.roux@example.com", phone="06 98 76 54 32"))
        self.assertEqual(
            self.partners.omni_identify(email="camille.roux@example.com", phone="06 12 34 56 78"), self.customer
        )

    def test_delivery_addresses_do_not_hide_their_customer(self):
        self.env["res.partner"].create(
            {
                "name": "Camille, work",
                "type": "delivery",
                "parent_id": self.customer.id,
                "email": "camille.roux@example.com",
            }
        )
        self.assertEqual(self.partners.omni_identify(email="camille.roux@example.com"), self.customer)

    def test_whom_somebody_may_mean(self):
        found = lambda text: self.partners.search(self.partners._omni_search_domain(text) & self.mine)
        self.mine = Domain("id", "in", self.customer.ids)
        for text in ("Roux Camille", "roux,  cam", "06/12/34/56/78", "5678", "+33 6 12 34 56 78", "ROUX@example"):
            with self.subTest(text=text):
                self.assertEqual(found(text), self.customer)
        for text in ("Roux Carla", "%", "_", "C_mille", "Cam%", "06 12 34 56 79", ",", "", "78"):
            with self.subTest(text=text):
                self.assertFalse(found(text))
