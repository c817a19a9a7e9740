from collections import defaultdict
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.omni_base.exceptions import OutOfStock

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(StockHoldCommon):
    """A web basket, from its first look at the stock to the payment."""

    def words(self, order):
        return [missing["words"] for missing in order._omni_cart_shortages()]

    def test_a_basket_sees_the_stock_of_its_channel_but_not_what_others_hold(self):
        self.receive(self.product, self.shop, 1)
        self.receive(self.product, self.central, 2)
        mine, other = self.basket(), self.basket()
        self.assertEqual(mine._get_free_qty(self.product), 3)
        other._omni_hold()
        self.assertEqual(mine._get_free_qty(self.product), 2)
        self.assertEqual(other._get_free_qty(self.product), 3)
        self.assertEqual(self.website._get_product_available_qty(self.product), 2)

    def test_a_website_with_a_warehouse_sells_from_there(self):
        self.website.warehouse_id = self.shop
        self.receive(self.product, self.central, 2)
        self.assertEqual(self.website._get_product_available_qty(self.product), 0)
        self.assertEqual(self.basket()._get_free_qty(self.product), 0)
        with self.assertRaises(OutOfStock):
            self.basket()._omni_hold()

    def test_one_place_that_has_it_all_comes_first(self):
        self.receive(self.product, self.central, 1)
        self.receive(self.product, self.shop, 2)
        order = self.basket(2)
        order._omni_hold()
        self.assertEqual(self.left(self.shop), 0)
        self.assertEqual(self.left(self.central), 1)
        order.order_line.product_uom_qty = 3
        order._omni_hold()
        self.assertEqual(self.left(self.central) + self.left(self.shop), 0)

    def test_a_sold_out_basket_is_told_in_plain_words(self):
        self.receive(self.product, self.shop, 1)
        self.basket()._omni_hold()
        order = self.basket()
        self.assertEqual(self.words(order), ["Sorry, “Lamp” is sold out."])
        self.assertEqual(order._omni_try_hold(), "Sorry, “Lamp” is sold out.")
        self.receive(self.product, self.shop, 1)
        order.order_line.product_uom_qty = 2
        self.assertEqual(order._omni_try_hold(), "Sorry, only 1 left of “Lamp”.")
        order.order_line.product_uom_qty = 1
        self.assertEqual(order._omni_try_hold(), "")
        self.assertEqual(self.words(order), [])

    def test_who_comes_second_though_he_saw_one_left_reads_the_same(self):
        self.receive(self.product, self.shop, 1)
        self.basket()._omni_hold()
        seen = defaultdict(float, {(self.product.id, self.shop.id): 1.0})
        with patch.object(self.registry["omni.availability"], "available", lambda *_args: seen.copy()):
            with self.assertRaisesRegex(OutOfStock, "^Sorry, “Lamp” is sold out.$"):
                self.basket()._omni_hold()
            # Another store has it: it is kept there.
            self.receive(self.product, self.central, 1)
            seen[self.product.id, self.central.id] = 1.0
            self.basket()._omni_hold()
        self.assertEqual(self.left(self.central), 0)

    def test_a_refusal_is_news(self):
        order, events = self.basket(), []
        with patch.object(self.registry["omni.event"], "_on", lambda _self, event: events.append(event)):
            order._omni_try_hold()
        self.assertEqual([(event.code, event.record) for event in events], [("hold.refused", order)])

    def test_looking_again_does_not_prolong_but_paying_does(self):
        self.receive(self.product, self.shop, 1)
        order = self.basket()
        order._omni_hold(60)
        order._omni_hold()
        self.assertLessEqual(order._omni_hold_seconds(), 60)
        order._omni_hold(900)
        self.assertGreater(order._omni_hold_seconds(), 800)
        self.assertEqual(self.ends(order), [False])

    def test_paying_takes_the_hold(self):
        self.receive(self.product, self.shop, 1)
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "is_published": True,
                "product_id": self.env["product.product"].create({"name": "Post", "type": "service"}).id,
            }
        )
        first, second = self.basket(), self.basket()
        (first + second).carrier_id = carrier
        first._check_cart_is_ready_to_be_paid()
        self.assertGreater(first._omni_hold_seconds(), 800)
        with self.assertRaisesRegex(Exception, "sold out"):
            second._check_cart_is_ready_to_be_paid()

    def test_a_changed_basket_gives_back(self):
        self.receive(self.product, self.shop, 3)
        order = self.basket(2)
        for change in (
            lambda: order.order_line.write({"product_uom_qty": 1}),
            lambda: order.write({"order_line": [Command.create({"product_id": self.product.id})]}),
            lambda: order.order_line[0].unlink(),
            lambda: order.order_line.unlink(),
        ):
            order._omni_hold()
            self.assertLess(self.left(), 3)
            change()
            self.assertEqual(self.left(), 3)

    def test_a_change_of_price_keeps(self):
        self.receive(self.product, self.shop, 3)
        order = self.basket(2)
        order._omni_hold()
        order.order_line.write({"price_unit": 1, "product_uom_qty": 2})
        self.assertEqual(self.left(), 1)

    def test_cancelling_and_deleting_give_back(self):
        self.receive(self.product, self.shop, 2)
        first, second = self.basket(), self.basket()
        first._omni_hold()
        second._omni_hold()
        first.action_cancel()
        self.assertEqual(self.ends(first), ["released"])
        second.unlink()
        self.assertEqual(self.left(), 2)
        self.assertEqual(self.availability.audit(), [])

    def test_products_sold_when_out_of_stock_are_never_refused(self):
        self.product.allow_out_of_stock_order = True
        self.website.warehouse_id = self.shop
        order = self.basket(4)
        self.receive(self.product, order.warehouse_id, 3)
        order._omni_hold()
        self.assertEqual(self.left(order.warehouse_id), 0)
        order.order_line.price_unit = 1
        self.assertEqual(self.words(order), [])
        other = self.basket(1, website=False, warehouse=order.warehouse_id)
        other.action_confirm()
        self.assertEqual(other.state, "sale")

    def test_other_units_of_measure(self):
        self.receive(self.product, self.shop, 12)
        order = self.basket()
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order._omni_hold()
        self.assertEqual(self.left(), 0)
        order.order_line.product_uom_qty = 2
        with self.assertRaises(OutOfStock):
            order._omni_hold()

    def test_a_payment_under_way_keeps_and_a_failed_one_no_longer(self):
        self.receive(self.product, self.shop, 1)
        order = self.basket()
        order._omni_hold()
        order._omni_follow_payment("pending")
        self.assertGreater(order._omni_hold_seconds(), 23 * 3600)
        order._omni_follow_payment("error")
        self.assertLessEqual(order._omni_hold_seconds(), 900)
        self.run_out(order)
        order._omni_follow_payment("pending")
        self.assertGreater(order._omni_hold_seconds(), 23 * 3600)
