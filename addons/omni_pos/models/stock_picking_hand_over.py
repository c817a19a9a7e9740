from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.omni_base.tools.transactions import waiting_briefly


class StockPicking(models.Model):
    _inherit = "stock.picking"

    omni_handed_over_config_id = fields.Many2one(
        "pos.config",
        string="Handed over at",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Till at which the customer was given the goods.",
    )
    omni_handed_over_by_id = fields.Many2one("res.users", string="Handed over by", readonly=True, copy=False)
    omni_hand_over_key = fields.Char(
        string="Hand-over Key",
        readonly=True,
        copy=False,
        help="Key that the till gave to the hand-over: asked twice, it is done once.",
    )

    def _omni_waiting(self):
        return self.filtered(lambda picking: picking.state not in ("done", "cancel"))

    def _omni_open_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _omni_lock_hand_over(self):
        """Make tills that hand over the same goods follow one another; who comes second reads what the first did.

        :raises Busy: somebody else is at them and does not come to an end
        """
        words = self.env._("Somebody else is working on these goods right now. Please try again in a moment.")
        query = "SELECT id FROM stock_picking WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
        with waiting_briefly(self.env.cr, words):
            self.env.cr.execute(query, [sorted(self.ids)], log_exceptions=False)

    def _omni_hand_over(self, order, config, key, partial):
        """Validate these deliveries of ``order``; see ``pos.config.omni_hand_over``."""
        moves = self._omni_open_moves()
        if moves._omni_goods() != "here":
            self.action_assign()  # what was missing may have come in since
        goods = moves._omni_goods()
        if goods == "missing":
            raise UserError(self.env._("Nothing of %s is in this store yet.", order.name))
        if goods == "part" and not partial:
            return {"state": "missing", "order": order.name, "lines": moves._omni_till_lines()}
        given = moves.filtered("quantity").picking_id
        for move in given._omni_open_moves():
            move.picked = bool(move.quantity)
        given.write(
            {
                "omni_handed_over_config_id": config.id,
                "omni_handed_over_by_id": self.env.uid,
                "omni_hand_over_key": key,
            }
        )
        given.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if given.filtered(lambda picking: picking.state != "done"):
            raise UserError(
                self.env._("The delivery of %s needs more than a till can give: validate it in Inventory.", order.name)
            )
        note = self.env._("Handed over at %(till)s by %(seller)s.", till=config.name, seller=self.env.user.name)
        order.message_post(body=note)
        order._omni_notify_tills()
        rest = order._omni_deliveries(config.picking_type_id.warehouse_id)._omni_waiting()
        return {"state": "done", "order": order.name, "rest": bool(rest)}

    def _send_confirmation_email(self):
        # Who has just been given the goods needs no mail that they are on their way.
        others = self.filtered(lambda picking: not picking.omni_handed_over_config_id)
        return super(StockPicking, others)._send_confirmation_email()


class StockMove(models.Model):
    _inherit = "stock.move"

    def _omni_goods(self):
        """Return how much of these moves is reserved: ``here`` (all), ``part`` or ``missing`` (nothing)."""
        if all(move.product_uom.compare(move.quantity, move.product_uom_qty) >= 0 for move in self):
            return "here" if self else "missing"
        return "part" if any(move.quantity for move in self) else "missing"

    def _omni_till_lines(self):
        """Return ``[{"name", "quantity": to hand over, "here": reserved, "uom": empty for pieces}]``."""
        piece = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        return [
            {
                "name": move.product_id.display_name,
                "quantity": move.product_uom_qty,
                "here": min(move.quantity, move.product_uom_qty),
                "uom": "" if move.product_uom.id == piece else move.product_uom.name,
            }
            for move in self
        ]
