from odoo import models
from odoo.tools import format_list

from .omni_pickup import OPEN_STATES


class OmniPickup(models.Model):
    """What becomes of a pickup when its order changes: see :meth:`sale.order._omni_followed`."""

    _inherit = "omni.pickup"

    def _follow(self, asked, tell):
        """Ask for what the order asks for now: what lies prepared for nobody goes back, and what is missing in a bag
        that was ready is prepared before anything is handed over.

        :param asked: ``{omni.pickup.line: quantity}`` before
        :param bool tell: whether the customer is told
        """
        lines = self.line_ids
        lines._put_surplus_back()
        if self._close_if_empty():
            if tell:
                self._tell_step("ended", lambda pickup: pickup._why_ended())
            return
        is_changed = any(line.product_id.uom_id.compare(line.quantity, asked.get(line, 0.0)) for line in lines)
        lacks = any(line.product_id.uom_id.compare(line.quantity_prepared, line.quantity) < 0 for line in lines)
        if self.state == "ready" and lacks:
            self.write({"state": "preparing", "preparer_id": False})
            self._log_step(self.env._("The order asks for more."))
        elif not is_changed:
            return
        elif tell:
            self._log_step(self.env._("The order was changed."))
        self._notify_desk()
        if is_changed and tell:
            self._tell_changed()

    def _begin_again(self, dates):
        """Bring a pickup that had ended back to life; what was collected before stays so."""
        anew = dict.fromkeys(("arrived_at", "bay", "plate", "cancel_asked_at"), False)
        self.write(dates | anew | {"code": self._new_code()})
        self.line_ids.filtered("quantity_missing").quantity_missing = 0.0
        self._move("to_prepare")

    def _close_if_empty(self):
        """End a pickup of which nothing is left to give, and nothing to decide. Return whether it ended now."""
        lines = self.line_ids
        if self.state not in OPEN_STATES or any(not line._is_collected() or line.quantity_missing for line in lines):
            return False
        self._move("collected" if any(lines.mapped("quantity_collected")) else "cancelled")
        return True

    # -- what the customer is told -----------------------------------------------------------------------------------

    def _tell_changed(self):
        self._tell_step("changed", lambda pickup: pickup._left_words())

    def _left_words(self):
        """Return what is to be collected, in the language of the context."""
        lines = self.line_ids.filtered(lambda line: line._left_to_give() > 0)
        names = [line._in_words(line._left_to_give()) for line in lines]
        return format_list(self.env, names) if names else ""

    def _why_ended(self):
        ways = self.line_ids.sale_line_id.filtered("product_uom_qty").mapped("omni_way")
        if "ship" in ways or any(self.line_ids.mapped("quantity_sent")):
            return self.env._("It is delivered to you instead.")
        return self.env._("What was left was removed from your order.")


class OmniPickupLine(models.Model):
    _inherit = "omni.pickup.line"

    def _left_to_give(self):
        return max(self.quantity - self.quantity_collected, 0.0)

    def _leaves_from_here(self):
        """Whether something is still to leave the store of this pickup for its order line."""
        return any(
            move.state not in ("done", "cancel") and move.picking_type_id.warehouse_id == self.pickup_id.warehouse_id
            for move in self.sale_line_id.move_ids
        )

    def _put_surplus_back(self):
        """Put what is prepared and not asked for any more on the list of goods to put back."""
        for line in self:
            kept = max(line.quantity, line.quantity_collected)
            if line.product_id.uom_id.compare(line.quantity_prepared, kept) > 0:
                line._note_put_back(line.quantity_prepared - kept)
                line.quantity_prepared = kept

    def _begin_with_what_is_gone(self):
        """Of a new pickup, or of one that comes back to life, the customer may have a part already."""
        for line in self:
            gone = min(line.quantity, line._quantity_gone())
            line.quantity_collected = max(line.quantity_collected, gone)
            line.quantity_prepared = line.quantity_collected
