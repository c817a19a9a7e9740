from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from ..tools import inputs
from ..tools.documents import mark_open_to_reader, open_form
from ..tools.transactions import by_itself

BATCH = 200  # refunds that one run of the job asks for
SILENCE = timedelta(days=4)  # that a provider may keep before a person looks: as long as Odoo waits for its answer
PAY_WITHIN = timedelta(days=14)  # that a person has


class OmniRefund(models.Model):
    """What goes back to the customer of an order, by one payment or by hand: appended, and only its state moves.

    A request to a payment provider cannot be rolled back: what is to be refunded is written here by the transaction
    that decides it, and asked for by the job when that is saved. It is made by ``sale.order._omni_pay_back``.
    """

    _name = "omni.refund"
    _description = "Refund"
    _inherit = ["omni.kept"]
    _order = "id desc"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="restrict")
    order_name = fields.Char("Order Reference", related="order_id.name")  # who reads it need not read orders
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    warehouse_id = fields.Many2one(related="order_id.warehouse_id", string="Store")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    transaction_id = fields.Many2one(
        "payment.transaction",
        "Payment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The online payment that is refunded; none: a person refunds it.",
    )
    uncaptured = fields.Boolean(
        "Not Captured", readonly=True, help="Authorized alone: it is voided, and nothing is refunded."
    )
    request_ids = fields.One2many("payment.transaction", "omni_refund_id", "Requests to the Provider", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="What decided it: the same key again refunds nothing more.")
    part = fields.Integer(readonly=True, help="Of what was decided with one key.")
    state = fields.Selection(
        [
            ("due", "To refund"),
            ("asked", "Being refunded"),
            ("by_hand", "To refund by hand"),
            ("done", "Refunded"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="due",
    )
    failed = fields.Char("Why by Hand", readonly=True)
    asked_at = fields.Datetime("Asked On", readonly=True)
    done_at = fields.Datetime("Ended On", readonly=True)
    done_by_id = fields.Many2one("res.users", "Refunded By", readonly=True, help="None: the payment provider.")
    opens_order = fields.Boolean(compute="_compute_opens_order", help="The reader may open the order.")

    _key_uniq = models.UniqueIndex("(order_id, key, part)", "This is being refunded already.")
    _above_zero = models.Constraint("CHECK (amount > 0)", "A refund is above zero.")
    _waiting_idx = models.Index("(state) WHERE state IN ('due', 'asked')")

    @api.depends("order_id.name", "amount")
    def _compute_display_name(self):
        for refund in self:
            refund.display_name = f"{refund.sudo().order_id.name}: {refund._amount_label()}"

    @api.depends("order_id")
    @api.depends_context("uid")
    def _compute_opens_order(self):
        mark_open_to_reader(self, opens_order=lambda refund: ("sale.order", refund.order_id.id))

    def _amount_label(self):
        return self.currency_id.format(self.amount)

    # -- by the provider ---------------------------------------------------------------------------------------------

    @api.model
    def _cron_ask(self):
        """Ask providers for what is due, each refund by itself; what an earlier run left half done, and what nobody
        answers, is left to a person.
        """
        silent = fields.Datetime.now() - SILENCE
        half_done = self.search(["|", ("request_ids", "=", False), ("asked_at", "<", silent), ("state", "=", "asked")])
        due = self.search([("state", "=", "due")], order="id", limit=BATCH)
        self.env["ir.cron"]._commit_progress(remaining=len(half_done + due))
        why = self.env._("It may have been refunded already: check the payment first.")
        for refund in half_done:
            if not by_itself(refund, lambda refund: refund._locked("asked")._leave_to_person(why)):
                return
        for refund in due:
            # Said and saved before it is asked: who dies after that is looked after, and nobody is paid twice.
            by_itself(refund, lambda refund: refund._locked("due").write({"state": "asked"}))
            if refund.state == "asked" and not by_itself(refund, lambda refund: refund._ask()):
                return

    def _locked(self, state):
        """Return those of these refunds that are in ``state``, locked and read again; what others lock is theirs."""
        locked = self.try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset(["state"])
        return locked.filtered(lambda refund: refund.state == state)

    def _ask(self):
        """Ask the provider to pay this back. What its payment cannot give back is left to a person."""
        refund = self._locked("asked")
        payment = refund.transaction_id
        if not refund or refund.request_ids:
            return
        refund.asked_at = fields.Datetime.now()
        if not payment or not payment._omni_gives_back(refund.amount):
            refund._leave_to_person(self.env._("Its payment can no longer be refunded: check the payment first."))
            return
        request = payment.with_context(payment_backend_action=True)._refund(refund.amount).exists()
        request.omni_refund_id = refund
        refund._hear(request)

    def _hear(self, request):
        """Follow the provider's answer, that comes at once or days later.

        :param request: ``payment.transaction`` by which it was asked, empty: the provider needed none
        """
        if request.state in ("cancel", "error"):
            if self.state != "withdrawn" and not self.done_by_id:
                why = self.env._("The payment provider did not refund it: %s", request.reference)
                self._leave_to_person(why)
        elif request.state == "done" and self.done_by_id:
            self._ask_person(
                self.env._("%s refunded twice", self._amount_label()),
                self.env._("By hand, and by the payment provider, too: %s", request.reference),
            )
        elif request.state == "done":
            self._end("done")

    def _end(self, state, **values):
        """Say what became of it: ``done``: the customer has it back; ``withdrawn``: it is not refunded any more."""
        self.write({"state": state, "done_at": fields.Datetime.now(), **values})
        for refund in self.filtered(lambda refund: refund.state == "done"):
            words = self.env._("%s refunded to the original means of payment.", refund._amount_label())
            if refund.done_by_id:
                words = self.env._("%s refunded by hand.", refund._amount_label())
            refund.order_id.message_post(body=words)
            self.env["omni.event"].emit("refund.done", refund, channel=refund.order_id.omni_channel_id)
        self.env["omni.task"]._of(self)._close("done" if state == "done" else "dismissed")

    def _withdraw(self):
        """Take back what no provider was asked for yet: the money has another use."""
        self.filtered(lambda refund: refund.state == "due")._end("withdrawn")

    # -- by hand -----------------------------------------------------------------------------------------------------

    def action_done_by_hand(self):
        """Say that the customer has this money back, by whatever way. Idempotent.

        :raises AccessError: the caller neither manages all channels nor may change the order
        """
        inputs.called_on(self).check_access("read")
        self.sudo()._decided("done", done_by_id=self.env.uid)  # sudo: what was done is written by the steps alone

    def action_open_order(self):
        """Open the order that it goes back of."""
        inputs.called_on_one(self)
        return open_form("sale.order", self.order_id.id)

    def _may_decide(self):
        """Whether the caller may say what became of these: who manages all channels, or may change their orders."""
        orders = self.sudo().order_id.sudo(False)
        return self.env.user.has_group("omni_base.group_manager") or orders.has_access("write")

    def _decided(self, state, **values):
        """End what was left to a person, in sudo mode.

        :param str state: ``done`` or ``withdrawn``
        :raises AccessError: the caller may not say so
        """
        refunds = self._locked("by_hand")
        if refunds and not refunds._may_decide():
            raise AccessError(self.env._("Only a manager or the salesperson of the order may refund."))
        refunds._end(state, **values)

    def _why_by_hand(self):
        """Return why a person is to pay this back."""
        if self.uncaptured:  # no money was taken yet: nobody is to hand any out
            return self.env._("The payment is authorized and not captured yet: void it, or capture less of it.")
        return self.env._("No payment provider can do it.")

    def _voided(self):
        """Return how much of the orders of these was voided since they were decided."""
        if not (told := self.filtered("uncaptured")):
            return 0.0
        since = min(told.mapped("create_date"))
        parts = told.order_id.transaction_ids._omni_parts()
        return sum(parts.filtered(lambda tx: tx.state == "cancel" and tx.create_date >= since).mapped("amount"))

    def _leave_to_person(self, why):
        """Leave these to a person, who reads ``why``."""
        self.write({"state": "by_hand", "failed": why, "done_at": False})
        for refund in self:
            refund._ask_person(self.env._("Refund %s", refund._amount_label()), f"{refund.reason} {why}")

    def _ask_person(self, summary, note):
        """Make it a task of the seller of the order, or else of a manager; return that."""
        seller = self.order_id.user_id.filtered(lambda user: user.active and user.id != SUPERUSER_ID)
        tasks, until = self.env["omni.task"], fields.Datetime.now() + PAY_WITHIN
        closed = [("res_model", "=", self._name), ("res_id", "=", self.id), ("state", "!=", "open")]
        key = f"{self._name},{self.id},{tasks.sudo().search_count(closed)}"
        return tasks._ask("refund", self, summary, note, user=seller, deadline=until, key=key)
