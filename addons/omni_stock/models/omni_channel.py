from odoo import fields, models
from odoo.tools import SQL

DEFAULT_MINUTES = 15


class OmniChannel(models.Model):
    _inherit = "omni.channel"

    hold_minutes = fields.Integer(
        "Keep at checkout",
        default=DEFAULT_MINUTES,
        required=True,
        help="How many minutes stock is kept for a customer from the payment page on.",
    )
    hold_payment_hours = fields.Integer(
        "Keep while paying",
        default=24,
        required=True,
        help="How many hours stock is kept, at most, for a payment that the provider has not confirmed yet.",
    )

    _hold_minutes_positive = models.Constraint(
        "CHECK (hold_minutes > 0 AND hold_payment_hours > 0)", "Stock must be kept for some time: at least 1."
    )

    def _hold_seconds(self):
        """Return how long a hold of this channel lasts, in seconds; without a channel, the usual time."""
        return (self.hold_minutes or DEFAULT_MINUTES) * 60

    def _payment_seconds(self):
        """Return how long a hold of this channel waits for a payment under way, in seconds."""
        return (self.hold_payment_hours or 24) * 3600

    def _omni_excluded_products(self, product_ids):
        """Return the ids, out of ``product_ids``, of products that this channel does not sell. Without one: none."""
        if not self:
            return set()
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) AS x(id) WHERE id = ANY(%s)", self._omni_excluded_query(), list(product_ids))
        )
        return {product for (product,) in rows}

    def _omni_excluded_query(self):
        """Return the SELECT of the ids of the products that this channel does not sell: by their own setting, by that
        of their category or of one above it."""
        self.ensure_one()
        models_read = {"product.template": ["categ_id"], "product.category": ["parent_path"], "product.product": []}
        for model, names in models_read.items():
            self.env[model].flush_model([*names, *(["omni_excluded_channel_ids"] if names else ["product_tmpl_id"])])
        return SQL(
            """
            SELECT p.id
              FROM product_product AS p JOIN omni_excluded_template_rel AS x ON x.template_id = p.product_tmpl_id
             WHERE x.channel_id = %(channel)s
             UNION
            SELECT p.id
              FROM omni_excluded_category_rel AS x
              JOIN product_category AS above ON above.id = x.category_id
              JOIN product_category AS c ON c.parent_path LIKE above.parent_path || '%%'
              JOIN product_template AS t ON t.categ_id = c.id
              JOIN product_product AS p ON p.product_tmpl_id = t.id
             WHERE x.channel_id = %(channel)s
            """,
            channel=self.id,
        )
