from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    omni_refund_id = fields.Many2one(
        "omni.refund", string="Refund of the Order", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _post_process(self):
        super()._post_process()
        for order in self.filtered(lambda tx: tx.state == "done").sale_order_ids:
            self.env["omni.event"].emit("order.paid", order)

    def _update_state(self, allowed_states, target_state, state_message):
        moved = super()._update_state(allowed_states, target_state, state_message)
        for request in moved.sudo().filtered("omni_refund_id"):  # sudo: the provider's answer arrives as nobody
            request.omni_refund_id._hear(request)
        moved.sale_order_ids._omni_follow_payment(target_state)
        return moved

    # -- paying back -------------------------------------------------------------------------------------------------

    def _omni_is_refund(self):
        """Whether this pays back, or will: refused ones do not."""
        return self.operation == "refund" and self.state not in ("cancel", "error")

    def _omni_parts(self):
        """Return what these payments were captured or voided by."""
        return self.child_transaction_ids.filtered(lambda child: child.operation != "refund")

    def _omni_refunds(self):
        """Return what pays back these payments, or will: what was captured of one is refunded by itself."""
        return (self | self._omni_parts()).child_transaction_ids.filtered(lambda child: child._omni_is_refund())

    def _omni_captured(self):
        """Return what took money of these payments: of one that is not all captured yet, what was captured of it."""
        taking = self.filtered(lambda tx: tx.state == "authorized")._omni_parts() | self
        return taking.filtered(lambda tx: tx.state == "done" and tx.amount > 0)

    def _omni_waiting(self):
        """Return how much of these payments is authorized and neither captured nor voided."""
        authorized = self.filtered(lambda tx: tx.state == "authorized")
        ended = authorized._omni_parts().filtered(lambda tx: tx.state in ("done", "cancel"))
        return sum(authorized.mapped("amount")) - sum(ended.mapped("amount"))

    def _omni_taken(self):
        """Return how much of this payment was taken: what was authorized, without what was voided of it."""
        voided = self._omni_parts().filtered(lambda tx: tx.state == "cancel")
        return self.amount - sum(voided.mapped("amount"))

    def _omni_refundable(self):
        """Return how much of this payment can still go back: neither asked of its provider nor waiting to be."""
        back = self._omni_refunds()
        payments = self | self._omni_parts()
        waiting = self.env["omni.refund"].search(
            [("transaction_id", "in", payments.ids), ("state", "in", ("due", "asked"))]
        )
        return self._omni_taken() + sum(back.mapped("amount")) - sum((waiting - back.omni_refund_id).mapped("amount"))

    def _omni_can_refund(self, amount):
        """Whether provider and method can pay back ``amount`` of this payment: some do all of it or nothing."""
        method = self.payment_method_id.primary_payment_method_id or self.payment_method_id
        support = {self.provider_id.support_refund, method.support_refund}
        able = "none" not in support and False not in support and self.provider_id.state != "disabled"
        return able and (support == {"partial"} or self.currency_id.compare_amounts(amount, self._omni_taken()) == 0)

    def _omni_gives_back(self, amount):
        """Whether a refund that waits, of ``amount``, can be asked of the provider now."""
        return self.currency_id.compare_amounts(self._omni_refundable(), 0) >= 0 and self._omni_can_refund(amount)
