from lxml import html

from odoo.tests import HttpCase, tagged

from ..models.ir_http import SHOP_COOKIE
from .test_store_finder import StoreFinderCase


@tagged("post_install", "-at_install")
class TestStorePages(HttpCase, StoreFinderCase):
    def setUp(self):
        super().setUp()
        self.lille.opening_hours = self.env["resource.calendar"].create({"name": "Lille", "tz": "Europe/Paris"})
        self.lille.partner_id.phone = "+33 3 20 00 00 00"

    def _page(self, path):
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200, path)
        return html.fromstring(answer.text)

    def _words(self, page):
        return " ".join(page.get_element_by_id("wrap").text_content().split())

    def test_all_stores_and_the_nearest(self):
        page = self._page("/stores")
        links = page.xpath("//div[contains(@class, 'o_omni_stores')]//a/strong")
        self.assertEqual(len(links), len(self.shops))
        page = self._page("/stores?search=59800")
        first = page.xpath("//div[contains(@class, 'o_omni_stores')]//a")[0]
        self.assertIn("Lille Centre", first.text_content())
        self.assertIn(self.lille._omni_open_now()[self.lille.id]["label"], first.text_content())
        self.assertIn("km from 38000", self._words(self._page("/stores?search=38000")))
        self.assertIn("No store matches “Tokyo”", self._words(self._page("/stores?search=Tokyo")))

    def test_one_store(self):
        self.lille.omni_drive_in = True
        page = self._page(f"/stores/lille-{self.lille.id}")
        words = self._words(page)
        for said in ("Lille Centre", "59000", "Monday", "Stay in your car", "Reserve, try and pay in store"):
            self.assertIn(said, words)
        self.assertEqual(page.xpath("//a[@name='phone']/@href"), ["tel:+33320000000"])

    def test_nothing_is_said_of_other_places(self):
        other = self._other_company_shop()
        for key in (other.id, f"x-{other.id}", 0, "x", "-1", 10**30, "%00", "²"):
            self.assertEqual(self.url_open(f"/stores/{key}").status_code, 404, key)

    def test_choosing_it_shows_what_is_there(self):
        page = self._page(f"/stores/{self.lille.id}")
        [form] = page.xpath("//form[contains(@action, '/mine')]")
        token = form.xpath("input[@name='csrf_token']/@value")[0]
        answer = self.url_open(form.get("action"), data={"csrf_token": token}, allow_redirects=False)
        self.assertEqual(answer.headers["Location"], "/shop?in_store=1")
        self.assertEqual(answer.cookies[SHOP_COOKIE], str(self.lille.id))
        self.assertIn("See what is in your store", self._words(self._page(f"/stores/{self.lille.id}")))

    # -- in the header -----------------------------------------------------------------------------------------------

    def _bar(self, path):
        [bar] = self._page(path).find_class("o_omni_my_store") or [None]
        return bar

    def test_the_header_names_the_store_that_was_chosen(self):
        for path in ("/", "/shop", "/stores"):
            self.assertIn("d-none", self._bar(path).get("class"), "nobody has chosen one")
        self.opener.cookies[SHOP_COOKIE] = str(self.lille.id)
        for path in ("/", "/shop", "/stores"):
            bar = self._bar(path)
            self.assertNotIn("d-none", bar.get("class"))
            self.assertIn(self.lille._omni_open_now()[self.lille.id]["label"], bar.text_content())
            [link] = bar.xpath(".//a[@name='omni_my_store']")
            self.assertEqual(link.find("span").text_content(), "Lille Centre")
            self.assertIn("Lille Centre", self._words(self._page(link.get("href"))))
        self.opener.cookies.pop(SHOP_COOKIE)
        self.assertIn("d-none", self._bar("/").get("class"), "not kept for the next visitor")

    def test_the_header_asks_nothing_of_who_chose_no_store(self):
        with self._request() as request:
            request.httprequest.path = "/shop"
            with self.assertQueryCount(0):
                self.assertEqual(request.env["ir.http"]._omni_header_store(), {})
            for path in ("/shop/cart", "/shop/payment", "/pickup/1/x", "/my/pickups"):
                request.httprequest.path = path
                self.assertIsNone(request.env["ir.http"]._omni_header_store(), path)
