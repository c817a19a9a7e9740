from odoo import models
from odoo.fields import Domain

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.inputs import MOST_QUANTITY


class PosConfig(models.Model):
    """How much a till may pay back."""

    _inherit = "pos.config"

    def omni_refund_notice(self, refunds):
        """Return why a ticket may not pay back what it takes back: of no order more goes back than was paid of it, what
        its payment provider is about to pay back left out.

        :param refunds: ``[[id of a ticket's line that is taken back, amount with taxes]]``
        :return: words, "" when it may
        :raises AccessError: the caller is no seller of this till
        """
        orders_sudo, _warehouse_sudo = self._omni_till_orders()
        rows = inputs.rows(self.env, refunds, 2)
        amounts = {
            inputs.record_id(self.env, line): inputs.number(self.env, amount, -MOST_QUANTITY, MOST_QUANTITY)
            for line, amount in rows
        }
        lines_sudo = orders_sudo.env["pos.order.line"].search(
            Domain("id", "in", list(amounts)) & Domain("company_id", "=", self.company_id.id)
        )
        settled = lines_sudo.grouped("sale_order_origin_id")
        served = orders_sudo.union(*settled).filtered(lambda order: order._omni_served_at_tills())
        for order, paid in served._omni_amounts_paid().items():
            kept = paid - order._omni_on_its_way()
            asked = sum(amounts[line.id] for line in settled[order])
            if order.currency_id.compare_amounts(asked, kept) > 0:
                return self.env._(
                    "At most %(kept)s of %(order)s can be refunded, and this ticket refunds %(asked)s. Reverse "
                    "its discounts and rewards too.",
                    order=order.name,
                    kept=order.currency_id.format(max(kept, 0.0)),
                    asked=order.currency_id.format(asked),
                )
        return ""
