from odoo.tests import tagged

from odoo.addons.omni_base.exceptions import OutOfStock
from odoo.addons.payment.tests.common import PaymentCommon

from ..models.sale_order import REPORT_ONLY
from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestSaleOrderLine(StockHoldCommon, PaymentCommon):
    """Orders that take goods: confirmed, enlarged, paid."""

    def order(self, quantity=1, user=None):
        order = self.basket(quantity, website=False, warehouse=self.shop)
        return order.with_user(user or self.seller)

    def test_confirming_turns_the_hold_into_the_order_s_own_moves(self):
        self.receive(self.product, self.shop, 2)
        order = self.basket(2)
        order._omni_hold()
        order.action_confirm()
        self.assertEqual(self.ends(order), ["committed"])
        self.assertEqual(order.order_line.move_ids.product_uom_qty, 2)
        self.assertEqual(order.order_line.move_ids.location_id.warehouse_id, self.shop)
        self.assertEqual(self.left(), 0)
        self.assertEqual(self.availability.audit(), [])

    def test_goods_leave_from_where_they_were_kept(self):
        self.receive(self.product, self.central, 1)
        self.receive(self.product, self.shop, 1)
        order = self.basket(2)
        order._omni_hold()
        order.action_confirm()
        moves = order.order_line.move_ids
        self.assertEqual(moves.location_id.warehouse_id, self.central + self.shop)
        self.assertEqual(moves.mapped("product_uom_qty"), [1, 1])
        self.assertEqual(self.left(self.central) + self.left(self.shop), 0)
        with self.assertRaises(OutOfStock):
            self.basket()._omni_hold()

    def test_a_web_order_leaves_from_where_routing_decides_and_says_why(self):
        self.receive(self.product, self.central, 3)
        self.receive(self.product, self.shop, 3)
        self.shop.omni_parcel_price, self.central.omni_parcel_price = 1, 50
        order = self.basket(2)
        order._omni_hold()
        order.action_confirm()
        self.assertEqual(order.order_line.move_ids.location_id.warehouse_id, self.shop)
        self.assertEqual(order.omni_leg_ids.warehouse_id, self.shop)
        self.assertIn(self.central, order.omni_decision_ids.sorted("id")[-1:].candidate_ids.warehouse_id)
        self.assertEqual((self.left(self.central), self.left(self.shop)), (3, 1))
        self.assertEqual(self.availability.audit(), [])

    def test_a_seller_cannot_confirm_what_a_basket_keeps(self):
        self.receive(self.product, self.shop, 1)
        self.basket()._omni_hold()
        order = self.order()
        with self.assertRaises(OutOfStock) as caught:
            order.action_confirm()
        self.assertEqual(caught.exception.shortages, {(self.product.id, self.shop.id): 1})

    def test_a_seller_confirms_once_the_time_is_up(self):
        self.receive(self.product, self.shop, 1)
        basket, order = self.basket(), self.order()
        basket._omni_hold()
        self.run_out(basket)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self.assertRaises(OutOfStock):
            basket.action_confirm()

    def test_two_orders_confirmed_together_do_not_take_the_same_unit(self):
        self.receive(self.product, self.shop, 1)
        with self.assertRaises(OutOfStock):
            (self.order() + self.order()).action_confirm()

    def test_an_order_cannot_grow_into_what_others_keep(self):
        self.receive(self.product, self.shop, 2)
        order = self.order()
        order.action_confirm()
        self.basket()._omni_hold()
        with self.assertRaises(OutOfStock):
            order.order_line.product_uom_qty = 2
        order.invalidate_recordset()

    def test_an_order_that_shrinks_or_is_cancelled_frees(self):
        self.receive(self.product, self.shop, 3)
        order = self.order(3)
        order.action_confirm()
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.left(), 2)
        order._action_cancel()
        self.assertEqual(self.left(), 3)

    def test_goods_ordered_on_demand_are_not_refused(self):
        route = self.env.ref("stock.route_warehouse0_mto")
        route.active = True
        route.rule_ids.action = "pull"
        self.product.route_ids = route
        order = self.order()
        self.assertFalse(order.order_line._omni_from_stock())

    def test_an_order_brought_in_as_confirmed_is_a_report(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.shopper.id,
                "warehouse_id": self.shop.id,
                "state": "sale",
                "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 1})],
            }
        )
        self.assertEqual(order.order_line.move_ids.product_uom_qty, 1)
        with self.assertRaises(OutOfStock):
            order.order_line.product_uom_qty = 2
        order.invalidate_recordset()

    def test_what_is_paid_or_sold_at_a_till_is_confirmed_all_the_same(self):
        self.amount, self.currency = 10, self.env.company.currency_id
        order = self.basket()
        transaction = self._create_transaction("direct", sale_order_ids=[(6, 0, order.ids)], state="draft")
        transaction._set_done()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("Lamp", order.message_ids.mapped("body")[0] + order.message_ids.mapped("body")[1])
        at_till = self.order().with_context(omni_report_only=REPORT_ONLY)
        at_till.action_confirm()
        self.assertEqual(at_till.state, "sale")
