from odoo import api, models
from odoo.tools import SQL


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    @api.model
    def _omni_signed(self, column, line="l"):
        """Return as SQL what a line of a ticket adds to its total: below 0 when it takes off or goes back.

        A till stores the price of what goes back above 0, a refund made in the back office below: as in core's
        ``sale.report``, the signs of quantity and unit price say which way the money goes.

        :param str column: ``price_subtotal`` or ``price_subtotal_incl``
        :param str line: alias of ``pos_order_line``
        """
        way = SQL("%s * %s", SQL.identifier(line, "qty"), SQL.identifier(line, "price_unit"))
        amount = SQL("COALESCE(%s, 0)", SQL.identifier(line, column))
        return SQL(
            "(CASE WHEN %(way)s > 0 THEN ABS(%(amount)s) WHEN %(way)s < 0 THEN -ABS(%(amount)s) ELSE %(amount)s END)",
            way=way,
            amount=amount,
        )

    def _omni_total(self):
        """Return what this line adds to its ticket's total, with taxes; see :meth:`_omni_signed`."""
        self.ensure_one()
        way, amount = self.qty * self.price_unit, self.price_subtotal_incl
        return abs(amount) if way > 0 else -abs(amount) if way < 0 else amount

    def _omni_own(self):
        """Return those of these lines that sell: they settle no order, take nothing back and are no tip."""
        return self.filtered(
            lambda line: (
                not line.sale_order_origin_id
                and not line.refunded_orderline_id
                and line.product_id != line.order_id.config_id.tip_product_id
            )
        )

    def _omni_kept(self):
        """Return ``(quantity, amount with taxes)`` of what the customer kept of this line."""
        self.ensure_one()
        lines = self + self.refund_orderline_ids.filtered(lambda line: line.order_id.state in ("paid", "done"))
        return sum(lines.mapped("qty")), sum(line._omni_total() for line in lines)
