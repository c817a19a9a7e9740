from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.omni_base.models.product_product import ProductProduct
from odoo.addons.omni_stock.models.omni_promise_news import OmniPromiseNews

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTillTours(TillCommon):
    def incident(self):
        return self.env["omni.incident"].search([("product_id", "=", self.lamp.id)])

    @contextmanager
    def kit(self, kit, part, each):
        """Kits come with Odoo's Manufacturing, which is not there: say of one product what it is made of."""

        def compute(products):
            for product in products:
                product.omni_parts = [[part.id, each]] if product == kit else []

        with (
            patch.object(ProductProduct, "_omni_knows_kits", lambda _products: True),
            patch.object(ProductProduct, "_compute_omni_parts", compute),
        ):
            yield

    @contextmanager
    def telling(self):
        """Transactions of a test never end: tell tills at the end of what would be one."""
        note = OmniPromiseNews._note

        def tell_before_the_end(news, kind, what):
            note(news, kind, what)
            precommit, noted = news.env.cr.precommit, news.env.cr.postcommit.data[news._name]
            if news._name not in precommit.data:
                precommit.data[news._name] = True
                precommit.add(lambda: news.env[news._name].sudo()._tell(noted))

        with patch.object(OmniPromiseNews, "_note", tell_before_the_end):
            yield

    def test_warning(self):
        """A seller who has no right but that of a till takes what others wait for."""
        basket = self.keep(2)
        self.basket(2, self.vase).action_confirm()
        bulb, bulbs = self.env["product.product"].create(
            [
                {"name": name, "is_storable": name == "Bulb", "available_in_pos": True, "taxes_id": False}
                for name in ("Bulb", "Set of bulbs")
            ]
        )
        self.receive(bulb, 4)
        self.keep(1, bulb)
        with self.kit(bulbs, bulb, 2):
            self.start_pos_tour("omni_stock_till_warning", login=self.seller.login)
        self.assertEqual((self.incident().res_id, self.incident().quantity), (basket.id, 2))

    def test_offline(self):
        """What a till sold without network is posted when it is back, and the promise it broke is found."""
        basket = self.keep(2)
        with self.telling():
            self.start_pos_tour("omni_stock_till_offline", login=self.seller.login)
        ticket = self.env["pos.order"].search([("config_id", "=", self.till.id)])
        self.assertEqual((ticket.state, ticket.picking_ids.state), ("paid", "done"))
        self.assertEqual((self.incident().res_id, self.incident().quantity), (basket.id, 2))
        self.assertEqual(self.incident().cause_name, ticket.display_name)

    def test_push(self):
        """Another channel buys, and the card says so without being asked."""
        self.seller.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        basket = self.basket(2)
        basket.client_order_ref = "BOUGHT-ELSEWHERE"
        with self.telling():
            self.start_pos_tour("omni_stock_till_push", login=self.seller.login)
        self.assertEqual(basket.state, "sale")
