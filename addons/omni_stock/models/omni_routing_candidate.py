from odoo import api, fields, models

from ..tools.goods import in_words

COSTS = ("parcel", "distance", "handling", "slow", "load", "priority", "rules")


class OmniRoutingCandidate(models.Model):
    """A store as one decision saw it: what it could have given, what it would have cost, why it was chosen or not."""

    _name = "omni.routing.candidate"
    _description = "Store Considered in Routing"
    _order = "decision_id desc, rank, id"
    _log_access = False
    _rec_name = "warehouse_id"

    decision_id = fields.Many2one("omni.routing.decision", required=True, readonly=True, index=True, ondelete="cascade")
    rank = fields.Integer(readonly=True)
    currency_id = fields.Many2one(related="decision_id.currency_id")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", required=True, readonly=True, ondelete="cascade")
    outcome = fields.Selection(
        [("chosen", "Chosen"), ("lost", "Not chosen"), ("barred", "Not allowed")], required=True, readonly=True
    )
    reason = fields.Selection(
        [
            ("chosen", "Part of the cheapest plan"),
            ("refused", "Rejected before"),
            ("way", "Does not offer this service"),
            ("rule", "A rule forbids it"),
            ("late", "Not fast enough"),
            ("empty", "Has none of it"),
            ("part", "Has only a part"),
            ("dearer", "More expensive"),
        ],
        required=True,
        readonly=True,
    )
    why = fields.Char(compute="_compute_why")
    mode = fields.Selection(
        [("ship", "Ship"), ("collect", "Collect in store"), ("transfer", "Transfer")],
        required=True,
        readonly=True,
    )
    goods = fields.Json("Quantities", readonly=True, help="[[product id, quantity], ...] that leave from here.")
    goods_words = in_words("goods", "Goods")
    lines_served = fields.Integer("Lines Available", readonly=True, help="Lines of the order that it has in full.")
    lines_asked = fields.Integer("Lines Ordered", readonly=True)
    km = fields.Float("Distance (km)", readonly=True, digits=(10, 0))
    promised_at = fields.Datetime("Arrives by", readonly=True)
    rule = fields.Char("Rules", readonly=True)
    parcel = fields.Monetary(readonly=True)
    distance = fields.Monetary(readonly=True)
    handling = fields.Monetary(readonly=True)
    slow = fields.Monetary("Fast Seller", readonly=True)
    load = fields.Monetary("Busy Store", readonly=True)
    priority = fields.Monetary(readonly=True)
    rules = fields.Monetary("By Rules", readonly=True)
    cost = fields.Monetary(readonly=True, help="Of what it supplies, or of all that it could have supplied.")
    plan_cost = fields.Monetary("Cost of the Plan", related="decision_id.cost")

    @api.model
    def _cost_labels(self):
        """Return ``[(name, label)]`` of the parts of a cost, in the user's language."""
        labels = self.fields_get(COSTS, ["string"])
        return [*((name, labels[name]["string"]) for name in COSTS), ("split", self.env._("Splitting"))]

    @api.model
    def _costs(self, candidate):
        """Return ``{part: amount}`` of a candidate of the solver's, for the lines it gives or could give."""
        lines = candidate.lines or [line for line, quantity in enumerate(candidate.stock) if quantity > 0]
        picks = [candidate.picks[line] for line in lines]
        parts = dict(candidate.parts)
        parts["handling"] = sum(handling for handling, _slow, _rules in picks)
        parts["slow"] = sum(slow for _handling, slow, _rules in picks)
        parts["rules"] += sum(rules for _handling, _slow, rules in picks)
        return {name: parts[name] for name in COSTS}

    @api.depends("reason", "rule", "cost", "lines_served", "lines_asked", "plan_cost")
    def _compute_why(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        for candidate in self:
            candidate.why = candidate._why() or labels[candidate.reason]

    def _why(self):
        """Return more than the reason's name, where there is more to say."""
        if self.reason == "part":
            words = {"served": self.lines_served, "asked": self.lines_asked}
            return self.env._("Has only %(served)s of %(asked)s lines in full.", **words)
        if self.reason == "dearer":
            more = self.currency_id.format(max(self.cost - self.plan_cost, 0.0))
            return self.env._("%s more expensive than the chosen plan.", more)
        if self.reason == "rule":
            return self.env._("Forbidden by: %s.", self.rule)
        return ""

    @api.model
    def _record(self, decision, plan):
        """Append the candidates of a plan: those that are part of it first, then by cost."""
        rows = [self._row(candidate, plan) for candidate in plan.candidates]
        rows.sort(key=lambda row: (("chosen", "lost", "barred").index(row["outcome"]), row["cost"]))
        if rows:
            self.create([{"decision_id": decision.id, "rank": rank, **row} for rank, row in enumerate(rows)])

    @api.model
    def _row(self, candidate, plan):
        lines = plan.order.lines
        could = [line for line, quantity in enumerate(candidate.stock) if quantity > 0]
        served = len(candidate.serves(lines))
        outcome = "chosen" if candidate.lines else "lost" if candidate.barred in ("", "empty") else "barred"
        reason = "chosen" if candidate.lines else "part" if served < len(lines) else "dearer"
        return {
            "warehouse_id": candidate.store.id,
            "outcome": outcome,
            "reason": candidate.barred or reason,
            "mode": candidate.mode,
            "goods": [(lines[line].product, quantity) for line, quantity in candidate.lines.items()],
            "lines_served": served,
            "lines_asked": len(lines),
            "km": candidate.km,
            "promised_at": candidate.promised_at.replace(microsecond=0),
            "rule": candidate.rule,
            "cost": candidate.cost(candidate.lines or could),
            **self._costs(candidate),
        }
