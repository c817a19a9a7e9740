from odoo.tests import tagged

from odoo.addons.omni_base.tools.owners import owner_of

from ..hooks import post_init_hook
from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(ClickCollectCommon):
    def _codes(self, order):
        return [step["code"] for step in order.omni_timeline()]

    def test_timeline_tells_each_step_once(self):
        pickup = self._pickup(state="ready")
        order = pickup.sudo().order_id
        self.assertEqual(self._codes(order), ["placed", "paid", "prepared", "ready"])
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(self._codes(order), ["placed", "paid", "prepared", "ready", "collected"])
        self.assertEqual({step["store"] for step in order.omni_timeline()[2:]}, {"Lyon Bellecour"})

    def test_transfer_alone_is_collected_not_shipped(self):
        order = self._order()
        order.omni_pickup_ids.sudo().unlink()
        order.picking_ids.button_validate()
        self.assertIn("collected", self._codes(order))
        self.assertNotIn("shipped", self._codes(order))

    def test_other_orders_are_still_shipped(self):
        order = self._order(confirm=False)
        order.carrier_id = False
        order.action_confirm()
        order.picking_ids.button_validate()
        self.assertIn("shipped", self._codes(order))

    def test_orders_of_before_the_install_get_theirs(self):
        waiting, gone = self._order(), self._order()
        gone.picking_ids.button_validate()
        (waiting + gone).omni_pickup_ids.sudo().unlink()
        (waiting + gone).omni_fulfilment = "ship"
        post_init_hook(self.env)
        self.assertEqual((waiting + gone).mapped("omni_fulfilment"), ["collect", "collect"])
        self.assertEqual((len(waiting.omni_pickup_ids), len(gone.omni_pickup_ids)), (1, 0))

    def test_basket_is_checked_against_the_promise(self):
        self._bring_nothing()
        basket = self._order((self.scarf, 8), confirm=False)
        self.assertTrue(basket._is_in_stock(self.lyon.id))
        self._order((self.scarf, 3))
        self.assertFalse(basket._is_in_stock(self.lyon.id))
        line = basket.order_line.filtered(lambda line: line.product_id == self.scarf)
        self.assertEqual(basket._get_insufficient_stock_data(self.lyon.id), {line: 7})
        self.assertIn("7", line.shop_warning)
        self.assertTrue(basket._is_in_stock(self.lille.id))

    def test_basket_reads_all_shops_at_once_and_names_itself(self):
        basket = self._order((self.scarf, 2), (self.glove, 1), confirm=False)
        calls = []
        availability = self.env.registry["omni.availability"]
        original = availability.available

        def count(contract, product_ids, warehouse_ids, channel=None):
            calls.append((set(product_ids), set(warehouse_ids), contract.env.context.get("omni_owner")))
            return original(contract, product_ids, warehouse_ids, channel)

        self.patch(availability, "available", count)
        basket._omni_short_lines_by_warehouse((self.lyon + self.lille).ids)
        owner = owner_of(basket)
        self.assertEqual(calls, [({self.scarf.id, self.glove.id}, {self.lyon.id, self.lille.id}, owner)])
