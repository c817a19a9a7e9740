from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..models.sale_order import REPORT_ONLY
from .routing_common import MONDAY, RoutingCommon


@tagged("post_install", "-at_install")
class TestOmniRouting(RoutingCommon):
    """Where orders leave from, and when they arrive."""

    def test_the_nearest_store_that_has_it_all(self):
        for store in self.stores:
            self.receive(self.lamp, store, 2)
        (leg,) = self.plan((self.lamp, 2))
        self.assertEqual((leg["warehouse_id"], leg["mode"]), (self.paris.id, "ship"))
        self.assertEqual(leg["lines"], [(self.lamp.id, 2.0)])
        self.assertTrue(leg["cost"] and leg["promised_at"] and leg["why"])

    def test_one_farther_store_rather_than_two_parcels(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.shade, self.lyon, 1)
        self.receive(self.lamp, self.nice, 1)
        self.receive(self.shade, self.nice, 1)
        legs = self.plan((self.lamp, 1), (self.shade, 1))
        self.assertEqual(self.from_where(legs), {"Nice": {"Lamp": 1, "Shade": 1}})

    def test_two_stores_where_it_must_be(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.shade, self.lyon, 1)
        legs = self.plan((self.lamp, 1), (self.shade, 1))
        self.assertEqual(self.from_where(legs), {"Paris": {"Lamp": 1}, "Lyon": {"Shade": 1}})
        self.assertGreater(legs[1]["cost"], legs[0]["cost"] + 4)

    def test_a_remainder_that_nobody_has(self):
        self.receive(self.lamp, self.paris, 1)
        legs = self.plan((self.lamp, 3))
        self.assertEqual(self.from_where(legs), {"Paris": {"Lamp": 1}, False: {"Lamp": 2}})
        self.assertIs(legs[-1]["warehouse_id"], False)
        self.assertTrue(legs[-1]["why"])

    def test_lines_of_one_product_add_up(self):
        self.receive(self.lamp, self.paris, 3)
        legs = self.plan((self.lamp, 2), (self.lamp, 2))
        self.assertEqual(self.from_where(legs), {"Paris": {"Lamp": 3}, False: {"Lamp": 1}})

    def test_what_is_held_for_others_is_not_there(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        basket = self.order((self.lamp, 1))
        self.env["omni.availability"].hold(basket, [(self.lamp.id, self.paris.id, 1)])
        self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {"Lyon": {"Lamp": 1}})
        kept = self.plan((self.lamp, 1), omni_owner=f"sale.order,{basket.id}")
        self.assertEqual(self.from_where(kept), {"Paris": {"Lamp": 1}})

    def test_stores_that_do_not_ship(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        self.paris.omni_ships = False
        self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {"Lyon": {"Lamp": 1}})

    def test_a_store_says_how_it_serves(self):
        self.paris.omni_collects = False
        stores = self.paris + self.lyon
        self.assertEqual(stores._omni_serving("ship"), stores)
        self.assertEqual(stores._omni_serving("collect"), self.lyon)

    def test_products_that_a_channel_does_not_sell(self):
        self.receive(self.lamp, self.paris, 1)
        parent = self.env["product.category"].create({"name": "Lights"})
        child = self.env["product.category"].create({"name": "Lamps", "parent_id": parent.id})
        self.lamp.categ_id = child
        for record in (parent, self.lamp.product_tmpl_id):
            record.omni_excluded_channel_ids = self.channel
            self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {False: {"Lamp": 1}})
            record.omni_excluded_channel_ids = False
        self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {"Paris": {"Lamp": 1}})

    def test_a_busy_store_gives_way(self):
        self.receive(self.lamp, self.paris, 5)
        self.receive(self.lamp, self.lyon, 5)
        self.paris.omni_daily_capacity = 1
        for _order in range(2):
            self.order((self.lamp, 1)).with_context(omni_report_only=REPORT_ONLY).action_confirm()
        self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {"Lyon": {"Lamp": 1}})

    def test_a_preferred_store(self):
        self.receive(self.lamp, self.paris, 5)
        self.receive(self.lamp, self.nice, 5)
        self.nice.omni_priority = "1"
        self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {"Nice": {"Lamp": 1}})

    def test_slow_stock_first(self):
        self.receive(self.lamp, self.paris, 5)
        self.receive(self.lamp, self.lyon, 5)
        self.env.company.write({"omni_slow_price": 5})
        quick = {"product_id": self.lamp.id, "warehouse_id": self.paris.id, "daily": 2.0}
        self.env["omni.sales.velocity"].create(quick)
        self.assertEqual(self.from_where(self.plan((self.lamp, 1))), {"Lyon": {"Lamp": 1}})

    def test_the_velocity_is_counted_from_what_left(self):
        self.receive(self.lamp, self.paris, 9)
        order = self.order((self.lamp, 9))
        order.action_confirm()
        order.picking_ids.button_validate()
        self.env["omni.sales.velocity"]._refresh()
        rates = self.env["omni.sales.velocity"]._rates(self.lamp.ids, self.stores.ids)
        self.assertEqual(rates, {(self.lamp.id, self.paris.id): 0.1})

    def test_parcels_at_most(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 2)
        self.env.company.omni_max_legs = 1
        legs = self.plan((self.lamp, 3))
        self.assertEqual(self.from_where(legs), {"Lyon": {"Lamp": 2}, False: {"Lamp": 1}})
        self.assertIn("1", legs[-1]["why"][0])

    def test_a_store_that_refused(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        legs = self.plan((self.lamp, 1), omni_refused=self.paris.ids)
        self.assertEqual(self.from_where(legs), {"Lyon": {"Lamp": 1}})

    def test_collected_with_transfers(self):
        self.receive(self.lamp, self.lyon, 1)
        self.receive(self.shade, self.paris, 1)
        legs = self.plan((self.lamp, 1), (self.shade, 1), collect_at=self.lyon)
        modes = {leg["warehouse_id"]: leg["mode"] for leg in legs}
        self.assertEqual(modes, {self.lyon.id: "collect", self.paris.id: "transfer"})
        own, brought = sorted(legs, key=lambda leg: leg["mode"])
        self.assertGreater(brought["promised_at"], own["promised_at"])

    def test_no_collecting_where_nothing_is_handed_over(self):
        self.receive(self.lamp, self.lyon, 1)
        self.receive(self.lamp, self.paris, 1)
        self.lyon.omni_collects = False
        self.assertEqual(self.from_where(self.plan((self.lamp, 1), collect_at=self.lyon.id)), {False: {"Lamp": 1}})

    def test_services_need_no_stock(self):
        service = self.env["product.product"].create({"name": "Gift wrap", "type": "service"})
        (leg,) = self.plan((service, 1))
        self.assertTrue(leg["warehouse_id"])

    def test_metres_and_dozens(self):
        metre, dozen = self.env.ref("uom.product_uom_meter"), self.env.ref("uom.product_uom_dozen")
        rope, eggs = self.env["product.product"].create(
            [
                {"name": "Rope", "is_storable": True, "uom_id": metre.id},
                {"name": "Eggs", "is_storable": True, "uom_id": dozen.id},
            ]
        )
        for product in (rope, eggs):
            self.receive(product, self.paris, 1.5)
            self.receive(product, self.lyon, 1)
        legs = self.plan((rope, 2.25), (eggs, 2))
        parts = {(leg["warehouse_id"], product): quantity for leg in legs for product, quantity in leg["lines"]}
        self.assertAlmostEqual(parts[self.paris.id, rope.id] + parts[self.lyon.id, rope.id], 2.25)
        self.assertEqual(parts[self.paris.id, eggs.id], 1)
        self.assertEqual(parts[self.lyon.id, eggs.id], 1)

    # -- when it arrives ---------------------------------------------------------------------------------------------

    @freeze_time(MONDAY)
    def test_preparation_transit_and_last_orders(self):
        self.receive(self.lamp, self.paris, 5)
        (leg,) = self.plan((self.lamp, 1))
        self.assertEqual(leg["promised_at"], MONDAY + timedelta(hours=2, days=2))
        self.paris.omni_last_orders = 8
        (leg,) = self.plan((self.lamp, 1))
        self.assertEqual(leg["promised_at"], datetime(2026, 3, 5, 2))
        (leg,) = self.plan((self.lamp, 1), collect_at=self.paris)
        self.assertEqual(leg["promised_at"], self.paris.omni_ready_at([(self.lamp.id, 1)]))
        self.assertEqual(leg["promised_at"], datetime(2026, 3, 3, 2))

    @freeze_time(MONDAY)
    def test_opening_hours(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Tuesday and Wednesday afternoon",
                "tz": "Europe/Paris",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create({"name": day, "dayofweek": day, "hour_from": 14, "hour_to": 15.5})
                        for day in ("1", "2")
                    ),
                ],
            }
        )
        self.patch(type(self.paris), "_omni_calendar", lambda store: calendar)
        self.receive(self.lamp, self.paris, 5)
        (leg,) = self.plan((self.lamp, 1), collect_at=self.paris)
        # 90 minutes on Tuesday, 30 on Wednesday from 14:00 in Paris, which is 13:00 UTC.
        self.assertEqual(leg["promised_at"], datetime(2026, 3, 4, 13, 30))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": calendar.id,
                "date_from": datetime(2026, 3, 3, 12),
                "date_to": datetime(2026, 3, 3, 13, 30),
            }
        )
        (leg,) = self.plan((self.lamp, 1), collect_at=self.paris)
        self.assertEqual(leg["promised_at"], datetime(2026, 3, 4, 14))

    @freeze_time(MONDAY)
    def test_closing_days(self):
        calendar = self.env["resource.calendar"].create({"name": "All week", "tz": "UTC", "attendance_ids": []})
        calendar.attendance_ids = [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)
        ]
        calendar.company_id = False  # shared by all companies
        self.patch(type(self.paris), "_omni_calendar", lambda store: calendar)
        self.receive(self.lamp, self.paris, 5)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        monday = {"date_from": datetime(2026, 3, 2), "date_to": datetime(2026, 3, 2, 23, 59, 59)}
        for case, values, promised_at in (
            ("all stores of another company", {"company_id": other.id}, MONDAY + timedelta(hours=2)),
            ("other work", {"time_type": "other", "calendar_id": calendar.id}, MONDAY + timedelta(hours=2)),
            ("all stores of the company", {"calendar_id": False}, datetime(2026, 3, 3, 2)),
            ("these hours", {"calendar_id": calendar.id}, datetime(2026, 3, 3, 2)),
        ):
            with self.subTest(case):
                leave = self.env["resource.calendar.leaves"].create({"name": case} | monday | values)
                leave.company_id = values.get("company_id", self.env.company.id)
                (leg,) = self.plan((self.lamp, 1), collect_at=self.paris)
                leave.unlink()
                self.assertEqual(leg["promised_at"], promised_at)

    @freeze_time(MONDAY)
    def test_a_store_that_has_enough_to_do_begins_tomorrow(self):
        self.receive(self.lamp, self.paris, 5)
        self.order((self.lamp, 1)).action_confirm()
        self.paris.omni_daily_capacity = 1
        (leg,) = self.plan((self.lamp, 1), collect_at=self.paris)
        self.assertEqual(leg["promised_at"], datetime(2026, 3, 3, 2))

    @freeze_time(MONDAY + timedelta(days=4))
    def test_a_closed_day_prepares_nothing(self):
        """given a store closed on weekends that prepares one order a day, when two wait on Friday, then the next one is
        begun on Tuesday"""
        calendar = self.env["resource.calendar"].create({"name": "Weekdays", "tz": "UTC", "attendance_ids": []})
        calendar.attendance_ids = [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}) for day in range(5)
        ]
        self.patch(type(self.paris), "_omni_calendar", lambda store: calendar)
        self.receive(self.lamp, self.paris, 5)
        for _order in range(2):
            self.order((self.lamp, 1)).action_confirm()
        self.paris.omni_daily_capacity = 1
        (leg,) = self.plan((self.lamp, 1), collect_at=self.paris)
        self.assertEqual(leg["promised_at"], datetime(2026, 3, 10, 2))

    @freeze_time(MONDAY)
    def test_express(self):
        self.receive(self.lamp, self.paris, 5)
        self.receive(self.lamp, self.nice, 5)
        self.nice.omni_transit_days = 1
        wish = MONDAY + timedelta(days=1, hours=3)
        legs = self.plan((self.lamp, 1), omni_deadline=wish)
        self.assertEqual(self.from_where(legs), {"Nice": {"Lamp": 1}})
        self.assertLessEqual(legs[0]["promised_at"], wish)
        legs = self.plan((self.lamp, 1), omni_deadline="2026-03-02 10:00:00")
        self.assertEqual(self.from_where(legs), {False: {"Lamp": 1}})

    # -- who may, and what it costs ----------------------------------------------------------------------------------

    def test_who_may_ask(self):
        self.receive(self.lamp, self.paris, 1)
        for user in (self.seller, self.stock_user, self.manager):
            self.assertEqual(len(self.plan((self.lamp, 1), user=user)), 1)
        with self.assertRaises(AccessError):
            self.plan((self.lamp, 1), user=self.employee)
        for demand in ([(self.lamp.id, 0)], [(self.lamp.id,)], "x"):
            with self.assertRaises(ValidationError):
                self.env["omni.routing"].plan(demand)
        self.assertEqual(self.env["omni.routing"].plan([]), [])

    def test_as_many_queries_for_many_as_for_few(self):
        calendar = self.env.ref("resource.resource_calendar_std")
        self.patch(type(self.paris), "_omni_calendar", lambda store: calendar)
        self.stores.omni_daily_capacity = 3
        products = self.env["product.product"].create(
            [{"name": f"Thing {number}", "is_storable": True} for number in range(20)]
        )
        for product in products:
            self.receive(product, self.lyon, 2)

        def queries(demand, channel):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["omni.routing"].plan(demand, self.customer, channel)
            return self.env.cr.sql_log_count - before

        few = self.env["omni.channel"].create({"name": "Few", "warehouse_ids": self.lyon.ids})
        for channel in (few, self.channel):  # where each sells from is kept in a transaction
            queries([(products[0].id, 1)], channel)
        small = queries([(products[0].id, 1)], few)
        large = queries([(product.id, 1) for product in products], self.channel)
        self.assertEqual(small, large)
