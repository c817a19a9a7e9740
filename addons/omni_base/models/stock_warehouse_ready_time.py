from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from ..tools import inputs
from ..tools.moments import whole_minute
from ..tools.quantities import add_up


class StockWarehouse(models.Model):
    """When goods can be ready in a store: what it has, its opening hours, its last orders and how long it prepares."""

    _inherit = "stock.warehouse"

    omni_preparation_hours = fields.Float(
        string="Preparation Time",
        help="Opening hours that an order takes until it is packed or set aside. 0: it is ready at once.",
    )
    omni_last_orders = fields.Float(
        string="Last Orders for Today",
        help="From this hour on, orders are prepared from the next opening day. Midnight: no such hour.",
    )

    _omni_service_times = models.Constraint(
        "CHECK (omni_preparation_hours BETWEEN 0 AND 8760 AND omni_last_orders >= 0 AND omni_last_orders < 24)",
        "A store prepares an order in 0 to 8760 hours, and its last orders are not after midnight.",
    )

    @api.model
    def _omni_init_preparation(self):
        """Give stores of which nobody has said how long they prepare an order what new ones are given: for an add-on
        that extends the default, when it is installed.
        """
        hours = self.default_get(["omni_preparation_hours"]).get("omni_preparation_hours")
        self.env.cr.execute(
            "UPDATE stock_warehouse SET omni_preparation_hours = %s WHERE omni_preparation_hours IS NULL", [hours]
        )
        self.invalidate_model(["omni_preparation_hours"])

    def omni_ready_at(self, demand, start=None):
        """Return when these goods can be ready to collect in this store.

        :param demand: ``[(product_id, quantity), ...]``, in the product's own unit of measure
        :param start: when they are ordered, naive UTC datetime or ``"YYYY-MM-DD HH:MM:SS"``; default: now
        :return: naive UTC datetime, or False: they cannot be had
        :raises AccessError: the caller is neither a seller nor a stock or omnichannel user
        :raises InvalidInput: the demand or the moment is malformed
        """
        inputs.called_on_one(self).check_access("read")
        start = None if inputs.is_nothing(start) else inputs.moment(self.env, start)
        return self._omni_ready_at(inputs.demand(self.env, demand), start)

    def _omni_ready_at(self, demand, start=None, channel=None):
        """As :meth:`omni_ready_at`, for who knows what they ask.

        :param channel: ``omni.channel`` record on which it is sold
        """
        wanted = add_up(demand)
        products = self.env["product.product"].sudo().browse(wanted)  # sudo: only units are read
        here, missing = self.env["omni.availability"]._left(products, self.ids, channel), {}
        for product in products:
            quantity = wanted[product.id]
            there = here.allocate(product, self.id, quantity)
            if product.uom_id.compare(quantity, there) > 0:
                missing[product.id] = quantity - there
        if not missing:
            return self._omni_ready_times(start)[self]
        legs = self.env["omni.routing"].plan(list(wanted.items()), channel=channel, collect_at=self)
        transfers = [leg for leg in legs if leg["mode"] == "transfer" and leg["warehouse_id"]]
        brought = add_up(goods for leg in transfers for goods in leg["lines"])
        left = {product: missing.get(product.id, 0.0) - brought[product.id] for product in products}
        if any(product.uom_id.compare(quantity, 0) > 0 for product, quantity in left.items()):
            return False
        return self._omni_brought_at(transfers, start)

    def _omni_brought_at(self, legs, start=None):
        """Return when what these legs, which were planned as of now, bring to this store can be ready (naive UTC).

        :param start: when it is ordered, naive UTC datetime; default: now
        """
        # A leg that says when means the customer: then its goods are prepared.
        later = max(start - fields.Datetime.now(), timedelta(0)) if start else timedelta(0)
        promised = [leg["promised_at"] and leg["promised_at"] + later for leg in legs]
        last = max(filter(None, promised), default=None)
        return self._omni_ready_times(start, brought=not all(promised), not_before=last)[self]

    def omni_promise(self, demand):
        """As :meth:`omni_ready_at`, by its former name."""
        return self.omni_ready_at(demand)

    def _omni_ready_times(self, start=None, brought=False, not_before=None):
        """Return when goods that are in these stores can be ready to collect, with as many queries for fifty stores as
        for one.

        :param start: when they are ordered, naive UTC datetime; default: now
        :param bool brought: they come from another store first, nobody has said when: an add-on that knows how long
            that takes adds it
        :param not_before: naive UTC datetime
        :return: ``{warehouse: naive UTC datetime}``, whole minutes
        """
        ready = {}
        # sudo: settings of the store; only a moment comes out
        for store, begins in self._omni_begin_times(start or fields.Datetime.now()).items():
            prepared = store._omni_add_hours(begins, store.sudo().omni_preparation_hours)
            ready[store] = store._omni_add_hours(whole_minute(max(prepared, not_before or prepared)), 0)
        return ready

    def _omni_begin_times(self, start):
        """Return from when on what is ordered at ``start`` (naive UTC) is prepared: at once, or from tomorrow.

        :return: ``{warehouse: naive UTC datetime}``
        """
        begins = {}
        # sudo: as above
        for store, settings in zip(self, self.sudo(), strict=True):
            last, local = round(settings.omni_last_orders * 60), settings._omni_local(start)
            is_late = last and local.hour * 60 + local.minute >= last
            begins[store] = settings._omni_midnight(start, 1) if is_late else start
        return begins

    def _omni_add_hours(self, moment, hours):
        """Return when ``hours`` of opening time have passed since ``moment`` (naive UTC); at closing time it is the
        next opening. A store that does not open within a year counts the bare hours.
        """
        left = timedelta(hours=hours)
        for opens, closes in self._omni_openings(moment):
            if left < closes - opens:
                return opens + left
            left -= closes - opens
        return moment + timedelta(hours=hours)

    # -- the store's clock -------------------------------------------------------------------------------------------

    def _omni_local(self, moment):
        """Return ``moment`` (naive UTC) as the store's clock shows it, with its time zone."""
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self._omni_tz()))

    def _omni_utc(self, local):
        """Return what the store's clock shows, a naive datetime, in naive UTC."""
        return pytz.timezone(self._omni_tz()).localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    def _omni_day_of(self, moment):
        """Return the day that the store's clock shows at ``moment`` (naive UTC)."""
        return self._omni_local(moment).date()

    def _omni_midnight(self, moment, days=0):
        """Return when the day begins that is ``days`` after that of ``moment``, both in naive UTC."""
        day = self._omni_day_of(moment) + timedelta(days=days)
        return self._omni_utc(datetime.combine(day, time.min))
