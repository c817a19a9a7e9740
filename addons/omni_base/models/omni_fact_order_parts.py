from odoo import models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    """What every source says alike of an order's line ``l``, sold or gone back; also who serves it, and for whom it
    counts.
    """

    _inherit = "omni.fact"

    def _sale_parts(self):
        """Return ``{name: SQL}`` of what stands in every source of orders' lines: ``columns`` from ``company_id`` to
        ``product_id``; ``ordered``, and of that ``pieces``; ``discount``, in the order's currency; ``sold``, whether it
        is a sale.
        """
        ordered = SQL("COALESCE(l.product_uom_qty, 0) * COALESCE(u.factor / pu.factor, 1)")
        is_piece = SQL("%s AND NOT COALESCE(l.is_delivery, FALSE)", self._is_piece())
        # What the company's first warehouse sends, the channel that sold it sends itself.
        by_store = SQL("l.omni_way = 'collect' OR store.id <> main.id")
        served = SQL(
            "CASE WHEN %s THEN COALESCE(store.omni_channel_id, o.omni_channel_id) ELSE o.omni_channel_id END", by_store
        )
        return {
            "columns": SQL(
                """
                   o.company_id,
                   o.omni_channel_id AS channel_id,
                   %s AS fulfilment_channel_id,
                   COALESCE(l.omni_way, 'ship')::varchar AS fulfilment,
                   store.id AS warehouse_id,
                   o.partner_id,
                   l.product_id
                """,
                served,
            ),
            "ordered": ordered,
            "pieces": SQL("CASE WHEN %s THEN %s ELSE 0 END", is_piece, ordered),
            "credit": SQL(
                """
                   CASE WHEN own.id IS NULL THEN %s
                        ELSE COALESCE(own.omni_channel_id, o.omni_channel_id) END AS credit_channel_id,
                   COALESCE(own.id, CASE WHEN %s THEN store.id END) AS credit_warehouse_id,
                   seller.id AS seller_id
                """,
                served,
                by_store,
            ),
            "discount": self._given_off(SQL("COALESCE(l.price_total, 0)"), SQL("l.product_uom_qty")),
            "joins": self._sale_joins(),
            "sold": SQL(
                "o.state = 'sale' AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE) AND NOT %s",
                self._is_money(SQL("l")),
            ),
        }

    def _sale_joins(self):
        """Return as SQL what stands beside a line ``l``: its order ``o``, its product and units of measure, the
        ``seller`` and their ``own`` store, and the rate of ``exchange`` of its currency. Who stands on an order because
        its website names them for all has not sold it.
        """
        return SQL(
            """
              JOIN sale_order AS o ON o.id = l.order_id
              JOIN product_product AS p ON p.id = l.product_id
              JOIN product_template AS t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom AS u ON u.id = l.product_uom_id
              LEFT JOIN uom_uom AS pu ON pu.id = t.uom_id
              LEFT JOIN website AS site ON site.id = o.website_id
              LEFT JOIN res_users AS seller ON seller.id = NULLIF(o.user_id, site.salesperson_id)
              LEFT JOIN stock_warehouse AS own
                     ON own.id = (seller.property_warehouse_id ->> o.company_id::text)::int
             CROSS JOIN LATERAL (SELECT COALESCE(NULLIF(o.currency_rate, 0), 1) AS rate) AS exchange
            """
        )

    def _sale_store(self, sent_from):
        """Return as SQL the join of the ``store`` that serves a line: where it is collected, else ``sent_from``; and of
        the company's first warehouse, ``main``: what that one sends, the web shop or the phone sends itself.
        """
        return SQL(
            """
              LEFT JOIN stock_warehouse AS store
                     ON store.id = CASE WHEN l.omni_way = 'collect'
                                        THEN COALESCE(l.omni_collect_warehouse_id, o.warehouse_id)
                                        ELSE COALESCE(%s, l.warehouse_id, o.warehouse_id) END
              LEFT JOIN (SELECT company_id, MIN(id) AS id FROM stock_warehouse GROUP BY company_id) AS main
                     ON main.company_id = o.company_id
            """,
            sent_from,
        )

    def _sale_sent_from(self, origin):
        """Return as SQL the warehouse of the delivery ``origin`` of a line ``l``, or else of its largest."""
        return SQL(
            """
            (SELECT pt.warehouse_id
               FROM stock_move AS m
               JOIN stock_picking_type AS pt ON pt.id = m.picking_type_id AND pt.code = 'outgoing'
              WHERE m.sale_line_id = l.id AND m.state <> 'cancel' AND m.origin_returned_move_id IS NULL
              ORDER BY (m.id = %s) DESC NULLS LAST, m.product_qty DESC, m.id
              LIMIT 1)
            """,
            origin,
        )
