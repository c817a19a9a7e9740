from collections import defaultdict
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.delivery.models.sale_order import SaleOrder as DeliverySaleOrder
from odoo.addons.omni_base.exceptions import OutOfStock

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestHoldMoment(StockHoldCommon):
    """From when on a channel keeps what a visitor wants, and what they can do when it is not all there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive(cls.product, cls.shop, 3)
        cls.receive(cls.other, cls.shop, 3)

    def empty(self):
        basket = self.basket()
        basket.order_line.unlink()
        return basket

    def test_the_steps_come_one_after_the_other(self):
        held = {}
        for moment in ("basket", "checkout", "payment"):
            self.channel.hold_moment = moment
            held[moment] = [self.channel._holds_at(step) for step in ("basket", "checkout", "payment")]
        self.assertEqual(held, {"basket": [True] * 3, "checkout": [False, True, True], "payment": [False, False, True]})
        self.assertFalse(self.env["omni.channel"]._holds_at("basket"), "without a channel: from the checkout on")

    def test_what_is_put_into_the_basket_is_kept_at_once_and_in_step(self):
        self.channel.hold_moment = "basket"
        basket = self.empty()
        line = self.env["sale.order.line"].browse(basket._cart_add(self.product.id, 1)["line_id"])
        self.assertEqual(self.left(), 2)
        self.assertGreater(basket._omni_hold_seconds(), 800)
        for quantity in (3, 1):
            basket._cart_update_line_quantity(line.id, quantity)
            self.assertEqual(self.left(), 3 - quantity)
        basket._cart_add(self.other.id, 2)
        self.assertEqual((self.left(), self.left(product=self.other)), (2, 1))
        basket._cart_update_line_quantity(line.id, 0)
        self.assertEqual((self.left(), self.left(product=self.other)), (3, 1))

    def test_what_is_held_moves_with_the_store_of_the_basket(self):
        """given a basket that holds goods in one store, when another one is chosen, then it holds them there at once"""
        self.receive(self.product, self.central, 3)
        collects = lambda line: line.order_id.warehouse_id.ids
        self.patch(self.env.registry["sale.order.line"], "_omni_source_warehouse_ids", collects)
        chooses = lambda order, data: order.write({"warehouse_id": int(data)})
        self.patch(DeliverySaleOrder, "_set_pickup_location", chooses)
        basket = self.basket(warehouse=self.central)
        basket._set_pickup_location(str(self.shop.id))
        self.assertEqual(self.left(), 3, "nothing was held yet")
        basket._omni_hold()
        self.assertEqual((self.left(), self.left(self.central)), (2, 3))
        basket._set_pickup_location(str(self.central.id))
        self.assertEqual((self.left(), self.left(self.central)), (3, 2))
        self.basket(3, warehouse=self.shop)._omni_hold()
        basket._set_pickup_location(str(self.shop.id))
        self.assertEqual((self.left(), self.left(self.central)), (0, 2), "not there: what it has is kept")

    def test_nothing_is_kept_in_the_basket_unless_asked_for(self):
        for moment in ("checkout", "payment"):
            self.channel.hold_moment = moment
            basket = self.empty()
            basket._cart_add(self.product.id, 1)
            basket._omni_hold_at_step("basket")
            self.assertEqual(self.left(), 3)

    def test_what_cannot_be_had_is_limited_in_plain_words(self):
        self.channel.hold_moment = "basket"
        self.empty()._cart_add(self.product.id, 1)
        mine = self.empty()
        added = mine._cart_add(self.product.id, 5)
        self.assertEqual((added["quantity"], added["warning"]), (2, "You ask for 5 products but only 2 is available."))
        self.assertEqual(self.left(), 0)
        again = mine._cart_update_line_quantity(added["line_id"], 4)
        self.assertEqual((again["quantity"], again["warning"]), (2, "Sorry, only 2 left of “Lamp”."))
        self.assertEqual(self.left(omni_owner=f"sale.order,{mine.id}"), 2)

    def test_what_is_in_the_basket_stays_there_when_somebody_was_faster(self):
        mine, rival = self.basket(2), self.basket(3)
        rival._omni_hold()
        again = mine._cart_update_line_quantity(mine.order_line.id, 3)
        self.assertEqual((again["quantity"], again["warning"]), (2, "Sorry, “Lamp” is sold out."))
        self.assertEqual(mine.order_line.product_uom_qty, 2)

    def test_when_part_is_gone_the_rest_is_kept(self):
        self.channel.hold_moment = "basket"
        mine, rival = self.basket(3), self.basket(2)
        mine.order_line.copy({"order_id": mine.id, "product_id": self.other.id, "product_uom_qty": 2})
        rival._omni_hold()
        mine._omni_hold_at_step("basket")
        self.assertEqual((self.left(), self.left(product=self.other)), (0, 1))
        with self.assertRaisesRegex(OutOfStock, "only 1 left"):
            mine._omni_hold()
        self.assertEqual((self.left(), self.left(product=self.other)), (0, 1), "what was kept stays so")

    def test_a_basket_that_cannot_be_paid_keeps_nothing_from_who_could_pay(self):
        """given the last shade in a basket with a lamp that is sold out, when its checkout begins, then another
        customer can buy the shade, until the first one goes on without the lamp"""
        mine, rival = self.basket(1), self.basket(3)
        mine.order_line.copy({"order_id": mine.id, "product_id": self.other.id, "product_uom_qty": 3})
        rival._omni_hold()
        mine._omni_hold_at_step("checkout")
        self.assertIn("“Lamp” is sold out", mine._omni_try_hold())
        self.assertEqual(self.left(product=self.other), 3)
        mine._omni_reduce_to_available(self.product)
        mine._omni_hold_at_step("checkout")
        self.assertEqual(mine._omni_try_hold(), "")
        self.assertEqual(self.left(product=self.other), 0)

    def test_what_is_taken_from_under_holds_is_missed_by_the_weakest_alone(self):
        """given three baskets with the last three, when a till takes one, then the one whose time is up first cannot
        pay, and the two others can"""
        first, second, third = self.basket(), self.basket(), self.basket()
        for basket, seconds in ((first, 600), (second, 900), (third, 900)):
            basket._omni_hold(seconds)
        self.receive(self.product, self.shop, -1)
        self.assertEqual((second._omni_try_hold(), third._omni_try_hold()), ("", ""))
        self.assertIn("“Lamp” is sold out", first._omni_try_hold())
        self.assertEqual(self.left(), 0)
        for basket in (second, third):
            basket._omni_hold(90000)
            basket.action_confirm()
            self.assertEqual(basket.state, "sale")
        with self.assertRaises(OutOfStock):
            first._omni_hold(90000)

    def test_what_others_took_meanwhile_is_shared_out_again(self):
        self.receive(self.product, self.central, 3)
        mine, rival = self.basket(3), self.basket(3)
        self.availability.hold(rival, [(self.product.id, self.central.id, 3)], self.channel)
        stale = {(self.product.id, self.central.id): 3.0, (self.product.id, self.shop.id): 3.0}

        def read(*_args):
            return defaultdict(float, stale)

        with patch.object(self.registry["omni.availability"], "available", read):
            mine._omni_hold()
        self.assertEqual(self.left(self.shop), 0)

    def test_only_looking_before_the_payment(self):
        self.channel.hold_moment = "payment"
        mine, rival = self.basket(3), self.basket(1)
        mine._omni_hold_at_step("checkout")
        self.assertEqual(mine._omni_try_hold(), "")
        self.assertEqual(self.left(), 3)
        rival._omni_hold()
        self.assertEqual(mine._omni_try_hold(), "Sorry, only 2 left of “Lamp”.")
        self.assertEqual(self.left(), 2)

    def test_a_shop_chosen_to_collect_from_is_where_it_is_kept(self):
        self.receive(self.product, self.central, 3)
        basket = self.basket(2)
        basket._omni_hold()
        self.assertEqual(self.left(self.central), 1)
        self.website.warehouse_id = self.shop
        basket._omni_hold()
        self.assertEqual((self.left(self.central), self.left(self.shop)), (3, 1))

    # -- what is missing, and what can be done -----------------------------------------------------------------------

    def test_taking_what_is_left(self):
        mine, rival = self.basket(3), self.basket(1)
        second = mine.order_line.copy({"order_id": mine.id, "product_uom_qty": 2})
        rival._omni_hold()
        [missing] = mine._omni_cart_shortages()
        self.assertEqual((missing["product"], missing["offer"]), (self.product, "Take the 2 that are left"))
        mine._omni_reduce_to_available(self.product)
        self.assertEqual(mine.order_line.mapped("product_uom_qty"), [2])
        self.assertFalse(second.exists())
        self.assertEqual(mine._omni_cart_shortages(), [])

    def test_going_on_without_what_is_sold_out(self):
        mine, rival = self.basket(3), self.basket(3)
        mine.order_line.copy({"order_id": mine.id, "product_id": self.other.id, "product_uom_qty": 1})
        rival._omni_hold()
        mine._omni_reduce_to_available(self.product)
        self.assertEqual(mine.order_line.product_id, self.other)

    def test_whole_dozens_are_left(self):
        self.receive(self.product, self.shop, 27)
        basket = self.basket()
        basket.order_line.write({"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "product_uom_qty": 4})
        basket._omni_reduce_to_available(self.product)
        self.assertEqual(basket.order_line.product_uom_qty, 2)

    def test_shops_that_have_it_are_named(self):
        self.website.warehouse_id = self.central
        [missing] = self.basket(2)._omni_cart_shortages()
        self.assertEqual((missing["shops"], missing["ships"]), (["Bastille"], False))
        self.shop.omni_collects = False
        [missing] = self.basket(2)._omni_cart_shortages()
        self.assertEqual(missing["shops"], [])
        [missing] = self.basket(4)._omni_cart_shortages()
        self.assertEqual(missing["shops"], [], "it has not all of it")

    def test_one_query_when_nothing_is_missing(self):
        basket = self.basket(1)
        basket.order_line.copy({"order_id": basket.id, "product_id": self.other.id})
        basket._omni_cart_shortages()
        with self.assertQueryCount(1):
            self.assertEqual(basket._omni_cart_shortages(), [])
