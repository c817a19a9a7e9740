from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES


def whole_minute(moment):
    """Return ``moment`` to the next full minute, as people say it; a fraction of a second is a matter of counting."""
    moment = (moment + timedelta(seconds=0.5)).replace(microsecond=0)
    return moment + timedelta(seconds=-moment.second % 60)


class StockWarehouse(models.Model):
    """When goods can be ready in a store: opening hours, last orders, the queue ahead, what it can do in an hour."""

    _inherit = "stock.warehouse"

    def omni_promise(self, demand):
        """Return when these goods can be ready to collect in this store.

        :param demand: ``[(product_id, quantity), ...]``, in the product's own unit of measure
        :return: naive UTC datetime, or False: they cannot be had
        :raises AccessError: the caller is neither a seller nor a stock or omnichannel user
        :raises InvalidInput: the demand is malformed
        """
        inputs.called_on_one(self).check_access("read")
        wanted = defaultdict(float)
        for product_id, quantity in inputs.demand(self.env, demand):
            wanted[product_id] += quantity
        channel = self.env["omni.availability"]._channel(self.env.context.get("omni_channel"))
        products = self.env["product.product"].sudo().browse(wanted)  # sudo: only units are read
        here, missing = self.env["omni.availability"]._left(products, self.ids, channel), {}
        for product in products:
            quantity = wanted[product.id]
            there = min(here.of(product, self.id), quantity)
            here.allocate(product, self.id, there)
            if product.uom_id.compare(quantity, there) > 0:
                missing[product.id] = quantity - there
        if not missing:
            return self._omni_ready_at()[self]
        legs = self.env["omni.routing"].plan(list(wanted.items()), channel=channel, collect_at=self)
        transfers = [leg for leg in legs if leg["mode"] == "transfer" and leg["warehouse_id"]]
        for leg in transfers:
            for product_id, quantity in leg["lines"]:
                missing[product_id] = missing.get(product_id, 0.0) - quantity
        if any(product.uom_id.compare(missing.get(product.id, 0.0), 0) > 0 for product in products):
            return False
        # A leg that says when means the customer: then its goods are prepared.
        promised = [leg["promised_at"] for leg in transfers]
        late = not all(promised)
        return self._omni_ready_at(brought=late, not_before=max(filter(None, promised), default=None))[self]

    def _omni_ready_at(self, brought=False, not_before=None):
        """Return when goods that are ordered now are prepared, with as many queries for fifty stores as for one.

        :param bool brought: they come from another store first, in the days that the setting says
        :param not_before: naive UTC datetime
        :return: ``{warehouse: naive UTC datetime}``
        """
        now = fields.Datetime.now()
        queues, busy = self._omni_queues(), self._omni_busy_hours(now)
        result = {}
        # sudo: settings of the store; only a moment comes out
        for store, settings in zip(self, self.sudo(), strict=True):
            begin = settings._omni_begin(now)
            hours = settings.omni_preparation_hours
            alone = settings._omni_plan(hours, begin)
            ahead = sum(number for slot, number in queues[store.id] if not slot or slot.start <= alone)
            ready = alone
            if ahead or brought:
                begin = settings._omni_plan(ahead * settings.omni_collect_queue_minutes / 60, begin)
                if brought:
                    begin = max(begin, now + timedelta(days=settings.omni_collect_transfer_days))
                ready = settings._omni_plan(hours, begin)
            ready = whole_minute(max(ready, not_before or now))
            if ready != alone:
                ready = settings._omni_plan(0, ready)
            while settings.omni_collect_per_hour and busy[store.id, self._omni_hour(ready, settings)] >= (
                settings.omni_collect_per_hour
            ):
                ready = settings._omni_plan(0, self._omni_hour(ready, settings) + timedelta(hours=1))
            result[store] = ready
        return result

    def _omni_plan(self, hours, moment):
        """Return when ``hours`` of opening time have passed since ``moment`` (naive UTC); at closing time it is the
        next opening. A store that is always open, or not within a year, counts the bare hours.
        """
        left = timedelta(hours=hours)
        for start, stop in self._omni_openings(moment):
            if left < stop - start:
                return start + left
            left -= stop - start
        return moment + timedelta(hours=hours)

    def _omni_begin(self, now):
        """Return from when on what is ordered now is prepared: at once, or from tomorrow."""
        cutoff = round(self.omni_collect_cutoff * 60)
        zone = pytz.timezone(self._omni_tz())
        local = pytz.utc.localize(now).astimezone(zone)
        if not cutoff or local.hour * 60 + local.minute < cutoff:
            return now
        return self._omni_utc(datetime.combine(local.date() + timedelta(days=1), time.min))

    def _omni_queues(self):
        """Return ``{warehouse id: [(slot, number of pickups to prepare)]}``."""
        groups = (
            self.env["omni.pickup"]
            .sudo()
            ._read_group(
                [("warehouse_id", "in", self.ids), ("state", "in", ("to_prepare", "preparing"))],
                ["warehouse_id", "slot_id"],
                ["__count"],
            )
        )
        queues = defaultdict(list)
        for store, slot, number in groups:
            queues[store.id].append((slot, number))
        return queues

    def _omni_busy_hours(self, now):
        """Return how many pickups are promised: ``Counter({(warehouse id, start of the hour): number})``."""
        limited = self.sudo().filtered("omni_collect_per_hour")
        if not limited:
            return Counter()
        pickups = (
            self.env["omni.pickup"]
            .sudo()
            .search_fetch(
                [
                    ("warehouse_id", "in", limited.ids),
                    ("state", "in", OPEN_STATES),
                    ("promised_at", ">=", now - timedelta(hours=1)),
                ],
                ["warehouse_id", "promised_at"],
            )
        )
        return Counter(
            (pickup.warehouse_id.id, self._omni_hour(pickup.promised_at, pickup.warehouse_id)) for pickup in pickups
        )

    @api.model
    def _omni_hour(self, moment, store):
        """Return the start of the hour, by the clock of the store, in which ``moment`` is."""
        local = pytz.utc.localize(moment).astimezone(pytz.timezone(store._omni_tz()))
        return moment - timedelta(minutes=local.minute, seconds=local.second)
