from collections import defaultdict

from odoo import models
from odoo.fields import Domain

from ..routing.clock import HORIZON, Hours


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _omni_routing_hours(self, now):
        """Return ``{calendar: Hours}`` as routing reads them: the week, and what is closed from ``now`` on.

        Two queries, whatever the number of calendars.
        """
        lines = self.env["resource.calendar.attendance"].search(
            [("calendar_id", "in", self.ids), ("display_type", "=", False), ("day_period", "!=", "lunch")]
        )
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("resource_id", "=", False)
            & (Domain("calendar_id", "in", self.ids) | Domain("calendar_id", "=", False))
            & Domain("date_to", ">", now)
            & Domain("date_from", "<", now + HORIZON)
        )
        weeks, closures = defaultdict(lambda: defaultdict(list)), defaultdict(list)
        for line in lines:
            week = int(line.week_type or 0) if line.calendar_id.two_weeks_calendar else 0
            weeks[line.calendar_id][week, int(line.dayofweek)].append((line.hour_from, line.hour_to))
        for leave in leaves:
            # One without a calendar closes the whole company.
            for calendar in leave.calendar_id or self:
                if leave.calendar_id or calendar.company_id == leave.company_id:
                    closures[calendar].append((leave.date_from, leave.date_to))
        return {
            calendar: Hours(
                zone=calendar.tz or "UTC",
                week={} if calendar.flexible_hours else dict(weeks[calendar]),
                closures=closures[calendar],
                fortnight=calendar.two_weeks_calendar,
            )
            for calendar in self
        }
