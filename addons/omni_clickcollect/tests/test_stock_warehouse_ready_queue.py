from datetime import timedelta
from unittest.mock import patch

import pytz
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClickCollectCommon

# The stores: Paris opens Monday to Saturday 9-12 and 14-19; New York daily 10-20, Sundays 11-18; the station in Paris
# never closes; the kiosk has no opening hours. Each needs 2 hours to prepare, unless the case says otherwise.
# Monday is 2 March 2026. Clocks change on 29 March and 25 October in Paris, on 8 March and 1 November in New York.
# Every moment is in the store's own time; "when" is when it is asked, the last column when the goods can be ready.
CASES = [
    # the day, the lunch break, closing time
    ("morning", "paris", "2026-03-02 09:00", {}, "2026-03-02 11:00"),
    ("half past", "paris", "2026-03-02 09:30", {}, "2026-03-02 11:30"),
    ("ready when lunch begins: after it", "paris", "2026-03-02 10:00", {}, "2026-03-02 14:00"),
    ("over lunch", "paris", "2026-03-02 10:30", {}, "2026-03-02 14:30"),
    ("a minute before lunch", "paris", "2026-03-02 11:59", {}, "2026-03-02 15:59"),
    ("when lunch begins", "paris", "2026-03-02 12:00", {}, "2026-03-02 16:00"),
    ("during lunch", "paris", "2026-03-02 13:15", {}, "2026-03-02 16:00"),
    ("when lunch ends", "paris", "2026-03-02 14:00", {}, "2026-03-02 16:00"),
    ("just in time", "paris", "2026-03-02 16:59", {}, "2026-03-02 18:59"),
    ("ready at closing time: next morning", "paris", "2026-03-02 17:00", {}, "2026-03-03 09:00"),
    ("over night", "paris", "2026-03-02 17:30", {}, "2026-03-03 09:30"),
    ("a minute before closing", "paris", "2026-03-02 18:59", {}, "2026-03-03 10:59"),
    ("at closing", "paris", "2026-03-02 19:00", {}, "2026-03-03 11:00"),
    ("late evening", "paris", "2026-03-02 23:30", {}, "2026-03-03 11:00"),
    ("at night", "paris", "2026-03-03 03:00", {}, "2026-03-03 11:00"),
    ("seconds are rounded up", "paris", "2026-03-02 09:00:20", {}, "2026-03-02 11:01"),
    # Sunday
    ("over Sunday", "paris", "2026-03-07 18:00", {}, "2026-03-09 10:00"),
    ("on Sunday", "paris", "2026-03-08 10:00", {}, "2026-03-09 11:00"),
    ("ready at closing on Saturday", "paris", "2026-03-07 17:00", {}, "2026-03-09 09:00"),
    # preparation time
    ("at once", "paris", "2026-03-02 10:15", {"hours": 0}, "2026-03-02 10:15"),
    ("at once, during lunch", "paris", "2026-03-02 12:30", {"hours": 0}, "2026-03-02 14:00"),
    ("at once, at closing", "paris", "2026-03-02 19:00", {"hours": 0}, "2026-03-03 09:00"),
    ("a whole day", "paris", "2026-03-02 09:00", {"hours": 8}, "2026-03-03 09:00"),
    ("more than a day", "paris", "2026-03-02 09:00", {"hours": 10}, "2026-03-03 11:00"),
    ("more than a week of 48 hours", "paris", "2026-03-02 09:00", {"hours": 60}, "2026-03-10 15:00"),
    ("twenty minutes, as people type it", "paris", "2026-03-02 11:50", {"hours": 0.3333}, "2026-03-02 14:10"),
    # bank holidays and closing days
    ("eve of the 1st of May", "paris", "2026-04-30 18:00", {"closed": ["2026-05-01"]}, "2026-05-02 10:00"),
    ("on the 1st of May", "paris", "2026-05-01 10:00", {"closed": ["2026-05-01"]}, "2026-05-02 11:00"),
    ("Easter: Sunday and Monday", "paris", "2026-04-04 18:30", {"closed": ["2026-04-06"]}, "2026-04-07 10:30"),
    ("stocktaking from 14:00", "paris", "2026-03-02 11:00", {"shut": ("14:00", "19:00")}, "2026-03-03 10:00"),
    ("closed for an hour", "paris", "2026-03-02 09:30", {"shut": ("10:00", "11:00")}, "2026-03-02 14:30"),
    ("holiday of another company", "paris", "2026-03-02 09:00", {"foreign": "2026-03-02"}, "2026-03-02 11:00"),
    ("somebody is on leave", "paris", "2026-03-02 09:00", {"absent": "2026-03-02"}, "2026-03-02 11:00"),
    # daylight saving
    ("over the night of 29 March", "paris", "2026-03-28 18:00", {}, "2026-03-30 10:00"),
    ("over the night of 25 October", "paris", "2026-10-24 18:00", {}, "2026-10-26 10:00"),
    ("an hour is missing", "station", "2026-03-29 01:30", {}, "2026-03-29 04:30"),
    ("an hour comes twice", "station", "2026-10-25 01:30", {}, "2026-10-25 02:30"),
    ("over midnight", "station", "2026-03-02 23:00", {}, "2026-03-03 01:00"),
    ("New York, over the night of 8 March", "york", "2026-03-07 19:00", {}, "2026-03-08 12:00"),
    ("New York, over the night of 2 November", "york", "2026-11-01 17:30", {}, "2026-11-02 11:30"),
    # the queue ahead
    ("three ahead, 5 minutes each", "paris", "2026-03-02 09:00", {"ahead": 3}, "2026-03-02 11:15"),
    ("twelve ahead, 10 minutes", "paris", "2026-03-02 09:00", {"ahead": 12, "minutes": 10}, "2026-03-02 15:00"),
    ("queue not counted", "paris", "2026-03-02 09:00", {"ahead": 12, "minutes": 0}, "2026-03-02 11:00"),
    ("queue over night", "paris", "2026-03-02 17:00", {"ahead": 6, "minutes": 10}, "2026-03-03 10:00"),
    ("ready pickups are no queue", "paris", "2026-03-02 09:00", {"ready": 9}, "2026-03-02 11:00"),
    ("who comes in a slot next week", "paris", "2026-03-02 09:00", {"slot": "2026-03-09 09:00"}, "2026-03-02 11:00"),
    # last orders
    ("before the last orders", "paris", "2026-03-02 15:59", {"cutoff": 16}, "2026-03-02 17:59"),
    ("at the last orders", "paris", "2026-03-02 16:00", {"cutoff": 16}, "2026-03-03 11:00"),
    ("last orders at twenty past", "paris", "2026-03-02 16:19", {"cutoff": 16.3333}, "2026-03-02 18:19"),
    ("after the last orders on Saturday", "paris", "2026-03-07 16:30", {"cutoff": 16}, "2026-03-09 11:00"),
    ("late on Sunday", "paris", "2026-03-08 17:00", {"cutoff": 16}, "2026-03-09 11:00"),
    (
        "late before a holiday",
        "paris",
        "2026-04-30 17:00",
        {"cutoff": 16, "closed": ["2026-05-01"]},
        "2026-05-02 11:00",
    ),
    ("late, prepared at once", "paris", "2026-03-02 17:00", {"cutoff": 16, "hours": 0}, "2026-03-03 09:00"),
    ("late with a queue", "paris", "2026-03-02 18:00", {"cutoff": 16, "ahead": 6}, "2026-03-03 11:30"),
    # capacity
    ("room in this hour", "paris", "2026-03-02 09:00", {"room": 2, "busy": ["11:00"]}, "2026-03-02 11:00"),
    ("hour is full", "paris", "2026-03-02 09:00", {"room": 2, "busy": ["11:00", "11:45"]}, "2026-03-02 14:00"),
    ("two hours are full", "paris", "2026-03-02 09:00", {"room": 1, "busy": ["11:30", "14:10"]}, "2026-03-02 15:00"),
    ("last hour is full", "paris", "2026-03-02 16:30", {"room": 1, "busy": ["18:00"]}, "2026-03-03 09:00"),
    # from another store
    ("two days", "paris", "2026-03-02 09:00", {"legs": [None]}, "2026-03-04 11:00"),
    ("there on Sunday", "paris", "2026-03-06 10:00", {"legs": [None]}, "2026-03-09 11:00"),
    ("there on Saturday evening", "paris", "2026-03-05 17:00", {"legs": [None]}, "2026-03-09 09:00"),
    ("five days", "paris", "2026-03-02 09:00", {"legs": [None], "days": 5}, "2026-03-07 11:00"),
    ("six days", "paris", "2026-03-02 09:00", {"legs": [None], "days": 6}, "2026-03-09 11:00"),
    ("routing knows when", "paris", "2026-03-02 09:00", {"legs": ["2026-03-03 15:30"]}, "2026-03-03 15:30"),
    ("routing says Sunday", "paris", "2026-03-02 09:00", {"legs": ["2026-03-08 12:00"]}, "2026-03-09 09:00"),
    (
        "routing is quicker than the store",
        "paris",
        "2026-03-02 09:00",
        {"legs": ["2026-03-02 09:30"]},
        "2026-03-02 11:00",
    ),
    (
        "the later of two legs",
        "paris",
        "2026-03-02 09:00",
        {"legs": ["2026-03-03 15:30", "2026-03-04 10:00"]},
        "2026-03-04 10:00",
    ),
    ("nobody has it", "paris", "2026-03-02 09:00", {"legs": []}, None),
    # another time zone
    ("before opening", "york", "2026-03-02 09:00", {}, "2026-03-02 12:00"),
    ("evening", "york", "2026-03-02 19:00", {}, "2026-03-03 11:00"),
    ("Sunday is open", "york", "2026-03-15 15:00", {}, "2026-03-15 17:00"),
    ("last orders by its own clock", "york", "2026-03-02 13:30", {"cutoff": 14}, "2026-03-02 15:30"),
    ("late by its own clock", "york", "2026-03-02 14:30", {"cutoff": 14}, "2026-03-03 12:00"),
    ("while Paris sleeps", "york", "2026-03-02 18:30", {}, "2026-03-03 10:30"),
    # no opening hours
    ("always open", "kiosk", "2026-03-02 22:00", {}, "2026-03-03 00:00"),
    ("always open, on Sunday", "kiosk", "2026-03-08 10:00", {"ahead": 6}, "2026-03-08 12:30"),
]


