from odoo import models

OVER = ("draft", "done", "cancel")


class Shares(frozenset):
    """In the context: ids of moves that share what is left of an order, and whose quantity core does not know to write.
    A class of its own: nobody outside can say so.
    """


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        shares = self.env.context.get("omni_shares")
        if isinstance(shares, Shares) and vals.keys() == {"product_uom_qty"}:
            self = self.filtered(lambda move: move.id not in shares)
        return super(StockMove, self).write(vals)

    def _omni_is_open(self):
        return self.state not in OVER

    def _omni_is_prepared(self):
        """Return whether somebody has put goods of this move aside already."""
        return self.picked or any(line._omni_is_prepared() for line in self.move_line_ids)

    def _omni_ends_delivery(self):
        """Return whether this is the last step to the customer that there is by now, and is still to be done: after a
        pick that is not done yet Odoo makes no other one.
        """
        return (
            self._omni_is_open()
            and (self.location_final_id or self.location_dest_id)._is_outgoing()
            and not any(move.sale_line_id and move._omni_is_open() for move in self.move_dest_ids)
        )

    def _omni_can_ask_less(self, line):
        """Return whether this is the first step of a delivery of ``line`` that takes from stock, or from what another
        store brings for it; what is bought or made for it is core's to lower.
        """
        return (
            self._omni_is_open()
            and (self.product_id == line.product_id or line.product_id.id not in line._omni_takes())
            and (self.location_final_id or self.location_dest_id)._is_outgoing()
            and (not self.move_orig_ids.rule_id if self.move_orig_ids else self.procure_method == "make_to_stock")
        )

    def _omni_coming(self):
        """Return what still brings goods for these moves and is not under way."""
        return self.move_orig_ids.filtered(lambda move: move._omni_is_open() and not move.picked)

    def _omni_ask_less(self, quantity):
        """Ask ``quantity``, in the product's unit of measure, less of this move, or nothing if that is all of it; what
        was to be brought for it and is not under way is not brought.
        """
        unit = self.product_id.uom_id
        left = self.product_qty - quantity
        if unit.compare(left, 0) <= 0:
            coming = self._omni_coming()
            if self.picked:  # as in core: whoever picked it sees that nobody asks for it any more
                self.product_uom_qty = 0
            else:
                self._action_cancel()
        else:
            coming, reserved = self._omni_coming(), not self.product_uom.is_zero(self.quantity)
            self.product_uom_qty = unit._compute_quantity(left, self.product_uom, rounding_method="HALF-UP")
            if reserved:
                self._action_assign()
        for move in coming.sorted("product_qty"):
            # What a delivery of another line waits for goes on.
            surplus = move.product_qty - sum(
                other.product_qty for other in move.move_dest_ids if other._omni_is_open() and other != self
            )
            part = min(quantity, surplus, move.product_qty)
            if move._omni_is_open() and unit.compare(part, 0) > 0:
                quantity -= part
                move._omni_ask_less(part)
