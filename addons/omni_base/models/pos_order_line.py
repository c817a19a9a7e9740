from odoo import api, fields, models
from odoo.tools import SQL, file_open

from ..tools.migration import add_columns


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    omni_parts = fields.Json(
        compute="_compute_omni_parts",
        store=True,
        precompute=True,
        help="What one unit takes out of stock in its place, [[product id, quantity], ...]; empty: the product itself.",
    )

    def _auto_init(self):
        # Of existing tickets only those of open sessions are asked for it.
        add_columns(self, "omni_parts")
        return super()._auto_init()

    def init(self):
        self.pool.post_init(self._init_database)  # when the tables of all models are there

    def _init_database(self):
        for name in ("unmoved", "expired"):
            with file_open(f"omni_base/sql/{name}.sql") as file:
                self.env.cr.execute(file.read())

    @api.depends("product_id")
    def _compute_omni_parts(self):
        """A kit leaves as what it is made of."""
        self.omni_parts = False
        for company, lines in self.grouped("company_id").items():
            kits = lines.product_id.with_company(company or self.env.company)._omni_kits()
            parts = {kit.id: kit.omni_parts for kit in kits}
            for line in lines.filtered(lambda line, parts=parts: line.product_id.id in parts):
                line.omni_parts = parts[line.product_id.id]

    @api.model
    def _omni_know_parts(self):
        """Note what the kits on tickets of open sessions are made of: they were sold before this was asked."""
        lines = self.search([("order_id.session_id.state", "!=", "closed")])
        kits = lines.product_id._omni_kits()
        self.env.add_to_compute(self._fields["omni_parts"], lines.filtered(lambda line: line.product_id in kits))
        self.env.flush_all()

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
        """Return those of these lines that sell: they settle no order, nor once more, and are no return and no tip."""
        return self.filtered(
            lambda line: (
                not line.sale_order_origin_id
                and not line.omni_twice_order_id
                and not line.refunded_orderline_id
                and line.product_id != line.order_id.config_id.tip_product_id
            )
        )

    def _omni_kept(self):
        """Return ``(quantity, amount with taxes)`` of what the customer kept of this line."""
        self.ensure_one()
        lines = self + self.refund_orderline_ids.filtered(lambda line: line.order_id.state in ("paid", "done"))
        return sum(lines.mapped("qty")), sum(line._omni_total() for line in lines)
