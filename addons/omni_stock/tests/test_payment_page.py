from collections import Counter
from unittest.mock import patch

from odoo import Command, http
from odoo.tests import HttpCase, tagged

from odoo.addons.omni_base.tests.common import pay_online
from odoo.addons.website_sale.tests.common import MockRequest

from ..controllers.checkout import OmniStockCheckout
from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestPaymentPage(HttpCase, StockHoldCommon):
    """Two visitors and one last lamp."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.warehouse_id = cls.shop
        cls.website.omni_channel_id.write({"warehouse_ids": [Command.clear()], "hold_moment": "checkout"})
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
        rival._omni_hold()
        self.assertEqual(mine.order_line.product_uom_qty, 1)
        self.start_tour("/shop/cart", "omni_stock_sold_out", login="hold_visitor")
        self.assertEqual(self.product.stock_notification_partner_ids, self.visitor.partner_id)

    def test_taking_the_two_that_are_left(self):
        self.receive(self.product, self.shop, 2)
        self.basket()._omni_hold()
        mine = self.basket(3, partner=self.visitor.partner_id)
        self.start_tour("/shop/cart", "omni_stock_take_left", login="hold_visitor")
        self.assertEqual(mine.order_line.filtered("is_storable").product_uom_qty, 2)
        self.assertEqual(self.left(), 0)

    def test_buying_the_rest_without_it(self):
        self.website.warehouse_id = self.central
        self.receive(self.other, self.central, 1)
        mine = self.basket(partner=self.visitor.partner_id)
        mine.order_line.copy({"order_id": mine.id, "product_id": self.other.id})
        mine._set_delivery_method(self.env["delivery.carrier"].search([], limit=1))
        self.website.omni_channel_id.warehouse_ids = self.central + self.shop
        self.start_tour("/shop/payment", "omni_stock_without_it", login="hold_visitor")
        self.assertEqual(mine.order_line.product_id.filtered("is_storable"), self.other)

    def test_the_basket_keeps_at_once_where_the_channel_says_so(self):
        self.website.warehouse_id = False
        self.website.omni_channel_id.write(
            {"hold_moment": "basket", "warehouse_ids": [Command.set((self.central + self.shop).ids)]}
        )
        self.product.show_availability = True
        self.receive(self.product, self.central, 2)
        self.start_tour(self.product.website_url, "omni_stock_basket_hold", login="hold_visitor")
        self.assertEqual(self.left(self.central) + self.left(self.shop), 1)

    def test_the_time_runs_out(self):
        self.website.omni_channel_id.hold_moment = "basket"
        order = self.basket(partner=self.visitor.partner_id)
        with patch.object(self.registry["omni.channel"], "_hold_seconds", lambda _channel: 6):
            self.start_tour("/shop/cart", "omni_stock_time_is_up", login="hold_visitor")
        self.assertEqual(self.ends(order)[-1], False)

    def test_pages_read_the_stock_once(self):
        """However many lines a basket has, and however often a page looks at it."""
        third = self.product.copy({"name": "Bulb"})
        mine = self.basket(partner=self.visitor.partner_id)
        for product in self.other + third:
            mine.order_line[:1].copy({"order_id": mine.id, "product_id": product.id})
        for product in self.product + self.other + third:
            self.receive(product, self.shop, 3)
        mine._set_delivery_method(self.env["delivery.carrier"].search([], limit=1))
        self.authenticate("hold_visitor", "hold_visitor")
        asked, read = Counter(), {"_read_available": 1, "_seconds_left": 1}
        for model, name in [
            ("omni.availability", "_read_available"),
            ("omni.hold", "_held"),
            ("omni.hold", "_seconds_left"),
            ("omni.channel", "_omni_warehouses"),
        ]:
            original = getattr(self.registry[model], name)

            def count(*args, _original=original, _name=name, **kwargs):
                asked[_name] += 1
                return _original(*args, **kwargs)

            self.patch(self.registry[model], name, count)
        for page in ("/shop/cart", "/shop/checkout", "/shop/payment"):
            self.url_open(page)  # holds the goods
        for page, queries in {
            "/shop/cart": read,
            "/shop/checkout": read | {"_held": 1},
            "/shop/payment": read | {"_held": 1},
        }.items():
            with self.subTest(page=page):
                asked.clear()
                self.assertTrue(self.url_open(page).url.endswith(page))
                self.assertEqual(dict(asked), queries)

    def test_what_was_found_in_another_store_says_nothing_of_this_one(self):
        """given a basket that is held in one store, when a delivery method then chooses another, then it is not taken
        for held there"""
        order, controller, places = self.basket(), OmniStockCheckout(), [self.shop.id]
        self.patch(self.registry["sale.order.line"], "_omni_source_warehouse_ids", lambda _line: list(places))
        with MockRequest(self.env, website=self.website):
            self.assertFalse(controller._check_cart(order))
            self.assertTrue(controller._omni_is_held(order))
            places[:] = [self.central.id]
            self.assertFalse(controller._omni_is_held(order))

    def test_the_cart_says_why_its_plus_does_nothing(self):
        self.basket(partner=self.visitor.partner_id)
        self.authenticate("hold_visitor", "hold_visitor")
        self.assertIn("o_omni_most", self.url_open("/shop/cart").text)
        self.receive(self.product, self.shop, 1)
        self.assertNotIn("o_omni_most", self.url_open("/shop/cart").text)

    def test_a_payment_that_failed_is_made_again(self):
        """given a payment that was refused, when its shopper comes back, then they can pay the same basket"""
        self.receive(self.product, self.shop, 2)
        mine = self.basket(partner=self.visitor.partner_id)
        mine._set_delivery_method(self.env["delivery.carrier"].search([], limit=1))
        self.authenticate("hold_visitor", "hold_visitor")
        self.assertNotIn("o_omni_failed", self.url_open("/shop/payment").text)
        provider = self.env["payment.provider"].search([], limit=1)
        method = self.env["payment.method"].search([], limit=1)
        for state, message in (("error", "The card was refused."), ("cancel", "")):
            payment = pay_online(mine, mine.amount_total, provider, method, "draft")
            payment._set_error(message) if state == "error" else payment._set_canceled()
            page = self.url_open("/shop/payment/validate")
            self.assertTrue(page.url.endswith("/shop/payment"), page.url)
            self.assertIn("Your payment did not go through.", page.text)
            self.assertIn(message, page.text)
            self.assertIn(self.product.name, self.url_open("/shop/cart").text, "the basket is theirs as before")
        self.assertEqual(self.ends(mine)[-1], False, "and its goods are held")

    # -- the route, as anybody may call it ---------------------------------------------------------------------------

    def take_left(self, **values):
        return self.url_open(
            "/shop/cart/take_left",
            data={"csrf_token": http.Request.csrf_token(self), **values},
            allow_redirects=False,
        )

    def test_taking_less_is_of_one_s_own_basket_alone(self):
        self.authenticate("hold_visitor", "hold_visitor")
        others = self.basket(3)
        mine = self.basket(2, partner=self.visitor.partner_id, product=self.other)
        answer = self.take_left(product_id=self.product.id, back="/shop/payment", order_id=others.id)
        self.assertEqual((answer.status_code, answer.headers["Location"]), (303, "/shop/payment"))
        self.assertEqual((others.order_line.product_uom_qty, mine.order_line.product_uom_qty), (3, 2))

    def test_taking_less_without_a_basket(self):
        self.authenticate(None, None)
        others = self.basket(3)
        answer = self.take_left(product_id=self.product.id)
        self.assertEqual((answer.status_code, answer.headers["Location"]), (303, "/shop/cart"))
        self.assertEqual(others.order_line.product_uom_qty, 3)

    def test_taking_less_of_nonsense(self):
        self.authenticate("hold_visitor", "hold_visitor")
        mine = self.basket(3, partner=self.visitor.partner_id)
        for values in (
            {},
            {"product_id": "x"},
            {"product_id": "-1"},
            {"product_id": "²"},
            {"product_id": str(10**30)},
            {"product_id": "1.5", "back": "https://example.com"},
            {"product_id": "1", "back": "//example.com", "more": "x" * 1000},
        ):
            answer = self.take_left(**values)
            self.assertEqual((answer.status_code, answer.headers["Location"]), (303, "/shop/cart"), values)
        token = {"csrf_token": http.Request.csrf_token(self)}
        answer = self.url_open("/shop/cart/take_left", data=token, files={"product_id": ("x", b"1")})
        self.assertEqual(answer.status_code, 200, "a file in place of a number")
        answer = self.url_open("/shop/cart/take_left", data="{]", headers={"Content-Type": "application/json"})
        self.assertIn(answer.status_code, (400, 415))
        self.assertEqual(mine.order_line.product_uom_qty, 3)
        self.assertEqual(self.url_open("/shop/cart/take_left", data={"product_id": "1"}).status_code, 400, "no token")
        self.assertEqual(self.url_open("/shop/cart/take_left").status_code, 405, "only pressing the button does it")

    def test_the_payment_page_counts_down(self):
        order = self.basket(partner=self.visitor.partner_id)
        self.start_tour("/shop/cart", "omni_stock_countdown", login="hold_visitor")
        self.assertEqual(self.left(), 0)
        self.assertGreater(order._omni_hold_seconds(), 600)
