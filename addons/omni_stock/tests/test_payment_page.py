from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestPaymentPage(HttpCase, StockHoldCommon):
    """Two visitors and one last lamp."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.warehouse_id = cls.shop
        cls.website.show_line_subtotals_tax_selection = "tax_excluded"
        cls.env["delivery.carrier"].search([]).active = False
        cls.env["delivery.carrier"].create(
            {
                "name": "Post",
                "is_published": True,
                "product_id": cls.env["product.product"].create({"name": "Post", "type": "service"}).id,
            }
        )
        cls.product.name = "Last Lamp"
        cls.product.website_id = False
        country = cls.env.ref("base.fr")
        cls.visitor = cls.env["res.users"].create(
            {
                "name": "Paul Visitor",
                "login": "hold_visitor",
                "password": "hold_visitor",
                "email": "paul@example.com",
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        cls.visitor.partner_id.write(
            {
                "street": "1 rue de Rivoli",
                "city": "Paris",
                "zip": "75001",
                "country_id": country.id,
                "phone": "+33123456789",
            }
        )
        cls.receive(cls.product, cls.shop, 1)

    def test_the_last_one_is_held_by_another_visitor(self):
        rival = self.basket()
        self.assertEqual(rival.website_id, self.website)
        mine = self.basket(partner=self.visitor.partner_id)
        rival._omni_keep()
        self.assertEqual(mine.order_line.product_uom_qty, 1)
        self.start_tour("/shop/cart", "omni_stock_sold_out", login="hold_visitor")

    def test_the_payment_page_counts_down(self):
        order = self.basket(partner=self.visitor.partner_id)
        self.start_tour("/shop/cart", "omni_stock_countdown", login="hold_visitor")
        self.assertEqual(self.left(), 0)
        self.assertGreater(order._omni_hold_seconds(), 600)
