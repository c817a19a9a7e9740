from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .omni_availability import READER_GROUPS


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
        :raises AccessError: the caller is neither a seller nor a stock or omnichannel user
        :raises ValidationError: the demand is malformed
        """
        if not (self.env.su or any(self.env.user.has_group(group) for group in READER_GROUPS)):
            raise AccessError(self.env._("Only sellers and stock staff may plan an order."))
        lines = self._check_lines(demand)
        if not lines:
            return []
        if collect_at:
            warehouse = self.env["stock.warehouse"].browse(
                collect_at.id if isinstance(collect_at, models.BaseModel) else collect_at
            )
            why = self.env._("The customer collects here.")
        else:
            warehouse = self.env["omni.channel"]._coerce(channel)._omni_warehouses()[:1]
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

    @api.model
    def _check_lines(self, demand):
        try:
            lines = [(int(product), quantity) for product, quantity in demand]
            if any(not 0 < quantity < float("inf") for _product, quantity in lines):
                raise ValueError
        except (TypeError, ValueError) as error:
            raise ValidationError(
                self.env._("A demand is a list of (product, quantity) with quantities above zero.")
            ) from error
        return lines
