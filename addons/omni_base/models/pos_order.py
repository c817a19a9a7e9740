from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "omni.timeline"]

    omni_channel_id = fields.Many2one(
        "omni.channel",
        string="Sales Channel",
        compute="_compute_omni_channel_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="Where the customer bought.",
    )

    def _auto_init(self):
        # Existing orders are filled by one statement at the end of the install.
        if not column_exists(self.env.cr, "pos_order", "omni_channel_id"):
            create_column(self.env.cr, "pos_order", "omni_channel_id", "int4")
        return super()._auto_init()

    @api.depends("session_id")
    def _compute_omni_channel_id(self):
        for order in self:
            order.omni_channel_id = order.session_id.config_id.omni_channel_id

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        event = self.env["omni.event"]
        if self.is_refund:
            event.emit("return.done", self)
        else:
            event.emit("order.placed", self)
            event.emit("order.paid", self)
        return result

    def _omni_steps(self):
        steps = super()._omni_steps()
        if self.state not in ("paid", "done"):
            return steps
        store = self.config_id._omni_store()
        if self.is_refund:
            return [*steps, self._omni_step(self.date_order, "returned", store)]
        steps += [self._omni_step(self.date_order, "placed", store), self._omni_step(self.date_order, "paid", store)]
        if self.shipping_date:
            steps += [
                self._omni_step(picking.date_done, "shipped", picking.picking_type_id.warehouse_id)
                for picking in self.picking_ids
                if picking.state == "done" and picking.picking_type_code == "outgoing"
            ]
        else:
            steps.append(self._omni_step(self.date_order, "collected", store))
        steps += [
            self._omni_step(refund.date_order, "returned", refund.config_id._omni_store(), refund.omni_channel_id)
            for refund in self.lines.refund_orderline_ids.order_id
            if refund.state in ("paid", "done")
        ]
        return steps
