from odoo.tests import new_test_user

from odoo.addons.omni_base.tests.common import OmniCommon
from odoo.addons.website_sale.tests.common import MockRequest


class LoyaltyCommon(OmniCommon):
    """The ready program alone, a product at 30.00 and two customers who log in on the website."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._only_program()
        cls.reward = cls.program.reward_ids
        cls.scarf = cls.env["product.product"].create(
            {"name": "Scarf", "type": "service", "list_price": 30.0, "taxes_id": False, "website_published": True}
        )
        cls.shopper = new_test_user(cls.env, "ly_shopper", groups="base.group_portal", email="shopper@example.com")
        cls.other = new_test_user(cls.env, "ly_other", groups="base.group_portal", email="other@example.com")
        cls.office = new_test_user(cls.env, "ly_office", groups="sales_team.group_sale_salesman_all_leads")

    @classmethod
    def _only_program(cls):
        program = cls.env.ref("omni_loyalty.loyalty_program").sudo()
        (cls.env["loyalty.program"].search([]) - program).active = False
        program.write({"active": True, "company_id": cls.env.company.id})
        return program.sudo(False)

    @classmethod
    def _card(cls, partner, points=0.0, **values):
        return cls.env["loyalty.card"].create(
            {"partner_id": partner.id, "program_id": cls.program.id, "points": points, **values}
        )

    def _basket(self, user, quantity=1):
        """Return the basket that ``user`` filled on the website."""
        website = self.website.with_user(user)
        with MockRequest(website.env, website=website):
            basket = website._create_cart()
            basket._cart_add(product_id=self.scarf.id, quantity=quantity)
        return basket

    def _entries(self, partner):
        entries = self.env["omni.loyalty.entry"].search([("partner_id", "=", partner.id)], order="id")
        return [(entry.reason, entry.points, entry.balance) for entry in entries]

    def _assert_right(self, card):
        """The ledger of ``card`` adds up to its points."""
        entries = self.env["omni.loyalty.entry"].search([("card_id", "=", card.id)])
        self.assertAlmostEqual(sum(entries.mapped("points")), card.points)
        self.assertFalse([row for row in self.env["omni.loyalty.entry"].audit() if row["card_id"] == card.id])
