from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.website_sale.tests.common import MockRequest

from .common import StockHoldCommon


class WebShopCase(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls.env["stock.warehouse"].create({"name": "Nation", "code": "OMN"})
        cls.channel.warehouse_ids += cls.third
        cls.central.omni_collects = False
        (cls.product + cls.other).show_availability = True
        cls.receive(cls.product, cls.shop, 2)
        cls.receive(cls.product, cls.third, 1)

    def info(self, product, website=None):
        website = website or self.website
        with MockRequest(self.env, website=website):
            template = self.env["product.template"].with_context(website_sale_stock_get_quantity=True)
            return template._get_additionnal_combination_info(
                product, quantity=1, uom=product.uom_id, date=fields.Date.today(), website=website
            )

    def note(self, product):
        notes, _known = product.product_tmpl_id._omni_stock_notes(self.website)
        return notes.get(product.product_tmpl_id.id)


@tagged("post_install", "-at_install")
class TestWebShopAvailability(WebShopCase):
    """What a shopper reads about the stock before they buy."""

    def test_few_are_left_in_two_shops(self):
        self.assertEqual(self.note(self.product), {"sold_out": "", "left": "3 left", "shops": "In 2 stores"})
        info = self.info(self.product)
        self.assertEqual((info["free_qty"], info["omni_shops_words"]), (3, "In 2 stores"))

    def test_what_others_keep_is_not_left(self):
        self.basket(1)._omni_hold()
        self.assertEqual(self.note(self.product)["left"], "2 left")
        self.assertEqual(self.info(self.product)["free_qty"], 2)

    def test_many_are_not_counted_out(self):
        self.receive(self.product, self.central, 40)
        self.assertEqual(self.note(self.product), {"sold_out": "", "left": "", "shops": "In 2 stores"})

    def test_a_depot_is_not_a_shop_and_one_shop_is_not_several(self):
        self.receive(self.other, self.central, 1)
        self.receive(self.other, self.shop, 1)
        self.assertEqual(self.note(self.other), {"sold_out": "", "left": "2 left", "shops": ""})
        self.assertEqual(self.info(self.other)["omni_shops_words"], "")

    def test_figures_are_shown_where_odoo_is_told_to(self):
        self.product.show_availability = False
        self.assertEqual(self.note(self.product), {"sold_out": "", "left": "", "shops": ""})
        self.assertEqual(self.info(self.product)["omni_shops_words"], "")
        self.product.allow_out_of_stock_order = True
        self.assertIsNone(self.note(self.product))

    def test_sold_out(self):
        self.assertEqual(self.note(self.other), {"sold_out": "Sold out", "left": "", "shops": ""})
        self.assertEqual(self.info(self.other)["free_qty"], 0)

    def test_a_product_is_sold_out_when_all_its_variants_are(self):
        template = self.variants()
        first, second = template.product_variant_ids
        self.assertTrue(self.note(first)["sold_out"])
        self.receive(second, self.shop, 2)
        self.assertEqual(self.note(first), {"sold_out": "", "left": "2 left", "shops": ""})
        self.assertEqual([self.info(variant)["free_qty"] for variant in (first, second)], [0, 2])

    def variants(self):
        attribute = self.env["product.attribute"].create({"name": "Size", "value_ids": [(0, 0, {"name": "S"})]})
        attribute.value_ids += self.env["product.attribute.value"].create({"name": "L", "attribute_id": attribute.id})
        return self.env["product.template"].create(
            {
                "name": "Shirt",
                "is_storable": True,
                "allow_out_of_stock_order": False,
                "show_availability": True,
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]})
                ],
            }
        )

    def test_a_website_that_sells_from_one_place_still_names_the_shops(self):
        self.website.warehouse_id = self.central
        self.assertEqual(self.note(self.product), {"sold_out": "", "left": "", "shops": "In 2 stores"})
        self.assertTrue(self.note(self.other)["sold_out"])
        self.assertEqual(self.info(self.product)["free_qty"], 0)

    def test_one_query_for_a_whole_listing(self):
        products = self.env["product.template"]
        for number in range(20):
            products += products.create(
                {
                    "name": f"Many {number}",
                    "is_storable": True,
                    "allow_out_of_stock_order": False,
                    "show_availability": True,
                }
            )
        self.env.flush_all()
        for listing in (products[:1], products):
            listing._omni_stock_notes(self.website)
            with self.assertQueryCount(1):
                _notes, known = listing._omni_stock_notes(self.website)
        self.env["website"].get_current_website()
        with self.assertQueryCount(0):
            for product in products.with_context(omni_prefetched=known):
                self.assertTrue(product._is_sold_out())

    # -- sold although there is none ---------------------------------------------------------------------------------

    def expect(self, days):
        supplier = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].create(
            {
                "product_id": self.other.id,
                "product_uom_qty": 5,
                "location_id": supplier.id,
                "location_dest_id": self.shop.lot_stock_id.id,
                "date": fields.Datetime.now() + timedelta(days=days),
            }
        )
        move._action_confirm()

    def test_the_day_is_that_of_the_store(self):
        """given a receipt in the evening by Greenwich, when it is the next morning at the store, then it comes then"""
        self.patch(self.registry["stock.warehouse"], "_omni_tz", lambda _store: "Asia/Tokyo")
        day = fields.Date.today() + timedelta(days=9)
        self.expect(9)
        self.env["stock.move"].search([("product_id", "=", self.other.id)]).date = f"{day} 20:00:00"
        tomorrow = day + timedelta(days=1)
        self.assertEqual(self.other._omni_expected_on(self.shop), {self.other.id: tomorrow})
        self.assertEqual(self.other._omni_receipts(self.shop)[self.other.id, self.shop.id], (tomorrow, 5))

    def test_when_it_is_expected(self):
        self.patch(self.registry["stock.warehouse"], "_omni_tz", lambda _store: "UTC")
        self.other.allow_out_of_stock_order = True
        today = fields.Date.today()
        self.assertFalse(self.info(self.other)["omni_expected_words"], "nobody knows")
        self.other.sale_delay = 4
        sells = self.website._omni_sells_from()
        self.assertEqual(self.other._omni_expected_on(sells), {self.other.id: today + timedelta(days=4)})
        self.expect(9)
        self.assertEqual(self.other._omni_expected_on(sells), {self.other.id: today + timedelta(days=9)})
        self.assertIn("expected on", self.info(self.other)["omni_expected_words"])
        self.expect(-3)
        self.assertEqual(self.other._omni_expected_on(sells), {self.other.id: today}, "late: any day now")
        self.receive(self.other, self.shop, 1)
        self.assertNotIn("omni_expected_words", self.info(self.other))

    # -- back --------------------------------------------------------------------------------------------------------

    def test_who_asked_hears_when_it_can_be_promised_again(self):
        self.env["website"].search([]).warehouse_id = self.central
        self.website.warehouse_id = False
        for product in self.product + self.other:
            product.stock_notification_partner_ids = self.shopper
        self.basket(3)._omni_hold()
        events = []
        listen = patch.object(self.registry["omni.event"], "_on", lambda _self, event: events.append(event))
        with listen, patch.object(self.registry["mail.mail"], "send", lambda *_args, **_kwargs: None):
            self.env["product.product"]._send_availability_email()
            self.assertEqual(events, [], "what is there is kept for somebody else")
            self.receive(self.product, self.third, 1)
            self.env["product.product"]._send_availability_email()
            self.env["product.product"]._send_availability_email()
        [event] = events
        self.assertEqual((event.code, event.record), ("stock.back", self.product))
        self.assertEqual(event.values, {"partner_ids": self.shopper.ids})
        self.assertFalse(self.product.stock_notification_partner_ids)
        self.assertEqual(self.other.stock_notification_partner_ids, self.shopper)


