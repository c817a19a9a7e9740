from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.omni_base.exceptions import OutOfStock

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestSaleOrderQuota(StockHoldCommon):
    """How much one visitor keeps before they have paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive(cls.product, cls.shop, 10)
        cls.receive(cls.other, cls.shop, 200)

    def setUp(self):
        super().setUp()
        self.visitor = f"visitor {self.id()}"
        self.patch(self.registry["ir.http"], "_omni_visitor", lambda _model, _basket: self.visitor)
        self.addCleanup(self.env["omni.quota"]._drop, SQL("who LIKE %s", "hold:visitor %"))

    def kept(self, quantity, product=None):
        """Return how much is kept for a new basket of the visitor that asks for so much."""
        product = product or self.product
        before = self.left(product=product)
        self.basket(quantity, product=product)._omni_hold()
        return before - self.left(product=product)

    def test_who_wants_all_of_it_keeps_nothing(self):
        """given ten lamps, when a visitor wants them all, then none is kept, and they may order them all the same"""
        basket = self.basket(10)
        self.assertEqual(basket._omni_try_hold(), "")
        self.assertEqual((self.left(), basket._omni_hold_seconds()), (10, 0))
        basket._omni_hold(900)  # as when they press Pay now
        self.assertEqual((self.left(), basket._omni_hold_seconds()), (10, 0))
        rival = self.basket(1)
        self.visitor += " rival"
        rival._omni_hold()
        self.assertIn("only 9 left", basket._omni_try_hold(), "it is looked for at each step")
        with self.assertRaises(OutOfStock):
            basket._omni_hold(900)

    def test_what_is_paid_is_kept_however_much_it_is(self):
        basket = self.basket(10)
        basket._omni_follow_payment("pending")
        self.assertEqual(self.left(), 10)
        basket._omni_follow_payment("done")
        self.assertEqual(self.left(), 0)

    def test_all_baskets_of_a_visitor_count_together(self):
        self.assertEqual([self.kept(quantity) for quantity in (4, 3, 2, 1)], [4, 0, 2, 0])
        self.visitor += " another"
        self.assertEqual([self.kept(quantity) for quantity in (3, 1)], [3, 1])

    def test_of_much_up_to_half(self):
        self.channel.hold_in_all = 0
        self.assertEqual([self.kept(quantity, self.other) for quantity in (101, 100)], [0, 100])

    def test_pieces_in_all(self):
        self.channel.hold_in_all = 8
        self.assertEqual([self.kept(6), self.kept(3, self.other), self.kept(2, self.other)], [6, 0, 2])

    def test_no_limit(self):
        self.channel.write({"hold_of_one": 0, "hold_in_all": 0})
        self.assertEqual(self.kept(10), 10)

    def test_basket_that_changes(self):
        """given a basket that keeps six, when it asks for more, then nothing is kept; with six again, all of it"""
        basket = self.basket(6)
        for quantity, left in ((6, 4), (7, 10), (6, 4), (2, 8), (5, 5)):
            basket.order_line.product_uom_qty = quantity
            basket._omni_hold()
            self.assertEqual(self.left(), left, quantity)

    def test_what_is_kept_is_not_judged_again(self):
        """given what a visitor keeps of much, when others buy the rest, then they pay for it undisturbed"""
        basket = self.basket(50, product=self.other)
        basket._omni_hold()
        self.receive(self.other, self.shop, -150)
        basket._omni_hold(900)
        self.assertGreater(basket._omni_hold_seconds(), 800)

    def test_payment_provider_is_no_visitor(self):
        """given a basket, when its payment provider says that it waits, then it counts for its visitor as before"""
        basket = self.basket(6)
        basket._omni_hold()
        visitor, self.visitor = self.visitor, ""
        basket._omni_follow_payment("pending")
        self.assertGreater(basket._omni_hold_seconds(), 80000)
        self.visitor = visitor
        self.assertEqual(self.kept(1), 0)
        self.visitor = ""
        self.assertEqual(self.kept(4), 4, "whoever is no visitor keeps what they want")
