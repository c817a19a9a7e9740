from odoo import fields, models

from ..routing.costs import Tariff

# What an order costs the company is nothing that its customers read, who may read their company.
READERS = "omni_base.group_manager,base.group_system"


class ResCompany(models.Model):
    _inherit = "res.company"

    omni_km_price = fields.Monetary(
        "Price per 100 km", groups=READERS, default=0.5, help="Added to a parcel for every 100 km it travels."
    )
    omni_split_price = fields.Monetary(
        "Split-Shipment Penalty",
        groups=READERS,
        default=4.0,
        help="What each further parcel costs besides its postage: the customer's patience, an e-mail, more returns.",
    )
    omni_transfer_price = fields.Monetary(
        "Price per Transfer",
        groups=READERS,
        default=3.0,
        help="Sending goods to the store where a customer collects them.",
    )
    omni_transfer_days = fields.Integer(
        "Transfer Days", groups=READERS, default=1, help="Days that goods take from one store to another."
    )
    omni_load_price = fields.Monetary(
        "Busy-Store Penalty",
        groups=READERS,
        default=3.0,
        help="Added when the orders waiting in a store reach its daily capacity; half of it at half the capacity.",
    )
    omni_slow_price = fields.Monetary(
        "Fast-Seller Penalty",
        groups=READERS,
        default=1.0,
        help="Added to each line of goods that sell fast in that store; stock that lasts half a year adds nothing.",
    )
    omni_priority_price = fields.Monetary(
        "Priority Bonus",
        groups=READERS,
        default=5.0,
        help="Taken off the cost of a preferred store, added to that of a last resort.",
    )
    omni_max_legs = fields.Integer(
        "Most Parcels", groups=READERS, help="The most parcels that one order may be split into. 0: no limit."
    )
    omni_buffer_auto = fields.Boolean(
        "Apply Automatically",
        groups=READERS,
        help="Proposed quantities of Inventory Accuracy are kept back unless somebody decides otherwise.",
    )

    _omni_routing_prices = models.Constraint(
        "CHECK (omni_km_price >= 0 AND omni_split_price >= 0 AND omni_transfer_price >= 0 AND omni_transfer_days >= 0"
        " AND omni_load_price >= 0 AND omni_slow_price >= 0 AND omni_priority_price >= 0 AND omni_max_legs >= 0)",
        "Prices, days and limits of routing cannot be below zero.",
    )

    def write(self, vals):
        auto = vals.get("omni_buffer_auto")
        turned = self.filtered(lambda company: auto is not None and company.omni_buffer_auto != auto)
        done = super().write(vals)
        if turned:
            # sudo: who sets up the company decides for all of its stores
            self.env["omni.confidence.buffer"].sudo()._follow(turned, auto)
        return done

    def _omni_tariff(self):
        """Return what routing costs in this company, a :class:`~.routing.costs.Tariff`."""
        return Tariff(
            per_100_km=self.omni_km_price,
            transfer=self.omni_transfer_price,
            transfer_days=self.omni_transfer_days,
            split=self.omni_split_price,
            load=self.omni_load_price,
            slow=self.omni_slow_price,
            priority=self.omni_priority_price,
            max_legs=self.omni_max_legs,
        )
