from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OmniSafetyStock(models.Model):
    """Stock that is kept back: from everybody, from one channel, or for one channel.

    Of the rules of one kind, and one channel, the closest to a product counts: the variant's before the product's, then
    the deepest category's, then the one for all; of two as close, the one that names the store. PostgreSQL applies
    them, see ``sql/promise/20_safety.sql``.
    """

    _name = "omni.safety.stock"
    _inherit = ["omni.kept"]
    _description = "Safety Stock"
    _order = "kind, warehouse_id, categ_id, product_tmpl_id, product_id, id"
    _rec_name = "sentence"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("all", "Not for sale on any channel"),
            ("from", "Not for sale on a channel"),
            ("for", "Kept for a channel"),
        ],
        "Rule",
        required=True,
        default="all",
    )
    channel_id = fields.Many2one(
        "omni.channel", "Sales Channel", ondelete="cascade", index="btree_not_null", check_company=True
    )
    categ_id = fields.Many2one("product.category", "Category", ondelete="cascade", index="btree_not_null")
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Product",
        ondelete="cascade",
        index="btree_not_null",
        domain=[("is_storable", "=", True)],
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product",
        "Variant",
        ondelete="cascade",
        index="btree_not_null",
        domain=[("is_storable", "=", True)],
        check_company=True,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Store",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
    )
    quantity = fields.Float(
        "Pieces",
        digits="Product Unit",
        help="Of each product in each store, in the product's own unit, as far as stock allows.",
    )
    percent = fields.Float(
        "Share (%)", digits=(5, 1), help="Of what is available to sell of each product in each store."
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    sentence = fields.Char("In Words", compute="_compute_sentence")

    _figures = models.Constraint(
        "CHECK (COALESCE(quantity, 0) >= 0 AND COALESCE(percent, 0) >= 0 AND COALESCE(percent, 0) <= 100)",
        "A quantity kept back cannot be below zero, and a share not above 100 %.",
    )
    _channel = models.Constraint(
        "CHECK ((kind = 'all') = (channel_id IS NULL))",
        "Choose the channel that this is kept for, or kept from.",
    )
    _one_product = models.Constraint(
        "CHECK (num_nonnulls(categ_id, product_tmpl_id, product_id) <= 1)",
        "Choose a category, a product or a variant: one of them, or none for all products.",
    )
    _unique = models.UniqueIndex(
        "(company_id, kind, channel_id, categ_id, product_tmpl_id, product_id, warehouse_id) NULLS NOT DISTINCT",
        "There is such a rule already: change its figures.",
    )

    @api.depends(
        "kind", "channel_id", "categ_id", "product_tmpl_id", "product_id", "warehouse_id", "quantity", "percent"
    )
    def _compute_sentence(self):
        for rule in self:
            goods = (rule.product_id or rule.product_tmpl_id or rule.categ_id).display_name
            amount = [f"{rule.quantity:g}"] if rule.quantity or not rule.percent or rule.kind == "all" else []
            amount += [f"{rule.percent:g} %"] if rule.percent and rule.kind != "all" else []
            values = {
                "amount": " + ".join(amount),
                "goods": goods or self.env._("each product"),
                "store": rule.warehouse_id.name or self.env._("every store"),
                "channel": rule.channel_id.name or "",
            }
            rule.sentence = {
                "all": self.env._("%(amount)s of %(goods)s in %(store)s: not for sale", **values),
                "from": self.env._("%(amount)s of %(goods)s in %(store)s: not for sale on %(channel)s", **values),
                "for": self.env._("%(amount)s of %(goods)s in %(store)s: kept for %(channel)s", **values),
            }[rule.kind or "all"]

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind == "all":
            self.channel_id = False
            self.percent = 0

    @api.constrains("kind", "percent")
    def _check_percent(self):
        if self.filtered(lambda rule: rule.kind == "all" and rule.percent):
            raise ValidationError(self.env._("What is not for sale on any channel is a number of pieces, not a share."))

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        # Nothing of some goods, or in one store, is an exception from a wider rule; of everything it was only begun.
        scope = ("quantity", "percent", "categ_id", "product_tmpl_id", "product_id", "warehouse_id")
        if rules.filtered(lambda rule: not any(rule[name] for name in scope)):
            raise ValidationError(self.env._("Enter how many pieces to keep back."))
        return rules
