from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

MOVE_FIELDS = [
    "product_id",
    "location_id",
    "location_dest_id",
    "location_final_id",
    "state",
    "product_qty",
    "product_uom_qty",
    "quantity",
    "move_dest_ids",
]


class OmniAvailability(models.AbstractModel):
    """Available to promise: on hand - reserved - confirmed but not reserved demand - holds in force, never below 0."""

    _inherit = "omni.availability"

    @api.model
    def available(self, product_ids, warehouse_ids, channel=None):
        # Holds are written by SQL alone: only the moves may wait in the ORM's cache.
        self.env["stock.move"].flush_model(MOVE_FIELDS)
        return super().available(product_ids, warehouse_ids, channel)

    @api.model
    def _available_query(self, product_ids, warehouse_ids, channel):
        return SQL(
            """
            SELECT product_id, warehouse_id, GREATEST(SUM(quantity), 0)::float8
              FROM (%s UNION ALL %s UNION ALL %s) AS part (product_id, warehouse_id, quantity)
             GROUP BY product_id, warehouse_id
            """,
            super()._available_query(product_ids, warehouse_ids, channel),
            self._demand_query(product_ids, warehouse_ids),
            self._holds_query(product_ids, warehouse_ids),
        )

    @api.model
    def _demand_query(self, product_ids, warehouse_ids):
        """Return the SELECT of what moves want to take out of a warehouse and have not reserved yet, below zero.

        Moves that wait for another one take what that one brings, not what is free. A move within the warehouse counts
        when another one waits for it.
        """
        return SQL(
            """
            SELECT m.product_id, l.warehouse_id,
                   -m.product_qty * GREATEST(1 - m.quantity / NULLIF(m.product_uom_qty, 0), 0)
              FROM stock_move AS m
              JOIN stock_location AS l ON l.id = m.location_id
              JOIN stock_location AS f ON f.id = COALESCE(m.location_final_id, m.location_dest_id)
             WHERE m.product_id = ANY(%s) AND l.warehouse_id = ANY(%s) AND l.usage = 'internal'
               AND m.state IN ('confirmed', 'partially_available')
               AND (f.usage <> 'internal' OR f.warehouse_id IS DISTINCT FROM l.warehouse_id
                    OR EXISTS (SELECT 1 FROM stock_move_move_rel AS r WHERE r.move_orig_id = m.id))
            """,
            list(product_ids),
            list(warehouse_ids),
        )

    @api.model
    def _holds_query(self, product_ids, warehouse_ids):
        """Return the SELECT of what is on hold, but for the owner of context ``omni_owner``, below zero."""
        holds = self.env["omni.hold"]
        where = SQL(
            "h.product_id = ANY(%s) AND h.warehouse_id = ANY(%s) AND %s",
            list(product_ids),
            list(warehouse_ids),
            holds._in_force(),
        )
        model, _comma, res_id = str(self.env.context.get("omni_owner") or "").partition(",")
        if res_id.isdecimal():
            where = SQL("%s AND NOT (%s)", where, holds._of_owner(model, int(res_id)))
        return SQL("SELECT h.product_id, h.warehouse_id, -h.quantity FROM omni_hold AS h WHERE %s", where)

    # -- holds -------------------------------------------------------------------------------------------------------

    @api.model
    def hold(self, owner, demand, channel=None, ttl=None):
        """See the contract. The hold lasts ``ttl`` seconds, by default as long as the channel's setting says."""
        model, res_id = self._parse_owner(owner)
        channel = self.env["omni.channel"]._coerce(channel).sudo()
        seconds = self._parse_ttl(channel._hold_seconds() if ttl is None else ttl)
        # What the owner held before is free for his new demand.
        super(OmniAvailability, self.with_context(omni_owner=f"{model},{res_id}")).hold(owner, demand, channel, ttl)
        asked = self._merge_demand(demand)
        storable = self._storable_ids({product for product, _warehouse in asked})
        asked = {pair: quantity for pair, quantity in asked.items() if pair[0] in storable}
        self.env["omni.promise"]._take_turn(asked)
        holds = self.env["omni.hold"].sudo()
        holds._close("replaced", holds._of_owner(model, res_id))
        holds._add(self.env[model].sudo().browse(res_id), asked, channel, seconds)

    @api.model
    def release(self, owner):
        super().release(owner)
        holds = self.env["omni.hold"].sudo()
        holds._close("released", holds._of_owner(*self._parse_owner(owner)))

    @api.model
    def extend(self, owner, ttl):
        """See the contract. What ran out meanwhile is not held again: ask :meth:`hold` for it."""
        super().extend(owner, ttl)
        seconds = self._parse_ttl(ttl)
        key = self._parse_owner(owner)
        holds = self.env["omni.hold"].sudo()
        # Its time may be up before this transaction ends: then it is a new promise, and needs its turn.
        self.env["omni.promise"]._take_turn(holds._held(*key))
        holds._extend(*key, seconds)

    @api.model
    def commit(self, owner):
        """See the contract. Call it in the transaction that confirms the document whose moves take the goods."""
        super().commit(owner)
        key = self._parse_owner(owner)
        holds = self.env["omni.hold"].sudo()
        # Its time may be up before this transaction ends and the moves count for the others.
        self.env["omni.promise"]._take_turn(holds._held(*key))
        holds._close("committed", holds._of_owner(*key))

    @api.model
    def _parse_ttl(self, ttl):
        if isinstance(ttl, bool) or not isinstance(ttl, (int, float)) or not 0 < ttl <= 10**9:
            raise ValidationError(self.env._("The time to keep a hold is a number of seconds above zero."))
        return ttl

    # -- audit -------------------------------------------------------------------------------------------------------

    @api.model
    def audit(self):
        self.env["stock.quant"].flush_model()
        self.env["stock.move"].flush_model(MOVE_FIELDS)
        return super().audit() + self._audit_owners() + self._audit_promises()

    @api.model
    def _audit_owners(self):
        """Find holds in force that nobody waits for any more."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.res_model, h.res_id, MIN(h.owner_name) FROM omni_hold AS h
                 WHERE %s AND %s GROUP BY 1, 2 ORDER BY 1, 2
                """,
                self.env["omni.hold"]._in_force(),
                self._audit_companies(SQL("h.company_id")),
            )
        )
        found = []
        for model, res_id, name in rows:
            # sudo: whether a document is still there, whoever may read it
            owner = self.env[model].sudo().browse(res_id).exists() if model in self.env else None
            state = owner.state if owner and "state" in owner._fields else ""
            if not owner:
                found.append(self.env._("“%s” no longer exists but holds stock.", name))
            elif state == "cancel":
                found.append(self.env._("“%s” is cancelled but holds stock.", name))
            elif model == "sale.order" and state == "sale":
                found.append(self.env._("“%s” is confirmed but still holds stock: it counts twice.", name))
        return found

    @api.model
    def _audit_promises(self):
        """Find products of which more is on hold in a store than the store can give."""
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT h.product_id, h.warehouse_id, SUM(h.quantity)::float8 FROM omni_hold AS h
                 WHERE %s AND %s GROUP BY 1, 2 ORDER BY 1, 2
                """,
                self.env["omni.hold"]._in_force(),
                self._audit_companies(SQL("h.company_id")),
            )
        )
        if not pairs:
            return []
        products, warehouses = sorted({row[0] for row in pairs}), sorted({row[1] for row in pairs})
        rows = self.env.execute_query(
            SQL(
                "SELECT product_id, warehouse_id, SUM(quantity)::float8 FROM (%s UNION ALL %s) AS part"
                " (product_id, warehouse_id, quantity) GROUP BY 1, 2",
                # The base figure alone: what is there before any hold is subtracted.
                super()._available_query(products, warehouses, None),  # pylint: disable=super-method-mismatch
                self._demand_query(products, warehouses),
            )
        )
        free = {(product, warehouse): quantity for product, warehouse, quantity in rows}
        found = []
        for product_id, warehouse_id, held in pairs:
            # sudo: names only
            product = self.env["product.product"].sudo().browse(product_id)
            if product.uom_id.compare(held, max(free.get((product_id, warehouse_id), 0.0), 0.0)) > 0:
                found.append(
                    self.env._(
                        "%(product)s in %(store)s: %(held)g on hold, %(free)g there to give.",
                        product=product.display_name,
                        store=self.env["stock.warehouse"].sudo().browse(warehouse_id).name,
                        held=held,
                        free=free.get((product_id, warehouse_id), 0.0),
                    )
                )
        return found

    @api.model
    def _audit_companies(self, column):
        return SQL("TRUE") if self.env.su else SQL("%s = ANY(%s)", column, self.env.companies.ids)
