from odoo import fields, models
from odoo.tools.intervals import Intervals
from odoo.tools.misc import format_duration


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _omni_week(self):
        """Return this week's hours as stock Odoo's store selector reads them: ``{"0": ["09:00 - 12:00"], ...}``."""
        if not self:
            return {}
        week = {str(day): [] for day in range(7)}
        today = fields.Date.context_today(self.with_context(tz=self.tz))
        which = (False, str(self.attendance_ids.get_week_type(today)))  # of hours that differ every other week
        attendances = self.attendance_ids.filtered(
            lambda line: line.day_period != "lunch" and not line.display_type and line.week_type in which
        )
        for day, lines in attendances.grouped("dayofweek").items():
            # those that follow each other without a break are one
            spans = Intervals((line.hour_from, line.hour_to, line) for line in lines)
            week[day] = [f"{format_duration(start)} - {format_duration(end)}" for start, end, _lines in spans]
        return week
