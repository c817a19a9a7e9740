from collections import defaultdict

from odoo import models

from ..tools.allocation import allocate


class SaleOrderLine(models.Model):
    """What is procured of a line when it asks for more, or less."""

    _inherit = "sale.order.line"

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """What tills sold of this line is not procured once more. Of an order that a ticket confirms Odoo makes all
        moves, and lowers them right after.
        """
        procured = super()._get_qty_procurement(previous_product_uom_qty)
        if not self.move_ids:
            return procured
        unit = self.product_id.uom_id
        return procured + unit._compute_quantity(self._omni_settled(), self.product_uom_id, round=False)

    def _omni_left_to_procure(self):
        """Return how much this line asks for that nothing brings yet, in the product's unit of measure."""
        left = self._omni_ordered(without=self._get_qty_procurement())
        return left if self.product_id.uom_id.compare(left, 0) > 0 else 0.0

    # -- settled by tickets -----------------------------------------------------------------------------------------

    def _omni_is_leaving(self):
        """Whether something is still to leave for this line."""
        return any(move._omni_is_open() for move in self.move_ids)

    def _omni_shared_moves(self):
        """Return what is to leave of the goods of these lines where core, when a ticket settles them, would have too
        much delivered: more than one delivery shares it, and each would bring all that is left; or a ticket delivers a
        part later, and core reads that nothing is gone.
        """
        later = self.filtered(lambda line: any(line.pos_order_line_ids.order_id.mapped("shipping_date")))
        moves = self.move_ids.reference_ids.move_ids.filtered(lambda move: move._omni_is_open())
        shared = moves.browse()
        for same in moves.grouped(lambda move: (move.reference_ids, move.product_id)).values():
            last = same.filtered(lambda move: move.sale_line_id and move._omni_ends_delivery())
            if len(last) > 1 or later & last.sale_line_id:
                shared |= same
        return shared

    # -- asking for less ---------------------------------------------------------------------------------------------

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """What is still to leave for a line that asks for less is lowered where it leaves from. Core knows the line's
        own store alone: it lets another store's part go, and brings back what is too much by a return.
        """
        if not self.env.context.get("skip_procurement"):
            # the heading of deposits, which a till adds, has no product
            asked = self.filtered(lambda line: line.product_id and line.state == "sale" and not line.order_id.locked)
            for line in asked:
                line._omni_give_back(previous_product_uom_qty)
        return super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _omni_give_back(self, previous_product_uom_qty):
        """Lower the deliveries of this line that are still to begin by what it asks for less: first what another store
        has yet to bring, then the smaller parts, what somebody has put aside last.
        """
        procured, unit = self._get_qty_procurement(previous_product_uom_qty), self.product_id.uom_id
        surplus = self.product_uom_id._compute_quantity(procured - self.product_uom_qty, unit, round=False)
        if unit.compare(surplus, 0) <= 0:
            return
        # sudo, as in the rules of core: who changes an order need not have the right to change moves
        moves = self.sudo().move_ids.filtered(lambda move: move._omni_can_ask_less(self))
        moves = moves.sorted(lambda move: (move._omni_is_prepared(), not move._omni_coming(), move.product_qty))
        parts = self._omni_takes()
        legs = list(moves)
        if self.product_id.id not in parts:  # the parts of a kit leave together
            legs = moves.grouped(lambda move: (move.warehouse_id, bool(move.move_orig_ids))).values()
        takers = []
        for leg in legs:
            there = {product: sum(same.mapped("product_qty")) for product, same in leg.grouped("product_id").items()}
            whole = self._omni_made_up({product.id: quantity for product, quantity in there.items()})
            takers.append(((leg, whole, there), whole))
        for (leg, whole, there), less in allocate(surplus, takers, unit)[0]:
            for product, quantity in there.items():
                # what goes with a kit and is not counted goes in proportion
                left = less * parts.get(product.id, quantity / whole)
                same = [(move, move.product_qty) for move in leg if move.product_id == product]
                for move, part in allocate(left, same, product.uom_id)[0]:
                    move._omni_ask_less(part)

    def _create_procurements(self, product_qty, procurement_uom, values):
        """What is left to give back was begun: it goes back to the stores that began it. What a till sold comes back by
        a ticket.
        """
        procurements = []
        if procurement_uom.compare(product_qty, 0) < 0:
            product_qty += self.product_id.uom_id._compute_quantity(self._omni_settled(), procurement_uom, round=False)
            if procurement_uom.compare(product_qty, 0) >= 0:
                return procurements
            begun = [
                (warehouse, self.product_id.uom_id._compute_quantity(quantity, procurement_uom))
                for warehouse, quantity in self._omni_begun().items()
            ]
            parts, rest = allocate(-product_qty, begun, procurement_uom)
            for warehouse, part in parts:
                place = {**values, "warehouse_id": warehouse}
                procurements += super()._create_procurements(-part, procurement_uom, place)
            product_qty = -rest
            if procurement_uom.is_zero(product_qty):
                return procurements
        return procurements + super()._create_procurements(product_qty, procurement_uom, values)

    def _omni_begun(self):
        """Return ``{warehouse: quantity}``, in the product's unit, of what is under way to the customer and not there
        yet, the least first.
        """
        begun = defaultdict(lambda: defaultdict(float))
        leaving, _back = self._omni_outgoing_incoming_moves(strict=False)
        delivered, _back = self._omni_outgoing_incoming_moves()
        for moves, sign in ((leaving, 1), (delivered.filtered(lambda move: move.state == "done"), -1)):
            for move in moves.filtered("warehouse_id"):
                quantity = move.quantity if move.state == "done" else move.product_uom_qty
                quantity = sign * move.product_uom._compute_quantity(quantity, move.product_id.uom_id)
                begun[move.warehouse_id][move.product_id.id] += quantity
        made_up = {warehouse: max(self._omni_made_up(parts), 0.0) for warehouse, parts in begun.items()}
        return dict(sorted(made_up.items(), key=lambda item: item[1]))
