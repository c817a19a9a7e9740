import json
from datetime import datetime
from unittest.mock import patch

import pytz
from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.addons.website_sale.tests.common import MockRequest
from odoo.addons.website_sale_collect.controllers.delivery import InStoreDelivery

from ..controllers.delivery import CollectDelivery
from ..controllers.stores import StoreListing, Stores, near
from ..models.ir_http import NEAR, SHOP_COOKIE, WAY
from ..models.product_template import SHORT_LIST
from ..models.stock_warehouse_nearby import Near
from .common import ClickCollectCommon

PARIS, LYON, LILLE = (48.857, 2.352), (45.758, 4.832), (50.633, 3.066)

# What a shopper reads: the shop in Paris opens Monday to Saturday 9-12 and 14-19, the one in New York daily 10-20, the
# coffee shop on Friday from 22:00 to 2:00. Monday is 2 March 2026. Every moment is in the shop's own time.
OPEN = [
    ("morning", "paris", "2026-03-02 10:00", "open", "Open now until 12:00"),
    ("opens at this minute", "paris", "2026-03-02 09:00", "open", "Open now until 12:00"),
    ("lunch begins", "paris", "2026-03-02 12:00", "later", "Opens today 14:00"),
    ("lunch", "paris", "2026-03-02 13:59", "later", "Opens today 14:00"),
    ("afternoon", "paris", "2026-03-02 18:59", "open", "Open now until 19:00"),
    ("closing", "paris", "2026-03-02 19:00", "later", "Opens tomorrow 09:00"),
    ("before midnight", "paris", "2026-03-02 23:59", "later", "Opens tomorrow 09:00"),
    ("after midnight", "paris", "2026-03-03 00:00", "later", "Opens today 09:00"),
    ("open over midnight", "cafe", "2026-03-06 23:00", "open", "Open now until 02:00"),
    ("open after midnight", "cafe", "2026-03-07 01:59", "open", "Open now until 02:00"),
    ("Saturday evening", "paris", "2026-03-07 20:00", "later", "Opens Monday 09:00"),
    ("Sunday", "paris", "2026-03-08 12:00", "later", "Opens tomorrow 09:00"),
    ("eve of a holiday", "paris", "2026-04-30 20:00", "later", "Opens Saturday 09:00"),
    ("holiday", "paris", "2026-05-01 10:00", "later", "Opens tomorrow 09:00"),
    ("closed for two weeks", "paris", "2026-08-03 10:00", "closed", "Closed"),
    ("clocks change at night", "paris", "2026-03-29 12:00", "later", "Opens tomorrow 09:00"),
    ("other time zone", "york", "2026-03-02 19:59", "open", "Open now until 20:00"),
    ("other time zone, evening", "york", "2026-03-02 20:00", "later", "Opens tomorrow 10:00"),
    ("other time zone, on the day that clocks change", "york", "2026-03-08 09:00", "later", "Opens today 10:00"),
    ("always", "station", "2026-03-08 03:00", "open", "Open now"),
]


