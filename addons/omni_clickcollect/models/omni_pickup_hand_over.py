import base64
import binascii

from odoo import models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.omni_base.tools import inputs

MAX_NAME_LENGTH = 100
MAX_SIGNATURE = 500_000  # characters of base64


class OmniPickup(models.Model):
    """Handing over a part, with a signature if asked for: the rest later, or back to stock."""

    _inherit = "omni.pickup"

    def _desk_hand_over(self, values):
        signature = self._checked_signature(values.get("signature"))
        if any(self.sudo().line_ids.mapped("quantity_missing")):
            raise UserError(self.env._("Decide first what becomes of what is missing."))
        self.action_hand_over(values.get("code"), values.get("quantities"), values.get("identity"))
        pickup = self.sudo()  # who hands over had the right to read it; the desk has no rights on orders
        pickup._put_back(values.get("back"))
        if signature:
            pickup.write(
                {"signature": signature, "signed_by": inputs.text_of(values.get("signed_by"), MAX_NAME_LENGTH)}
            )

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

    def _put_back(self, quantities):
        """Take what the customer does not want off the pickup and the order; it stays in stock.

        :param quantities: ``{line id: quantity}`` of what is left, in the product's unit of measure
        :raises ValidationError: quantities are malformed
        """
        if not quantities:
            return
        for line, quantity in self._parse_quantities(quantities).items():
            if quantity:
                line._note_put_back(quantity)
                line._take_out(quantity)
                price = line._lower_order(quantity) if line.sale_line_id else 0.0
                self._log_step(self._in_order_words(line._in_words(quantity), price))
        self._close_if_empty()
        self._notify_desk()
