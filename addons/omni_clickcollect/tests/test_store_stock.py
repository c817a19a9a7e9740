from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.website_sale.tests.common import MockRequest

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestStoreStock(ClickCollectCommon):
    def _info(self, product, basket=None):
        with MockRequest(self.env, website=self.website, sale_order_id=basket.id if basket else None):
            template = self.env["product.template"].with_context(website_sale_stock_get_quantity=True)
            return template._get_additionnal_combination_info(
                product, quantity=1, uom=product.uom_id, date=fields.Datetime.now(), website=self.website
            )

    def _levels(self, product, basket=None):
        return {row["id"]: (row["level"], row["quantity"]) for row in self._info(product, basket)["omni_shops"]}

    def test_what_each_shop_has(self):
        self._set_stock(self.scarf, self.lille, -7)
        self.assertEqual(self._levels(self.scarf), {self.lyon.id: ("in", 10), self.lille.id: ("few", 3)})
        self._set_stock(self.scarf, self.lille, -3)
        shops = self._info(self.scarf)["omni_shops"]
        self.assertEqual([row["level"] for row in shops], ["in", "out"], "shops that have it come first")

    def test_an_order_takes_one_away_at_once(self):
        self._set_stock(self.scarf, self.lyon, -7)
        self.assertEqual(self._levels(self.scarf)[self.lyon.id], ("few", 3))
        self._order((self.scarf, 1))
        self.assertEqual(self._levels(self.scarf)[self.lyon.id], ("few", 2))

    def test_chosen_shop_reads_the_promise(self):
        basket = self._order((self.scarf, 1), confirm=False)
        self._order((self.scarf, 10))
        info = self._info(self.scarf, basket)
        self.assertFalse(info["in_store_stock_data"]["in_stock"])

    # -- one promise on the whole page -------------------------------------------------------------------------------

    def _say(self, product):
        info = self._info(product)
        delivery, store = info["delivery_stock_data"], info["in_store_stock_data"]
        return {
            "delivery": (delivery["in_stock"], delivery["quantity"], delivery["show_quantity"]),
            "store": (store["in_stock"], store["quantity"]),
            "reserve": info["omni_reserve"],
        }

    def _delivered(self):
        product = self.env["product.product"].create({"name": "Parcel", "type": "service"})
        self.env["delivery.carrier"].create({"name": "Parcel", "product_id": product.id, "is_published": True})
        self.website.omni_channel_id.warehouse_ids = self.lyon + self.lille
        self.website.warehouse_id = False
        self.scarf.write({"show_availability": True, "available_threshold": 5})

    def test_delivery_is_what_can_be_promised(self):
        self._delivered()
        self._set_stock(self.scarf, self.lyon, -10)
        self._set_stock(self.scarf, self.lille, -9)
        self.assertEqual(self._say(self.scarf), {"delivery": (True, 1, True), "store": (True, 1), "reserve": True})
        promised = self.env.registry["omni.availability"].available
        kept = {(self.scarf.id, self.lille.id): 1}

        def available(contract, product_ids, warehouse_ids, channel=None):
            answer = promised(contract, product_ids, warehouse_ids, channel)
            return {pair: quantity - kept.get(pair, 0) for pair, quantity in answer.items()}

        self.patch(self.env.registry["omni.availability"], "available", available)
        self.assertEqual(self._say(self.scarf), {"delivery": (False, 0, False), "store": (False, 0), "reserve": False})

    def test_delivery_leaves_from_the_website_s_own_warehouse(self):
        self._delivered()
        self.website.warehouse_id = self.lyon
        self._set_stock(self.scarf, self.lyon, -10)
        self.assertEqual(self._say(self.scarf), {"delivery": (False, 0, False), "store": (True, 10), "reserve": True})

    def test_reserve_is_offered_where_something_is_to_be_tried(self):
        self.assertTrue(self._info(self.scarf)["omni_reserve"])
        self.lille.omni_reserve = False
        self._set_stock(self.scarf, self.lyon, -10)
        self.assertFalse(self._info(self.scarf)["omni_reserve"], "the shop that has it takes no reservations")
        self.lille.omni_reserve = True
        self.assertTrue(self._info(self.scarf)["omni_reserve"])

    def test_shop_that_was_chosen_and_closed_says_nothing_of_its_own(self):
        """A basket keeps its store when that one no longer hands over: what the others have is what counts."""
        basket = self._order((self.scarf, 1), confirm=False)
        self.carrier.warehouse_ids = [Command.set(self.lille.ids)]
        self._set_stock(self.scarf, self.lille, -10)
        self.assertFalse(self._info(self.scarf, basket)["in_store_stock_data"]["in_stock"])

    def test_one_reading_for_all_shops(self):
        shops = self.lyon + self.lille
        for number in range(48):
            shops += self._make_shop(f"Shop {number}", f"S{number}", "75001")
        calendar = self.env["resource.calendar"].create({"name": "Shops"})
        shops.opening_hours = calendar
        self.carrier.warehouse_ids = [Command.set(self.lyon.ids)]
        self._info(self.scarf)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._info(self.scarf)
            return self.env.cr.sql_log_count - before

        few = count()
        self.carrier.warehouse_ids = [Command.set(shops.ids)]
        self.assertLessEqual(count(), few)

    def test_the_stock_of_a_page_is_read_once(self):
        """given a basket that holds some, when a product's page is made, then all that it says of the stock is of one
        reading"""
        basket = self._order((self.scarf, 1), confirm=False)
        asked = []
        read = self.env.registry["omni.availability"]._read_available

        def count(contract, *args):
            asked.append(args)
            return read(contract, *args)

        self.patch(self.env.registry["omni.availability"], "_read_available", count)
        for visitor in (self.env["sale.order"], basket):
            asked.clear()
            self.website = self.website.with_context(omni_owner=owner_of(visitor))  # as every request does
            self._info(self.scarf, visitor)
            self.assertEqual(len(asked), 1)

    def test_hours_that_differ_every_other_week(self):
        """given a store that opens on Mondays of every other week, then the week that customers read is this one"""
        calendar = self.env["resource.calendar"].create({"name": "Lyon", "tz": "Europe/Paris", "attendance_ids": []})
        week = {"dayofweek": "0", "week_type": "0", "day_period": "morning"}
        calendar.write(
            {
                "two_weeks_calendar": True,
                "attendance_ids": [
                    Command.clear(),
                    Command.create({"name": "Even", **week, "hour_from": 9, "hour_to": 12}),
                    Command.create({"name": "Odd", **week, "week_type": "1", "hour_from": 10, "hour_to": 12}),
                ],
            }
        )
        self.lyon.opening_hours = calendar
        seen = set()
        for day in ("2026-03-02 08:00:00", "2026-03-09 08:00:00"):
            with freeze_time(day):
                hours = self.lyon._omni_week_hours()[0]["hours"]
                seen.add(tuple(hours))
        self.assertEqual(seen, {("09:00 - 12:00",), ("10:00 - 12:00",)})


