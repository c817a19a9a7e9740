from odoo import api, models
from odoo.tools import SQL


class OmniFact(models.AbstractModel):
    """Sales as facts, one row a line sold or returned, the same columns from every source.

    Columns of each source, in this order:

    ===================== ========= ===================================================================
    source_model          varchar   model of the line
    line_id               int       id of the line in that model
    order_id              int       id of its order
    order_ref             varchar   the order's name
    date                  timestamp when it was bought (UTC)
    company_id            int
    channel_id            int       channel of origin: where the customer bought
    fulfilment_channel_id int       channel through which the goods reach him
    fulfilment            varchar   ship, collect or carry (taken away at the till)
    warehouse_id          int       store or warehouse that serves
    partner_id            int       may be empty: an unknown customer
    product_id            int
    quantity              float     in the product's unit of measure; below 0: returned
    amount_untaxed        float     in the company's currency, discounts taken off
    amount_total          float     the same with taxes
    cost                  float     in the company's currency
    ===================== ========= ===================================================================
    """

    _name = "omni.fact"
    _description = "Facts Contract"

    @api.model
    def _sources(self):
        """Return ``{name: SQL}``, one SELECT a source. An override adds its own to those of ``super()``."""
        return {"sale": self._sale_source(), "pos": self._pos_source()}

    @api.model
    def _query(self):
        """Return all sources as one SELECT."""
        return SQL(" UNION ALL ").join(SQL("(%s)", source) for source in self._sources().values())

    @api.model
    def _sale_fulfilment(self):
        """Return as SQL how the goods of a line ``l`` of a sale order ``o`` reach the customer."""
        return SQL("o.omni_fulfilment")

    @api.model
    def _sale_source(self):
        fulfilment = self._sale_fulfilment()
        return SQL(
            """
            SELECT 'sale.order.line'::varchar AS source_model,
                   l.id AS line_id,
                   o.id AS order_id,
                   o.name AS order_ref,
                   o.date_order AS date,
                   o.company_id,
                   o.omni_channel_id AS channel_id,
                   COALESCE(store.channel_id, o.omni_channel_id) AS fulfilment_channel_id,
                   %s AS fulfilment,
                   COALESCE(l.warehouse_id, o.warehouse_id) AS warehouse_id,
                   o.partner_id,
                   l.product_id,
                   (COALESCE(l.product_uom_qty, 0) * COALESCE(u.factor / pu.factor, 1))::float8 AS quantity,
                   (COALESCE(l.price_subtotal, 0) / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount_untaxed,
                   (COALESCE(l.price_total, 0) / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount_total,
                   (COALESCE(l.product_uom_qty, 0) * COALESCE(u.factor / pu.factor, 1)
                    * COALESCE((p.standard_price ->> o.company_id::text)::float8, 0))::float8 AS cost
              FROM sale_order_line AS l
              JOIN sale_order AS o ON o.id = l.order_id
              JOIN product_product AS p ON p.id = l.product_id
              JOIN product_template AS t ON t.id = p.product_tmpl_id
              LEFT JOIN uom_uom AS u ON u.id = l.product_uom_id
              LEFT JOIN uom_uom AS pu ON pu.id = t.uom_id
              LEFT JOIN LATERAL (
                       SELECT c.omni_channel_id AS channel_id
                         FROM pos_config AS c
                         JOIN stock_picking_type AS pt ON pt.id = c.picking_type_id
                        WHERE %s = 'collect' AND pt.warehouse_id = o.warehouse_id AND c.active
                        ORDER BY c.id
                        LIMIT 1
                   ) AS store ON TRUE
             WHERE o.state = 'sale' AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)
            """,
            fulfilment,
            fulfilment,
        )

    @api.model
    def _pos_source(self):
        """Lines of the tills, but those that settle an order placed elsewhere: that order's own lines count."""
        return SQL(
            """
            SELECT 'pos.order.line'::varchar AS source_model,
                   l.id AS line_id,
                   o.id AS order_id,
                   o.name AS order_ref,
                   o.date_order AS date,
                   o.company_id,
                   o.omni_channel_id AS channel_id,
                   o.omni_channel_id AS fulfilment_channel_id,
                   CASE WHEN o.shipping_date IS NULL THEN 'carry' ELSE 'ship' END::varchar AS fulfilment,
                   pt.warehouse_id,
                   o.partner_id,
                   l.product_id,
                   COALESCE(l.qty, 0)::float8 AS quantity,
                   (COALESCE(l.price_subtotal, 0) / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount_untaxed,
                   (COALESCE(l.price_subtotal_incl, 0) / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount_total,
                   COALESCE(l.total_cost, 0)::float8 AS cost
              FROM pos_order_line AS l
              JOIN pos_order AS o ON o.id = l.order_id
              JOIN pos_config AS c ON c.id = o.config_id
              JOIN stock_picking_type AS pt ON pt.id = c.picking_type_id
             WHERE o.state IN ('paid', 'done') AND l.sale_order_origin_id IS NULL
            """
        )
