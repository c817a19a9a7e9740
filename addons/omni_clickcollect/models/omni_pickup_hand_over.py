import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.tools import inputs

MAX_NAME_LENGTH = 100
MAX_SIGNATURE = 500_000  # characters of base64
MAX_PICKING_STEPS = 3  # pick, pack, ship: the longest delivery route of a warehouse


class OmniPickup(models.Model):
    """How the goods of a pickup leave: for a code, all of it or a part, the rest later or back to stock; or by a
    transfer that is done elsewhere, which the pickup follows.
    """

    _inherit = "omni.pickup"

    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024, max_height=512)
    signed_by = fields.Char(readonly=True, copy=False)

    def action_hand_over(self, code, quantities=None, identity=""):
        """Give the goods to who shows the code; the outgoing transfer is validated. Idempotent.

        :param str code: any writing of the pickup's code
        :param quantities: ``{line id: quantity}`` for a part, in the product's unit of measure; lines not named stay.
            Default: all that is left.
        :param str identity: what was checked in the place of a code; it is noted
        :raises UserError: not ready, wrong code, still to be paid, or somebody else changes it right now
        :raises InvalidInput: quantities are malformed
        """
        inputs.called_on_one(self)
        pickup = self._lock()
        if pickup.state == "collected":
            return True
        pickup._check_ready()
        delegate = pickup._check_proof(code, identity)
        pickup._check_paid()
        if delegate:
            pickup._log_step(self.env._("Handed over to %s.", delegate))
        pickup._deliver(pickup._parse_quantities(quantities))
        return True

    def _hand_over(self, values):
        """Hand over what desk and tills say: ``code`` or ``identity``, ``quantities``, ``back``: what the customer does
        not want, ``signature`` and ``signed_by``; by who may read the pickup.
        """
        signature = self._checked_signature(values.get("signature"))
        self.sudo()._check_decided()  # the desk has no rights on lines of its own
        self.action_hand_over(values.get("code"), values.get("quantities"), values.get("identity"))
        pickup = self.sudo()  # who hands over had the right to read it; the desk has no rights on orders
        pickup._put_back(values.get("back"))
        if signature:
            signed_by = inputs.text_of(values.get("signed_by"), MAX_NAME_LENGTH)
            pickup.write({"signature": signature, "signed_by": signed_by})

    def _check_ready(self):
        if self.state != "ready":
            words = {"order": self.display_name, "state": self._state_label()}
            raise UserError(self.env._("%(order)s is not ready: it is “%(state)s”.", **words))

    def _check_decided(self):
        if any(self.line_ids.mapped("quantity_missing")):
            raise UserError(self.env._("Decide first what to do about the missing items."))

    def _check_paid(self):
        if self.amount_due:
            raise UserError(self.env._("To pay at the till: %s", self._amount_due_label()))

    def _checked_signature(self, signature):
        """Return ``signature``, base64 of an image, or False.

        :raises ValidationError: it is something else
        """
        if not signature:
            return False
        try:
            if not isinstance(signature, str) or len(signature) > MAX_SIGNATURE:
                raise ValueError
            base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError(self.env._("The signature cannot be read. Sign again.")) from error
        return signature

    def _parse_quantities(self, quantities):
        """Return ``{pickup line: quantity}`` to hand over; JSON writes the ids as text."""
        left = {line: line._left_to_give() for line in self.line_ids}
        if quantities is None:
            return left
        asked = inputs.quantities_by_id(self.env, quantities)
        lines = {line.id: line for line in left}

        def most(line):
            return left[line] + line.product_id.uom_id.rounding / 2

        if not any(asked.values()) or any(
            line_id not in lines or quantity > most(lines[line_id]) for line_id, quantity in asked.items()
        ):
            raise InvalidInput(self.env._("You cannot hand over more than is left of each line."))
        return {lines[line_id]: min(quantity, left[lines[line_id]]) for line_id, quantity in asked.items()}

    def _put_back(self, quantities):
        """Take what the customer does not want off the pickup and the order; it stays in stock.

        :param quantities: ``{line id: quantity}`` of what is left, in the product's unit of measure
        :raises ValidationError: quantities are malformed
        """
        if not quantities:
            return
        with self.order_id._omni_followed(tell=False) as order:
            pickup = self.with_env(order.env)
            for line, quantity in pickup._parse_quantities(quantities).items():
                if quantity:
                    line._note_put_back(quantity)
                    line._take_out(quantity)
                    price = line._lower_order(quantity) if line.sale_line_id else 0.0
                    pickup._log_step(pickup._decided_words(line, quantity, refunded=pickup._refunded(price)))
        self._close_if_empty()  # one without an order follows none
        self._notify_desk()
        if self.state == "collected":
            self._tell("collected")
        elif self.state == "cancelled":
            self._tell_step("ended", lambda pickup: pickup._why_ended())
        else:
            self._tell_changed()

    # -- the transfers -----------------------------------------------------------------------------------------------

    def _open_pickings(self):
        return self.order_id._omni_open_pickings(self.warehouse_id)

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
            line.quantity_prepared = max(line.quantity_prepared, line.quantity_collected)
        if all(line._is_collected() for line in self.line_ids):
            self._move("collected", warehouse=warehouse)._tell("collected")
        else:
            self._log_and_notify(self.env._("Handed over in part."), warehouse, proof="spent")

    def _sync_collected(self, warehouse=None):
        """Compare with what left the store by any way (desk, till, transfer), and note what is new.

        :param warehouse: ``stock.warehouse`` where it left, by default the pickup's own
        """
        for pickup in self:
            gone = {line: line._quantity_gone() - line.quantity_collected for line in pickup.line_ids}
            pickup._collect(gone, warehouse)
