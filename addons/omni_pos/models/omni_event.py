from odoo import api, models


class OmniEvent(models.AbstractModel):
    _inherit = "omni.event"

    @api.model
    def _on(self, event):
        super()._on(event)
        if event.code not in ("order.placed", "order.paid", "order.cancelled"):
            return
        if event.record._name == "sale.order":
            event.record._omni_notify_tills()
        elif event.record._name == "pos.order":
            event.record.lines.sale_order_origin_id._omni_notify_tills()