class StoreFinderCase(ClickCollectCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paris = cls._make_shop("Paris Bastille", "PAB", "75011")
        cls.etienne = cls._make_shop("Saint-Étienne Centre", "STE", "42000")
        cls.etienne.partner_id.city = "Saint-Étienne"
        cls.shops = cls.lyon + cls.lille + cls.paris + cls.etienne
        cls.carrier.warehouse_ids = [Command.set(cls.shops.ids)]
        cls._locate(cls.lyon, LYON)
        cls._locate(cls.lille, LILLE)
        cls._locate(cls.paris, PARIS)

    @classmethod
    def _locate(cls, shop, place):
        shop.partner_id.write({"partner_latitude": place[0], "partner_longitude": place[1]})

    def _other_company_shop(self):
        company = self.env["res.company"].create({"name": "Another retailer"})
        shop = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        shop.partner_id.write({"street": "2 Side street", "city": "Lyon", "zip": "69003"})
        return shop

    def _request(self, basket=None, **kwargs):
        """Return a request of a visitor who is not logged in."""
        visitor = self.website.user_id
        self.env["ir.http"].routing_map()  # what Odoo's own routes are called with
        website = self.website.with_user(visitor).with_context(website_id=self.website.id)
        env = self.env(user=visitor, context=website.env.context)
        return MockRequest(env, website=website, sale_order_id=basket.id if basket else None, **kwargs)

    def _order_of(self, nearest):
        rows, _found = nearest
        return [store for store, _away in rows]


@tagged("post_install", "-at_install")
class TestOpenNow(ClickCollectCommon):
    def _calendar(self, name, tz, hours):
        calendar = self.env["resource.calendar"].create({"name": name, "tz": tz, "attendance_ids": [Command.clear()]})
        calendar.attendance_ids = [
            Command.create({"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": end})
            for day, start, end in hours
        ]
        return calendar

    def test_words(self):
        week = [(day, *hours) for day in range(6) for hours in ((9, 12), (14, 19))]
        paris = self._calendar("Paris", "Europe/Paris", week)
        cafe = self._calendar("Coffee", "Europe/Paris", [(4, 22, 24), (5, 0, 2)])
        york = self._calendar("New York", "America/New_York", [(day, 10, 20) for day in range(7)])
        station = self._calendar("Station", "Europe/Paris", [(day, 0, 24) for day in range(7)])
        self.env["resource.calendar.leaves"].create(
            [
                {"name": "1 May", "calendar_id": paris.id, "date_from": start, "date_to": end}
                for start, end in (
                    ("2026-04-30 22:00:00", "2026-05-01 21:59:59"),
                    ("2026-08-01 22:00:00", "2026-08-16 21:59:59"),
                )
            ]
        )
        stores = {"paris": self.lyon, "york": self.lille}
        stores |= {key: self._make_shop(key, key[:3], "75010") for key in ("station", "cafe")}
        for key, calendar in {"paris": paris, "york": york, "station": station, "cafe": cafe}.items():
            stores[key].opening_hours = calendar
        for name, key, local, state, label in OPEN:
            store = stores[key]
            zone = pytz.timezone(store._omni_tz())
            moment = zone.localize(datetime.fromisoformat(local)).astimezone(pytz.utc).replace(tzinfo=None)
            with self.subTest(name), freeze_time(moment):
                self.assertEqual(store._omni_open_now(), {store.id: {"state": state, "label": label}})

    def test_without_opening_hours_nothing_is_said(self):
        self.assertEqual(self.lyon._omni_open_now(), {self.lyon.id: {}})


@tagged("post_install", "-at_install")
class TestStoreListing(HttpCase, StoreFinderCase):
    """A visitor who has chosen a store, over HTTP."""

    def test_the_page_of_products(self):
        self.env["product.template"].search([("website_published", "=", True)]).website_published = False
        (self.scarf + self.glove).website_published = True
        self._set_stock(self.glove, self.lille, -10)
        page = html.fromstring(self.url_open("/shop").text)
        self.assertFalse(page.find_class("o_omni_only_there") + page.find_class("o_omni_in_my_shop"))
        self.opener.cookies[SHOP_COOKIE] = str(self.lille.id)
        page = html.fromstring(self.url_open("/shop").text)
        self.assertEqual(len(page.find_class("o_omni_in_my_shop")), 1)
        [switch] = page.find_class("o_omni_only_there")
        self.assertIn("Available in Lille Centre", switch.text_content())
        only = self.url_open(switch.xpath(".//a/@href")[0]).text
        self.assertIn("Silk scarf", only)
        self.assertNotIn("Leather glove", only)


@tagged("post_install", "-at_install")
class TestStoreSearch(StoreFinderCase):
    def test_what_is_typed(self):
        for typed, expected in (
            ("Lyon", self.lyon),
            ("lyo", self.lyon),
            ("  LYON  ", self.lyon),
            ("69002", self.lyon),
            ("69", self.lyon),
            ("69002 Lyon", self.lyon),
            ("Lyon, 69002", self.lyon),
            ("bellecour", self.lyon),
            ("saint etienne", self.etienne),
            ("St-Étienne", self.etienne),
            ("SAINT ETIENNE", self.etienne),
            ("75011", self.paris),
            ("centre", self.lille + self.etienne),
            ("59800", self.lille),  # the postcode next to it
            ("69300 Caluire", self.lyon),
            ("Lyon Part-Dieu", self.lyon),
            ("yon", self.shops.browse()),
            ("Tokyo", self.shops.browse()),
            ("99999", self.shops.browse()),
            ("", self.shops.browse()),
            ("%' OR 1=1 --", self.shops.browse()),
            ("...", self.shops.browse()),
        ):
            with self.subTest(typed):
                self.assertEqual(self.shops._omni_matching(typed), expected)

    def test_postcodes_with_letters(self):
        self.paris.partner_id.zip = "SW1A 1AA"
        for typed in ("sw1a", "SW1A1AA", "SW1A 2BB"):
            self.assertEqual(self.shops._omni_matching(typed), self.paris, typed)

    def test_the_others_are_sorted_by_distance_from_what_was_found(self):
        rows, found = self.shops._omni_nearest(Near("Lille"))
        self.assertEqual(found, self.lille)
        self.assertEqual([store for store, _away in rows], [self.lille, self.paris, self.lyon, self.etienne])
        away = [away for _store, away in rows]
        self.assertIsNone(away[0])
        self.assertAlmostEqual(away[1], 204, delta=3)
        self.assertIsNone(away[3], "its place is not known")
        self.assertEqual(self.lille._omni_distance_words(away[0], Near("Lille"), found), "")
        self.assertEqual(self.paris._omni_distance_words(away[1], Near("Lille"), found), "204 km from Lille")

    def test_nearest_to_a_place_without_a_store(self):
        """Whatever town or postcode of the country is typed: nobody outside is asked where it is."""
        for typed, expected, kilometres in (
            ("38000", self.lyon, 94),
            ("Grenoble", self.lyon, 94),
            ("38000 Grenoble", self.lyon, 94),
            ("38", self.lyon, 94),
            ("villeurbanne", self.lyon, 4),
            ("BREST", self.paris, 505),
            ("06000", self.lyon, 299),
            ("St-Quentin", self.lille, 89),
        ):
            with self.subTest(typed):
                near = Near(typed)
                rows, found = self.shops._omni_nearest(near)
                store, away = rows[0]
                self.assertEqual((store, len(found)), (expected, 0))
                self.assertAlmostEqual(away, kilometres, delta=5)
                self.assertEqual(store._omni_distance_words(away, near, found), f"{round(away)} km from {typed}")
        self.assertEqual(self.shops._omni_position_of("99999 Tokyo"), ())
        self.shops.partner_id.country_id = self.env.ref("base.us")
        self.assertEqual(self.shops._omni_position_of("38000"), ())

    def test_nearest_to_a_position(self):
        here = Near(position=(45.75, 4.85))
        rows, found = self.shops._omni_nearest(here)
        self.assertEqual([store for store, _away in rows], [self.lyon, self.paris, self.lille, self.etienne])
        self.assertEqual(self.lyon._omni_distance_words(rows[0][1], here, found), "2 km from you")
        self.assertEqual(self.lyon._omni_distance_words(0.4, here, found), "less than 1 km from you")

    def test_own_shop_first_and_those_near_it(self):
        order = self._order_of(self.shops._omni_nearest(Near(), self.lille))
        self.assertEqual(order, [self.lille, self.paris, self.lyon, self.etienne])
        order = self._order_of(self.shops._omni_nearest(Near("Lyon"), self.lille))
        self.assertEqual(order, [self.lille, self.lyon, self.paris, self.etienne])

    def test_without_any_place_by_stock_and_name(self):
        order = self._order_of(self.shops._omni_nearest(Near(), last={self.lille.id}))
        self.assertEqual(order, [self.lyon, self.paris, self.etienne, self.lille])

    def test_what_a_browser_sends_as_position(self):
        self.assertEqual(near(None, 45.7512345, 4), Near("", (45.751, 4.0)))
        self.assertEqual(near("Lyon", 45.7, 4.8), Near("", (45.7, 4.8)), "who shares their position wants that")
        for odd in (
            (float("nan"), 4.8),
            (4.8, float("inf")),
            (91, 0),
            (0, -181),
            (10**400, 0),
            ("45", "4"),
            (True, False),
            ([], {}),
            (None, 4.8),
        ):
            self.assertEqual(near("Lyon", *odd), Near("Lyon"), odd)
        self.assertEqual(near(["Lyon"]), Near())
        self.assertEqual(len(near("x" * 10**6).search), 60)
        self.assertEqual(near("Ly\x00on\udc80").search, "Lyon")


@tagged("post_install", "-at_install")
class TestMyShop(StoreFinderCase):
    def setUp(self):
        super().setUp()
        self.empty = self._order((self.scarf, 1), confirm=False)
        self.empty.pickup_location_data = False

    def _kept(self, request):
        """Return the id of the shop in the cookie that the answer sets."""
        cookie = request.future_response.headers.get("Set-Cookie", "")
        return cookie.partition(f"{SHOP_COOKIE}=")[2].partition(";")[0]

    def _rows(self, cookies=None, basket=None, **session):
        with self._request(basket, cookies=cookies or {}) as request:
            request.session.update(session)
            visit = request.env["ir.http"]
            return request.website._omni_shop_stock(self.scarf, visit._omni_my_shop(), visit._omni_near())

    def test_remembered_and_first_on_all_product_pages(self):
        with self._request() as request:
            answer = Stores().choose(shop_id=self.paris.id, product_id=self.scarf.id)
            self.assertEqual(self._kept(request), str(self.paris.id))
        self.assertEqual(answer["chosen"]["id"], self.paris.id)
        first = answer["shops"][0]
        self.assertEqual((first["id"], first["mine"]), (self.paris.id, True))
        rows = self._rows({SHOP_COOKIE: str(self.paris.id)})
        self.assertEqual([row["id"] for row in rows if row["mine"]], [self.paris.id])
        self.assertEqual(rows[0]["id"], self.paris.id, "first, though it has none")
        self.assertEqual(rows[0]["level"], "out")

    def test_only_shops_that_offer_collection(self):
        other = self._other_company_shop()
        for shop_id in (other.id, 0, -1, "x", None, [self.lyon.id], {"id": 1}, 10**30, True, 1.5, str(other.id)):
            with self.subTest(shop_id), self._request() as request:
                answer = Stores().choose(shop_id=shop_id, product_id=self.scarf.id)
                self.assertNotIn("chosen", answer)
                self.assertEqual(self._kept(request), "")
        for kept in (str(other.id), "x", "", "9" * 500):
            self.assertFalse(any(row["mine"] for row in self._rows({SHOP_COOKIE: kept})), kept)

    def test_shop_that_offers_no_collection_any_more(self):
        self.carrier.warehouse_ids = [Command.unlink(self.paris.id)]
        self.assertNotIn(self.paris.id, [row["id"] for row in self._rows({SHOP_COOKIE: str(self.paris.id)})])

    def test_what_is_in_the_own_store_alone(self):
        """given a visitor who has chosen a store, when they look at the products, then they see which ones are there,
        and those alone if they want
        """
        templates = (self.scarf + self.glove).product_tmpl_id
        templates.website_sequence = 0
        self._set_stock(self.glove, self.lille, -10)
        with self._request(cookies={SHOP_COOKIE: str(self.lille.id)}) as request:
            mine = request.env["ir.http"]._omni_my_shop()
            self.assertEqual(request.website._omni_in_shop(templates, mine), self.scarf.product_tmpl_id)
            with self.assertQueryCount(3):  # all variants, their stock, which of those without any are counted
                request.website._omni_in_shop(templates, mine)
            found = ("", 2, templates)
            with patch.object(WebsiteSale, "_shop_lookup_products", lambda *_args: found):
                listing = StoreListing()
                self.assertEqual(listing._shop_lookup_products({}, {}, "", request.website), found)
                only = listing._shop_lookup_products({}, {"in_store": "1"}, "", request.website)
            self.assertEqual(only, ("", 1, self.scarf.product_tmpl_id))

    def test_basket_says_more_than_the_browser(self):
        basket = self._order((self.scarf, 1), shop=self.lille, confirm=False)
        rows = self._rows({SHOP_COOKIE: str(self.paris.id)}, basket)
        self.assertEqual(rows[0]["id"], self.lille.id)

    def test_choosing_moves_a_basket_that_is_collected(self):
        basket = self._order((self.scarf, 1), shop=self.lille, confirm=False)
        with self._request(basket):
            Stores().choose(shop_id=self.lyon.id, product_id=self.scarf.id)
        self.assertEqual((basket.warehouse_id, basket.pickup_location_data["id"]), (self.lyon, self.lyon.id))

    def test_the_basket_is_what_the_page_says(self):
        """given a basket that is sent home, when its shopper chooses a store on a product's page, then it is collected
        there; and when they want it delivered, it is delivered
        """
        product = self.env["product.product"].create({"name": "Post", "type": "service"})
        post = self.env["delivery.carrier"].create({"name": "Post", "product_id": product.id, "is_published": True})
        basket = self._order((self.scarf, 1), confirm=False)
        basket.write({"carrier_id": post.id, "pickup_location_data": False})
        with self._request(basket) as request:
            self.assertEqual(request.env["ir.http"]._omni_way(), "deliver")
            Stores().choose(shop_id=self.lyon.id, product_id=self.scarf.id)
            self.assertEqual(request.env["ir.http"]._omni_way(), "collect")
            self.assertEqual((basket.carrier_id, basket.warehouse_id), (self.carrier, self.lyon))
            Stores().deliver(product_id=self.scarf.id)
            self.assertEqual(request.env["ir.http"]._omni_way(), "deliver")
        self.assertEqual(basket.carrier_id, post)

    def test_delivered_by_whom_is_asked_at_the_checkout(self):
        """given a basket that is collected and nobody who could deliver it yet, when its shopper wants it delivered,
        then it is not collected any more, and begins with a parcel as soon as somebody can bring one
        """
        product = self.env["product.product"].create({"name": "Post", "type": "service"})
        post = self.env["delivery.carrier"].create({"name": "Post", "product_id": product.id, "sequence": 99})
        basket = self._order((self.scarf, 1), confirm=False)
        with self._request(basket) as request:
            Stores().deliver(product_id=self.scarf.id)
            self.assertEqual(request.env["ir.http"]._omni_way(), "deliver")
            self.assertFalse(basket.carrier_id or basket.pickup_location_data)
            post.is_published = True
            methods = basket._get_delivery_methods()
            self.assertEqual(basket._get_preferred_delivery_method(methods), post)
            self.assertEqual(basket._get_preferred_delivery_method(self.carrier), self.carrier, "nothing else is left")
            request.session[WAY] = "collect"
            self.assertEqual(basket._get_preferred_delivery_method(methods), self.carrier)

    def test_a_new_basket_begins_as_the_page_said(self):
        self.empty.carrier_id = False
        with self._request(self.empty, cookies={SHOP_COOKIE: str(self.lyon.id)}) as request:
            self.empty._verify_cart_after_update()
            self.assertFalse(self.empty.carrier_id, "a store that was chosen months ago says nothing of this basket")
            request.session[WAY] = "collect"
            self.empty._verify_cart_after_update()
        self.assertEqual((self.empty.carrier_id, self.empty.warehouse_id), (self.carrier, self.lyon))

    def test_brought_to_the_own_shop(self):
        rows = self._rows({SHOP_COOKIE: str(self.paris.id)})
        self.assertFalse(any(row["brought"] for row in rows if not row["mine"]))
        with freeze_time("2026-03-02 10:00:00"):
            ready = lambda *_args, **_more: datetime(2026, 3, 3, 11, 0)
            self.patch(self.env.registry["stock.warehouse"], "_omni_ready_at", ready)
            [mine, *_others] = self._rows({SHOP_COOKIE: str(self.paris.id)})
        self.assertEqual((mine["level"], mine["brought"][:8]), ("out", "tomorrow"))

    def test_choosing_forgets_the_search_but_not_the_position(self):
        for kept, left in (({"search": "lille"}, None), ({"position": (45.0, 4.0)}, {"position": (45.0, 4.0)})):
            with self._request() as request:
                request.session[NEAR] = kept
                Stores().choose(shop_id=self.lyon.id, product_id=self.scarf.id)
                self.assertEqual(request.session.get(NEAR), left)

    def test_search_lasts_for_the_visit(self):
        with self._request() as request:
            answer = Stores().shops(product_id=self.scarf.id, search="lille")
            kept = request.session[NEAR]
        self.assertEqual((answer["shops"][0]["id"], answer["message"]), (self.lille.id, ""))
        self.assertEqual(self._rows(omni_near=kept)[0]["id"], self.lille.id)

    def test_search_that_finds_a_place_says_how_far_it_is(self):
        with self._request():
            answer = Stores().shops(product_id=self.scarf.id, search="38000")
        self.assertEqual((answer["message"], answer["shops"][0]["id"]), ("", self.lyon.id))
        self.assertIn("km from 38000", answer["shops"][0]["distance"])

    def test_search_that_finds_nothing_says_so_and_shows_all(self):
        with self._request():
            answer = Stores().shops(product_id=self.scarf.id, search="Tokyo")
        self.assertIn("Tokyo", answer["message"])
        self.assertEqual(len(answer["shops"]), 4)

    def test_odoos_own_routes_remember_it_too(self):
        with self._request(self.empty) as request:
            CollectDelivery().website_sale_set_pickup_location(json.dumps({"id": self.paris.id}))
            self.assertEqual(self._kept(request), str(self.paris.id))
        self.assertEqual(self.empty.warehouse_id, self.paris)
        with self._request(self.empty) as request:
            CollectDelivery().shop_set_click_and_collect_location(json.dumps({"id": self.lille.id}))
            self.assertEqual(self._kept(request), str(self.lille.id))

    def test_basket_begins_with_it_if_it_has_everything(self):
        self._bring_nothing()
        kept = {SHOP_COOKIE: str(self.lyon.id)}
        with self._request(self.empty, cookies=kept):
            defaults = self.empty._prepare_in_store_default_location_data()["default_pickup_locations"]
        self.assertEqual(defaults[self.carrier.id]["pickup_location_data"]["id"], self.lyon.id)
        self._set_stock(self.scarf, self.lyon, -10)
        with self._request(self.empty, cookies=kept):
            self.assertFalse(self.empty._prepare_in_store_default_location_data()["default_pickup_locations"])
        with self._request(self.empty):
            self.assertFalse(self.empty._prepare_in_store_default_location_data()["default_pickup_locations"])

    def test_basket_has_it_as_soon_as_it_is_collected(self):
        self.carrier.warehouse_ids = self.lyon
        self.empty.carrier_id, self.empty.pickup_location_data = False, False
        with self._request(self.empty):
            self.empty._set_delivery_method(self.carrier)
        self.assertEqual(self.empty.pickup_location_data["id"], self.lyon.id)
        self.assertEqual(self.empty.warehouse_id, self.lyon)

    def test_basket_stays_where_it_is_collected_when_an_address_is_written(self):
        """given a basket that is collected in another store than its visitor's own, when they write their address, then
        it is still collected there"""
        home = self.customer.copy({"type": "delivery", "parent_id": self.customer.id, "zip": "75001"})
        with self._request(self.empty, cookies={SHOP_COOKIE: str(self.lyon.id)}):
            self.empty._omni_collect_in(self.lille)
            self.empty._update_address(home.id, {"partner_shipping_id"})
        self.assertEqual(self.empty.partner_shipping_id, home)
        self.assertEqual((self.empty.carrier_id, self.empty.warehouse_id), (self.carrier, self.lille))
        self.assertEqual(self.empty.pickup_location_data["id"], self.lille.id)

    @freeze_time("2026-03-02 10:00:00")
    def test_selector_of_the_basket(self):
        with self._request(self.empty, cookies={SHOP_COOKIE: str(self.lyon.id)}):
            places = CollectDelivery().website_sale_get_pickup_locations("")["pickup_locations"]
            self.assertEqual((places[0]["id"], len(places)), (self.lyon.id, 4))
            shop = places[0]["additional_data"]["omni_shop"]
            self.assertTrue(shop["mine"])
            self.assertIn("today", shop["ready"])
            places = CollectDelivery().website_sale_get_pickup_locations("Lille")["pickup_locations"]
        self.assertEqual([place["id"] for place in places[:2]], [self.lille.id, self.paris.id])
        self.assertEqual(places[1]["additional_data"]["omni_shop"]["distance"], "204 km from Lille")

    def test_selector_of_the_product_page_without_a_country(self):
        with self._request() as request:
            places = CollectDelivery().website_sale_get_pickup_locations(
                "", product_id=self.scarf.id, latitude=45.7, longitude=4.8
            )["pickup_locations"]
            self.assertEqual(request.session[NEAR]["position"], (45.7, 4.8))
        self.assertEqual(places[0]["id"], self.lyon.id)
        self.assertEqual(places[0]["additional_data"]["omni_shop"]["distance"], "7 km from you")

    def test_address_of_the_basket(self):
        self.customer.zip = "59800"
        with self._request(self.empty) as request:
            self.assertEqual(request.env["ir.http"]._omni_near(), Near("59800"))
        self.customer.write({"partner_latitude": 1000, "partner_longitude": 1000})
        with self._request(self.empty) as request:
            self.assertEqual(request.env["ir.http"]._omni_near(), Near("59800"))
        self.customer.write({"partner_latitude": 45.1, "partner_longitude": 4.1})
        with self._request(self.empty) as request:
            self.assertEqual(request.env["ir.http"]._omni_near(), Near(position=(45.1, 4.1)))

    def test_odoos_routes_are_overridden(self):
        self.assertTrue(issubclass(CollectDelivery, InStoreDelivery))
        with self._request():
            self.assertEqual(list(CollectDelivery().website_sale_get_pickup_locations("69")), ["error"])
            with self.assertRaises(ValidationError):
                CollectDelivery().website_sale_set_pickup_location("{}")
        with self._request(self.empty):
            for odd in (json.dumps({"id": self._other_company_shop().id}), "[1]", "x", '{"id": 1e999}', "[" * 10**5, 5):
                with self.subTest(str(odd)[:20]), self.assertRaises(ValidationError):
                    CollectDelivery().website_sale_set_pickup_location(odd)


@tagged("post_install", "-at_install")
class TestLocateJob(StoreFinderCase):
    """The job asks once for each address; the pages never do."""

    def setUp(self):
        super().setUp()
        self.answers, self.asked = {}, []
        self.patch(self.env.registry["res.partner"], "_geo_localize", self._answer)

    def _answer(self, _street, _zip_code, city, *_where):
        self.asked.append(city)
        answer = self.answers.get(city)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _run(self):
        self.asked.clear()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", autospec=True) as progress:
            self.env["stock.warehouse"].with_context(force_geo_localize=True)._cron_locate()
        self.progress = [(call.args[1:], call.kwargs) for call in progress.call_args_list]
        return self.asked

    def test_once_each(self):
        self.answers["Saint-Étienne"] = (45.44, 4.39)
        self.assertEqual(self._run(), ["Saint-Étienne"])
        partner = self.etienne.partner_id
        self.assertEqual((partner.partner_latitude, partner.date_localization), (45.44, fields.Date.today()))
        self.assertEqual(self.etienne.omni_place, "known")
        self.assertEqual(self._run(), [])

    def test_not_found_is_not_asked_for_until_its_address_changes(self):
        self.assertEqual(self._run(), ["Saint-Étienne"])
        self.assertEqual(self.etienne.omni_place, "unknown")
        self.assertFalse(self.etienne._omni_is_located())
        self.assertEqual(self._run(), [])
        self.etienne.partner_id.street = "2 Main street"
        self.answers["Saint-Étienne"] = (45.44, 4.39)
        self.assertEqual(self._run(), ["Saint-Étienne"])
        self.assertEqual(self.etienne.omni_place, "known")

    def test_without_network_one_line_and_later_again(self):
        for shop in self.shops:
            self._locate(shop, (0, 0))
        self.answers = dict.fromkeys(("Lyon", "Lille", "Paris", "Saint-Étienne"), UserError("no network"))
        with self.assertLogs("odoo.addons.omni_clickcollect", "WARNING") as logs:
            self.assertEqual(len(self._run()), 1, "who cannot be reached is not asked 50 times")
        self.assertEqual(len(logs.output), 1)
        self.assertNotIn("Traceback", logs.output[0])
        self.assertEqual(self.progress, [((), {"remaining": 0})], "the next run tries, not this one again")
        self.answers = dict.fromkeys(self.answers, (45.0, 4.0))
        self.assertEqual(len(self._run()), 4)

    def test_in_batches(self):
        shops = self.shops
        for number in range(25):
            shops += self._make_shop(f"Town{number} shop", f"T{number}", "12345")
        self.carrier.warehouse_ids = [Command.set(shops.ids)]
        self.assertEqual(len(self._run()), 20)
        self.assertEqual(self.progress[-1], ((1,), {"remaining": 6}))
        self.assertEqual(len(self._run()), 6)
        self.assertEqual(self.progress[-1], ((1,), {"remaining": 0}))

    def test_incomplete_address_is_flagged_and_not_asked_for(self):
        self.etienne.partner_id.city = False
        self.assertEqual(self._run(), [])
        self.assertEqual(self.etienne.omni_place, "unknown")

    def test_stores_without_collection_are_left_alone(self):
        self.carrier.warehouse_ids = [Command.unlink(self.etienne.id)]
        self.assertEqual(self._run(), [])
        self.assertFalse(self.etienne.omni_place)
        self.carrier.write({"warehouse_ids": [Command.link(self.etienne.id)], "is_published": False})
        self.assertEqual(self._run(), [])

    def test_filter_and_button_for_the_manager(self):
        keeper = new_test_user(self.env, "cc_keeper", groups="stock.group_stock_manager")
        stores = self.env["stock.warehouse"].with_user(keeper)
        self.assertEqual(stores.search([("omni_place", "=", "unknown")]), self.etienne)
        self.assertEqual(stores.search([("omni_place", "=", "known")]), self.lyon + self.lille + self.paris)
        self.assertNotIn(self.etienne, stores.search([("omni_place", "!=", "unknown")]))
        self.assertEqual(Form(self.etienne.with_user(keeper)).omni_place, "unknown")
        self._run()
        self.etienne.with_user(keeper).action_omni_locate()
        self.assertTrue(self.etienne._omni_is_asked_for())
        self.lyon.with_user(keeper).action_omni_locate()
        self.assertTrue(self.lyon._omni_is_located(), "what is known stays")
        with self.assertRaises(AccessError):
            self.lyon.with_user(self.desk_user).action_omni_locate()

    def test_job_is_there(self):
        cron = self.env.ref("omni_clickcollect.ir_cron_locate")
        self.assertTrue(cron.active)
        with patch.object(self.env.registry["stock.warehouse"], "_cron_locate") as job:
            cron.method_direct_trigger()
        job.assert_called_once_with()


@tagged("post_install", "-at_install")
class TestStoreQueries(StoreFinderCase):
    """Fifty shops cost as many queries as five."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.shops
        for number in range(46):
            shop = cls._make_shop(f"Town{number} shop", f"S{number}", f"{number + 10}000")
            cls._locate(shop, (44 + number / 10, 2 + number / 20))
            cls.many += shop
        for shop in cls.many:
            shop.opening_hours = cls.env["resource.calendar"].create({"name": shop.name, "tz": "Europe/Paris"})
        for shop in cls.many:
            cls._set_stock(cls.scarf, shop, 5)

    def _count(self, work):
        counts = []
        for shops in (self.many, self.many[:5]) * 2:  # once to work out opening hours
            self.carrier.warehouse_ids = [Command.set(shops.ids)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work(len(shops))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])

    def _info(self, number):
        with self._request(cookies={SHOP_COOKIE: str(self.lille.id)}) as request:
            request.session[NEAR] = {"search": "Lyon"}
            template = request.env["product.template"].with_context(website_sale_stock_get_quantity=True)
            product = self.scarf.with_env(template.env)
            info = template._get_additionnal_combination_info(
                product, quantity=1, uom=product.uom_id, date=fields.Datetime.now(), website=request.website
            )
        self.assertEqual((len(info["omni_shops"]), info["omni_shop_count"]), (min(number, SHORT_LIST), number))
        self.assertTrue(info["omni_shops"][0]["mine"] and info["omni_shops"][0]["ready"])

    def test_page(self):
        self._count(self._info)

    def test_search(self):
        def search(number):
            with self._request():
                self.assertEqual(len(Stores().shops(self.scarf.id, latitude=45.0, longitude=4.0)["shops"]), number)

        self._count(search)

    def test_selector(self):
        basket = self._order((self.scarf, 1), confirm=False)

        def select(number):
            with self._request(basket):
                places = CollectDelivery().website_sale_get_pickup_locations("Lyon")["pickup_locations"]
            self.assertEqual(len(places), number)

        self._count(select)


@tagged("post_install", "-at_install")
class TestStoreRoutes(HttpCase, StoreFinderCase):
    """What strangers send: plain answers, no errors, nothing of other companies."""

    ODD = (None, "", "x", "\x00", "é\u202e", -1, 0, 10**30, 1.5, True, [], {}, [[1]], {"id": 1}, "x" * 200_000)

    def _ask(self, route, data=None, **params):
        data = data or json.dumps({"params": params})
        answer = self.url_open(route, data=data, headers={"Content-Type": "application/json"})
        self.assertLess(answer.status_code, 500, route)
        return answer

    def test_search_and_choose(self):
        answer = self._ask("/shop/shops", product_id=self.scarf.id, search="Lille").json()["result"]
        self.assertEqual(answer["shops"][0]["id"], self.lille.id)
        answer = self._ask("/shop/shops/choose", product_id=self.scarf.id, shop_id=self.paris.id)
        self.assertEqual(answer.json()["result"]["chosen"]["id"], self.paris.id)
        self.assertEqual(self.opener.cookies.get(SHOP_COOKIE), str(self.paris.id))
        page = self.url_open(self.scarf.website_url)
        self.assertIn("Paris Bastille", page.text)

    def test_goods_whose_stock_is_not_counted(self):
        """given a product whose stock is not counted, when a visitor looks for it, then each shop has it, without end,
        and that is JSON
        """
        card = self.env["product.product"].create({"name": "Greeting card", "website_published": True})
        for route, name in (
            ("/shop/shops", "shops"),
            ("/shop/shops/choose", "shops"),
            ("/website_sale/get_pickup_locations", "pickup_locations"),
        ):
            with self.subTest(route):
                text = self._ask(route, product_id=card.id, shop_id=self.paris.id).text
                rows = json.loads(text, parse_constant=self.fail)["result"][name]
                self.assertEqual(len(rows), 4)
                for row in rows:
                    stock = row if name == "shops" else row["additional_data"]["in_store_stock_data"]
                    self.assertIsNone(stock["quantity"])
                    self.assertEqual(stock.get("level", "in"), "in")
                    self.assertTrue(stock.get("in_stock", True))

    def test_malformed(self):
        hidden = self._other_company_shop()
        unpublished = self._make_product("Secret scarf", 10.0)
        unpublished.website_published = False
        for odd, product, shop in (*((odd, odd, odd) for odd in self.ODD), (-1, unpublished.id, hidden.id)):
            with self.subTest(str(odd)[:20]):
                for route in ("/shop/shops", "/shop/shops/choose"):
                    answer = self._ask(route, product_id=product, shop_id=shop, search=odd, latitude=odd, longitude=odd)
                    self.assertEqual(answer.json()["result"]["shops"], [])
                answer = self._ask("/shop/shops", product_id=self.scarf.id, search=odd, latitude=odd, longitude=4.0)
                self.assertEqual(len(answer.json()["result"]["shops"]), 4)
                answer = self._ask("/shop/shops/choose", product_id=self.scarf.id, shop_id=shop)
                self.assertNotIn("chosen", answer.json()["result"])
                answer = self._ask(
                    "/website_sale/get_pickup_locations", product_id=product, zip_code=odd, latitude=odd, unknown=odd
                )
                self.assertEqual(list(answer.json()["result"]), ["error"])
                answer = self._ask("/website_sale/get_pickup_locations", product_id=self.scarf.id, zip_code=odd)
                self.assertEqual(len(answer.json()["result"]["pickup_locations"]), 4)
        nan = json.dumps(
            {"params": {"product_id": self.scarf.id, "latitude": float("nan"), "longitude": -float("inf")}}
        )
        self.assertEqual(len(self._ask("/shop/shops", nan).json()["result"]["shops"]), 4)
        self.assertEqual(
            len(self._ask("/website_sale/get_pickup_locations", nan).json()["result"]["pickup_locations"]), 4
        )

    def test_bodies_that_are_no_requests(self):
        with mute_logger("odoo.http"):
            for body in (b"{", b"[]", b"\x00\xff", b'{"params": []}', b'{"params": 5}', b"[" * 100_000):
                for route in ("/shop/shops", "/shop/shops/choose"):
                    self._ask(route, body)

    def test_kept_values_that_were_changed_by_hand(self):
        for kept in ("x", "-1", "9" * 3000, "%00", str(self._other_company_shop().id)):
            self.opener.cookies.set(SHOP_COOKIE, kept)
            answer = self._ask("/shop/shops", product_id=self.scarf.id).json()["result"]
            self.assertFalse([row for row in answer["shops"] if row["mine"]])
            self.assertEqual(self.url_open(self.scarf.website_url).status_code, 200)


class StoreTourCase(HttpCase, StoreFinderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._locate(cls.etienne, (45.44, 4.39))
        for number in range(8):
            shop = cls._make_shop(f"Town{number} shop", f"S{number}", f"{number + 10}000")
            cls._locate(shop, (44 + number / 10, 2 + number / 20))
            cls.shops += shop
        cls.carrier.warehouse_ids = [Command.set(cls.shops.ids)]
        days = [{"name": day, "dayofweek": day, "hour_from": 0, "hour_to": 24} for day in "0123456"]
        cls.lille.opening_hours = cls.env["resource.calendar"].create(
            {"name": "Lille", "attendance_ids": [Command.clear(), *map(Command.create, days)]}
        )


@tagged("post_install", "-at_install")
class TestStoreToursPhone(StoreTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_shopper_finds_his_shop(self):
        self.start_tour(self.scarf.website_url, "omni_clickcollect_store_finder")
        basket = self.env["sale.order"].search([("website_id", "=", self.website.id)], order="id desc", limit=1)
        self.assertEqual((basket.order_line.product_id & self.glove, basket.warehouse_id), (self.glove, self.lyon))


@tagged("post_install", "-at_install")
class TestStoreToursDesktop(StoreTourCase):
    def test_shopper_finds_his_shop(self):
        self.start_tour(self.scarf.website_url, "omni_clickcollect_store_finder")

    def test_position_and_no_map(self):
        self.start_tour(self.scarf.website_url, "omni_clickcollect_shop_position")
