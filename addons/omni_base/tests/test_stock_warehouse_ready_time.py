from datetime import datetime

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import OmniCommon

MONDAY = datetime(2026, 3, 2, 9, 0)


@tagged("post_install", "-at_install")
class TestReadyTime(OmniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(MONDAY))
        cls._stock(cls.lamp, cls.lyon, 3)
        cls.lyon.write({"omni_preparation_hours": 0, "omni_last_orders": 0})
        cls.lyon.partner_id = cls.env["res.partner"].create({"name": "Lyon", "tz": "Europe/Paris"})

    def _open(self, *hours):
        """Let Lyon open every day from and until these hours."""
        calendar = self.env["resource.calendar"].create({"name": "Lyon", "tz": "Europe/Paris", "attendance_ids": []})
        calendar.attendance_ids = [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": opens, "hour_to": closes})
            for day in range(7)
            for opens, closes in hours
        ]
        self.patch(type(self.lyon), "_omni_calendar", lambda store: calendar)

    def _ready(self, start=None, quantity=1):
        return self.lyon.omni_ready_at([(self.lamp.id, quantity)], start)

    def test_always_open_and_at_once(self):
        self.assertEqual(self._ready(), MONDAY)
        self.assertEqual(self._ready(datetime(2026, 3, 5, 22, 10, 30)), datetime(2026, 3, 5, 22, 11))
        self.assertEqual(self._ready("2026-03-05 22:10:00"), datetime(2026, 3, 5, 22, 10))

    def test_what_is_not_there(self):
        self.assertEqual(self._ready(quantity=3), MONDAY)
        self.assertIs(self._ready(quantity=4), False)
        two = [(self.lamp.id, 2), (self.lamp.id, 2)]
        self.assertIs(self.lyon.omni_ready_at(two), False)

    def test_preparation_counts_opening_hours(self):
        self._open((9, 12), (14, 19))
        self.lyon.omni_preparation_hours = 2.5
        for start, ready in (
            ("2026-03-02 08:00", "2026-03-02 10:30"),  # 9:00 in Lyon
            ("2026-03-02 08:30", "2026-03-02 13:00"),  # ready when lunch begins: after it
            ("2026-03-02 15:30", "2026-03-03 08:00"),  # ready when it closes: the next day
            ("2026-03-02 20:00", "2026-03-03 10:30"),
        ):
            self.assertEqual(str(self._ready(f"{start}:00")), f"{ready}:00", start)

    def test_last_orders_by_its_own_clock(self):
        self.lyon.write({"omni_preparation_hours": 1, "omni_last_orders": 16.3333})
        self.assertEqual(str(self._ready("2026-03-02 15:19:00")), "2026-03-02 16:19:00")
        self.assertEqual(str(self._ready("2026-03-02 15:20:00")), "2026-03-03 00:00:00", "Lyon: 1 o'clock")

    def test_brought_from_another_store(self):
        leg = {"warehouse_id": self.lyon.id, "mode": "transfer", "lines": [(self.lamp.id, 4)], "promised_at": MONDAY}
        self.patch(type(self.env["omni.routing"]), "plan", lambda *args, **kwargs: [leg])
        leg["promised_at"] = datetime(2026, 3, 4, 12, 0, 1)
        self.assertEqual(self._ready(quantity=4), datetime(2026, 3, 4, 12, 1))
        later = datetime(2026, 3, 3, 9)
        self.assertEqual(self._ready(later, quantity=4), datetime(2026, 3, 5, 12, 1), "a day later than now")

    def test_settings_that_make_sense(self):
        for values in ({"omni_preparation_hours": -1}, {"omni_last_orders": 24}, {"omni_preparation_hours": 1e9}):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.lyon.write(values)

    def test_an_add_on_that_needs_time_gives_it_to_stores_that_said_nothing(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_warehouse SET omni_preparation_hours = NULL WHERE id = %s", [self.lyon.id])
        warehouses = self.env["stock.warehouse"].with_context(default_omni_preparation_hours=3.0)
        other = self.env["stock.warehouse"].create({"name": "Nice", "code": "NIC", "omni_preparation_hours": 0})
        self.env.flush_all()
        warehouses._omni_init_preparation()
        self.assertEqual((self.lyon + other).mapped("omni_preparation_hours"), [3, 0])

    def test_who_may_ask_what(self):
        demand = [[self.lamp.id, 1]]
        seller = new_test_user(self.env, "ready_seller", groups="sales_team.group_sale_salesman")
        self.assertEqual(self.lyon.with_user(seller).omni_ready_at(demand), MONDAY)
        with self.assertRaises(AccessError):
            self.lyon.with_user(self.env.ref("base.public_user")).omni_ready_at(demand)
        for bad in ([(self.lamp.id, 0)], [("x", 1)], [1], 5, [(self.lamp.id, float("inf"))]):
            with self.assertRaises(ValidationError):
                self.lyon.with_user(seller).omni_ready_at(bad)
        for bad in ("x", 5, [], "9999-12-31"):
            with self.assertRaises(ValidationError):
                self.lyon.with_user(seller).omni_ready_at(demand, bad)
