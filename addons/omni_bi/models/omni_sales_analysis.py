from odoo import api, fields, models
from odoo.tools import SQL

# ids of the rows: the line's own, apart by source and the model of its line (a return's move or a credit note's line)
# and, of a line that leaves from several places, by store
SOURCES_AT_MOST = 64
STORES_AT_MOST = 65536


class OmniSalesAnalysis(models.Model):
    """The facts of every channel as rows to group, filter and chart."""

    _name = "omni.sales.analysis"
    _description = "Omnichannel Sales Analysis"
    _auto = False
    _order = "date desc"
    _rec_name = "order_ref"

    order_ref = fields.Char(string="Order", readonly=True, aggregator="count_distinct")
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_id = fields.Many2one("omni.channel", string="Bought on", readonly=True)
    fulfilment_channel_id = fields.Many2one("omni.channel", string="Served by", readonly=True)
    fulfilment = fields.Selection(
        [("ship", "Shipped"), ("collect", "Collected in store"), ("carry", "Taken away")], readonly=True
    )
    warehouse_id = fields.Many2one("stock.warehouse", string="Store", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    quantity = fields.Float(string="Units", readonly=True)
    amount_untaxed = fields.Monetary(string="Untaxed Sales", readonly=True)
    amount_total = fields.Monetary(string="Sales", readonly=True)
    cost = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT f.*, t.categ_id, f.amount_untaxed - f.cost AS margin
              FROM (%s) AS f
              JOIN product_product AS p ON p.id = f.product_id
              JOIN product_template AS t ON t.id = p.product_tmpl_id
            """,
            self._facts(),
        )

    @api.model
    def _facts(self):
        """Return the facts of every source as one SELECT, with an ``id`` that a row keeps."""
        sources = self.env["omni.fact"]._sources()
        return SQL(" UNION ALL ").join(
            SQL(
                """
                (SELECT ((s.line_id::bigint * %s + COALESCE(s.warehouse_id, 0)) * 2
                         + (s.source_model = 'stock.move')::int) * %s + %s AS id, s.*
                   FROM (%s) AS s)
                """,
                STORES_AT_MOST,
                SOURCES_AT_MOST,
                number,
                sources[name],
            )
            for number, name in enumerate(sorted(sources))
        )
