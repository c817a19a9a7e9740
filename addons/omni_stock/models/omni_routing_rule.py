from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..routing import rules


class OmniRoutingRule(models.Model):
    """What a retailer wants of every plan beside the lowest price: conditions and one effect, in order.

    A draft is read by the simulator alone.
    """

    _name = "omni.routing.rule"
    _inherit = ["omni.kept"]
    _description = "Routing Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    draft = fields.Boolean(help="Not in force: only the simulator reads it.")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")

    channel_ids = fields.Many2many("omni.channel", string="Sales Channels", check_company=True)
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="States")
    zips = fields.Char("Postcodes", help="Beginnings of postcodes, separated by commas: 75, 92, 93.")
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Then the rule is about their products alone, those of the categories below included.",
    )
    min_amount = fields.Monetary("Orders From", help="Amount of the order, taxes included.")

    effect = fields.Selection(
        [
            (rules.FORBID, "Never from these stores"),
            (rules.ONLY, "Only from these stores"),
            (rules.PREFER, "Preferably from these stores"),
            (rules.LEGS, "In at most so many parcels"),
            (rules.SPLIT, "Split-shipment penalty"),
        ],
        required=True,
        default=rules.PREFER,
    )
    warehouse_ids = fields.Many2many("stock.warehouse", string="Stores", check_company=True)
    amount = fields.Monetary(
        help="How much cheaper to rate these stores: per parcel, or per line with categories; negative: costlier."
    )
    split_price = fields.Monetary("Price")
    max_legs = fields.Integer("Parcels", default=1)
    sentence = fields.Char("In Words", compute="_compute_sentence")

    _effect_complete = models.Constraint(
        "CHECK (split_price >= 0 AND max_legs >= 1 AND min_amount >= 0)",
        "A price or amount of a rule cannot be below zero, and an order needs at least one parcel.",
    )

    @api.constrains("effect", "warehouse_ids")
    def _check_stores(self):
        for rule in self:
            if rule.effect in (rules.FORBID, rules.ONLY, rules.PREFER) and not rule.warehouse_ids:
                raise ValidationError(self.env._("The rule “%s” names no store.", rule.name))

    @api.depends(
        "effect",
        "warehouse_ids",
        "amount",
        "split_price",
        "max_legs",
        "channel_ids",
        "country_ids",
        "state_ids",
        "zips",
        "categ_ids",
        "min_amount",
    )
    def _compute_sentence(self):
        for rule in self:
            conditions = ", ".join(rule._condition_words())
            effect = rule._effect_words()
            rule.sentence = (
                self.env._("%(conditions)s: %(effect)s", conditions=conditions, effect=effect) if conditions else effect
            )

    def _condition_words(self):
        """Return the conditions of this rule, each in words."""
        places = [*self.country_ids.mapped("name"), *self.state_ids.mapped("name"), *self._prefixes()]
        conditions = (
            ", ".join(self.channel_ids.mapped("name")),
            places and self.env._("to %s", ", ".join(places)),
            ", ".join(self.categ_ids.mapped("name")),
            self.min_amount and self.env._("from %s", self.currency_id.format(self.min_amount)),
        )
        return list(filter(None, conditions))

    def _effect_words(self):
        stores = ", ".join(self.warehouse_ids.mapped("name"))
        if self.effect == rules.PREFER:
            amount = self.currency_id.format(abs(self.amount))
            if self.amount < 0:
                return self.env._(
                    "preferably not from %(stores)s (penalty of %(amount)s)", stores=stores, amount=amount
                )
            return self.env._("preferably from %(stores)s (bonus of %(amount)s)", stores=stores, amount=amount)
        return {
            rules.FORBID: lambda: self.env._("never from %s", stores),
            rules.ONLY: lambda: self.env._("only from %s", stores),
            rules.LEGS: lambda: self.env._("parcels at most: %s", self.max_legs),
            rules.SPLIT: lambda: self.env._("split-shipment penalty of %s", self.currency_id.format(self.split_price)),
        }[self.effect]()

    def _prefixes(self):
        return tuple(prefix for part in (self.zips or "").split(",") if (prefix := part.replace(" ", "")))

    @api.model
    def _in_force(self, company, drafts=False):
        """Return the rules of a company in their order; with ``drafts``, as if these were in force."""
        domain = Domain("company_id", "=", company.id)
        return self.search(domain if drafts else domain & Domain("draft", "=", False))

    def _plain(self):
        """Return these rules as :class:`~.routing.rules.Rule`, in their order; as many queries for many as for one."""
        below = self.env["product.category"].search([("id", "child_of", self.categ_ids.ids)])
        return [
            rules.Rule(
                name=rule.name,
                effect=rule.effect,
                channels=frozenset(rule.channel_ids.ids),
                countries=frozenset(rule.country_ids.ids),
                states=frozenset(rule.state_ids.ids),
                zips=rule._prefixes(),
                categories=frozenset(
                    category.id
                    for category in below
                    for top in rule.categ_ids
                    if category.parent_path.startswith(top.parent_path)
                ),
                min_amount=rule.min_amount,
                stores=frozenset(rule.warehouse_ids.ids),
                amount=rule.split_price if rule.effect == rules.SPLIT else rule.amount,
                legs=rule.max_legs,
            )
            for rule in self
        ]
