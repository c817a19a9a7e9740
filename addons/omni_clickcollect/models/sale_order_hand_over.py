from odoo import api, models
from odoo.fields import Domain

from .omni_pickup import OPEN_STATES


class SaleOrder(models.Model):
    """Orders that are collected are handed over for the code of their pickup."""

    _inherit = "sale.order"

    @api.model
    def _omni_by_code_domain(self):
        waiting = Domain("omni_pickup_ids", "any", [("state", "in", OPEN_STATES)])
        return super()._omni_by_code_domain() | waiting

    def _omni_locked_by_code(self):
        waiting = self._omni_open_pickups()
        opened = waiting.filtered(lambda pickup: pickup._is_open_at())
        return super()._omni_locked_by_code() | (waiting.order_id - opened.order_id).sudo(self.env.su)

    def _omni_whereabouts(self):
        pickups = self.omni_pickup_ids if self.state == "sale" else self.env["omni.pickup"]
        if waiting := pickups.filtered(lambda pickup: pickup.state in OPEN_STATES)[:1]:
            words = {"order": self.name, "store": waiting.warehouse_id.name}
            if waiting.state == "ready":
                return self.env._("%(order)s waits at %(store)s for the customer's code: see Pickups.", **words)
            return self.env._("%(order)s is a pickup at %(store)s: “%(state)s”.", state=waiting._state_label(), **words)
        open_elsewhere = self._omni_deliveries().filtered(lambda picking: picking.state not in ("done", "cancel"))
        if not pickups or open_elsewhere:
            return super()._omni_whereabouts()
        last = pickups.step_ids.sorted("id")[-1:]
        words = {
            "order": self.name,
            "store": (last.warehouse_id or last.pickup_id.warehouse_id).name,
            "moment": last.pickup_id._local(last.at),
        }
        if last.pickup_id.state == "collected":
            return self.env._("%(order)s was collected at %(store)s: %(moment)s.", **words)
        return self.env._("%(order)s was returned to stock at %(store)s: %(moment)s.", **words)
