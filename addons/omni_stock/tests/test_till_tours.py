from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.omni_base.models.product_product import ProductProduct
from odoo.addons.omni_stock.models.omni_promise_push import OmniPromisePush

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
        queue = OmniPromisePush._queue

        def send_before_the_end(push, kind, what):
            queue(push, kind, what)
            precommit, touched = push.env.cr.precommit, push.env.cr.postcommit.data[push._name]
            if push._name not in precommit.data:
                precommit.data[push._name] = True
                precommit.add(lambda: push.env[push._name].sudo()._send(touched))

        with patch.object(OmniPromisePush, "_queue", send_before_the_end):
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

    def test_parked_tickets_keep_their_goods(self):
        """What is left aside by (+), by Orders or on its way to payment is not promised to anybody else."""
        self.start_pos_tour("omni_stock_till_parked", login=self.seller.login)
        holds = self.env["omni.hold"].search([("res_model", "=", "omni.parked.ticket"), ("ended", "=", False)])
        self.assertEqual({hold.product_id: hold.quantity for hold in holds}, {self.lamp: 1, self.vase: 1})
        self.assertFalse(self.env["pos.order"].search([("config_id", "=", self.till.id)]), "the server knows no ticket")

    def test_ship_later_leaves_from_where_it_is(self):
        values = {"is_storable": True, "allow_out_of_stock_order": False, "available_in_pos": True, "taxes_id": False}
        kettle, _bowl = self.env["product.product"].create(
            [{"name": name, "list_price": 30, **values} for name in ("Copper kettle", "Glass bowl")]
        )
        self.receive(kettle, 4, self.central)
        self.till.ship_later = True
        france = self.env.ref("base.fr")
        self.anna.write({"street": "1 rue Haute", "city": "Lyon", "zip": "69001", "country_id": france.id})
        self.start_pos_tour("omni_stock_till_ship_later", login=self.seller.login)
        ticket = self.env["pos.order"].search([("config_id", "=", self.till.id)])
        move = ticket.picking_ids.move_ids
        self.assertEqual((move.product_id, move.product_uom_qty, move.quantity), (kettle, 1, 1))
        self.assertEqual(move.picking_id.picking_type_id.warehouse_id, self.central)
        self.assertEqual(self.availability.audit(), [])
