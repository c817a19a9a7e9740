from datetime import datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestServiceTimes(OmniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Lyon", "tz": "Europe/Paris", "attendance_ids": []})
        cls.calendar.attendance_ids = [
            Command.create(
                {"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": end, "day_period": period}
            )
            for day in range(6)
            for start, end, period in ((9, 12, "morning"), (12, 14, "lunch"), (14, 19, "afternoon"))
        ]

    def _give(self, calendar):
        self.patch(type(self.lyon), "_omni_calendar", lambda store: calendar)

    def test_always_open(self):
        start, end = datetime(2026, 3, 2), datetime(2026, 3, 9)
        self.assertEqual(self.lyon.omni_openings(start, end), [(start, end)])
        self.assertEqual(self.lyon.omni_openings("2026-03-02 00:00:00", "2026-03-09"), [(start, end)])
        self.assertEqual(list(self.lyon._omni_openings(start)), [(start, datetime.max)])

    def test_hours_lunch_and_daylight_saving(self):
        self._give(self.calendar)
        winter, summer = datetime(2026, 3, 28), datetime(2026, 3, 30)  # Saturday and Monday; the clocks change between
        self.assertEqual(
            self.lyon.omni_openings(winter, summer + timedelta(hours=14)),
            [
                (datetime(2026, 3, 28, 8), datetime(2026, 3, 28, 11)),
                (datetime(2026, 3, 28, 13), datetime(2026, 3, 28, 18)),
                (datetime(2026, 3, 30, 7), datetime(2026, 3, 30, 10)),
                (datetime(2026, 3, 30, 12), datetime(2026, 3, 30, 14)),
            ],
        )

    def test_the_week_changes(self):
        self._give(self.calendar)
        monday = (datetime(2026, 3, 2, 6), datetime(2026, 3, 2, 10))
        for change, opens in (
            (lambda: self.calendar.write({"tz": "UTC"}), 9),
            (lambda: self.calendar.attendance_ids[0].write({"hour_from": 8}), 8),
            (lambda: self.calendar.attendance_ids[0].unlink(), None),
        ):
            self.lyon.omni_openings(*monday)
            change()
            expected = [(datetime(2026, 3, 2, opens), monday[1])] if opens else []
            self.assertEqual(self.lyon.omni_openings(*monday), expected)

    def test_flexible_hours_are_always_open_but_for_closing_days(self):
        self._give(self.calendar)
        self.calendar.flexible_hours = True
        start, end = datetime(2026, 3, 2), datetime(2026, 3, 4)
        self.assertEqual(self.lyon.omni_openings(start, end), [(start, end)])
        closed = {"date_from": "2026-03-02 12:00:00", "date_to": "2026-03-03 12:00:00", "calendar_id": False}
        self.env["resource.calendar.leaves"].create(closed)
        self.assertEqual(
            self.lyon.omni_openings(start, end),
            [(start, datetime(2026, 3, 2, 12)), (datetime(2026, 3, 3, 12), end)],
        )

    def test_one_time_zone(self):
        self.lyon.company_id.partner_id.tz = "Europe/Rome"
        self.lyon.partner_id = self.env["res.partner"].create({"name": "Lyon", "tz": False})
        self.assertEqual(self.lyon._omni_tz(), "Europe/Rome")
        self.lyon.partner_id.tz = "Europe/Madrid"
        self.assertEqual(self.lyon._omni_tz(), "Europe/Madrid")
        self._give(self.calendar)
        self.assertEqual(self.lyon._omni_tz(), "Europe/Paris")

    def test_who_may_ask_what(self):
        start, end = "2026-03-02 00:00:00", "2026-03-03 00:00:00"
        seller = new_test_user(self.env, "times_seller", groups="sales_team.group_sale_salesman")
        self.assertTrue(self.lyon.with_user(seller).omni_openings(start, end))
        with self.assertRaises(AccessError):
            self.lyon.with_user(self.env.ref("base.public_user")).omni_openings(start, end)
        for odd in (
            (end, start),
            (start, "2028-03-03"),
            ("x", end),
            (None, end),
            (5, end),
            (start, "9999-12-31"),
            ([], {}),
        ):
            with self.assertRaises(ValidationError):
                self.lyon.with_user(seller).omni_openings(*odd)
