from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# The database's own clock: every server agrees, and a hold ends at its time though the request began before it.
CLOCK = SQL("(clock_timestamp() AT TIME ZONE 'UTC')")


class OmniHold(models.Model):
    """Stock kept for a while for somebody who has not bought yet, and the history of it.

    Rows are only added, by :meth:`omni.availability.hold`, and closed once, with the way they ended. A row counts until
    its time is up or it is closed, whichever comes first: no job needs to run.
    """

    _name = "omni.hold"
    _description = "Stock on Hold"
    _order = "id desc"
    _rec_name = "owner_name"

    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)
    owner_name = fields.Char("Held for", readonly=True, help="The basket or document that the stock is kept for.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null")
    channel_id = fields.Many2one("omni.channel", "Sales Channel", readonly=True, ondelete="set null")
    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    created = fields.Datetime("Held since", required=True, readonly=True)
    expires_at = fields.Datetime("Kept until", required=True, readonly=True)
    ended_at = fields.Datetime("Ended on", readonly=True)
    ended = fields.Selection(
        [
            ("released", "Given back"),
            ("expired", "Ran out"),
            ("committed", "Sold"),
            ("replaced", "Replaced"),
        ],
        "How it ended",
        readonly=True,
    )
    status = fields.Selection(
        [("held", "On hold"), ("over", "Ran out"), ("sold", "Sold"), ("back", "Given back")],
        compute="_compute_status",
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A hold keeps more than nothing.")
    _open_pair_idx = models.Index("(product_id, warehouse_id) WHERE ended IS NULL")
    _open_owner_idx = models.Index("(res_model, res_id) WHERE ended IS NULL")

    @api.depends("ended", "expires_at")
    def _compute_status(self):
        now = fields.Datetime.now()
        closed = {"released": "back", "replaced": "back", "expired": "over", "committed": "sold"}
        for hold in self:
            if hold.ended:
                hold.status = closed[hold.ended]
            else:
                hold.status = "held" if hold.expires_at > now else "over"

    # -- for the people ----------------------------------------------------------------------------------------------

    def action_release(self):
        """Give these holds back at once: what is still in force can be sold again."""
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in ("omni_base.group_user", "stock.group_stock_user")):
            raise AccessError(self.env._("Only stock and omnichannel users may give back what is on hold."))
        self._close("released", SQL("id = ANY(%s)", self.ids))

    def action_open_owner(self):
        """Open the basket or document that the stock is kept for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # -- for the contract --------------------------------------------------------------------------------------------

    @api.model
    def _in_force(self):
        """Return the condition of a hold that counts now, on ``omni_hold AS h``."""
        return SQL("h.ended IS NULL AND h.expires_at > %s", CLOCK)

    @api.model
    def _of_owner(self, model, res_id):
        return SQL("res_model = %s AND res_id = %s", model, res_id)

    @api.model
    def _held(self, model, res_id):
        """Return what an owner holds now: ``{(product_id, warehouse_id): quantity}`` in a fixed order."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.product_id, h.warehouse_id, SUM(h.quantity)::float8
                  FROM omni_hold AS h WHERE %s AND %s
                 GROUP BY 1, 2 ORDER BY 1, 2
                """,
                self._in_force(),
                self._of_owner(model, res_id),
            )
        )
        return {(product, warehouse): quantity for product, warehouse, quantity in rows}

    @api.model
    def _seconds_left(self, model, res_id):
        """Return for how many seconds an owner still holds all of it, 0 if nothing."""
        [[seconds]] = self.env.execute_query(
            SQL(
                "SELECT EXTRACT(EPOCH FROM MIN(h.expires_at) - %s)::int FROM omni_hold AS h WHERE %s AND %s",
                CLOCK,
                self._in_force(),
                self._of_owner(model, res_id),
            )
        )
        return seconds or 0

    @api.model
    def _owners_with_holds(self, model, res_ids):
        """Return the ids, out of ``res_ids``, of the documents that hold something now."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT h.res_id FROM omni_hold AS h WHERE h.res_model = %s AND h.res_id = ANY(%s) AND %s",
                model,
                list(res_ids),
                self._in_force(),
            )
        )
        return [res_id for (res_id,) in rows]

    @api.model
    def _add(self, owner, asked, channel, seconds):
        """Append one row a pair of ``asked``: ``{(product_id, warehouse_id): quantity}``."""
        if not asked:
            return
        partner = owner.partner_id if "partner_id" in owner._fields else self.env["res.partner"]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO omni_hold (res_model, res_id, owner_name, partner_id, channel_id, product_id, warehouse_id,
                                       company_id, quantity, created, expires_at,
                                       create_uid, create_date, write_uid, write_date)
                SELECT %(model)s, %(res_id)s, %(name)s, %(partner)s, %(channel)s, a.product_id, w.id,
                       w.company_id, a.quantity, c.now, c.now + make_interval(secs => %(seconds)s),
                       %(uid)s, c.now, %(uid)s, c.now
                  FROM unnest(%(products)s::int[], %(warehouses)s::int[], %(quantities)s::numeric[])
                       AS a(product_id, warehouse_id, quantity)
                  JOIN stock_warehouse AS w ON w.id = a.warehouse_id
                 CROSS JOIN (SELECT %(clock)s) AS c(now)
                RETURNING id
                """,
                model=owner._name,
                res_id=owner.id,
                name=owner.display_name,
                partner=partner.id or None,
                channel=channel.id or None,
                clock=CLOCK,
                seconds=seconds,
                uid=self.env.uid,
                products=[product for product, _warehouse in asked],
                warehouses=[warehouse for _product, warehouse in asked],
                quantities=list(asked.values()),
            )
        )
        self.invalidate_model()

    @api.model
    def _extend(self, model, res_id, seconds):
        """Keep what an owner holds now for ``seconds`` from now. What ran out stays so."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE omni_hold AS h
                   SET expires_at = %s + make_interval(secs => %s), write_uid = %s, write_date = %s
                 WHERE %s AND %s
                """,
                CLOCK,
                seconds,
                self.env.uid,
                CLOCK,
                self._in_force(),
                self._of_owner(model, res_id),
            )
        )
        self.invalidate_model()

    @api.model
    def _close(self, how, which):
        """Close the open holds that the SQL condition ``which`` names. What had run out before is closed as such."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE omni_hold
                   SET ended = CASE WHEN expires_at <= %(clock)s THEN 'expired' ELSE %(how)s END,
                       ended_at = LEAST(expires_at, %(clock)s), write_uid = %(uid)s, write_date = %(clock)s
                 WHERE ended IS NULL AND %(which)s
                """,
                clock=CLOCK,
                how=how,
                uid=self.env.uid,
                which=which,
            )
        )
        self.invalidate_model()

    @api.autovacuum
    def _close_expired(self):
        # Tidies the history and keeps the indexes of open holds small; nothing waits for it.
        self._close("expired", SQL("expires_at <= %s", CLOCK))
