from odoo import models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    """Orders of the web, the phone and the back office, and what goes back of them by returns and credit notes."""

    _inherit = "omni.fact"

    def _sale_source(self):
        """Lines of confirmed orders; one that leaves from several places has a row for each."""
        return SQL(
            """
            SELECT 'sale.order.line'::varchar AS source_model,
                   l.id AS line_id,
                   o.id AS order_id,
                   o.name AS order_ref,
                   o.date_order AS date,
                   %(columns)s,
                   (%(pieces)s * part.share)::float8 AS quantity,
                   (COALESCE(l.price_subtotal, 0) / exchange.rate * part.share)::float8 AS amount_untaxed,
                   (COALESCE(l.price_total, 0) / exchange.rate * part.share)::float8 AS amount_total,
                   (%(ordered)s * COALESCE(l.omni_cost, 0) * part.share)::float8 AS cost,
                   %(credit)s,
                   (%(discount)s / exchange.rate * part.share)::float8 AS discount,
                   o.campaign_id,
                   NULL::varchar AS reason
              FROM sale_order_line AS l
              %(joins)s
              LEFT JOIN LATERAL (
                       SELECT pt.warehouse_id, SUM(m.product_qty) / SUM(SUM(m.product_qty)) OVER () AS share
                         FROM stock_move AS m
                         JOIN stock_picking_type AS pt ON pt.id = m.picking_type_id AND pt.code = 'outgoing'
                        WHERE m.sale_line_id = l.id AND m.state <> 'cancel' AND m.product_qty > 0
                          AND m.origin_returned_move_id IS NULL AND l.omni_way IS DISTINCT FROM 'collect'
                        GROUP BY pt.warehouse_id
                   ) AS sent ON TRUE
             CROSS JOIN LATERAL (SELECT COALESCE(sent.share, 1) AS share) AS part
              %(store)s
             WHERE %(sold)s
            """,
            **self._sale_parts(),
            store=self._sale_store(SQL("sent.warehouse_id")),
        )

    def _sale_back_source(self):
        """What goes back of orders' lines by returns (``stock.move``) and credit notes (``account.move.line``)."""
        lines = SQL(
            """
            SELECT m.sale_line_id FROM stock_move AS m
             WHERE m.origin_returned_move_id IS NOT NULL AND m.sale_line_id IS NOT NULL AND m.state = 'done'
             UNION
            SELECT billed.order_line_id
              FROM account_move AS move
              JOIN account_move_line AS item ON item.move_id = move.id
              JOIN sale_order_line_invoice_rel AS billed ON billed.invoice_line_id = item.id
             WHERE move.move_type = 'out_refund' AND move.state = 'posted'
            """
        )
        return SQL(
            """
            SELECT back.source_model,
                   back.event_id AS line_id,
                   o.id AS order_id,
                   o.name AS order_ref,
                   back.at AS date,
                   %(columns)s,
                   (-back.pieces * %(pieces)s)::float8 AS quantity,
                   (-back.money * COALESCE(l.price_subtotal, 0) / exchange.rate)::float8 AS amount_untaxed,
                   (-back.money * COALESCE(l.price_total, 0) / exchange.rate)::float8 AS amount_total,
                   (-back.pieces * %(ordered)s * COALESCE(l.omni_cost, 0))::float8 AS cost,
                   %(credit)s,
                   ((back.money * COALESCE(l.price_total, 0)
                     - back.pieces * (COALESCE(l.price_total, 0) + %(discount)s)) / exchange.rate)::float8 AS discount,
                   o.campaign_id,
                   NULL::varchar AS reason
              FROM (%(back)s) AS back
              JOIN sale_order_line AS l ON l.id = back.line_id
              %(joins)s
              %(store)s
             WHERE %(sold)s AND (back.pieces <> 0 OR back.money <> 0)
            """,
            **self._sale_parts(),
            back=self._sale_back(lines),
            store=self._sale_store(self._sale_sent_from(SQL("back.origin_id"))),
        )

    def _sale_back(self, lines):
        """Return as SQL what went back of these orders' lines, each step once, as shares of the line: columns
        ``line_id, source_model, event_id, at, origin_id`` (the delivery that came back), ``pieces, money``.

        A line has gone back as far as it was returned or credited, whichever is more: the credit note of what was
        returned adds nothing. What is delivered or invoiced again after that comes off; so does a return that leaves
        the order as it is, as for an exchange. A return is worth what is left of the line after the order's discounts,
        until a credit note says more; one for less than the price brings no pieces.

        :param SQL lines: a query of ids of ``sale_order_line``
        """
        return SQL(
            """
            SELECT line_id, source_model, event_id, at, origin_id,
                   pieces - LAG(pieces, 1, 0) OVER steps AS pieces, money - LAG(money, 1, 0) OVER steps AS money
              FROM (
                    SELECT e.*,
                           GREATEST(LEAST(SUM(e.returned) OVER known, GREATEST(1 - SUM(e.moved) OVER known, 0)),
                                    LEAST(SUM(e.taken) OVER known, GREATEST(1 - SUM(e.counted) OVER known, 0)))
                           AS pieces,
                           GREATEST(LEAST(SUM(e.returned) OVER known, GREATEST(1 - SUM(e.moved) OVER known, 0))
                                    * e.worth,
                                    LEAST(SUM(e.credited) OVER known, GREATEST(1 - SUM(e.billed) OVER known, 0)))
                           AS money
                      FROM (%s) AS e
                    WINDOW known AS (PARTITION BY e.line_id ORDER BY e.at, e.source_model, e.event_id)
                   ) AS known
            WINDOW steps AS (PARTITION BY line_id ORDER BY at, source_model, event_id)
            """,
            self._sale_events(lines),
        )

    def _sale_events(self, lines):
        """Return as SQL every delivery and return, invoice and credit note of these orders' lines, as shares of the
        line: ``returned`` and ``moved`` (net, delivered) goods, ``credited`` and ``billed`` (net) money, ``taken`` and
        ``counted`` (net) pieces of credit notes and invoices; ``worth``: of a return.
        """
        return SQL(
            """
            SELECT l.id AS line_id, e.*, CASE WHEN l.price_total > 0 THEN discounted.share ELSE 1 END AS worth
              FROM (SELECT id, order_id, product_id, product_uom_id, product_uom_qty, price_total
                      FROM sale_order_line
                     WHERE id IN (%(lines)s)
                    OFFSET 0  -- these few lines first: the rest of the query is for each of them
                   ) AS l
              JOIN sale_order AS o ON o.id = l.order_id
              LEFT JOIN uom_uom AS u ON u.id = l.product_uom_id
             CROSS JOIN LATERAL (
                       SELECT GREATEST(1 + COALESCE(SUM(x.price_total) FILTER (WHERE x.price_total < 0)
                                   / NULLIF(SUM(x.price_total) FILTER (WHERE x.price_total > 0), 0), 0), 0) AS share
                         FROM sale_order_line AS x
                        WHERE x.order_id = o.id AND x.display_type IS NULL AND NOT COALESCE(x.is_downpayment, FALSE)
                          AND NOT COALESCE(x.is_delivery, FALSE) AND NOT %(money)s
                   ) AS discounted
             CROSS JOIN LATERAL (
                       SELECT 'stock.move'::varchar AS source_model, m.id AS event_id, m.date AS at,
                              m.origin_returned_move_id AS origin_id,
                              CASE WHEN pt.code = 'outgoing' THEN 0 ELSE done.share END AS returned,
                              CASE WHEN pt.code = 'outgoing' THEN done.share ELSE -done.share END AS moved,
                              0::float8 AS credited, 0::float8 AS billed, 0::float8 AS taken, 0::float8 AS counted
                         FROM stock_move AS m
                         JOIN stock_picking_type AS pt
                           ON pt.id = m.picking_type_id AND pt.code IN ('outgoing', 'incoming')
                         JOIN uom_uom AS mu ON mu.id = m.product_uom
                        CROSS JOIN LATERAL (
                                  SELECT COALESCE((m.quantity * mu.factor / NULLIF(
                                      CASE WHEN m.product_id = l.product_id
                                           THEN COALESCE(l.product_uom_qty, 0) * COALESCE(u.factor, 1)
                                           ELSE (SELECT SUM(k.product_uom_qty * ku.factor)
                                                   FROM stock_move AS k
                                                   JOIN uom_uom AS ku ON ku.id = k.product_uom
                                                   JOIN stock_picking_type AS kt
                                                     ON kt.id = k.picking_type_id AND kt.code = 'outgoing'
                                                  WHERE k.sale_line_id = l.id AND k.state <> 'cancel'
                                                    AND k.origin_returned_move_id IS NULL)
                                      END, 0))::float8, 0) AS share
                              ) AS done
                        WHERE m.sale_line_id = l.id AND m.state = 'done'
                          AND (m.origin_returned_move_id IS NULL AND pt.code = 'outgoing'
                               OR m.origin_returned_move_id IS NOT NULL AND m.to_refund)
                        UNION ALL
                       SELECT 'account.move.line', item.id, COALESCE(move.invoice_date, move.date) + TIME '12:00',
                              NULL, 0, 0,
                              CASE WHEN move.move_type = 'out_refund' THEN part.money ELSE 0 END,
                              CASE WHEN move.move_type = 'out_refund' THEN -part.money ELSE part.money END,
                              CASE WHEN move.move_type = 'out_refund' THEN part.pieces ELSE 0 END,
                              CASE WHEN move.move_type = 'out_refund' THEN -part.pieces ELSE part.pieces END
                         FROM sale_order_line_invoice_rel AS billed
                         JOIN account_move_line AS item ON item.id = billed.invoice_line_id
                         JOIN account_move AS move ON move.id = item.move_id
                         LEFT JOIN uom_uom AS iu ON iu.id = item.product_uom_id
                        CROSS JOIN LATERAL (
                                  SELECT COALESCE((item.price_total
                                             / COALESCE(NULLIF(CASE WHEN move.currency_id = o.currency_id THEN 1
                                                        ELSE move.invoice_currency_rate / o.currency_rate END, 0), 1)
                                             / NULLIF(l.price_total, 0))::float8, 0) AS money,
                                         COALESCE((item.quantity * COALESCE(iu.factor, 1)
                                             / NULLIF(COALESCE(l.product_uom_qty, 0) * COALESCE(u.factor, 1), 0)
                                         )::float8, 0) AS pieces
                              ) AS whole
                        CROSS JOIN LATERAL (
                                  SELECT whole.money, CASE WHEN move.move_type = 'out_refund' AND l.price_total <> 0
                                                            AND whole.money < whole.pieces * discounted.share - 0.001
                                                           THEN 0 ELSE whole.pieces END AS pieces
                              ) AS part
                        WHERE billed.order_line_id = l.id AND move.state = 'posted'
                          AND move.move_type IN ('out_invoice', 'out_refund')
                   ) AS e
            """,
            money=self._is_money(SQL("x")),
            lines=lines,
        )
