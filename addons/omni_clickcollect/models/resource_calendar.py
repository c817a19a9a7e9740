from datetime import datetime, time, timedelta
from itertools import chain

import pytz

from odoo import api, models
from odoo.tools import ormcache
from odoo.tools.misc import format_duration

BLOCK = timedelta(days=28)  # of opening hours worked out, and remembered, at a time
BLOCKS = 14  # looked at: more than a year
FIRST_BLOCK = datetime(1970, 1, 5)


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

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def _omni_spans(self, moment, company):
        """Yield when a store of ``company`` with these hours is open, from ``moment`` on, for a year: closing days,
        those of the company among them, lunch breaks and daylight saving are in it.

        :param moment: naive UTC datetime
        :return: ``(start, stop)``, naive UTC, in order, without those that touch each other
        """
        first = (moment - FIRST_BLOCK) // BLOCK
        blocks = (self._omni_block(company.id, number) for number in range(first, first + BLOCKS))
        current = None
        for start, stop in chain.from_iterable(blocks):
            if stop <= moment:
                continue
            if current and start <= current[1]:
                current = (current[0], stop)
                continue
            if current:
                yield current
            current = (max(start, moment), stop)
        if current:
            yield current

    @api.model
    def _omni_closures(self, company_id):
        """Return the domain (list) of the closing days that count: without it, those of all companies do."""
        return [
            ("time_type", "=", "leave"),
            "|",
            ("calendar_id", "!=", False),
            ("company_id", "in", (False, company_id)),
        ]

    @ormcache("self.id", "company_id", "number")
    def _omni_block(self, company_id, number):
        """Return the spans of one block of days: dozens of promises on one page read the calendar once."""
        start = pytz.utc.localize(FIRST_BLOCK + number * BLOCK)
        # sudo: who asks when a store is open need not read its calendar
        closures = self._omni_closures(company_id)
        intervals = self.sudo()._work_intervals_batch(start, start + BLOCK, domain=closures)[False]
        spans = []
        for begin, end, _meta in intervals:
            span = tuple(
                # a day ends a microsecond, and a closing day a second, before midnight
                (edge.astimezone(pytz.utc).replace(tzinfo=None) + timedelta(seconds=0.5)).replace(microsecond=0)
                for edge in (begin, end)
            )
            if span[1] - span[0] >= timedelta(minutes=1):
                spans.append(span)
        return tuple(spans)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()  # see resource.calendar._omni_block
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _omni_labels(self):
        """Return these hours of one day in words, those that follow each other without a break as one."""
        spans = []
        for attendance in self.sorted("hour_from"):
            if spans and attendance.hour_from <= spans[-1][1]:
                spans[-1][1] = max(spans[-1][1], attendance.hour_to)
            else:
                spans.append([attendance.hour_from, attendance.hour_to])
        return [f"{format_duration(start)} - {format_duration(end)}" for start, end in spans]
