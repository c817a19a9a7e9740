from odoo import models
from odoo.exceptions import UserError

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.tools import inputs

MAX_PICKING_STEPS = 3  # pick, pack, ship: the longest delivery route of a warehouse


class OmniPickupGoods(models.AbstractModel):
    """How the goods of a pickup leave: at the desk, at a till, or by a transfer done elsewhere."""

    _name = "omni.pickup.goods"
    _description = "Pickup Goods"

    def _open_pickings(self):
        return self.order_id.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.picking_type_code != "incoming"
                and picking.picking_type_id.warehouse_id == self.warehouse_id
                and not picking._omni_is_sent_home()
            )
        )

    def _parse_quantities(self, quantities):
        """Return ``{pickup line: quantity}`` to hand over; JSON writes the ids as text."""
        left = {line: line.quantity - line.quantity_collected for line in self.line_ids}
        if quantities is None:
            return left
        asked = inputs.quantities_by_id(self.env, quantities)
        lines = {line.id: line for line in left}

        def most(line):
            return left[line] + line.product_id.uom_id.rounding / 2

        if not any(asked.values()) or any(
            line_id not in lines or quantity > most(lines[line_id]) for line_id, quantity in asked.items()
        ):
            raise InvalidInput(self.env._("No more can be handed over than what is left of each line."))
        return {lines[line_id]: min(quantity, left[lines[line_id]]) for line_id, quantity in asked.items()}

    def _deliver(self, quantities):
        """Validate the transfers of ``{pickup line: quantity}``; what is left stays in a backorder."""
        pickings = self._open_pickings()
        if not pickings:
            self._collect(quantities)
        for _step in range(MAX_PICKING_STEPS):
            pickings = self._open_pickings().filtered(lambda picking: picking.state != "waiting")
            pickings._omni_set_quantities({line.sale_line_id: quantity for line, quantity in quantities.items()})
            pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
            if any(picking.state != "done" for picking in pickings):
                raise UserError(
                    self.env._("The transfer of %s could not be validated: do it in Inventory.", self.display_name)
                )
            if not pickings or "outgoing" in pickings.mapped("picking_type_code"):
                break  # gone: what is open now is the backorder of a part

    def _collect(self, quantities, warehouse=None):
        """Note that ``{pickup line: quantity}`` left the store; when nothing is left, the pickup is collected."""
        moved = {line: quantity for line, quantity in quantities.items() if quantity > 0}
        if not moved:
            return
        for line, quantity in moved.items():
            line.quantity_collected = min(line.quantity, line.quantity_collected + quantity)
        if all(line._is_collected() for line in self.line_ids):
            self._move("collected", warehouse=warehouse)._tell("collected")
        else:
            self._log_step(self.env._("Handed over in part."), warehouse, proof="spent")
            self._notify_desk()

    def _sync_collected(self, warehouse=None):
        """Compare with what left the store by any way (desk, till, transfer), and note what is new.

        :param warehouse: ``stock.warehouse`` where it left, by default the pickup's own
        """
        for pickup in self:
            gone = {line: line._quantity_gone() - line.quantity_collected for line in pickup.line_ids}
            pickup._collect(gone, warehouse)
