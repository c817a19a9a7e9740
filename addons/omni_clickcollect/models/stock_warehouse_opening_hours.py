from datetime import timedelta

from babel.dates import get_day_names

from odoo import fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

LONGEST_CLOSURE = 30  # days; a store closed for longer has no next opening


class StockWarehouse(models.Model):
    """When a store is open, as customers read it, and what has to wait for that."""

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
