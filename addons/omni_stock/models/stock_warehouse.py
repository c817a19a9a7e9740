from odoo import fields, models
from odoo.tools import SQL

from ..routing.clock import Hours
from ..routing.plan import Store
from .res_partner import PLACE_FIELDS

SETTINGS = [
    "partner_id",
    "company_id",
    "omni_ships",
    "omni_collects",
    "omni_preparation_minutes",
    "omni_cutoff_hour",
    "omni_transit_days",
    "omni_daily_capacity",
    "omni_parcel_price",
    "omni_line_price",
    "omni_priority",
]


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    omni_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency")
    omni_ships = fields.Boolean("Sends parcels", default=True, help="To customers, and to other stores.")
    omni_collects = fields.Boolean(
        "Hands over orders", default=True, help="Customers can collect here what they bought."
    )
    omni_preparation_minutes = fields.Integer(
        "Preparation", default=120, help="Opening time that an order takes until it is packed or put aside."
    )
    omni_cutoff_hour = fields.Float(
        "Last orders",
        default=16.0,
        help="Parcels of orders that come later are begun the next day. Midnight: no such hour.",
    )
    omni_transit_days = fields.Integer("Days of a parcel", default=2, help="From here to a customer.")
    omni_daily_capacity = fields.Integer(
        "Orders a day", help="How many orders are prepared here a day. 0: as many as there are."
    )
    omni_parcel_price = fields.Monetary(
        "Price of a parcel",
        default=6.0,
        currency_field="omni_currency_id",
        help="Postage and packing, without distance.",
    )
    omni_line_price = fields.Monetary(
        "Price of a line", default=0.5, currency_field="omni_currency_id", help="Finding and picking one product."
    )
    omni_priority = fields.Selection(
        [("-1", "Last resort"), ("0", "Normal"), ("1", "Preferred")], "Preference", default="0", required=True
    )

    _omni_routing_settings = models.Constraint(
        "CHECK (omni_preparation_minutes >= 0 AND omni_cutoff_hour >= 0 AND omni_cutoff_hour <= 24"
        " AND omni_transit_days >= 0 AND omni_daily_capacity >= 0 AND omni_parcel_price >= 0"
        " AND omni_line_price >= 0)",
        "Minutes, days, orders and prices of a store cannot be below zero, nor its last orders after midnight.",
    )

    def _omni_offers(self, way):
        setting = {"ship": "omni_ships", "collect": "omni_collects"}[way]
        stores = super()._omni_offers(way)
        stores.fetch([setting])  # not the dozens of columns of a store: product pages ask for fifty
        return stores.filtered(setting)

    def _omni_routing_stores(self):
        """Return these warehouses as routing sees them, in their order, with as many queries for fifty as for one.

        :return: list of :class:`~.routing.plan.Store`
        """
        # Only what is needed: an address has dozens of columns, and this is asked while a customer waits.
        self.fetch(SETTINGS)
        self.partner_id.fetch(["tz", *PLACE_FIELDS])
        waiting = self._omni_waiting_orders()
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
                minutes=store.omni_preparation_minutes,
                cutoff=store.omni_cutoff_hour,
                transit_days=store.omni_transit_days,
                hours=Hours(store._omni_tz(), store._omni_openings),
            )
            for store in self
        ]

    def _omni_waiting_orders(self):
        """Return ``{warehouse id: deliveries that wait to be prepared}`` of those whose capacity is limited."""
        limited = self.filtered("omni_daily_capacity").ids
        if not limited:
            return {}
        self.env["stock.picking"].flush_model(["state", "picking_type_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT t.warehouse_id, COUNT(*)
                      FROM stock_picking AS p JOIN stock_picking_type AS t ON t.id = p.picking_type_id
                     WHERE p.state IN ('waiting', 'confirmed', 'assigned') AND t.code = 'outgoing'
                       AND t.warehouse_id = ANY(%s)
                     GROUP BY 1
                    """,
                    limited,
                )
            )
        )
