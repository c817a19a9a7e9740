from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """What an order is worth, what is paid of it and what is left to pay, whatever went back by whatever way."""

    _inherit = "sale.order"

    def _omni_amount_paid(self):
        """Return what the customer has paid of this order and did not get back, in its currency, on all channels."""
        self.ensure_one()
        return self._omni_amounts_paid()[self]

    def _omni_amounts_paid(self):
        """Return ``{order: what its customer has paid of it and did not get back, in its currency, on all channels}``,
        as many queries for a hundred orders as for one.
        """
        return {order: paid - back for order, (paid, back) in self._omni_payments().items()}

    def _omni_payments(self):
        """Return ``{order: (paid, paid back)}``, both above 0, in the order's currency, on all channels.

        Counted: online payments and refunds, tickets that settled the order and what they took back, deposits too, and
        payments of its invoices and credit notes. The invoice of an online payment is paid by that same payment, so
        only the greater of the two counts; so it is with refunds and credit notes. Tickets still open and invoices not
        paid do not count, which they do in core's ``amount_unpaid``. A document of several orders counts for each by
        its share.
        """
        known = self._omni_documents()

        def amounts(orders, query):
            rows = self.env.execute_query(query()) if orders else ()
            return {order_id: (float(paid or 0), float(back or 0)) for order_id, paid, back in rows}

        sources = (
            amounts(known["online"], known["online"]._omni_paid_online),
            amounts(known["invoice"], known["invoice"]._omni_paid_by_invoice),
            amounts(known["ticket"], known["ticket"]._omni_paid_at_tills),
        )
        found = {}
        for order in self:
            (sent, refunded), (settled, credited), (till, taken) = (one.get(order.id, (0.0, 0.0)) for one in sources)
            found[order] = (max(sent, settled) + till, max(refunded, credited) + taken)
        return found

    def _omni_documents(self):
        """Return ``{kind: those of these orders that have such documents}``: ``online`` payments, ``invoice`` (credit
        notes too), ``ticket``, ``back`` (returns). Most have few: what is not there need not be asked for.
        """
        self.env.flush_all()
        query = SQL(
            """
            SELECT o.id,
                   EXISTS (SELECT FROM sale_order_transaction_rel AS t WHERE t.sale_order_id = o.id),
                   EXISTS (SELECT FROM sale_order_line AS l
                             JOIN sale_order_line_invoice_rel AS b ON b.order_line_id = l.id
                            WHERE l.order_id = o.id),
                   EXISTS (SELECT FROM pos_order_line AS p WHERE p.sale_order_origin_id = o.id),
                   EXISTS (SELECT FROM sale_order_line AS l
                             JOIN stock_move AS m ON m.sale_line_id = l.id
                            WHERE l.order_id = o.id AND m.origin_returned_move_id IS NOT NULL AND m.state = 'done')
              FROM sale_order AS o
             WHERE o.id = ANY(%s)
            """,
            self.ids,
        )
        rows = self.env.execute_query(query)
        kinds = ("online", "invoice", "ticket", "back")
        return {kind: self.browse(row[0] for row in rows if row[place]) for place, kind in enumerate(kinds, 1)}

    def _omni_kept_online(self):
        """Return what was paid of this order online and not paid back there, in its currency."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(self._omni_paid_online())
        return self.currency_id.round(sum(float(paid or 0) - float(back or 0) for _order, paid, back in rows))

    def _omni_comes_off(self, lines, due):
        """Return how much of what was paid online comes off a ticket that settles these lines, so that it asks for
        ``due``. What paid for goods that were given before, or that are given elsewhere, does not.
        """
        asked = 0.0
        for line in lines:  # as many as core's till takes
            quantity = line.product_uom_qty - max(line.qty_delivered, line.qty_invoiced)
            if line.product_id.type == "service":
                quantity = line.qty_to_invoice
            asked += quantity * (line.price_reduce_taxinc or line.price_unit)
        return min(max(self.currency_id.round(asked - due), 0.0), self._omni_kept_online())

    def _omni_paid_online(self):
        """Return as SQL ``order id, paid, refunded``: payments, by the orders' totals where one is for several. What
        was authorized and voided is not paid; what was captured is a payment of its own, and is refunded by itself.
        """
        return SQL(
            """
            SELECT share.order_id, SUM(share.part * GREATEST(tx.amount - COALESCE(split.voided, 0), 0)),
                   SUM(share.part * (GREATEST(-tx.amount, 0) + COALESCE(refund.amount, 0)))
              FROM (SELECT rel.sale_order_id AS order_id, rel.transaction_id,
                           COALESCE(o.amount_total / NULLIF(o.currency_rate, 0)
                                    / NULLIF(SUM(o.amount_total / NULLIF(o.currency_rate, 0))
                                             OVER (PARTITION BY rel.transaction_id), 0), 1) * rate.factor AS part
                      FROM sale_order_transaction_rel AS rel
                      JOIN sale_order AS o ON o.id = rel.sale_order_id
                      JOIN payment_transaction AS tx ON tx.id = rel.transaction_id
                     CROSS JOIN LATERAL (
                               SELECT CASE WHEN tx.currency_id = o.currency_id THEN 1 ELSE o.currency_rate / COALESCE(
                                          (SELECT r.rate FROM res_currency_rate AS r
                                            WHERE r.currency_id = tx.currency_id AND r.name <= tx.create_date
                                              AND COALESCE(r.company_id, o.company_id) = o.company_id
                                            ORDER BY r.company_id NULLS LAST, r.name DESC LIMIT 1), 1) END AS factor
                           ) AS rate
                     WHERE rel.transaction_id IN (SELECT transaction_id FROM sale_order_transaction_rel
                                                   WHERE sale_order_id = ANY(%(orders)s))
                   ) AS share
              JOIN payment_transaction AS tx ON tx.id = share.transaction_id AND tx.state IN ('authorized', 'done')
              LEFT JOIN LATERAL (
                       SELECT array_agg(child.id) AS ids,
                              SUM(child.amount) FILTER (WHERE child.state = 'cancel') AS voided
                         FROM payment_transaction AS child
                        WHERE child.source_transaction_id = tx.id AND child.operation IS DISTINCT FROM 'refund'
                   ) AS split ON TRUE
              LEFT JOIN LATERAL (
                       SELECT SUM(-child.amount) AS amount
                         FROM payment_transaction AS child
                        WHERE child.source_transaction_id = ANY(tx.id || split.ids) AND child.operation = 'refund'
                          AND child.state = 'done'
                          AND NOT EXISTS (SELECT FROM sale_order_transaction_rel AS own
                                           WHERE own.transaction_id = child.id)
                   ) AS refund ON TRUE
             WHERE share.order_id = ANY(%(orders)s)
             GROUP BY share.order_id
            """,
            orders=self.ids,
        )

    def _omni_paid_by_invoice(self):
        """Return as SQL ``order id, paid, paid out``: of posted invoices and credit notes, by the price of the order's
        lines. What one of them settles of the other is no money.
        """
        return SQL(
            """
            SELECT share.order_id, SUM(share.part * done.amount) FILTER (WHERE NOT share.is_credit),
                   SUM(share.part * done.amount) FILTER (WHERE share.is_credit)
              FROM (SELECT line.order_id, move.id, move.move_type = ANY(%(credits)s) AS is_credit,
                           SUM(item.price_total / (SELECT COUNT(*) FROM sale_order_line_invoice_rel AS x
                                                    WHERE x.invoice_line_id = item.id))
                           / NULLIF((SELECT SUM(y.price_total) FROM account_move_line AS y
                                      WHERE y.move_id = move.id AND y.display_type = 'product'), 0)
                           * MIN(CASE WHEN move.currency_id = o.currency_id THEN 1
                                      ELSE o.currency_rate / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1) END)
                           AS part
                      FROM sale_order_line AS line
                      JOIN sale_order AS o ON o.id = line.order_id
                      JOIN sale_order_line_invoice_rel AS billed ON billed.order_line_id = line.id
                      JOIN account_move_line AS item ON item.id = billed.invoice_line_id
                      JOIN account_move AS move ON move.id = item.move_id AND move.state = 'posted'
                     WHERE line.order_id = ANY(%(orders)s)
                     GROUP BY line.order_id, move.id
                   ) AS share
             CROSS JOIN LATERAL (
                       SELECT COALESCE(move.amount_total, 0) - COALESCE(move.amount_residual, 0) - COALESCE(
                              (SELECT SUM(CASE WHEN share.is_credit THEN part.credit_amount_currency
                                               ELSE part.debit_amount_currency END)
                                 FROM account_move_line AS own
                                 JOIN account_partial_reconcile AS part
                                   ON own.id = CASE WHEN share.is_credit THEN part.credit_move_id
                                                    ELSE part.debit_move_id END
                                 JOIN account_move_line AS other
                                   ON other.id = CASE WHEN share.is_credit THEN part.debit_move_id
                                                      ELSE part.credit_move_id END
                                 JOIN account_move AS its ON its.id = other.move_id
                                WHERE own.move_id = move.id AND its.move_type <> 'entry'), 0) AS amount
                         FROM account_move AS move
                        WHERE move.id = share.id
                   ) AS done
             GROUP BY share.order_id
            """,
            credits=["entry", *self.env["account.move"].get_outbound_types()],  # those whose direction_sign is 1
            orders=self.ids,
        )

    def _omni_paid_at_tills(self):
        """Return as SQL ``order id, paid, paid out``: of the lines of paid tickets, those that take one back too."""
        return SQL(
            """
            SELECT o.id, SUM(%(amount)s * part.factor) FILTER (WHERE l.refunded_orderline_id IS NULL),
                   -SUM(%(amount)s * part.factor) FILTER (WHERE l.refunded_orderline_id IS NOT NULL)
              FROM (SELECT own.id, own.sale_order_origin_id AS order_id
                      FROM pos_order_line AS own
                     WHERE own.sale_order_origin_id = ANY(%(orders)s) AND own.refunded_orderline_id IS NULL
                     UNION ALL
                    SELECT back.id, settled.sale_order_origin_id
                      FROM pos_order_line AS settled
                      JOIN pos_order_line AS back ON back.refunded_orderline_id = settled.id
                     WHERE settled.sale_order_origin_id = ANY(%(orders)s)
                   ) AS found
              JOIN pos_order_line AS l ON l.id = found.id
              JOIN pos_order AS ticket ON ticket.id = l.order_id AND ticket.state IN ('paid', 'done')
              JOIN sale_order AS o ON o.id = found.order_id
             CROSS JOIN LATERAL (
                       SELECT COALESCE(o.currency_rate / NULLIF(%(rate)s, 0), 1) AS factor
                   ) AS part
             GROUP BY o.id
            """,
            amount=self.env["pos.order.line"]._omni_signed("price_subtotal_incl"),
            rate=self.env["omni.fact"]._pos_rate_for_order(),
            orders=self.ids,
        )

    def _omni_left_to_pay(self):
        """Return what the customer still has to pay of this order, in its currency, never below 0."""
        self.ensure_one()
        return self._omni_all_left_to_pay()[self]

    def _omni_all_left_to_pay(self):
        """Return ``{order: what its customer still has to pay of it, in its currency, never below 0}``."""
        worth, paid = self._omni_worth(), self._omni_amounts_paid()
        return {order: max(order.currency_id.round(worth[order] - paid[order]), 0.0) for order in self}

    def _omni_worth(self, back=None):
        """Return ``{order: its total without what went back of it}``, in its currency: what its facts add up to, of one
        that was cancelled nothing.

        :param back: what :meth:`_omni_gone_back` says of these orders, if it was asked already
        """
        back = self._omni_gone_back() if back is None else back
        return {
            order: order.amount_total - sum(back[line.id][1] for line in order.order_line if line.id in back)
            if order.state != "cancel"
            else 0.0
            for order in self
        }

    def _omni_gone_back(self):
        """Return ``{id of an order line: (quantity, amount with taxes)}`` of what went back of these orders, by
        whatever way, in the line's unit of measure and the order's currency.
        """
        known, facts = self._omni_documents(), self.env["omni.fact"]
        orders = known["invoice"] | known["ticket"] | known["back"]
        if not orders:
            return {}
        lines = "SELECT id FROM sale_order_line WHERE order_id = ANY(%s) AND is_downpayment IS NOT TRUE"
        query = SQL(
            """
            SELECT back.line_id, SUM(back.quantity), SUM(back.total)
              FROM (SELECT l.id AS line_id, back.pieces * l.product_uom_qty AS quantity,
                           back.money * l.price_total AS total
                      FROM (%(back)s) AS back
                      JOIN sale_order_line AS l ON l.id = back.line_id
                     UNION ALL
                    SELECT till.sale_line_id, -till.qty / COALESCE(u.factor / pu.factor, 1),
                           -till.total * exchange.rate
                      FROM (%(till)s) AS till
                      JOIN sale_order_line AS l ON l.id = till.sale_line_id
                      %(joins)s
                     WHERE till.order_id = ANY(%(orders)s)
                   ) AS back
             GROUP BY back.line_id
            """,
            back=facts._sale_back(SQL(lines, orders.ids)),
            till=facts._pos_back(),
            joins=facts._sale_joins(),
            orders=orders.ids,
        )
        rows = self.env.execute_query(query)
        return {line_id: (float(quantity or 0), float(amount or 0)) for line_id, quantity, amount in rows}
