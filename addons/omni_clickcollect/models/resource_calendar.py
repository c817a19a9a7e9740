from datetime import datetime, time, timedelta

import pytz

from odoo import models
from odoo.tools.misc import format_duration


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _omni_week(self):
        """Return the hours of a week as stock Odoo's store selector reads them: ``{"0": ["09:00 - 12:00"], ...}``."""
        if not self:
            return {}
        week = {str(day): [] for day in range(7)}
        for day, lines in self._omni_open().grouped("dayofweek").items():
            week[day] = lines._omni_labels()
        return week

    def _omni_hours(self, now, closures):
        """Return the hours of today, in the calendar's time zone, without those that a closure touches.

        :param now: aware datetime
        :param closures: ``resource.calendar.leaves`` that may matter
        :return: ``["09:00 - 12:00", ...]``
        """
        zone = pytz.timezone(self.tz or "UTC")
        today = now.astimezone(zone).date()
        week_type = str(self.env["resource.calendar.attendance"].get_week_type(today))
        open_today = self.env["resource.calendar.attendance"]
        for attendance in self._omni_open():
            if attendance.dayofweek != str(today.weekday()):
                continue
            if self.two_weeks_calendar and attendance.week_type != week_type:
                continue
            start, end = (
                zone.localize(datetime.combine(today, time.min) + timedelta(hours=hour))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for hour in (attendance.hour_from, attendance.hour_to)
            )
            if not any(closure.date_from < end and closure.date_to > start for closure in closures):
                open_today |= attendance
        return open_today._omni_labels()

    def _omni_open(self):
        return self.attendance_ids.filtered(lambda line: line.day_period != "lunch" and not line.display_type)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    def _omni_labels(self):
        """Return these hours of one day in words, those that follow each other without a break as one."""
        spans = []
        for attendance in self.sorted("hour_from"):
            if spans and attendance.hour_from <= spans[-1][1]:
                spans[-1][1] = max(spans[-1][1], attendance.hour_to)
            else:
                spans.append([attendance.hour_from, attendance.hour_to])
        return [f"{format_duration(start)} - {format_duration(end)}" for start, end in spans]
