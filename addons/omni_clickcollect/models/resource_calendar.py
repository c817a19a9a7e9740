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
        for attendance in self._omni_open():
            week[attendance.dayofweek].append(attendance._omni_label())
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
        hours = []
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
                hours.append(attendance._omni_label())
        return hours

    def _omni_open(self):
        return self.attendance_ids.filtered(lambda line: line.day_period != "lunch" and not line.display_type)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    def _omni_label(self):
        return f"{format_duration(self.hour_from)} - {format_duration(self.hour_to)}"
