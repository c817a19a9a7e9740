from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .omni_pickup_deadline import BATCH


class OmniPickup(models.Model):
    """What a customer paid and does not get is paid back, once, by the means it came by.

    A request to a payment provider cannot be rolled back: what is to be paid back is noted, and asked for by the job
    when that is saved.
    """

    _inherit = "omni.pickup"

    refund_state = fields.Selection(
        [
            ("due", "To pay back"),
            ("asked", "Being paid back"),
            ("done", "Paid back"),
            ("manual", "To pay back by hand"),
        ],
        string="Refund",
        readonly=True,
    )
    refund_amount = fields.Monetary(readonly=True, help="What the customer gets back in all.")
    refund_due = fields.Monetary(string="Refund Not Asked Yet", readonly=True)
    refund_by_hand = fields.Monetary(readonly=True, help="The part of the refund that no payment provider can do.")

    _refund_idx = models.Index("(refund_state) WHERE refund_state IN ('due', 'asked')")

    def _pay_back(self, amount, by_hand=False):
        """Give back ``amount``, in the order's currency, as far as the customer paid more than the order is worth and
        is not being paid back already. Called with the pickup locked; repeated, it gives nothing more.

        What came by an online payment goes back by it, newest first; the rest is a to-do of the order's seller, or
        of a manager.

        :param bool by_hand: somebody is to look at it first: all of it is a to-do
        :return: what is left to pay back by hand
        """
        order = self.order_id
        # Two that pay back of one order at the same moment: PostgreSQL lets one of them try again, and count anew.
        self.env.cr.execute(
            SQL("UPDATE sale_order SET write_date = write_date WHERE id = %s", order.id), log_exceptions=False
        )
        amount = order.currency_id.round(min(amount, self._owed_back())) if order else 0.0
        if amount <= 0:
            return 0.0
        waiting = sum(order.omni_pickup_ids.mapped("refund_due"))
        possible = 0.0 if by_hand else sum(share for _paid, share in self._refunds(waiting + amount)) - waiting
        due = order.currency_id.round(max(min(amount, possible), 0.0))
        left = order.currency_id.round(amount - due)
        self.refund_amount += amount
        if due:
            self.write({"refund_due": self.refund_due + due, "refund_state": "due"})
            self.env.ref("omni_clickcollect.omni_pickup_cron_deadline")._trigger()
        if left:
            self._ask_to_pay_back(left)
        return left

    def _note_refund(self):
        """Pay back what was not collected of pickups that are released. What somebody gave up before its deadline is
        paid back by hand: the customer may still call.
        """
        for pickup in self:
            if pickup._is_whole_order():
                amount = pickup.order_id._omni_amount_paid()
            else:
                amount = sum(line._price_not_collected() for line in pickup.line_ids)
            pickup._pay_back(amount, by_hand=pickup.deadline > fields.Datetime.now())

    def _forget_refund(self):
        """A pickup that comes back to life owes nothing any more."""
        self.write({"refund_state": False, "refund_amount": 0.0, "refund_due": 0.0})

    # -- how much ----------------------------------------------------------------------------------------------------

    def _owed_back(self):
        """Return what was paid above the order's worth and neither went back, by whatever way, nor is on its way."""
        return max(self.order_id._omni_refundable() - self._order_worth(), 0.0)

    def _order_worth(self):
        """Return what the order is worth without what went back to the shop, never below 0."""
        order = self.order_id
        if order.state == "cancel" or self.state == "released" and self._is_whole_order():
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

    def _refunds(self, amount):
        """Return ``[(transaction, share)]`` that pay back ``amount``, or as much of it as they can, by the means it
        came by: the newest first, none more than it took.
        """
        currency = self.order_id.currency_id
        refunds, left = [], amount
        paid = self.order_id.transaction_ids.filtered(lambda tx: tx.state == "done" and tx.amount > 0)
        for transaction in paid.sorted("id", reverse=True):
            share = currency.round(min(left, transaction._omni_refundable()))
            whole = currency.compare_amounts(share, transaction.amount) == 0
            if share > 0 and transaction.currency_id == currency and transaction._omni_can_refund(whole):
                refunds.append((transaction, share))
                left -= share
        return refunds

    # -- by the job --------------------------------------------------------------------------------------------------

    @api.model
    def _run_refunds(self):
        """Ask for what is due, each by itself; what a run left half done is looked after."""
        refunds = self.search([("refund_state", "in", ("due", "asked"))], limit=BATCH)
        self.env["ir.cron"]._commit_progress(remaining=len(refunds))
        for pickup in refunds:
            was_due = pickup.refund_state == "due"
            time_left = pickup._by_itself(lambda pickup: pickup._start_refund())
            if was_due and pickup.refund_state == "asked":
                time_left = pickup._by_itself(lambda pickup: pickup._refund())
            if not time_left:
                return

    def _start_refund(self):
        """Say that the refund is asked for, before it is: who dies after that is looked after by a person, and nobody
        is paid twice.
        """
        self._lock()
        self.invalidate_recordset(["refund_state", "refund_due"])
        if self.refund_state == "asked":
            amount, self.refund_due = self.refund_due, 0.0
            self._ask_to_pay_back(amount, self.env._("It may have been paid back already: look at the payment first."))
        elif self.refund_state == "due":
            self.refund_state = "asked"

    def _refund(self):
        self._lock()
        order = self.order_id
        whole = self.state in ("released", "cancelled") and self._is_whole_order()
        left = self.refund_due
        plan = self._refunds(left)
        self.write({"refund_due": 0.0, "refund_state": "done"})
        for paid, share in plan:
            left = order.currency_id.round(left - share)
            refund = paid.with_context(payment_backend_action=True, omni_pickup_id=self.id)._refund(share)
            if refund._omni_is_refund():
                words = self.env._("%s paid back by the means it came by.", self.currency_id.format(share))
                order.message_post(body=words)
        if left > 0:
            self._ask_to_pay_back(left)
        if self.refund_by_hand:
            self.refund_state = "manual"
        elif whole and order.state == "sale" and not order.locked and not order.invoice_ids:
            order._action_cancel()

    # -- by hand -----------------------------------------------------------------------------------------------------

    def _ask_to_pay_back(self, amount, note=None):
        """Leave ``amount`` to a person: the seller of the order, or else a manager."""
        order = self.order_id
        seller = order.user_id.filtered(lambda user: user.active and user.id != SUPERUSER_ID)
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Pay back %s", self.currency_id.format(amount)),
            note=note or self.env._("The customer did not get these goods, and they are paid."),
            user_id=(seller or self.company_id._omni_managers())[:1].id or self.env.uid,
        )
        self.refund_by_hand += amount
        if not self.refund_due:
            self.refund_state = "manual"

    def _refund_label(self):
        return self.currency_id.format(self.refund_amount)


class OmniPickupLine(models.Model):
    _inherit = "omni.pickup.line"

    def _price_not_collected(self):
        """Return the price, with taxes, of what the customer did not get of this line."""
        asked = self.quantity + self.quantity_missing
        return self.sale_line_id.price_total * (asked - self.quantity_collected) / asked if asked else 0.0
