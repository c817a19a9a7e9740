from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = {"due": "due", "by_hand": "manual", "asked": "asked", "done": "done"}  # of refunds: what the pickup tells


class OmniPickup(models.Model):
    """What a customer paid and does not get is paid back: here it is said when, and how much."""

    _inherit = "omni.pickup"

    refund_ids = fields.One2many(
        "omni.refund", "pickup_id", string="Refunds", readonly=True, groups="omni_base.group_manager"
    )
    refund_state = fields.Selection(
        [
            ("due", "To refund"),
            ("asked", "Being refunded"),
            ("done", "Refunded"),
            ("manual", "To refund by hand"),
        ],
        string="Refund",
        compute="_compute_refund_state",
        compute_sudo=True,
        store=True,
    )
    refund_amount = fields.Monetary(
        compute="_compute_refunds", compute_sudo=True, help="What the customer gets back in all."
    )
    refund_due = fields.Monetary(string="Refund Not Asked Yet", compute="_compute_refunds", compute_sudo=True)
    refund_by_hand = fields.Monetary(
        compute="_compute_refunds", compute_sudo=True, help="The part of the refund that no payment provider can do."
    )

    @api.depends("refund_ids.state")
    def _compute_refund_state(self):
        for pickup in self:
            states = set(pickup.refund_ids.mapped("state"))
            pickup.refund_state = next((told for state, told in STATES.items() if state in states), False)

    @api.depends("refund_ids.state", "refund_ids.amount")
    def _compute_refunds(self):
        for pickup in self:
            refunds = pickup.refund_ids.filtered(lambda refund: refund.state != "withdrawn").grouped("state")
            amounts = {state: sum(rows.mapped("amount")) for state, rows in refunds.items()}
            pickup.refund_amount = sum(amounts.values())
            pickup.refund_due = amounts.get("due", 0.0)
            pickup.refund_by_hand = amounts.get("by_hand", 0.0)

    def _pay_back(self, amount, look_first=""):
        """Give back ``amount``, in the order's currency, as far as the customer paid more than the order is worth and
        is not being paid back already. Called with the pickup locked; repeated, it gives nothing more.

        :param str look_first: why a person is to look at it first
        :return: what is left to pay back by hand
        """
        order = self.order_id
        # What was paid above the order's worth and neither went back, by whatever way, nor is on its way.
        amount = min(amount, order._omni_refundable() - self._order_worth()) if order else 0.0
        if amount <= 0:
            return 0.0
        key = f"{self._name},{self.id},{max(self.step_ids.ids)},{len(self.refund_ids)}"
        reason = self.env._("The customer paid for these goods and did not get them.")
        refunds = order._omni_pay_back(amount, key, reason, look_first)
        refunds.pickup_id = self
        return sum(refunds.filtered(lambda refund: refund.state == "by_hand").mapped("amount"))

    def _note_refund(self):
        """Pay back what was not collected of pickups that are released. What somebody gave up before its deadline is
        paid back by hand: the customer may still call.
        """
        early = self.env._("It was cancelled before its time: the customer may still call.")
        for pickup in self:
            if pickup._is_whole_order():
                amount = pickup.order_id._omni_amount_paid()
            else:
                amount = sum(line._price_not_collected() for line in pickup.line_ids)
            pickup._pay_back(amount, early if pickup.deadline > fields.Datetime.now() else "")

    def _forget_refund(self):
        """What was not asked for yet pays a pickup that comes back to life; the rest is the order's alone."""
        refunds = self.refund_ids
        refunds._withdraw()
        refunds.pickup_id = False

    def _end_order_paid_back(self):
        """Cancel the order of which nothing was had, when all of it is paid back."""
        order = self.order_id
        is_over = self.state in ("released", "cancelled") and self._is_whole_order() and self.refund_state == "done"
        if is_over and order.state == "sale" and not order.locked and not order.invoice_ids:
            try:
                with self.env.cr.savepoint():
                    order._action_cancel()
            except UserError as error:  # the money is back, whatever becomes of the order
                self._log_step(str(error))

    def _order_worth(self):
        """Return what the order is worth without what went back to the shop, never below 0."""
        order = self.order_id
        if order.state == "cancel":
            return sum(line._omni_price_received() for line in order._omni_goods_lines())
        if self.state == "released" and self._is_whole_order():
            return 0.0
        released = order.omni_pickup_ids.filtered(lambda pickup: pickup.state == "released")
        gone = {line_id: amount for line_id, (_quantity, amount) in order._omni_gone_back().items()}
        for line in released.line_ids:  # what was not collected may be credited already
            gone[line.sale_line_id.id] = max(gone.get(line.sale_line_id.id, 0.0), line._price_not_collected())
        return max(order.amount_total - sum(gone.values()), 0.0)

    def _is_whole_order(self):
        """Whether nothing of the order was, or will be, had otherwise."""
        order = self.order_id
        others = order.picking_ids.filtered(lambda picking: picking.state != "cancel") - self._open_pickings()
        return order.omni_pickup_ids == self and not others and not any(self.line_ids.mapped("quantity_collected"))