@tagged("post_install", "-at_install")
class TestStorePlaces(ClickCollectCommon):
    def setUp(self):
        super().setUp()
        path = "odoo.addons.base_geolocalize.models.base_geocoder.BaseGeocoder.geo_find"
        self.geocoder = self.startPatcher(patch(path, side_effect=AssertionError("a page asked a geocoder")))
        self.env["ir.config_parameter"].sudo().set_param("base_geolocalize.geo_provider", "")

    def _places(self, zip_code=None, **kwargs):
        basket = self._order(confirm=False)
        with MockRequest(self.env, website=self.website, sale_order_id=basket.id):
            return basket._get_pickup_locations(zip_code, self.env.ref("base.fr"), **kwargs)["pickup_locations"]

    def test_nothing_is_asked_of_a_geocoder_nor_written(self):
        with patch("odoo.addons.base_geolocalize.models.res_partner.modules.module.current_test", None):
            places = self._places("59800")
        self.assertEqual([place["id"] for place in places], [self.lille.id, self.lyon.id], "the nearest postcode first")
        self.assertEqual({place["distance"] for place in places}, {False})
        self.assertEqual(self.lyon.partner_id.partner_latitude, 0)
        self.geocoder.assert_not_called()

    def test_known_places_are_sorted_by_distance(self):
        self.lyon.partner_id.write({"partner_latitude": 45.76, "partner_longitude": 4.83})
        self.lille.partner_id.write({"partner_latitude": 50.63, "partner_longitude": 3.06})
        self.customer.write({"partner_latitude": 45.0, "partner_longitude": 5.0})
        places = self._places()
        self.assertEqual([place["id"] for place in places], [self.lyon.id, self.lille.id])
        self.assertAlmostEqual(places[0]["distance"], 86, delta=5)

    def test_place_that_could_not_be_found_has_no_distance(self):
        self.lyon.partner_id.write({"partner_latitude": 1000, "partner_longitude": 1000})
        self.customer.write({"partner_latitude": 45.0, "partner_longitude": 5.0})
        self.assertEqual({place["distance"] for place in self._places()}, {False})

    def test_stock_of_the_basket_and_of_the_product(self):
        self._bring_nothing()
        self._set_stock(self.scarf, self.lille, -10)
        basket = {place["id"]: place["additional_data"]["in_store_stock_data"] for place in self._places()}
        self.assertEqual(basket, {self.lyon.id: {"in_stock": True}, self.lille.id: {"in_stock": False}})
        product = self._places(product_id=self.scarf.id)
        stock = {place["id"]: place["additional_data"]["in_store_stock_data"]["quantity"] for place in product}
        self.assertEqual(stock, {self.lyon.id: 10, self.lille.id: 0})

    def test_odd_product_ids_are_no_error(self):
        for odd in ("", "x", None, "-1", "1.5"):
            self.assertEqual(len(self._places(product_id=odd)), 2)
