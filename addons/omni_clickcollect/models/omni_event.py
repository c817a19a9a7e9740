from odoo import models


class OmniEvent(models.AbstractModel):
    _inherit = "omni.event"

    def _on(self, event):
        super()._on(event)
        if event.code == "refund.done" and event.record.pickup_id:
            event.record.pickup_id._end_order_paid_back()
        if event.code != "order.paid":
            return
        if event.record._name == "pos.order":
            # those that this ticket may give, see `_omni_check_pickups`: of others it names no line any more
            pickups = event.record.sudo().lines.sale_order_line_id.order_id._omni_open_pickups()
            event.record._omni_send_instead(pickups)
            pickups._sync_collected(event.record.config_id._omni_store())
            event.record._omni_put_back_rest(pickups)
        elif event.record._name == "sale.order":
            event.record._omni_open_pickups()._notify_desk()  # no longer to be paid at the till
