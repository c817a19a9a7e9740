from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import open_form
from odoo.addons.omni_base.tools.quantities import add_up

from .omni_routing_refusal import REASONS
from .stock_warehouse_correction import PLACE

LONGEST_NOTE = 500
OPEN = ("waiting", "confirmed", "assigned")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    omni_refusable = fields.Boolean(
        compute="_compute_omni_refusable", help="Part of an order that its store may reject."
    )

    @api.depends("state", "picking_type_code", "move_ids")
    def _compute_omni_refusable(self):
        for picking in self:
            picking.omni_refusable = (
                picking.state in OPEN
                and picking.picking_type_code in ("outgoing", "internal")
                and bool(picking._omni_brought())
            )

    def action_omni_refuse(self):
        """Ask why, then refuse."""
        inputs.called_on_one(self)
        about = {"default_picking_id": self.id}
        return open_form("omni.refuse", False, name=self.env._("Reject"), target="new", context=about)

    def omni_refuse(self, reason, note="", missing=None):
        """Refuse to serve this part of an order: it is planned anew without this store, and cancelled here.

        :param reason: ``not_found``, ``damaged`` or ``busy``; the first two also correct what the store promises
        :param note: what else the staff wants to say
        :param missing: what was not found or is damaged, ``[(product_id, quantity)]`` in the product's unit: this
            alone is counted away. Default: all of it, when it is all of one product
        :return: the new legs, see :meth:`omni.routing.plan`
        :raises AccessError: the caller may not change this transfer, or does not work in its store
        :raises InvalidInput: there is no such reason, or more is missing than was asked for
        :raises UserError: it is no open part of an order
        """
        inputs.called_on_one(self).check_access("write")
        reason = inputs.choice(self.env, reason, dict(REASONS))
        if not self.omni_refusable:
            raise UserError(self.env._("Only open deliveries and transfers of an order can be rejected."))
        # sudo: who works in the store may give the order back without seeing the rest of it
        picking = self.sudo()
        wanted, store = picking._omni_wanted(), picking.picking_type_id.warehouse_id
        store._omni_check_mine()
        gone = {} if reason == "busy" else picking._omni_checked_missing(missing)
        left_over = picking._omni_left_over(wanted)
        goods = [(line.product_id, quantity) for line, quantity in wanted.items()]
        goods = gone.items() or [*goods, *left_over.items()]
        order = next(iter(picking._omni_brought())).order_id
        leg = order.omni_leg_ids.filtered(lambda leg: leg.warehouse_id == store)[:1]
        promised_before = leg.promised_at or order.commitment_date
        refusal = picking.env["omni.routing.refusal"].create(
            {
                "order_id": order.id,
                "picking_id": picking.id,
                "warehouse_id": store.id,
                "company_id": picking.company_id.id,
                "reason": reason,
                "note": inputs.text(self.env, note, LONGEST_NOTE),
                "goods": [(product.id, quantity) for product, quantity in goods],
            }
        )
        moves = picking.move_ids.filtered(lambda move: move._omni_is_open())
        places = {tuple(line[name].id for name in PLACE) for line in moves.move_line_ids}
        picking._omni_withdraw(moves)
        if gone:
            store._omni_correct_promise(reason, gone, picking.origin or picking.name, places)
        return order._omni_move_on(wanted, refusal, promised_before, left_over)

    def _omni_asked(self):
        """Return what this transfer asks the store for: ``{product: quantity}``, in the product's unit; of a kit its
        parts.
        """
        opened = self.move_ids.filtered(lambda move: move._omni_is_open())
        return add_up((move.product_id, move.product_qty) for move in opened)

    def _omni_checked_missing(self, missing):
        """Return ``{product: quantity}`` of what a caller says is missing of this transfer.

        :raises UserError: they do not say which of several products
        :raises InvalidInput: it is not as asked for
        """
        asked = self._omni_asked()
        if missing is None and len(asked) == 1:
            return asked
        if not missing:
            raise UserError(self.env._("Enter which of these products are missing, and how many."))
        said, products = inputs.demand(self.env, missing), self.env["product.product"]
        said = add_up((products.browse(product_id), quantity) for product_id, quantity in said)
        if not said.keys() <= asked.keys() or any(
            product.uom_id.compare(quantity, asked[product]) > 0 for product, quantity in said.items()
        ):
            raise InvalidInput(self.env._("No more can be missing than was asked for."))
        return said

    def _omni_brought(self):
        """Return what this transfer brings to customers: ``{sale line: {product id: quantity}}``, in the product's
        unit; of a kit its parts.
        """
        brought = defaultdict(lambda: defaultdict(float))
        for move in self.sudo().move_ids.filtered(lambda move: move._omni_is_open()):
            # A transfer to the store where it is collected knows its order by the delivery that waits for it.
            line = move.sale_line_id or move.move_dest_ids.sale_line_id[:1]
            if line and line.order_id.state == "sale" and move.product_id.uom_id.compare(move.product_qty, 0) > 0:
                brought[line][move.product_id.id] += move.product_qty
        return brought

    def _omni_wanted(self):
        """Return :meth:`_omni_brought` as ``{sale line: quantity}``, in the unit of the line's product; of a kit as
        many as its parts make up.
        """
        wanted = {line: line._omni_made_up(quantities) for line, quantities in self._omni_brought().items()}
        return {line: quantity for line, quantity in wanted.items() if line.product_id.uom_id.compare(quantity, 0) > 0}

    def _omni_left_over(self, wanted):
        """Return ``{product: quantity}`` that this transfer brings and nobody plans anew: parts of kits besides whole
        ones, and what somebody added to it.

        :param wanted: see :meth:`_omni_wanted`
        """
        left = self._omni_asked()
        for line, quantities in self._omni_brought().items():
            each, whole = line._omni_takes(), wanted.get(line, 0.0)
            for product_id, quantity in quantities.items():
                product = self.env["product.product"].browse(product_id)
                if product_id in each:
                    left[product] -= whole * each[product_id]
                elif whole:  # what is not counted goes with the whole ones
                    left[product] -= quantity
        return {product: quantity for product, quantity in left.items() if product.uom_id.compare(quantity, 0) > 0}

    def _omni_withdraw(self, moves):
        """Cancel these moves, and with them what waits for nothing else."""
        for move in moves:
            for waiting in move.move_dest_ids.filtered(lambda waiting: waiting.state not in ("done", "cancel")):
                waiting.move_orig_ids = [Command.unlink(move.id)]
                left = waiting.product_uom_qty - move.product_uom._compute_quantity(
                    move.product_uom_qty, waiting.product_uom, round=False
                )
                if waiting.product_uom.compare(left, 0) > 0:
                    waiting.product_uom_qty = left
                else:
                    waiting._action_cancel()
        origins = self.env["stock.move"].browse(moves._rollup_move_origs()) - moves
        (moves | origins.filtered(lambda move: move.state not in ("done", "cancel")))._action_cancel()
