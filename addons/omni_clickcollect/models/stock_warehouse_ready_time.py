from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.moments import whole_minute

from .omni_pickup import OPEN_STATES

SLOT_HORIZON = timedelta(days=60)  # how far ahead slots are offered


class StockWarehouse(models.Model):
    """When pickups can be ready: the queue ahead, how long goods take from another store, what is handed over in an
    hour; and which slots are open.
    """

    _inherit = "stock.warehouse"

    omni_preparation_hours = fields.Float(default=2.0)

    def _omni_ready_times(self, start=None, brought=False, not_before=None):
        start = start or fields.Datetime.now()
        alone = super()._omni_ready_times(start)
        queues, busy = self._omni_queues(), self._omni_busy_hours(start)
        result = {}
        # sudo: settings of the store; only a moment comes out
        for store, settings in zip(self, self.sudo(), strict=True):
            ready = alone[store]
            ahead = sum(number for slot, number in queues[store.id] if not slot or slot.start <= ready)
            ready = settings._omni_add_hours(ready, ahead * settings.omni_collect_queue_minutes / 60)
            if brought:
                here = start + timedelta(days=settings.omni_collect_transfer_days)
                ready = max(ready, settings._omni_add_hours(here, settings.omni_preparation_hours))
            ready = settings._omni_add_hours(whole_minute(max(ready, not_before or ready)), 0)
            while settings.omni_collect_per_hour and busy[store.id, self._omni_hour(ready, settings)] >= (
                settings.omni_collect_per_hour
            ):
                ready = settings._omni_add_hours(self._omni_hour(ready, settings) + timedelta(hours=1), 0)
            result[store] = ready
        return result

    def _omni_queues(self):
        """Return ``{warehouse id: [(slot, number of pickups to prepare)]}``."""
        pickups, queues = self.env["omni.pickup"].sudo(), defaultdict(list)
        domain = [("warehouse_id", "in", self.ids), ("state", "in", ("to_prepare", "preparing"))]
        for store, slot, number in pickups._read_group(domain, ["warehouse_id", "slot_id"], ["__count"]):
            queues[store.id].append((slot, number))
        return queues

    def _omni_busy_hours(self, now):
        """Return how many pickups are promised: ``Counter({(warehouse id, start of the hour): number})``."""
        limited = self.sudo().filtered("omni_collect_per_hour")
        if not limited:
            return Counter()
        domain = [("warehouse_id", "in", limited.ids), ("state", "in", OPEN_STATES)]
        domain.append(("promised_at", ">=", now - timedelta(hours=1)))
        pickups = self.env["omni.pickup"].sudo().search_fetch(domain, ["warehouse_id", "promised_at"])
        return Counter(
            (pickup.warehouse_id.id, self._omni_hour(pickup.promised_at, pickup.warehouse_id)) for pickup in pickups
        )

    @api.model
    def _omni_hour(self, moment, store):
        """Return the start of the hour, by the clock of the store, in which ``moment`` is."""
        local = store._omni_local(moment)
        return moment - timedelta(minutes=local.minute, seconds=local.second)

    # -- slots ---------------------------------------------------------------------------------------------------------

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
