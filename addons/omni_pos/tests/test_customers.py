from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestCustomers(TillCommon):
    """Whom a seller finds at their till by what they type or scans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.fr")
        cls.julie, cls.jules = cls.env["res.partner"].create(
            [
                {
                    "name": "Julie Quillmartin",
                    "phone": "06 98 76 54 32",
                    "email": "julie@example.com",
                    "city": "Quilly",
                },
                {"name": "Jules Quillmartin", "phone": "06 98 76 54 31", "street": "7 rue Quill"},
            ]
        )
        cls.partners = cls.env["res.partner"].with_user(cls.seller)

    def _found(self, query, offset=0):
        rows = self.partners.omni_load_customers(self.till.id, query, offset)["res.partner"]
        return self.env["res.partner"].browse([row["id"] for row in rows])

    def test_whole_values_name_one(self):
        for query in (
            "06/98/76/54/32",
            "06,98,76,54,32",
            "+33 6 98 76 54 32",
            "0033698765432",
            "+33 (0)6.98.76.54.32",
            "JULIE@example.com",
        ):
            with self.subTest(query=query):
                self.assertEqual(self._found(query), self.julie)
        self.assertFalse(self._found("06/98/76/54/32", 1), "asked for more of one, there is nobody")

    def test_words_in_any_order_and_parts(self):
        for query, expected in (
            ("Quillmartin Julie", self.julie),
            ("quillmartin, julie", self.julie),
            ("Jul Quillm", self.julie + self.jules),
            ("Quilly Julie", self.julie),
            ("54 32", self.julie),
            ("9876543", self.julie + self.jules),
            ("06 98 76 54", self.julie + self.jules),
            ("rue Quill 7", self.jules),
        ):
            with self.subTest(query=query):
                self.assertEqual(self._found(query) & (self.julie + self.jules), expected)

    def test_signs_stand_for_themselves(self):
        for query in ("%", "_", "Quill%martin", "Juli_ Quillmartin", "\\", " , "):
            with self.subTest(query=query):
                self.assertFalse(self._found(query) & (self.julie + self.jules))

    def test_only_what_a_till_may_see(self):
        other = self.env["res.company"].create({"name": "Rival"})
        self.julie.company_id = other
        self.seller.company_ids += other
        allowed = [self.env.company.id, other.id]
        self.partners = self.partners.with_context(allowed_company_ids=allowed)
        for query in ("06 98 76 54 32", "Quillmartin Julie"):
            self.assertNotIn(self.julie, self._found(query))
        theirs = {"name": "Twin", "phone": "06 98 76 54 31", "company_id": other.id}
        self.env["res.partner"].create(theirs)
        self.assertEqual(self._found("06 98 76 54 31"), self.jules, "whom this till cannot see is no second one")
        with self.assertRaises(AccessError):
            self.partners.with_user(self.stranger).omni_load_customers(self.till.id, "Julie")
        with self.assertRaises(UserError):
            self.partners.omni_load_customers(self.till.id, ["Julie"])
