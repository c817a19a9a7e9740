from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.omni_base.tools.moments import whole_minute

from .omni_pickup import OPEN_STATES


class StockWarehouse(models.Model):
    """When pickups can be ready: the queue ahead, how long goods take from another store, what is handed over in an
    hour.
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
            most = settings.omni_collect_per_hour
            while most and busy[store.id, self._omni_hour(ready, settings)] >= most:
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
