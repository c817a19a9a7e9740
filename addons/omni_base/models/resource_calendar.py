from datetime import datetime, timedelta
from itertools import chain

import pytz

from odoo import models
from odoo.tools import ormcache
from odoo.tools.intervals import Intervals

BLOCK = timedelta(days=28)  # of opening hours worked out, and remembered, at a time
BLOCKS = 14  # looked at: more than a year
FIRST_BLOCK = datetime(1970, 1, 5)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        self.env.registry.clear_cache()  # see _omni_block
        return super().write(vals)

    def _omni_closures(self, company):
        """Return the domain (list) of what closes the stores of ``company`` that have these hours: closing days of
        these hours, and those without hours of this company or of all.
        """
        return [
            ("time_type", "=", "leave"),
            ("resource_id", "=", False),
            "|",
            ("calendar_id", "in", self.ids),
            "&",
            ("calendar_id", "=", False),
            ("company_id", "in", (False, company.id)),
        ]

    def _omni_spans(self, moment, company):
        """Yield when a store of ``company`` with these hours is open, from ``moment`` on, for a year: closing days,
        lunch breaks and daylight saving are in it. Who has flexible hours is open but for closing days.

        :param moment: naive UTC datetime
        :return: ``(start, stop)``, naive UTC, in order; those that touch each other are one
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

    @ormcache("self.id", "company_id", "number")
    def _omni_block(self, company_id, number):
        """Return the spans of one block of days: dozens of promises on one page read the calendar once."""
        calendar = self.sudo()  # sudo: who asks when a store is open need not read its calendar
        start = pytz.utc.localize(FIRST_BLOCK + number * BLOCK)
        bounds = (start, start + BLOCK)
        closures = calendar._omni_closures(self.env["res.company"].browse(company_id))
        if calendar.flexible_hours:
            intervals = Intervals([(*bounds, calendar.attendance_ids.browse())])
            intervals -= calendar._leave_intervals(*bounds, domain=closures)
        else:
            intervals = calendar._work_intervals_batch(*bounds, domain=closures)[False]
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
