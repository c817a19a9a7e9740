from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import inputs
from .omni_availability import READERS


class OmniRouting(models.AbstractModel):
    """Which stores or warehouses serve an order. This default sends everything from the channel's first warehouse."""

    _name = "omni.routing"
    _description = "Routing Contract"

    @api.model
    def plan(self, demand, destination=None, channel=None, collect_at=None):
        """Return the legs that serve ``demand``.

        :param demand: ``[(product_id, quantity), ...]``, in the product's unit of measure
        :param destination: ``res.partner`` record or id of the address to ship to
        :param channel: ``omni.channel`` record or id
        :param collect_at: ``stock.warehouse`` record or id where the customer collects
        :return: ``[{"warehouse_id": int or False, "mode": "ship" | "collect" | "transfer",
            "lines": [(product_id, quantity)], "cost": float in company currency,
            "promised_at": naive UTC datetime, "why": [str]}]``; a remainder that nowhere can serve is a leg with
            ``warehouse_id`` False
        :raises AccessError: the caller is neither a seller nor a stock or omnichannel user, or may not see a channel
            or a place
        :raises InvalidInput: the demand, a channel or a place is malformed
        """
        if not (self.env.su or self.env.user.has_groups(READERS)):
            raise AccessError(self.env._("Only sellers and stock staff may plan an order."))
        lines = inputs.demand(self.env, demand)
        collect_at = inputs.record(self.env["stock.warehouse"], collect_at)
        channel = inputs.record(self.env["omni.channel"], channel)
        for named in (collect_at, channel, inputs.record(self.env["res.partner"], destination)):
            named.check_access("read")  # how far it is, and what it costs, tells of them
        if not lines:
            return []
        if collect_at:
            warehouse = collect_at
            why = self.env._("The customer collects here.")
        else:
            warehouse = channel._omni_warehouses()[:1]
            why = self.env._("First warehouse of the channel.")
        return [
            {
                "warehouse_id": warehouse.id,
                "mode": "collect" if collect_at else "ship",
                "lines": lines,
                "cost": 0.0,
                "promised_at": fields.Datetime.now(),
                "why": [why],
            }
        ]
