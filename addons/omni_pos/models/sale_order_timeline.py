from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def omni_timeline(self):
        """As the contract says; what is collected is collected once, whoever tells it: the last word counts."""
        steps = super().omni_timeline()
        collected = [step for step in steps if step["code"] == "collected"]
        return [step for step in steps if step["code"] != "collected" or step is collected[-1]]

    def _omni_steps(self):
        steps = super()._omni_steps()
        # Settled at a till and not shipped from there: taken away with the ticket.
        for ticket in self.pos_order_line_ids.order_id:
            # It carries goods of this order, and not just a part of its price.
            goods = any(line.sale_order_line_id.order_id == self and line.qty > 0 for line in ticket.lines)
            if ticket.state in ("paid", "done") and not ticket.shipping_date and goods:
                store = ticket.config_id.picking_type_id.warehouse_id
                steps.append(self._omni_step(ticket.date_order, "collected", store, ticket.omni_channel_id))
        return steps

    def _omni_picking_code(self, picking):
        return "collected" if picking.omni_handed_over_config_id else super()._omni_picking_code(picking)
