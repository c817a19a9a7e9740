from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClickCollectCommon

# Lyon opens Monday to Saturday 9 to 12 and 14 to 19; Paris is an hour ahead of UTC. Monday is 2 March 2026.
DAY = {"date_from": "2026-03-01 23:00:00", "date_to": "2026-03-02 22:59:59"}


@tagged("post_install", "-at_install")
class TestClosingDays(ClickCollectCommon):
    """Whoever asks when a store is open is told the same: one table of closing days for all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Lyon",
                "tz": "Europe/Paris",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create({"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": end})
                    for day in range(6)
                    for start, end in ((9, 12), (14, 19))
                ],
            }
        )
        cls.lyon.opening_hours = cls.calendar
        cls.foreign = cls.env["res.company"].create({"name": "Foreign"})
        cls.env["omni.pickup.slot.rule"].create(
            {"warehouse_id": cls.lyon.id, "dayofweek": "0", "hour_from": 9, "hour_to": 10, "capacity": 1}
        )

    def _close(self, values):
        """Make one closing of the whole Monday and return what is read of that day, by everybody who reads it."""
        company = values.get("company_id", self.company.id)
        leave = self.env["resource.calendar.leaves"].create({"name": "Closed"} | DAY | values)
        self.env.flush_all()
        self.env.cr.execute("UPDATE resource_calendar_leaves SET company_id = %s WHERE id = %s", [company, leave.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        monday, tuesday = datetime(2026, 3, 2), datetime(2026, 3, 3)
        with freeze_time("2026-03-02 09:00:00"):
            read = {
                "openings": bool(self.lyon.omni_openings(monday, tuesday)),
                "open now": self.lyon._omni_open_now()[self.lyon.id]["state"] == "open",
                "ready": self.lyon._omni_add_hours(datetime(2026, 3, 2, 9), 0) == datetime(2026, 3, 2, 9),
                "kept": self.lyon._omni_kept_until(datetime(2026, 3, 2, 9), 1) == datetime(2026, 3, 2, 10),
                "slots": bool(self.env["omni.pickup.slot"]._planned(self.lyon, monday, tuesday)),
            }
        leave.unlink()
        return read

    def test_everybody_reads_the_same_closing_days(self):
        person = self.env["resource.resource"].create({"name": "Louis", "calendar_id": self.calendar.id})
        everybody, this = {"calendar_id": False}, {"calendar_id": self.calendar.id}
        for of_company in (self.company.id, False):
            self.calendar.company_id = of_company
            for case, values, is_open in (
                ("these hours", this, False),
                ("all stores of the company", everybody, False),
                ("all stores of all companies", everybody | {"company_id": None}, False),
                ("all stores of another company", everybody | {"company_id": self.foreign.id}, True),
                ("no closing, but other work", this | {"time_type": "other"}, True),
                ("other work in the whole company", everybody | {"time_type": "other"}, True),
                ("somebody is on leave", this | {"resource_id": person.id}, True),
            ):
                with self.subTest(case, calendar_of=of_company):
                    read = self._close(values)
                    # One who is kept until 11:00 while the store is closed is kept until the end of its next opening.
                    self.assertEqual(read, dict.fromkeys(read, is_open))

    def test_closed_for_an_hour(self):
        self.env["resource.calendar.leaves"].create(
            {"calendar_id": False, "date_from": "2026-03-02 09:00:00", "date_to": "2026-03-02 10:00:00"}
        )
        hours = self.lyon._omni_openings(datetime(2026, 3, 2), datetime(2026, 3, 3))
        self.assertEqual(
            [(opens.hour + 1, closes.hour + 1) for opens, closes in hours], [(9, 10), (11, 12), (14, 19)], "in Paris"
        )

    def test_closing_day_of_the_company_moves_its_pickups_alone(self):
        with freeze_time("2026-03-02 08:30:00"):
            pickup = self._order().omni_pickup_ids
            before = pickup.promised_at
            closure = {"name": "Closed", "calendar_id": False} | DAY
            leaves = self.env["resource.calendar.leaves"]
            leaves.with_company(self.foreign).create(closure | {"company_id": self.foreign.id})
            self.assertEqual(pickup.promised_at, before)
            leaves.create(closure)
            self.assertGreater(pickup.promised_at, datetime(2026, 3, 3))

    def test_what_is_open_day_and_night(self):
        station = self.calendar.copy({"attendance_ids": [Command.clear()]})
        station.attendance_ids = [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)
        ]
        self.lille.opening_hours = station
        self.env["resource.calendar.leaves"].create({"name": "Closed", "calendar_id": station.id} | DAY)
        until = self.lille._omni_kept_until(datetime(2026, 3, 2, 9), 1)
        self.assertEqual(
            until, datetime(2026, 3, 3, 23), "the day after it, and not the years in which it never closes"
        )

    def test_somebodys_leave_that_becomes_a_closing_day_and_back(self):
        person = self.env["resource.resource"].create({"name": "Louis", "calendar_id": self.calendar.id})
        leave = self.env["resource.calendar.leaves"].create(DAY | {"resource_id": person.id})
        monday, tuesday = datetime(2026, 3, 2), datetime(2026, 3, 3)
        self.assertTrue(self.lyon.omni_openings(monday, tuesday))
        leave.write({"resource_id": False, "calendar_id": self.calendar.id})
        self.assertFalse(self.lyon.omni_openings(monday, tuesday))
        leave.resource_id = person
        self.assertTrue(self.lyon.omni_openings(monday, tuesday))
