from math import inf

from odoo import api, fields, models
from odoo.exceptions import UserError

from .omni_pickup import OPEN_STATES

REFUND_STATES = {"due": "due", "by_hand": "manual", "asked": "asked", "done": "done"}  # what the pickup tells


class OmniPickup(models.Model):
    """What is to pay where: of an order that is collected in several stores, each asks for its own part. What a
    customer paid and does not get is paid back: here it is said when, and how much.
    """

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

    def _amounts_due(self):
        """Return ``{pickup: what is to pay when it is collected}``, in its order's currency. The open pickups of one
        order ask together for what is left to pay of it: the first of them for all that is not the others' goods, fees
        and what is taken off too.
        """
        left = self.order_id._omni_all_left_to_pay()
        due = {}
        for order, amount in left.items():
            pickups = order.omni_pickup_ids.sorted("id") if amount else self.browse()
            opened = pickups.filtered(lambda pickup: pickup.state in OPEN_STATES)
            if opened and "released" in pickups.mapped("state"):  # who gave up a part does not pay it, nor once more
                kept = order.currency_id.round(opened[0]._order_worth() - order._omni_amount_paid())
                amount = min(max(kept, 0.0), amount)
            for pickup in opened[1:][::-1]:
                price = order.currency_id.round(sum(line._price_not_collected() for line in pickup.line_ids))
                due[pickup] = min(price, amount)
                amount = order.currency_id.round(amount - due[pickup])
            due.update(dict.fromkeys(pickups - opened, 0.0 if opened else amount))
            due.update(dict.fromkeys(opened[:1], amount))
        return {pickup: due.get(pickup, 0.0) for pickup in self}

    def _put_part_on_ticket(self, config):
        """Put what this pickup asks for on a ticket: see :meth:`pos.config._omni_put_on_ticket`."""
        order = self.order_id
        # A line that moved to another store asks for nothing here.
        lines = self.line_ids.filtered("quantity").sale_line_id
        others = order.omni_pickup_ids - self
        opened = others.filtered(lambda pickup: pickup.state in OPEN_STATES)
        if self.id < min(opened.ids, default=inf):  # fees, and what is taken off, are the first one's
            lines |= order.order_line - others.line_ids.filtered("quantity").sale_line_id
        part = (lines, self.amount_due) if others else ()
        return config._omni_put_on_ticket(order, *part)

    # -- paid back -----------------------------------------------------------------------------------------------------

    @api.depends("refund_ids.state")
    def _compute_refund_state(self):
        for pickup in self:
            states = set(pickup.refund_ids.mapped("state"))
            pickup.refund_state = next((told for state, told in REFUND_STATES.items() if state in states), False)

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

    # -- how much is owed back -----------------------------------------------------------------------------------------

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


class OmniPickupLine(models.Model):
    _inherit = "omni.pickup.line"

    def _price_label(self):
        """Return the price of this line, with taxes, written out."""
        sold = self.sale_line_id
        asked = sold.product_uom_id._compute_quantity(sold.product_uom_qty, self.product_id.uom_id)
        return self.pickup_id._amount_label(sold.price_total * self.quantity / asked) if asked else ""

    def _price_not_collected(self):
        """Return the price, with taxes, of what the customer did not get of this line."""
        sold = self.sale_line_id
        asked = sold._omni_ordered()
        left = self.quantity + self.quantity_missing - self.quantity_collected
        return sold.price_total * left / asked if asked and left > 0 else 0.0


class OmniRefund(models.Model):
    _inherit = "omni.refund"

    pickup_id = fields.Many2one("omni.pickup", readonly=True, index="btree_not_null", ondelete="set null")
