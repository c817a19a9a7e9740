from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """A line added to a confirmed order is prepared with the rest that leaves from the same store."""
        lines = super().create(vals_list)
        for order in lines.order_id.filtered(lambda order: order.state == "sale").sudo():
            for pickup in order._omni_open_pickups():
                here = (order._omni_pickup_lines() & lines).filtered_domain(
                    [("warehouse_id", "=", pickup.warehouse_id.id)]
                )
                order._omni_add_to_pickup(pickup, here)
        return lines
