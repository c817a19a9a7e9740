from odoo import models


class SaleOrderCouponPoints(models.Model):
    _inherit = "sale.order.coupon.points"

    def write(self, vals):
        """What an order earns is written by core each time that its basket is shown: as many as before is no change,
        and a page that changes nothing need not wait until something is saved.
        """
        if vals.keys() != {"points"}:
            return super().write(vals)
        changed = self.filtered(lambda entry: entry.points != vals["points"])
        return super(SaleOrderCouponPoints, changed).write(vals) if changed else True
