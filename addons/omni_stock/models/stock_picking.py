from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.omni_base.tools import inputs

from .omni_routing_refusal import REASONS
from .stock_warehouse import PLACE

LONGEST_NOTE = 500
OPEN = ("waiting", "confirmed", "assigned")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    omni_refusable = fields.Boolean(
        compute="_compute_omni_refusable", help="A part of an order that its store may refuse."
    )

    @api.depends("state", "picking_type_code", "move_ids")
    def _compute_omni_refusable(self):
        for picking in self:
            picking.omni_refusable = (
                picking.state in OPEN
                and picking.picking_type_code in ("outgoing", "internal")
                and bool(picking._omni_wanted())
            )

    def action_omni_refuse(self):
        """Ask why, then refuse."""
        inputs.called_on_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "omni.refuse",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def omni_refuse(self, reason, note=""):
        """Refuse to serve this part of an order: it is planned anew without this store, and cancelled here.

        :param reason: ``not_found``, ``damaged`` or ``busy``; the first two also correct what the store promises
        :param note: what else the staff wants to say
        :return: the new legs, see :meth:`omni.routing.plan`
        :raises AccessError: the caller may not change this transfer
        :raises InvalidInput: there is no such reason
        :raises UserError: it is no open part of an order
        """
        inputs.called_on_one(self).check_access("write")
        reason = inputs.choice(self.env, reason, dict(REASONS))
        if not self.omni_refusable:
            raise UserError(self.env._("Only open deliveries and transfers of an order can be refused."))
        # sudo: who works in the store may give the order back without seeing the rest of it
        picking = self.sudo()
        wanted, store = picking._omni_wanted(), picking.picking_type_id.warehouse_id
        order = next(iter(wanted)).order_id
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
                "goods": [(line.product_id.id, quantity) for line, quantity in wanted.items()],
            }
        )
        moves = picking.move_ids.filtered(lambda move: move.state not in ("draft", "done", "cancel"))
        places = {tuple(line[name].id for name in PLACE) for line in moves.move_line_ids}
        picking._omni_withdraw(moves)
        if reason in ("not_found", "damaged"):
            goods = defaultdict(float)
            for line, quantity in wanted.items():
                goods[line.product_id] += quantity
            store._omni_correct_promise(reason, goods, picking.origin or picking.name, places)
        return order._omni_move_on(wanted, refusal, promised_before)

    def _omni_wanted(self):
        """Return what this transfer brings to customers: ``{sale line: quantity}``, in the product's unit."""
        wanted = defaultdict(float)
        for move in self.sudo().move_ids.filtered(lambda move: move.state not in ("draft", "done", "cancel")):
            # A transfer to the store where it is collected knows its order by the delivery that waits for it.
            line = move.sale_line_id or move.move_dest_ids.sale_line_id[:1]
            if line and line.order_id.state == "sale":
                wanted[line] += move.product_qty
        return dict(wanted)

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
