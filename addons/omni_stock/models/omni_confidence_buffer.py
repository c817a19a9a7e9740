from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from odoo.addons.omni_base.tools import inputs


class OmniConfidenceBuffer(models.Model):
    """How many pieces of a product a store should not promise, because its figure there is not to be trusted.

    Counts that found fewer than the books said, and orders that could not be found or were damaged, are the evidence of
    the last 12 months; ``sql/confidence.sql`` makes a proposal of it. It counts when it is applied: by a manager, or by
    itself if the company wants so and nobody has decided. Quantities are in the product's unit.
    """

    _name = "omni.confidence.buffer"
    _inherit = ["omni.kept"]
    _description = "Inventory Accuracy"
    _log_access = False
    _order = "warehouse_id, quantity desc, product_id"
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Store", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(
        "Keep Back", digits="Product Unit", readonly=True, help="Proposed. 0: the figure can be trusted again."
    )
    applied = fields.Boolean(help="The store does not sell these pieces on any channel.")
    applied_quantity = fields.Float(
        "Kept Back", digits="Product Unit", compute="_compute_applied_quantity", store=True, help="What counts now."
    )
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, help="Empty: the company's settings decide."
    )
    reason = fields.Char("Why", compute="_compute_reason")
    expected = fields.Float(
        "Probably Missing",
        digits="Product Unit",
        readonly=True,
        help="On average; the proposal covers 4 of 5 cases.",
    )
    counts = fields.Integer(readonly=True)
    short_counts = fields.Integer("Counts That Found Less", readonly=True)
    corrected = fields.Float("Found Missing", digits="Product Unit", readonly=True)
    refusals = fields.Integer("Not Found or Damaged", readonly=True, help="Orders that the store could not serve.")
    refused = fields.Float("Quantity Not Found or Damaged", digits="Product Unit", readonly=True)
    refused_since = fields.Date(readonly=True)
    sold = fields.Float("Outgoing in 12 Months", digits="Product Unit", readonly=True)
    since_count = fields.Float("Out since the Last Count", digits="Product Unit", readonly=True)
    last_count = fields.Date("Last Counted", readonly=True)
    looked_at = fields.Datetime("Refreshed on", required=True, readonly=True)

    _pair_uniq = models.UniqueIndex("(product_id, warehouse_id)")

    @api.depends("quantity", "applied")
    def _compute_applied_quantity(self):
        for buffer in self:
            buffer.applied_quantity = buffer.quantity if buffer.applied else 0.0

    @api.depends("counts", "short_counts", "corrected", "refusals", "refused_since", "since_count", "last_count")
    @api.depends_context("lang")
    def _compute_reason(self):
        for buffer in self:
            buffer.reason = " ".join(buffer._reasons())

    def _reasons(self):
        """Return what speaks against the figure, sentences for whoever runs the store."""
        self.ensure_one()
        sentences = []
        if self.counts == 1 and self.short_counts:
            lost = self._number(self.corrected)
            sentences.append(self.env._("The last count found %s fewer than recorded.", lost))
        elif self.short_counts:
            sentences.append(
                self.env._(
                    "%(short)s of the last %(counts)s counts found less than recorded, by %(lost)s on average.",
                    short=self.short_counts,
                    counts=self.counts,
                    lost=self._number(self.corrected / self.short_counts),
                )
            )
        elif self.counts:
            sentences.append(self.env._("Counts found nothing missing, but other goods of this store do go missing."))
        if self.refusals:
            month = format_date(self.env, self.refused_since, date_format="LLLL yyyy")
            sentences.append(
                self.env._("1 order could not be fulfilled since %s: not found or damaged.", month)
                if self.refusals == 1
                else self.env._(
                    "%(orders)s orders could not be fulfilled since %(month)s: not found or damaged.",
                    orders=self.refusals,
                    month=month,
                )
            )
        if self.last_count:
            words = {
                "left": self._number(self.since_count),
                "day": format_date(self.env, self.last_count, date_format="d MMMM yyyy"),
            }
            sentences.append(self.env._("%(left)s have left the store since the last count on %(day)s.", **words))
        return sentences

    def _number(self, value):
        return formatLang(self.env, value, digits=0 if round(value, 1) == round(value) else 1)

    # -- the switch --------------------------------------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if "applied" in vals and "decided_by_id" not in vals:
            self.sudo().decided_by_id = self.env.user  # sudo: who decided is written by deciding
        return result

    def action_apply(self):
        inputs.called_on(self).write({"applied": True})

    def action_do_not_apply(self):
        inputs.called_on(self).write({"applied": False})

    @api.model
    def _follow(self, companies, applied):
        """Apply, or not, what nobody has decided on."""
        self.search([("company_id", "in", companies.ids), ("decided_by_id", "=", False)]).write(
            {"applied": applied, "decided_by_id": False}
        )

    # -- looking -----------------------------------------------------------------------------------------------------

    def action_look(self):
        """Look at the counts and refusals of all stores again, at once."""
        inputs.called_on(self).check_access("write")
        # sudo: the figures come from documents that the manager need not be able to read
        self.sudo()._look()

    @api.model
    def _look(self):
        """Propose anew for all products and stores, in one statement. What was decided stays decided."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH estimate AS MATERIALIZED (
                SELECT * FROM omni_promise.confidence_estimate()
            ), seen AS (
                SELECT e.*,
                       CASE WHEN b.decided_by_id IS NULL THEN COALESCE(c.omni_buffer_auto, false)
                            ELSE COALESCE(b.applied, false) END AS applied
                  FROM (
                    SELECT * FROM estimate
                     UNION ALL
                    SELECT b.product_id, b.warehouse_id, b.company_id, 0, 0, 0, 0, 0, 0, 0, NULL, 0, 0, NULL
                      FROM omni_confidence_buffer AS b
                     WHERE NOT EXISTS (SELECT FROM estimate AS e
                                        WHERE e.product_id = b.product_id AND e.warehouse_id = b.warehouse_id)
                  ) AS e
                  JOIN res_company AS c ON c.id = e.company_id
                  LEFT JOIN omni_confidence_buffer AS b USING (product_id, warehouse_id)
                 WHERE e.quantity > 0 OR b.id IS NOT NULL
            )
            INSERT INTO omni_confidence_buffer (
                   product_id, warehouse_id, company_id, quantity, expected, counts, short_counts, corrected, refusals,
                   refused, refused_since, sold, since_count, last_count, applied, applied_quantity, looked_at)
            SELECT *, CASE WHEN applied THEN quantity ELSE 0 END, omni_promise.clock()
              FROM seen ORDER BY product_id, warehouse_id
            ON CONFLICT (product_id, warehouse_id) DO UPDATE
               SET company_id = excluded.company_id, quantity = excluded.quantity, expected = excluded.expected,
                   counts = excluded.counts, short_counts = excluded.short_counts, corrected = excluded.corrected,
                   refusals = excluded.refusals, refused = excluded.refused, refused_since = excluded.refused_since,
                   sold = excluded.sold, since_count = excluded.since_count, last_count = excluded.last_count,
                   applied = excluded.applied, applied_quantity = excluded.applied_quantity,
                   looked_at = excluded.looked_at
            """
        )
        self.invalidate_model()
