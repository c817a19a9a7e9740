from functools import partial

from odoo import fields, models
from odoo.fields import Domain

from ..routing.costs import Store
from .res_partner import PLACE_FIELDS

SETTINGS = [
    "partner_id",
    "company_id",
    "omni_ships",
    "omni_collects",
    "omni_preparation_hours",
    "omni_last_orders",
    "omni_transit_days",
    "omni_daily_capacity",
    "omni_parcel_price",
    "omni_line_price",
    "omni_priority",
]


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    omni_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency")
    omni_preparation_hours = fields.Float(default=2.0)
    omni_transit_days = fields.Integer(
        "Parcel Transit Days", default=2, help="Days that a parcel takes from this store to a customer."
    )
    omni_daily_capacity = fields.Integer(
        "Orders per Day", help="How many orders can be prepared here in a day. 0: no limit."
    )
    omni_parcel_price = fields.Monetary(
        "Price per Parcel",
        default=6.0,
        currency_field="omni_currency_id",
        help="Postage and packing, without distance.",
    )
    omni_line_price = fields.Monetary(
        "Price per Line", default=0.5, currency_field="omni_currency_id", help="Finding and picking one product."
    )
    omni_priority = fields.Selection(
        [("-1", "Last resort"), ("0", "Normal"), ("1", "Preferred")], "Priority", default="0", required=True
    )

    _omni_routing_settings = models.Constraint(
        "CHECK (omni_transit_days >= 0 AND omni_daily_capacity >= 0 AND omni_parcel_price >= 0"
        " AND omni_line_price >= 0)",
        "Days, orders and prices of a store cannot be below zero.",
    )

    def _omni_routing_stores(self, now, collect):
        """Return these warehouses as routing sees them, in their order, with as many queries for fifty as for one.

        :param now: when the goods are ordered, naive UTC datetime
        :param collect: the one of them where they are collected, or empty
        :return: list of :class:`~.routing.costs.Store`
        """
        # Only what is needed: an address has dozens of columns, and this is asked while a customer waits.
        self.fetch(SETTINGS)
        self.partner_id.fetch(["tz", *PLACE_FIELDS])
        waiting = self._omni_waiting_orders()
        begins = self._omni_begin_times(now, waiting)
        ready = {store: store._omni_add_hours(begins[store], store.omni_preparation_hours) for store in self - collect}
        ready |= collect._omni_ready_times(now)
        return [
            Store(
                id=store.id,
                place=store.partner_id._omni_place(),
                ships=store.omni_ships,
                collects=store.omni_collects,
                parcel=store.omni_parcel_price,
                handling=store.omni_line_price,
                priority=int(store.omni_priority),
                capacity=store.omni_daily_capacity,
                load=waiting.get(store.id, 0),
                ready_at=ready[store],
                prepare=partial(store._omni_add_hours, hours=store.omni_preparation_hours),
                transit_days=store.omni_transit_days,
            )
            for store in self
        ]

    def _omni_waiting_orders(self):
        """Return ``{warehouse id: deliveries that wait to be prepared}`` of those whose capacity is limited."""
        limited = self.filtered("omni_daily_capacity").ids
        if not limited:
            return {}
        waiting = Domain("state", "in", ("waiting", "confirmed", "assigned"))
        waiting &= Domain("picking_type_id.code", "=", "outgoing")
        waiting &= Domain("picking_type_id.warehouse_id", "in", limited)
        # sudo: how many there are
        pickings = self.env["stock.picking"].sudo()
        rows = pickings._read_group(waiting, ["picking_type_id.warehouse_id"], ["__count"])
        return {store.id: count for store, count in rows}

    def _omni_begin_times(self, start, waiting=None):
        """A store that has as many orders as it prepares a day begins with the next one on a later opening day.

        :param waiting: see :meth:`_omni_waiting_orders`, if that is known already
        """
        begins = super()._omni_begin_times(start)
        stores = self.sudo()  # sudo: how busy they are; only moments come out
        waiting = stores._omni_waiting_orders() if waiting is None else waiting
        for store in stores.filtered(lambda store: store.id in waiting):
            for _day in range(waiting[store.id] // store.omni_daily_capacity):  # each on which it opens
                opens, _closes = next(store._omni_openings(begins[store]), (begins[store], None))
                begins[store] = store._omni_midnight(opens, 1)
        return begins