@tagged("post_install", "-at_install")
class TestWebShopPages(HttpCase, WebShopCase):
    """The pages themselves, as a visitor without an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.website.omni_channel_id = cls.channel
        cls.website.warehouse_id = False
        cls.product.product_tmpl_id.name, cls.other.product_tmpl_id.name = "Omni lamp", "Omni shade"

    @contextmanager
    def asked(self):
        """Yield the products that the shop's pages ask the promise of, one item a time that they ask."""
        website, asked = self.registry["website"], []
        promises = website._omni_availability

        def counted(records, products):
            asked.append(products.ids)
            return promises(records, products)

        with patch.object(website, "_omni_availability", counted):
            yield asked

    def test_a_listing_says_it_and_asks_once(self):
        with self.asked() as asked:
            page = self.url_open("/shop?search=omni").text
        self.assertEqual(len(asked), 1)
        words = " ".join(page.split())
        self.assertIn("3 left", words)
        self.assertIn("In 2 stores", words)
        self.assertIn("Sold out", words)

    def test_a_product_page_asks_once(self):
        with self.asked() as asked:
            page = self.url_open(self.product.website_url).text
        self.assertEqual(len(asked), 1)
        self.assertIn("schema.org/InStock", page)

    def _chosen_variant(self, **context):
        """Return what a page is told when ``self.product`` is chosen on it."""
        params = {
            "product_template_id": self.product.product_tmpl_id.id,
            "product_id": self.product.id,
            "combination": [],
            "add_qty": 1,
            "uom_id": self.product.uom_id.id,
        }
        return self.make_jsonrpc_request("/website_sale/get_combination_info", {**params, "context": context})

    def test_a_variant_chosen_on_the_page(self):
        answer = self._chosen_variant()
        self.assertEqual((answer["free_qty"], answer["omni_shops_words"]), (3, "In 2 stores"))

    def test_nobody_says_what_was_read(self):
        """given a visitor who sends what only a page knows to have read, in whatever form, then it is read"""
        for said in (5, "all", [1], [None, {}], {str(self.product.id): 900}):
            answer = self._chosen_variant(omni_read_before=said, omni_prefetched=said)
            self.assertEqual((answer["free_qty"], answer["omni_shops_words"]), (3, "In 2 stores"), said)
