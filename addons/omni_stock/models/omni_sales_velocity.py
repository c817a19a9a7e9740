from odoo import api, fields, models
from odoo.tools import SQL

DAYS = 90


class OmniSalesVelocity(models.Model):
    """How quickly each product leaves each store, counted anew every night from the deliveries and tickets."""

    _name = "omni.sales.velocity"
    _description = "Sales Velocity"
    _log_access = False
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True, ondelete="cascade", index=True)
    daily = fields.Float("Units per Day", required=True, readonly=True)

    _pair_uniq = models.UniqueIndex("(product_id, warehouse_id)")

    @api.model
    def _rates(self, product_ids, warehouse_ids):
        """Return ``{(product_id, warehouse_id): units a day}`` that left lately; nothing left: absent."""
        self.env.cr.execute(
            "SELECT product_id, warehouse_id, daily FROM omni_sales_velocity"
            " WHERE product_id = ANY(%s) AND warehouse_id = ANY(%s)",
            [list(product_ids), list(warehouse_ids)],
        )
        return {(product, warehouse): daily for product, warehouse, daily in self.env.cr.fetchall()}

    @api.model
    def _refresh(self):
        """Count what left for customers in the last 90 days."""
        self.env["stock.move"].flush_model()
        self.env.cr.execute(SQL("DELETE FROM omni_sales_velocity"))
        self.env.cr.execute(
            """
            INSERT INTO omni_sales_velocity (product_id, warehouse_id, daily)
            SELECT m.product_id, l.warehouse_id, SUM(COALESCE(m.product_qty, 0)) / %(days)s
              FROM stock_move AS m
              JOIN stock_location AS l ON l.id = m.location_id
              JOIN stock_location AS d ON d.id = m.location_dest_id
             WHERE m.state = 'done' AND d.usage = 'customer' AND l.usage = 'internal'
               AND l.warehouse_id IS NOT NULL
               AND m.date > (now() AT TIME ZONE 'UTC') - make_interval(days => %(days)s)
             GROUP BY 1, 2
            """,
            {"days": DAYS},
        )
        self.invalidate_model()
