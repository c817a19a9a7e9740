import re
from datetime import timedelta

from babel.dates import get_day_names

from odoo import fields, models
from odoo.tools import format_datetime
from odoo.tools.misc import babel_locale_parse, get_lang

LONGEST_CLOSURE = 30  # days; a store closed for longer has no next opening
DAY, DAY_AND_HOUR = "EEEE d MMMM", "EEEE d MMMM, HH:mm"


class StockWarehouse(models.Model):
    """When a store is open, what has to wait for that, and moments in the store's time and the reader's words."""

    _inherit = "stock.warehouse"

    def _omni_calendar(self):
        return self.opening_hours or super()._omni_calendar()

    def _omni_kept_until(self, start, hours):
        """Return ``hours`` after ``start`` (naive UTC); when the store is closed then, the end of its next opening."""
        end = start + timedelta(hours=hours)
        before, after = end - timedelta(seconds=1), end + timedelta(days=LONGEST_CLOSURE)
        opens, closes = next(self._omni_openings(before, after), (end, end))
        # One that opens for days on end gives the first of them.
        return end if opens <= end else min(closes, opens + timedelta(days=1))

    def _omni_week_hours(self):
        """Return the hours of a week with the days in the reader's language: ``[{"name": str, "hours": [str]}]``."""
        week = self._omni_calendar()._omni_week()
        names = get_day_names("wide", locale=babel_locale_parse(get_lang(self.env).code)) if week else {}
        return [{"name": names[int(day)].capitalize(), "hours": hours} for day, hours in week.items()]

    def _omni_open_now(self):
        """Return whether these stores are open, in the reader's words and each store's time.

        :return: ``{store id: {"state": "open" | "later" | "closed", "label": str}}``; empty without opening hours
        """
        now, spans, said, result = fields.Datetime.now(), {}, {}, {}
        for store in self:
            calendar = store._omni_calendar()
            if not calendar:
                result[store.id] = {}
                continue
            hours = (calendar, store.company_id)
            if hours not in spans:
                spans[hours] = next(store._omni_openings(now), (None, None))
            key = (*spans[hours], store._omni_tz())  # most stores open and close at the same time
            if key not in said:
                said[key] = store._omni_open_words(now, *spans[hours])
            result[store.id] = said[key]
        return result

    def _omni_open_words(self, now, start, stop):
        days = None if start is None else self._omni_days_until(start)
        if days is None or days > 6:
            return {"state": "closed", "label": self.env._("Closed")}
        if start <= now:
            label = self.env._("Open now")
            if stop - now < timedelta(days=1):
                label = self.env._("Open now until %s", self._omni_clock(stop))
            return {"state": "open", "label": label}
        if days == 0:
            label = self.env._("Opens today %s", self._omni_clock(start))
        elif days == 1:
            label = self.env._("Opens tomorrow %s", self._omni_clock(start))
        else:
            label = self.env._("Opens %s", self._omni_clock(start, "EEEE HH:mm"))
        return {"state": "later", "label": label}

    # -- moments -------------------------------------------------------------------------------------------------------

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
