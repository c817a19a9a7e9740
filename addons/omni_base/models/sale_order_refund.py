from odoo import api, fields, models

from ..tools import inputs
from ..tools.documents import open_list
from ..tools.transactions import waiting_briefly

READERS = "omni_base.group_manager,sales_team.group_sale_salesman,account.group_account_invoice"


class SaleOrder(models.Model):
    """What goes back to the customer of an order: how much may, by which payments, and each part of it once."""

    _inherit = "sale.order"

    omni_refund_ids = fields.One2many("omni.refund", "order_id", "Refunds", readonly=True, groups=READERS)
    omni_refund_count = fields.Integer("Number of Refunds", compute="_compute_omni_refund_count", groups=READERS)

    @api.depends("omni_refund_ids")
    def _compute_omni_refund_count(self):
        for order in self:
            order.omni_refund_count = len(order.omni_refund_ids)

    def _omni_pay_back(self, amount, key, reason, look_first=""):
        """Pay back ``amount`` of this order, or as much of it as :meth:`_omni_refundable` allows, however often and by
        however many this is called with one ``key``.

        What came by online payments goes back by them, the newest first, when this transaction is saved; what no
        provider can do is left to the seller or a manager.

        :param float amount: in the order's currency
        :param str key: what it is decided by, such as ``"model,id,step"``
        :param str reason: a sentence for who pays it back by hand
        :param str look_first: why a person is to look at it before anything is paid back
        :return: ``omni.refund`` records of this key, in sudo mode; none: nothing may go back
        :raises Busy: somebody else changes the order and does not come to an end; nothing was changed
        """
        self.ensure_one()
        order = self.sudo()  # who decides need not see payments
        # Who comes second waits and is restarted by Odoo: after a lock alone they would see what was before.
        words = self.env._("%s is being changed right now. Please try again in a moment.", order.name)
        query = "UPDATE sale_order SET write_date = write_date WHERE id = %s"
        with waiting_briefly(self.env.cr, words):
            self.env.cr.execute(query, [order.id], log_exceptions=False)
        refunds = order.env["omni.refund"].search([("order_id", "=", order.id), ("key", "=", key)])
        currency = order.currency_id
        amount = currency.round(min(amount, order._omni_refundable()))
        if refunds or amount <= 0:
            return refunds
        uncaptured = 0.0 if look_first else min(amount, order._omni_uncaptured())
        shares = [] if look_first else order._omni_refund_shares(amount - uncaptured)
        left = amount - uncaptured - sum(share for _payment, share in shares)
        nobody = order.env["payment.transaction"]
        rows = [(payment, share, False) for payment, share in shares]
        rows += [(nobody, uncaptured, True), (nobody, left, False)]
        common = {"order_id": order.id, "currency_id": currency.id, "key": key, "reason": reason}
        refunds = refunds.create(
            [
                common | {"amount": share, "transaction_id": payment.id, "uncaptured": is_uncaptured, "part": part}
                for part, (payment, share, is_uncaptured) in enumerate(rows)
                if currency.round(share) > 0
            ]
        )
        by_hand = refunds.filtered(lambda refund: not refund.transaction_id)
        for refund in by_hand:
            refund._leave_to_person(look_first or refund._why_by_hand())
        if refunds - by_hand:
            self.env.ref("omni_base.omni_refund_cron_ask").sudo()._trigger()
        return refunds

    def _omni_uncaptured(self):
        """Return how much of this order is authorized alone, and not to be voided already: it needs no refund."""
        told = self.env["omni.refund"].search(
            [("order_id", "=", self.id), ("state", "=", "by_hand"), ("uncaptured", "=", True)]
        )
        payments = self.transaction_ids.filtered(lambda tx: tx.currency_id == self.currency_id)
        return max(self.currency_id.round(payments._omni_waiting() - sum(told.mapped("amount"))), 0.0)

    def _omni_refundable(self):
        """Return the most that may go back of this order to its customer, in its currency: what was paid on all
        channels, less what went back and what is promised. Never below 0.
        """
        self.ensure_one()
        paid, back = self._omni_payments()[self]
        return max(self.currency_id.round(paid - self._omni_given_back(back)), 0.0)

    def _omni_given_back(self, back):
        """Return what the customer of this order got back, or is promised. What a person pays back, and what a credit
        note or a ticket says, are the same money.

        :param back: what documents and payments say that went back
        """
        order, requests, refunds = self._omni_all_refunds()
        done = requests.filtered(lambda tx: tx.state == "done")
        by_hand = refunds.filtered(lambda refund: refund.state in ("by_hand", "done"))
        voided = min(sum(by_hand.filtered("uncaptured").mapped("amount")), by_hand._voided())  # that was never paid
        by_hand = sum(by_hand.mapped("amount")) - voided - sum(done.mapped("amount"))
        return max(by_hand, back) + order._omni_on_its_way()

    def _omni_on_its_way(self):
        """Return what payment providers are asked, or are to be asked, to pay back of this order, and have not yet."""
        _order, requests, refunds = self._omni_all_refunds()
        coming = refunds.filtered(lambda refund: refund.state in ("due", "asked"))
        return sum(coming.mapped("amount")) - sum(requests.filtered(lambda tx: tx.state != "done").mapped("amount"))

    def _omni_all_refunds(self):
        """Return this order, what providers were asked to pay back of it, and the refunds that were not asked of them;
        in sudo mode: who pays back need not see payments.
        """
        self.ensure_one()
        order = self.sudo()
        requests = order.transaction_ids._omni_refunds()
        refunds = order.env["omni.refund"].search([("order_id", "=", order.id)])
        return order, requests, refunds - requests.omni_refund_id

    def _omni_refund_shares(self, amount):
        """Return ``[(payment, share)]`` that give back ``amount``, or as much of it as they can, by the means it came
        by: the newest first, none more than it took.
        """
        currency = self.currency_id
        shares, left = [], amount
        for payment in self.transaction_ids._omni_captured().sorted("id", reverse=True):
            share = currency.round(min(left, payment._omni_refundable()))
            if share > 0 and payment.currency_id == currency and payment._omni_can_refund(share):
                shares.append((payment, share))
                left -= share
        return shares

    def action_omni_refunds(self):
        """Open what goes back of this order."""
        inputs.called_on_one(self)
        return open_list(self.env, "omni_base.omni_refund_action", [("order_id", "=", self.id)])
