import re

from odoo import fields, models
from odoo.tools import format_datetime
from odoo.tools.misc import get_lang

DAY, DAY_AND_HOUR = "EEEE d MMMM", "EEEE d MMMM, HH:mm"


class StockWarehouse(models.Model):
    """Moments in the store's time and the reader's words."""

    _inherit = "stock.warehouse"

    def _omni_clock(self, moment, dt_format="HH:mm"):
        """Return ``moment`` (naive UTC) as the store's clock shows it."""
        words = format_datetime(self.env, moment, tz=self._omni_tz(), dt_format=dt_format)
        if get_lang(self.env).code.startswith("fr"):
            words = re.sub(r"\b1 (?=[^\W\d])", "1er ", words)  # "mardi 1er décembre"
        return words

    def _omni_days_until(self, moment):
        """Return in how many days ``moment`` (naive UTC) is, by the store's clock: 0 is today."""
        today, day = (self._omni_local(point).date() for point in (fields.Datetime.now(), moment))
        return (day - today).days

    def _omni_when(self, moment):
        """Return ``moment`` (naive UTC): "today 15:00"."""
        store = self.sudo()  # sudo: its time zone
        days = store._omni_days_until(moment)
        if days not in (0, 1):
            return store._omni_clock(moment, DAY_AND_HOUR)
        hour = store._omni_clock(moment)
        return self.env._("tomorrow %s", hour) if days else self.env._("today %s", hour)

    def _omni_day_and_hours(self, start, stop):
        """Return the day and the hours of a span: ``("Today", "15:00 - 16:00")``."""
        days = self._omni_days_until(start)
        day = self._omni_clock(start, DAY)
        day = day[:1].upper() + day[1:]
        if days in (0, 1):
            day = self.env._("Tomorrow") if days else self.env._("Today")
        return day, f"{self._omni_clock(start)} - {self._omni_clock(stop)}"

    def _omni_span(self, start, stop):
        """Return a span of one day: "Friday 6 March, 15:00 - 16:00"."""
        return f"{self._omni_clock(start, DAY_AND_HOUR)} - {self._omni_clock(stop)}"

    def _omni_ready_words(self):
        """Return when goods that are ordered now can be ready, in words: ``{store: "today 15:00"}``."""
        said, result = {}, {}
        for store, moment in self._omni_ready_times().items():
            key = (moment, store._omni_tz())
            if key not in said:
                said[key] = store._omni_when(moment)
            result[store] = said[key]
        return result
