from datetime import datetime, time, timedelta

from odoo import fields, models

from odoo.addons.omni_base.tools import inputs

SLOT_HORIZON = timedelta(days=60)  # how far ahead slots are offered


class StockWarehouse(models.Model):
    """Which slots of a store are open."""

    _inherit = "stock.warehouse"

    def omni_slots(self, date_from, date_to):
        """Return the slots of this store that are open, also those that are full, in order. With the context key
        ``omni_lines``, ``[(product_id, quantity)]``: those that begin when these goods can be ready.

        :param date_from: first day in the store's time (date, or text "2026-03-02"), or moment (naive UTC datetime)
        :param date_to: last day, or moment
        :return: ``omni.pickup.slot``; empty where the store has no slots
        :raises InvalidInput: malformed dates
        """
        inputs.called_on_one(self).check_access("read")
        now = fields.Datetime.now()
        # sudo: the address and the hours of a store
        begin = max(self.sudo()._omni_edge(date_from, 0), now)
        end = min(self.sudo()._omni_edge(date_to, 1), now + SLOT_HORIZON)
        if lines := self.env.context.get("omni_lines"):
            ready = self.omni_ready_at(lines)
            if not ready:
                return self.env["omni.pickup.slot"]
            begin = max(begin, ready)
        return self.env["omni.pickup.slot"]._of_store(self, begin, end)

    def _omni_edge(self, value, days):
        """Return a bound of a period in naive UTC: of a date, the start of the day so many ``days`` after it."""
        if isinstance(value, datetime) or isinstance(value, str) and len(value) > len("2026-03-02"):
            return inputs.moment(self.env, value)
        return self._omni_utc(datetime.combine(inputs.day(self.env, value) + timedelta(days=days), time.min))
