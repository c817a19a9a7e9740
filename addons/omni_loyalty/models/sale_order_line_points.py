from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        return super(SaleOrderLine, self._omni_moving(orders)).create(vals_list)

    def write(self, vals):
        if "points_cost" not in vals:
            return super().write(vals)
        return super(SaleOrderLine, self._omni_moving(self.order_id)).write(vals)

    def unlink(self):
        return super(SaleOrderLine, self._omni_moving(self.order_id)).unlink()

    def _omni_moving(self, orders):
        """Return the lines in a context in which points move because of their order, if it is one and none is set."""
        if len(orders) != 1 or "omni_movement" in self.env.context:
            return self
        return self.with_context(**orders._omni_moving().env.context)
