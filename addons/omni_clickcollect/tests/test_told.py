from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.http import root
from odoo.tests import HttpCase, tagged

from odoo.addons.website_sale.tests.common import MockRequest

from ..controllers.cart import CollectCart
from .test_sale_order_split import SplitCommon

CHANGE = "Change store or time"  # the link on the payment page


@tagged("post_install", "-at_install")
class TestTold(HttpCase, SplitCommon):
    """A shopper reads where and when they collect, and then pays: over HTTP, as their browser does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["payment.provider"].search([]).is_published = False
        cls.on_site = cls.env.ref("website_sale_collect.payment_provider_on_site")
        cls.on_site.write({"state": "enabled", "is_published": True})

    def setUp(self):
        super().setUp()
        original = type(self.env["omni.routing"]).plan

        def plan(contract, demand, destination=None, channel=None, collect_at=None):
            if not collect_at:
                return original(contract, demand, destination, channel, collect_at)
            leg = {"warehouse_id": self.lille.id, "mode": "transfer", "lines": demand, "cost": 5.0, "why": []}
            return [leg | {"promised_at": fields.Datetime.now() + timedelta(days=2)}]

        self.patch(self.env.registry["omni.routing"], "plan", plan)
        self.order = self._basket((self.scarf, 1))
        self.authenticate(None, None)
        self.session["sale_order_id"] = self.order.id
        root.session_store.save(self.session)

    def _read_times(self):
        """The checkout shows when it is ready."""
        return self._ask("/shop/pickup_times")["soon"]

    def _ask(self, route, **params):
        answer = self.make_jsonrpc_request(route, params)
        self.env.invalidate_all()
        return answer

    def _page(self, **post):
        """Return the payment page, after what was chosen on it if anything was."""
        answer = self.url_open("/shop/payment/pickup", data=post) if post else self.url_open("/shop/payment")
        self.env.invalidate_all()
        return html.fromstring(answer.text)

    def _decide(self, page, choice):
        [form] = page.find_class("o_omni_worse")
        [token] = form.xpath("input[@name='csrf_token']/@value")
        return self._page(csrf_token=token, choice=choice)

    def _words(self, page, name):
        return " ".join(" ".join(found.text_content() for found in page.find_class(name)).split())

    def _pay_here(self, page):
        """Pay in the store, from a page that was loaded before; return what is refused."""
        [form] = page.xpath("//form[@id='o_payment_form']")
        params = {
            "access_token": form.get("data-access-token"),
            "provider_id": self.on_site.id,
            "payment_method_id": self.on_site.payment_method_ids[:1].id,
            "token_id": None,
            "amount": float(form.get("data-amount")),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": form.get("data-landing-route"),
        }
        answer = self.url_open(form.get("data-transaction-route"), json={"params": params}).json()
        self.env.invalidate_all()
        return answer["error"]["data"]["message"] if "error" in answer else ""

    def _sell_last(self):
        """Their time is up, and somebody else takes what Lyon has."""
        self.env["omni.availability"].release(self.order)
        self._set_stock(self.scarf, self.lyon, -9)
        self._order((self.scarf, 1))

    # -- what they read ----------------------------------------------------------------------------------------------

    def test_the_payment_page_says_what_the_checkout_said(self):
        soon = self._read_times()
        page = self._page()
        self.assertEqual(self._words(page, "o_omni_told"), f"Collect in Lyon Bellecour: {soon} {CHANGE}")
        self.assertEqual(self._pay_here(page), "")
        told = self.order.omni_told
        self.assertEqual(told["store"], self.lyon.id)

    def test_the_cart_says_it_too(self):
        page = html.fromstring(self.url_open("/shop/cart").text)
        self.env.invalidate_all()
        store, when = self.order._omni_told_words(self.order.omni_told)
        self.assertEqual(self._words(page, "o_omni_told"), f"Collect in {store}: {when}")
        self.assertEqual(self._words(self._page(), "o_omni_told"), f"Collect in {store}: {when} {CHANGE}")

    def test_somebody_was_faster(self):
        soon = self._read_times()
        page = self._page()
        self._sell_last()
        refused = self._pay_here(page)
        self.assertIn("Somebody was faster in Lyon Bellecour.", refused)
        self.assertFalse(self.order.transaction_ids)
        page = self._page()
        self.assertIn("Somebody was faster in Lyon Bellecour.", self._words(page, "alert-danger"))
        self.assertIn(f"instead of {soon}.", self._words(page, "alert-danger"))
        self.assertFalse(page.xpath("//form[@id='o_payment_form']"), "nothing can be paid before they agreed")
        page = self._decide(page, "agree")
        later = self.lyon._omni_when(fields.Datetime.to_datetime(self.order.omni_told["ready"]))
        self.assertNotEqual(later, soon)
        self.assertEqual(self._words(page, "o_omni_told"), f"Collect in Lyon Bellecour: {later} {CHANGE}")
        self.assertEqual(self._pay_here(page), "")

    def test_rather_delivered(self):
        self._read_times()
        self._sell_last()
        self._decide(self._page(), "deliver")
        self.assertEqual(self.order.carrier_id, self.parcel)
        self.assertFalse(self._page().find_class("o_omni_told"))

    def test_another_window_changes_the_store(self):
        self._read_times()
        page = self._page()
        self._ask("/shop/shops/choose", shop_id=self.lille.id)
        self.assertIn("Another store was chosen", self._pay_here(page))
        self._read_times()
        self.assertIn("changed in another window", self._pay_here(page))
        self.assertFalse(self.order.transaction_ids)
        page = self._page()
        self.assertIn("Collect in Lille Centre", self._words(page, "o_omni_told"))
        self.assertEqual(self._pay_here(page), "")

    def test_another_window_reads_a_sooner_time(self):
        """given a payment page, when the goods can be ready sooner and another window reads so, then it is paid"""
        soon = fields.Datetime.now() + timedelta(days=3)
        self.patch(self.env.registry["stock.warehouse"], "_omni_ready_at", lambda *_args, **_more: soon)
        self._read_times()
        page = self._page()
        soon -= timedelta(days=1)
        self._read_times()
        self.assertEqual(self.order.omni_told["ready"], fields.Datetime.to_string(soon))
        self.assertEqual(self._pay_here(page), "")
        self.assertTrue(self.order.transaction_ids)

    def test_a_sooner_time_that_is_found_while_paying(self):
        soon = fields.Datetime.now() + timedelta(days=3)
        self.patch(self.env.registry["stock.warehouse"], "_omni_ready_at", lambda *_args, **_more: soon)
        self._read_times()
        page = self._page()
        soon -= timedelta(days=1)
        self.assertEqual(self._pay_here(page), "")

    def test_back_shows_the_basket_as_it_is(self):
        """No browser shows these pages as they were: Odoo's script would set the delivery method that they show."""
        for page in ("/shop/checkout", "/shop/payment"):
            self.assertEqual(self.url_open(page).headers["Cache-Control"], "no-store", page)

    def test_an_express_payment_sends_no_pickup_home(self):
        """given a cart that is collected, then no express payment is offered, nor taken from a page that offered it"""
        with self._cart() as values:
            self.assertFalse(values["providers_sudo"])
        address = {"name": "A", "street": "1", "city": "Lyon", "zip": "69001", "country": "FR", "email": "a@b.fr"}
        answer = self._ask("/shop/express/shipping_address_change", partial_delivery_address=address)
        self.assertEqual(answer["delivery_methods"], [])
        self.assertEqual((self.order.carrier_id, self.order.warehouse_id), (self.carrier, self.lyon))

    def test_an_express_payment_of_a_parcel_is_as_before(self):
        self.order._omni_have_delivered()
        with self._cart() as values:
            self.assertEqual(values["providers_sudo"], self.on_site)

    @contextmanager
    def _cart(self):
        """Give what the cart's page knows of express payments, where one provider can do them."""
        base = "odoo.addons.website_sale.controllers.cart.Cart._get_express_shop_payment_values"
        with (
            MockRequest(self.env, website=self.website, sale_order_id=self.order.id),
            patch(base, lambda *_args, **_more: {"providers_sudo": self.on_site}),
        ):
            yield CollectCart()._get_express_shop_payment_values(self.order)

    def test_a_slot_that_filled(self):
        today = fields.Date.today()
        rule = {"warehouse_id": self.lyon.id, "hour_from": 0, "hour_to": 24, "minutes": 60, "capacity": 1}
        self.env["omni.pickup.slot.rule"].create([rule | {"dayofweek": str(day)} for day in range(7)])
        ready = self.lyon.with_context(omni_lines=[(self.scarf.id, 1)])
        slot = ready.omni_slots(today, today + timedelta(days=2))[3]
        self.assertEqual(self._ask("/shop/pickup_slot", slot_id=slot.id)["chosen"], slot.id)
        page = self._page()
        self.assertIn(self.lyon._omni_span(slot.start, slot.end), self._words(page, "o_omni_told"))
        self.env["omni.pickup.booking"]._free([self.order._omni_owner()])
        slot._book("sale.order,0", 600)
        self.assertTrue(self._pay_here(page))
        page = self._page()
        self.assertIn("This pickup time is no longer free.", self._words(page, "alert-danger"))
        page = self._decide(page, "agree")
        self.assertFalse(self.order.omni_slot_id)
        self.assertEqual(self._pay_here(page), "")

    # -- what is promised --------------------------------------------------------------------------------------------

    def test_what_they_read_is_promised(self):
        self.order._omni_pickup_times()
        told = fields.Datetime.to_datetime(self.order.omni_told["ready"])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=20)):
            self.order.action_confirm()
        self.assertEqual(self.order.omni_pickup_ids.promised_at, told)

    def test_the_clock_alone_is_no_news_for_a_while(self):
        self.order._omni_pickup_times()
        read = self.order.omni_told
        with freeze_time(fields.Datetime.now() + timedelta(minutes=10)):
            self.assertFalse(self.order._omni_look_told())
        self.assertEqual(self.order.omni_told, read)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=30)):
            self.assertEqual(self.order._omni_look_told()[0], "The pickup time has changed.")
