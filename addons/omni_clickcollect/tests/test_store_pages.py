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
