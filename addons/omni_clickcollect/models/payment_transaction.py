from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    omni_pickup_id = fields.Many2one(
        "omni.pickup", string="Paid Back For", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        if pickup_id := is_refund and self.env.context.get("omni_pickup_id"):
            custom_create_values["omni_pickup_id"] = pickup_id
        return super()._create_child_transaction(amount, is_refund, **custom_create_values)

    def _omni_is_refund(self):
        """Whether this pays back, or will: refused ones do not."""
        return self.operation == "refund" and self.state not in ("cancel", "error")

    def _omni_refundable(self):
        """Return how much of this payment can still go back."""
        back = self.child_transaction_ids.filtered(lambda child: child._omni_is_refund())
        return self.amount + sum(back.mapped("amount"))

    def _omni_can_refund(self, whole):
        """Whether provider and method can pay back all of this payment (``whole``), or a part of it."""
        method = self.payment_method_id.primary_payment_method_id or self.payment_method_id
        support = {self.provider_id.support_refund, method.support_refund}
        able = "none" not in support and False not in support and (whole or support == {"partial"})
        return able and self.provider_id.state != "disabled"

    def _set_error(self, state_message, extra_allowed_states=()):
        refused = super()._set_error(state_message, extra_allowed_states)
        refused._omni_refund_refused()
        return refused

    def _set_canceled(self, state_message=None, extra_allowed_states=()):
        refused = super()._set_canceled(state_message, extra_allowed_states)
        refused._omni_refund_refused()
        return refused

    def _omni_refund_refused(self):
        """What a provider refuses to pay back, at once or days later, is left to a person."""
        for refund in self.filtered("omni_pickup_id"):
            # sudo: the provider's answer arrives as nobody in particular
            refund.sudo().omni_pickup_id._ask_to_pay_back(
                -refund.amount, self.env._("The payment provider did not pay it back: %s", refund.reference)
            )
