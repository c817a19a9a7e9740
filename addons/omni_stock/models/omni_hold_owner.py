from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import existing, mark_open_to_reader, open_form


class OmniHold(models.Model):
    """For whom stock is on hold: the basket or document, its customer, and all that it holds."""

    _inherit = "omni.hold"

    owner_name = fields.Char(
        "Held for",
        compute="_compute_owner",
        search="_search_owner_name",
        compute_sudo=True,
        help="The basket or document that the stock is held for.",
    )
    opens_owner = fields.Boolean(compute="_compute_opens_owner", help="The reader may open the basket or document.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", compute="_compute_owner", search="_search_partner_id", compute_sudo=True
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_opens_owner(self):
        mark_open_to_reader(self, opens_owner=lambda hold: (hold.res_model, hold.res_id))

    @api.depends("res_model", "res_id")
    def _compute_owner(self):
        for model, holds in self.grouped("res_model").items():
            there = {owner.id: owner for owner in existing(self.env, model, holds.mapped("res_id")) or ()}
            for hold in holds:
                owner = there.get(hold.res_id)
                hold.owner_name = owner.display_name if owner else f"{model},{hold.res_id}"
                hold.partner_id = owner.partner_id if owner and "partner_id" in owner._fields else False

    @api.model
    def _search_owner_name(self, operator, value):
        if operator == "in":
            wanted = Domain("display_name", "in", [name for name in value if isinstance(name, str)])
        elif operator.endswith("like") and isinstance(value, str):
            wanted = Domain("display_name", operator, value)
        else:
            return NotImplemented
        return self._search_owners(wanted, "display_name")

    @api.model
    def _search_partner_id(self, operator, value):
        """The customers are looked for with the rights of whoever asks: a condition on them may reach any field of any
        document behind them.
        """
        if operator == "any":
            wanted = value
        elif operator in ("in", "child_of", "parent_of"):
            wanted = Domain("id", operator, value)
        elif operator.endswith("like") and isinstance(value, str):
            wanted = Domain("display_name", operator, value)
        else:
            return NotImplemented
        partners = self.env["res.partner"].with_context(active_test=False)._search(wanted)
        return self._search_owners(Domain("partner_id", "in", partners), "partner_id")

    @api.model
    def _search_owners(self, condition, field):
        """Return the domain of holds whose owners meet ``condition``, which nothing of the caller's but a text and ids
        may have come into, of the models that have ``field``.
        """
        rows = self.env.execute_query(SQL("SELECT DISTINCT res_model FROM omni_hold"))
        # sudo: the names are the holds' own, see the computes
        models_sudo = [self.env[model].sudo() for (model,) in rows if model in self.env.registry]
        return Domain.OR(
            Domain("res_model", "=", model_sudo._name) & Domain("res_id", "in", model_sudo._search(condition))
            for model_sudo in models_sudo
            if field in model_sudo._fields
        )

    def action_open_owner(self):
        """Open the basket or document that the stock is kept for."""
        inputs.called_on_one(self)
        return open_form(self.res_model, self.res_id)

    # -- what it holds -----------------------------------------------------------------------------------------------

    @api.model
    def _of_owner(self, model, res_id):
        return SQL("h.res_model = %s AND h.res_id = %s", model, res_id)

    @api.model
    def _held(self, model, res_id):
        """Return what an owner holds now: ``{(product_id, warehouse_id): quantity}`` in a fixed order."""
        if made := self._made_here().get((model, res_id)):
            return {(row["product_id"], row["warehouse_id"]): float(row["quantity"]) for row in made}
        query = SQL(
            """
            SELECT h.product_id, h.warehouse_id, SUM(h.quantity)::float8
              FROM omni_hold AS h WHERE %s AND %s
             GROUP BY 1, 2 ORDER BY 1, 2
            """,
            self._in_force(),
            self._of_owner(model, res_id),
        )
        rows = self.env.execute_query(query)
        return {(product, warehouse): quantity for product, warehouse, quantity in rows}

    @api.model
    def _seconds_left(self, model, res_id):
        """Return for how many seconds an owner still holds all of it, 0 if nothing."""
        if made := self._made_here().get((model, res_id)):
            return max(int((min(row["expires_at"] for row in made) - fields.Datetime.now()).total_seconds()), 0)
        query = SQL(
            "SELECT EXTRACT(EPOCH FROM MIN(h.expires_at) - omni_promise.clock())::int"
            " FROM omni_hold AS h WHERE %s AND %s",
            self._in_force(),
            self._of_owner(model, res_id),
        )
        [[seconds]] = self.env.execute_query(query)
        return seconds or 0

    @api.model
    def _end_all(self, how, *owners):
        """``release`` or ``commit`` what these documents hold."""
        for documents in owners:
            for document in self._holders(documents):
                getattr(document.env["omni.availability"], how)(document)

    @api.model
    def _holders(self, documents):
        """Return those of these documents that hold something now."""
        model, ids = documents._name, documents.ids
        if not ids:
            return documents.browse()
        query = "SELECT DISTINCT h.res_id FROM omni_hold AS h WHERE h.res_model = %s AND h.res_id = ANY(%s) AND %s"
        rows = self.env.execute_query(SQL(query, model, ids, self._in_force()))
        here = {made_id for made_model, made_id in self._made_here() if made_model == model}
        return documents.browse(sorted({res_id for (res_id,) in rows} | here.intersection(ids)))
