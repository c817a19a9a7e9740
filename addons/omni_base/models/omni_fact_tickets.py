from odoo import models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    """Tickets of the tills, and what goes back by them."""

    _inherit = "omni.fact"

    def _pos_source(self):
        """Lines of the tills, but those that settle an order placed elsewhere: that order's own lines count, though
        two tills took its payment. What goes back counts for the till where it was bought.
        """
        total = self.env["pos.order.line"]._omni_signed("price_subtotal_incl")
        return SQL(
            """
            SELECT 'pos.order.line'::varchar AS source_model,
                   l.id AS line_id,
                   bought.id AS order_id,
                   bought.name AS order_ref,
                   o.date_order AS date,
                   o.company_id,
                   bought.omni_channel_id AS channel_id,
                   bought.omni_channel_id AS fulfilment_channel_id,
                   CASE WHEN bought.shipping_date IS NULL THEN 'carry' ELSE 'ship' END::varchar AS fulfilment,
                   bought.omni_warehouse_id AS warehouse_id,
                   bought.partner_id,
                   l.product_id,
                   (CASE WHEN %(piece)s THEN COALESCE(l.qty, 0) ELSE 0 END)::float8 AS quantity,
                   (%(untaxed)s / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount_untaxed,
                   (%(total)s / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount_total,
                   (COALESCE(l.total_cost, 0) / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS cost,
                   bought.omni_channel_id AS credit_channel_id,
                   bought.omni_warehouse_id AS credit_warehouse_id,
                   bought.user_id AS seller_id,
                   (%(discount)s / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS discount,
                   NULL::int AS campaign_id,
                   NULL::varchar AS reason
              FROM pos_order_line AS l
              JOIN pos_order AS o ON o.id = l.order_id
              LEFT JOIN pos_order_line AS r ON r.id = l.refunded_orderline_id
              JOIN pos_order AS bought ON bought.id = COALESCE(r.order_id, o.id)
              JOIN product_product AS p ON p.id = l.product_id
              JOIN product_template AS t ON t.id = p.product_tmpl_id
             WHERE o.state IN ('paid', 'done') AND l.sale_order_origin_id IS NULL AND r.sale_order_origin_id IS NULL
               AND l.omni_twice_order_id IS NULL AND NOT %(money)s
               AND l.product_id NOT IN (SELECT tip_product_id FROM pos_config WHERE tip_product_id IS NOT NULL)
            """,
            piece=self._is_piece(),
            untaxed=self.env["pos.order.line"]._omni_signed("price_subtotal"),
            total=total,
            discount=self._given_off(total, SQL("l.qty")),
            money=self._is_money(SQL("l")),
        )

    def _pos_back_source(self):
        """What goes back, at a till or by a refund made in the back office, of lines that settled an order placed
        elsewhere, and what the ticket that settles one gives off it: it counts as that order's line does.
        """
        return SQL(
            """
            SELECT 'pos.order.line'::varchar AS source_model,
                   back.line_id,
                   o.id AS order_id,
                   o.name AS order_ref,
                   back.date,
                   %(columns)s,
                   (CASE WHEN %(piece)s THEN back.qty ELSE 0 END)::float8 AS quantity,
                   back.untaxed AS amount_untaxed,
                   back.total AS amount_total,
                   (back.qty * COALESCE(l.omni_cost, 0))::float8 AS cost,
                   %(credit)s,
                   (COALESCE(back.qty / NULLIF(%(ordered)s, 0), 0) * (COALESCE(l.price_total, 0) + %(discount)s)
                    / exchange.rate - back.total)::float8 AS discount,
                   o.campaign_id,
                   NULL::varchar AS reason
              FROM (SELECT * FROM (%(back)s) AS few OFFSET 0) AS back  -- few lines, planned by themselves
              JOIN sale_order_line AS l ON l.id = back.sale_line_id
              %(joins)s
              %(store)s
             WHERE %(sold)s
            """,
            **self._sale_parts(),
            piece=self._is_piece(),
            back=self._pos_back(),
            store=self._sale_store(self._sale_sent_from(SQL("NULL::int"))),
        )

    def _pos_back(self):
        """Return as SQL the lines of tickets that take back a line that settled an order: columns ``line_id, date,
        order_id, sale_line_id, qty, untaxed, total``, below 0, in the company's currency at the order's rate.

        A refund names the line that it takes back; a line below zero may name the order's line, or the order alone. A
        line that settles one for another price than the order's takes back, or adds, the difference and no pieces.
        """
        return SQL(
            """
            SELECT l.id AS line_id, ticket.date_order AS date, o.id AS order_id, settled.id AS sale_line_id,
                   CASE WHEN way.is_back THEN COALESCE(l.qty, 0) ELSE 0 END::float8 AS qty,
                   (%(untaxed)s / part.rate - way.untaxed)::float8 AS untaxed,
                   (%(total)s / part.rate - way.total)::float8 AS total
              FROM (SELECT l.id, r.sale_order_line_id
                      FROM pos_order_line AS l
                      JOIN pos_order_line AS r ON r.id = l.refunded_orderline_id
                     WHERE r.sale_order_line_id IS NOT NULL
                     UNION ALL
                    SELECT l.id, l.sale_order_line_id
                      FROM pos_order_line AS l
                     WHERE l.sale_order_line_id IS NOT NULL AND l.refunded_orderline_id IS NULL
                     UNION ALL
                    SELECT l.id, same.id
                      FROM pos_order_line AS l
                      JOIN LATERAL (SELECT x.id FROM sale_order_line AS x
                                     WHERE x.order_id = l.sale_order_origin_id AND x.product_id = l.product_id
                                     ORDER BY x.id LIMIT 1) AS same ON TRUE
                     WHERE l.sale_order_origin_id IS NOT NULL AND l.sale_order_line_id IS NULL
                       AND l.refunded_orderline_id IS NULL
                   ) AS back
              JOIN pos_order_line AS l ON l.id = back.id
              JOIN pos_order AS ticket ON ticket.id = l.order_id AND ticket.state IN ('paid', 'done')
              JOIN sale_order_line AS settled ON settled.id = back.sale_order_line_id
              JOIN sale_order AS o ON o.id = settled.order_id
              JOIN product_product AS p ON p.id = settled.product_id
              JOIN product_template AS t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom AS u ON u.id = settled.product_uom_id
              LEFT JOIN uom_uom AS pu ON pu.id = t.uom_id
             CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(%(rate)s, 0), 1) AS rate) AS part
             CROSS JOIN LATERAL (
                       SELECT SIGN(l.qty) * SIGN(settled.product_uom_qty) < 0 AS is_back,
                              COALESCE(l.qty / NULLIF(settled.product_uom_qty * COALESCE(u.factor / pu.factor, 1), 0)
                                       / COALESCE(NULLIF(o.currency_rate, 0), 1), 0) AS share
                   ) AS sold
             CROSS JOIN LATERAL (
                       SELECT sold.is_back,
                              CASE WHEN sold.is_back THEN 0 ELSE sold.share * COALESCE(settled.price_subtotal, 0) END
                              AS untaxed,
                              CASE WHEN sold.is_back THEN 0 ELSE sold.share * COALESCE(settled.price_total, 0) END
                              AS total
                   ) AS way
             WHERE NOT COALESCE(settled.is_downpayment, FALSE)
               AND (sold.is_back OR sold.share > 0 AND l.sale_order_line_id IS NOT NULL
                                    AND ABS(%(total)s / part.rate - way.total) > 0.0005)
            """,
            untaxed=self.env["pos.order.line"]._omni_signed("price_subtotal"),
            total=self.env["pos.order.line"]._omni_signed("price_subtotal_incl"),
            rate=self._pos_rate_for_order(),
        )

    def _pos_rate_for_order(self):
        """Return as SQL by what to divide an amount of a ticket to have it in the company's currency as its order
        ``o`` counts it: by the order's own rate if both are in one currency.
        """
        return SQL(
            """
            CASE WHEN o.currency_id = (SELECT COALESCE(j.currency_id, co.currency_id)
                                         FROM pos_config AS c
                                         JOIN res_company AS co ON co.id = c.company_id
                                         LEFT JOIN account_journal AS j ON j.id = c.journal_id
                                        WHERE c.id = ticket.config_id)
                 THEN o.currency_rate ELSE ticket.currency_rate END
            """
        )