@tagged("post_install", "-at_install")
class TestReadyTime(ClickCollectCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        week = [(day, hours) for day in range(6) for hours in ((9, 12), (14, 19))]
        cls.stores = {
            "paris": cls._store("Paris", "PAR", "Europe/Paris", week),
            "york": cls._store(
                "New York", "NYC", "America/New_York", [(day, (10, 20)) for day in range(6)] + [(6, (11, 18))]
            ),
            "station": cls._store("Gare", "GAR", "Europe/Paris", [(day, (0, 24)) for day in range(7)]),
            "kiosk": cls._make_shop("Kiosk", "KIO", "75001"),
        }
        cls.stores["kiosk"].partner_id.tz = "Europe/Paris"
        for store in cls.stores.values():
            cls._set_stock(cls.scarf, store, 10)
        cls.foreign = cls.env["res.company"].create({"name": "Foreign"})
        cls.defaults = cls.stores["paris"].read(
            [
                "omni_preparation_hours",
                "omni_collect_queue_minutes",
                "omni_last_orders",
                "omni_collect_per_hour",
                "omni_collect_transfer_days",
            ],
            load=False,
        )[0]
        del cls.defaults["id"]

    @classmethod
    def _store(cls, name, code, zone, week):
        store = cls._make_shop(name, code, "75001")
        store.opening_hours = cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": zone,
                "attendance_ids": [
                    Command.create({"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": end})
                    for day, (start, end) in week
                ],
            }
        )
        return store

    def _utc(self, store, local):
        if len(local) == 5:
            local = f"2026-03-02 {local}"
        return store._omni_utc(fields.Datetime.to_datetime(local if len(local) > 16 else f"{local}:00"))

    def _closure(self, store, start, end, **values):
        self.env["resource.calendar.leaves"].create(
            {"name": "Closed", "date_from": self._utc(store, start), "date_to": self._utc(store, end)} | values
        )

    def _waiting(self, store, number, promised_at, **values):
        self.env["omni.pickup"].create(
            [
                {
                    "warehouse_id": store.id,
                    "partner_id": self.customer.id,
                    "promised_at": promised_at,
                    "deadline": promised_at + timedelta(days=7),
                }
                | values
                for _number in range(number)
            ]
        )

    def _prepare(self, store, case):
        """Make the circumstances of a case, and return its goods and the legs that routing proposes."""
        now = fields.Datetime.now()
        names = {
            "hours": "omni_preparation_hours",
            "minutes": "omni_collect_queue_minutes",
            "cutoff": "omni_last_orders",
            "room": "omni_collect_per_hour",
            "days": "omni_collect_transfer_days",
        }
        store.write(self.defaults | {names[key]: value for key, value in case.items() if key in names})
        for day in case.get("closed", ()):
            self._closure(store, f"{day} 00:00:00", f"{day} 23:59:59", calendar_id=False, company_id=self.company.id)
        if "shut" in case:
            self._closure(store, *case["shut"], calendar_id=store.opening_hours.id)
        if day := case.get("foreign"):
            leaves = self.env["resource.calendar.leaves"].with_company(self.foreign)
            dates = {"date_from": f"{day} 00:00:00", "date_to": f"{day} 23:00:00", "company_id": self.foreign.id}
            leaves.create(dates | {"name": "Elsewhere", "calendar_id": False})
        if day := case.get("absent"):
            person = self.env["resource.resource"].create(
                {"name": "Louis", "calendar_id": store.opening_hours.id, "company_id": self.company.id}
            )
            self._closure(store, f"{day} 00:00", f"{day} 23:00", resource_id=person.id)
        self._waiting(store, case.get("ahead", 0), now)
        self._waiting(store, case.get("ready", 0), now, state="ready")
        for hour in case.get("busy", ()):
            self._waiting(store, 1, self._utc(store, hour), state="ready")
        if "slot" in case:
            start = self._utc(store, case["slot"])
            slot = self.env["omni.pickup.slot"].create(
                {"warehouse_id": store.id, "start": start, "end": start + timedelta(hours=1), "capacity": 9}
            )
            self._waiting(store, 9, start, slot_id=slot.id)
        if "legs" not in case:
            return self.scarf, []
        legs = [
            {
                "warehouse_id": self.lille.id,
                "mode": "transfer",
                "lines": [(self.rare.id, 3 / len(case["legs"]))],
                "promised_at": moment and self._utc(store, moment),
            }
            for moment in case["legs"]
        ]
        return self.rare, legs

    def test_forty_and_more_cases(self):
        self.rare = self.env["product.product"].create({"name": "Rare", "is_storable": True})
        for name, key, when, case, expected in CASES:
            store = self.stores[key]
            with self.subTest(name, store=key, when=when), freeze_time(self._utc(store, when)):
                try:
                    with self.env.cr.savepoint():
                        product, legs = self._prepare(store, case)
                        with patch.object(
                            self.env.registry["omni.routing"], "plan", lambda *args, legs=legs, **kw: legs
                        ):
                            promise = store.omni_ready_at([(product.id, 3)])
                        found = promise and pytz.utc.localize(promise).astimezone(pytz.timezone(store._omni_tz()))
                        raise Undo
                except Undo:
                    self.env.invalidate_all()
                    self.env.registry.clear_cache()
                found = found.strftime("%Y-%m-%d %H:%M") if found else None
                self.assertEqual(found, expected)
                if expected:
                    self.assertEqual(promise, self._utc(store, expected))

    def test_there_are_forty(self):
        self.assertGreaterEqual(len(CASES), 40)

    @freeze_time("2026-03-02 18:30:00")
    def test_one_moment_in_two_time_zones(self):
        promises = {key: self.stores[key].omni_ready_at([(self.scarf.id, 1)]) for key in ("paris", "york")}
        self.assertEqual(str(promises["paris"]), "2026-03-03 10:00:00", "Paris: 11:00 tomorrow")
        self.assertEqual(str(promises["york"]), "2026-03-02 20:30:00", "New York: 15:30 today")

    @freeze_time("2026-03-02 08:00:00")
    def test_store_that_never_opens_counts_the_bare_hours(self):
        self.stores["paris"].opening_hours.attendance_ids.unlink()
        self.assertEqual(str(self.stores["paris"].omni_ready_at([(self.scarf.id, 1)])), "2026-03-02 10:00:00")

    @freeze_time("2026-03-02 08:00:00")
    def test_hours_that_change_are_read_again(self):
        paris = self.stores["paris"]
        self.assertEqual(paris._omni_when(paris.omni_ready_at([(self.scarf.id, 1)])), "today 11:00")
        monday = paris.opening_hours.attendance_ids.filtered(lambda line: line.dayofweek == "0")
        monday.unlink()
        self.assertEqual(paris._omni_when(paris.omni_ready_at([(self.scarf.id, 1)])), "tomorrow 11:00")
        paris.opening_hours.tz = "America/New_York"
        self.assertEqual(str(paris.omni_ready_at([(self.scarf.id, 1)])), "2026-03-03 16:00:00")

    @freeze_time("2026-03-02 08:00:00")
    def test_lines_of_one_product_add_up(self):
        with patch.object(self.env.registry["omni.routing"], "plan", lambda *args, **kwargs: []):
            self.assertTrue(self.lyon.omni_ready_at([(self.scarf.id, 5), (self.scarf.id, 5)]))
            self.assertFalse(self.lyon.omni_ready_at([(self.scarf.id, 6), (self.scarf.id, 5)]))

    def test_who_may_ask(self):
        demand = [[self.scarf.id, 1]]
        for user in (self.desk_user, self.manager, self.seller):
            self.assertTrue(self.lyon.with_user(user).omni_ready_at(demand))
        with self.assertRaises(AccessError):
            self.lyon.with_user(self.env.ref("base.public_user")).omni_ready_at(demand)
        for bad in ([(self.scarf.id, 0)], [(self.scarf.id, -1)], [("x", 1)], [1], 5, [(self.scarf.id, float("inf"))]):
            with self.assertRaises(ValidationError):
                self.lyon.with_user(self.seller).omni_ready_at(bad)

    @freeze_time("2026-03-02 08:00:00")
    def test_order_is_promised_what_the_store_says(self):
        paris = self.stores["paris"]
        self.carrier.warehouse_ids += paris
        order = self._order((self.scarf, 10), shop=paris)
        pickup = order.omni_pickup_ids
        self.assertEqual(str(pickup.promised_at), "2026-03-02 10:00:00", "all that there was is theirs")
        self.assertEqual(pickup.deadline, pickup.promised_at + timedelta(days=7))
        rare = self.env["product.product"].create({"name": "Rare", "is_storable": True, "taxes_id": False})
        second = self._order((rare, 1), shop=paris).omni_pickup_ids
        self.assertEqual(str(second.promised_at), "2026-03-04 10:00:00", "nowhere: as from another store")

    def test_fifty_stores_cost_no_more_queries_than_one(self):
        stores = self.env["stock.warehouse"].union(*self.stores.values())
        stores.omni_collect_per_hour = 100
        stores._omni_ready_times()

        def count(stores):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            stores._omni_ready_times()
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(stores), count(self.stores["paris"] + self.stores["kiosk"]))


class Undo(Exception):
    """Ends a case and takes back what it made."""
