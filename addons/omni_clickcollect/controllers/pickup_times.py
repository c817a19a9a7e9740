from odoo import http
from odoo.http import request

from odoo.addons.omni_base.tools import inputs

from ..models.omni_pickup_slot import SlotTaken


class PickupTimes(http.Controller):
    """When the shopper of this very basket can collect it; nothing of other baskets is asked for or told."""

    @http.route("/shop/pickup_times", type="jsonrpc", auth="public", website=True)
    def pickup_times(self, **_kwargs):
        """Return what can be chosen, see ``sale.order._omni_pickup_times``."""
        return request.cart._omni_pickup_times() if request.cart else {}

    @http.route("/shop/pickup_slot", type="jsonrpc", auth="public", website=True)
    def pickup_slot(self, slot_id=None, **_kwargs):
        """Keep a place in a slot of the chosen store while the shopper pays; None or 0: as soon as ready.

        :return: what can be chosen then, with a ``message`` if the slot is not to be had
        """
        order = request.cart
        if not order or order.state != "draft" or not order._omni_pickup_times():
            return {}
        store, slots = order.warehouse_id, request.env["omni.pickup.slot"].sudo()  # sudo: only slots of that store
        if slot_id:
            slots = slots.search([("id", "=", inputs.id_or_none(slot_id)), ("warehouse_id", "=", store.id)])
            if not slots:
                message = request.env._("This time cannot be chosen. Choose another one.")
                return order._omni_pickup_times() | {"message": message}
        try:
            is_kept = order._omni_choose_slot(slots)
        except SlotTaken as taken:
            return order._omni_pickup_times() | {"message": str(taken)}
        if not is_kept:
            message = request.env._(
                "Several pickup times are held for your connection already. This one is yours once you have "
                "paid, if there is still room."
            )
            return order._omni_pickup_times() | {"message": message}
        return order._omni_pickup_times()
