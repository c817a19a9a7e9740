from odoo import models


class SaleOrder(models.Model):
    """What pickups have promised to pay back counts as paid back."""

    _inherit = "sale.order"

    def _omni_given_back(self, back):
        """What was noted as paid back by hand and what a credit note or a ticket says are the same money."""
        back = super()._omni_given_back(back)
        order = self.sudo()  # who pays back need not see pickups and payments
        pickups = order.omni_pickup_ids
        refunds = order.transaction_ids.child_transaction_ids.filtered(lambda tx: tx._omni_is_refund())
        done = refunds.filtered(lambda tx: tx.state == "done")
        by_hand = sum(pickups.mapped("refund_by_hand")) - sum(done.mapped("amount"))
        coming = sum(pickups.mapped("refund_due")) - sum((refunds - done).mapped("amount"))
        return max(by_hand, back) + coming
