from odoo import fields, models

from ..routing.costs import Tariff

# What an order costs the company is nothing that its customers read, who may read their company.
READERS = "omni_base.group_manager,base.group_system"


class ResCompany(models.Model):
    _inherit = "res.company"

    omni_km_price = fields.Monetary(
        "Price of 100 km", groups=READERS, default=0.5, help="Added to a parcel for every 100 km it travels."
    )
    omni_split_price = fields.Monetary(
        "Price of splitting",
        groups=READERS,
        default=4.0,
        help="What a further parcel costs beside its postage: the customer's patience, a mail, more returns.",
    )
    omni_transfer_price = fields.Monetary(
        "Price of a transfer",
        groups=READERS,
        default=3.0,
        help="Sending goods to the store where a customer collects them.",
    )
    omni_transfer_days = fields.Integer(
        "Days of a transfer", groups=READERS, default=1, help="From a store to another one."
    )
    omni_load_price = fields.Monetary(
        "Price of a busy store",
        groups=READERS,
        default=3.0,
        help="Added when the orders that wait there reach its daily capacity; half of it when it is half full.",
    )
    omni_slow_price = fields.Monetary(
        "Price of fast stock",
        groups=READERS,
        default=1.0,
        help="Added for each line that sells quickly where it is taken; stock that lasts half a year costs nothing.",
    )
    omni_priority_price = fields.Monetary(
        "Worth of a preference",
        groups=READERS,
        default=5.0,
        help="Taken off a preferred store, added to one that is a last resort.",
    )
    omni_max_legs = fields.Integer(
        "Parcels at most", groups=READERS, help="From how many places an order may be served. 0: as many as it takes."
    )
    omni_buffer_auto = fields.Boolean(
        "Keep back by itself",
        groups=READERS,
        help="What is proposed for stock figures not to trust counts unless somebody decides else.",
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
