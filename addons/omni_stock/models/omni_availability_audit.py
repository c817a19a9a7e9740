import re
from datetime import timedelta
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, groupby

from odoo.addons.omni_base.tools.documents import existing

from .omni_channel import LONGEST


class OmniAvailability(models.AbstractModel):
    """Whether what is available is what quants, moves, tickets and holds say, and making it so again."""

    _inherit = "omni.availability"

    @api.model
    def audit(self):
        self._flush_promise()
        abandoned = [why % {"name": name} for _model, _res_id, name, why in self._abandoned()]
        return super().audit() + self._audit_triggers() + abandoned + self._audit_held() + self._audit_rows()

    @api.model
    def repair(self):
        """Make the promise again what quants, moves and holds say, and give back what nobody waits for.

        Quants and moves are never touched: no stock is invented.

        :return: the differences that are left, for people to decide
        """
        if not (self.env.su or self.env.user.has_group("omni_base.group_manager")):
            raise AccessError(self.env._("Only omnichannel managers may repair what is available to sell."))
        everything = self.sudo()  # all companies: the promise is one
        everything._gc_abandoned()
        everything._flush_promise()
        everything.env.cr.execute(SQL("SELECT omni_promise.repair()"))
        everything.env.ref("omni_stock.omni_promise_cron_settle")._trigger()  # folds it, in steps
        return self.audit()

    def _abandoned(self):
        """Find the documents that hold stock and do not wait for it any more: ``[(model, id, name, why)]``."""
        query = SQL(
            """
            SELECT h.res_model, h.res_id, MIN(h.id), MIN(h.created) FROM omni_hold AS h
             WHERE %s AND %s GROUP BY 1, 2 ORDER BY 1, 2
            """,
            self.env["omni.hold"]._in_force(),
            self._audit_companies(SQL("h.company_id")),
        )
        rows = self.env.execute_query(query)
        self.env["omni.hold"].invalidate_model()  # PostgreSQL writes them
        long_ago = fields.Datetime.now() - timedelta(seconds=LONGEST)
        found = []
        for model, same in groupby(rows, itemgetter(0)):
            since = {res_id: (hold, created) for _model, res_id, hold, created in same}
            # sudo: whether a document is still there, whoever may read it
            owners = {owner.id: owner for owner in existing(self.sudo().env, model, since) or ()}
            for res_id, (hold, created) in since.items():
                if why := self._why_abandoned(model, owners.get(res_id), created < long_ago):
                    # sudo: as above
                    found.append((model, res_id, self.env["omni.hold"].sudo().browse(hold).owner_name, why))
        return found

    def _why_abandoned(self, model, owner, is_old):
        """Return why a document does not wait for what it holds, or nothing when it does."""
        state = owner and "state" in owner._fields and owner.state
        waiting = self._owner_states().get(model)
        if not owner:
            return self.env._("“%(name)s” no longer exists but holds stock.")
        if state == "cancel":
            return self.env._("“%(name)s” is cancelled but holds stock.")
        if model == "sale.order" and state == "sale":
            return self.env._("“%(name)s” is confirmed but still holds stock: it counts twice.")
        if state not in waiting if waiting else state == "done" or is_old or owner._active_name and not owner.active:
            return self.env._("“%(name)s” needs no more goods but holds stock.")
        return ""

    @api.autovacuum
    def _gc_abandoned(self):
        """Give back what nobody waits for."""
        for model, res_id, _name, _why in self._abandoned():
            self.env["omni.hold"]._end_of_owner("released", model, res_id)

    def _audit_held(self):
        """Find products of which more is on hold in a store than the store can give, beyond the broken promises that
        are known. Who holds what is sold even when out of stock may wait for it."""
        self.env["omni.incident"].flush_model()
        query = SQL(
            """
            SELECT o.product_id, o.warehouse_id, o.held::float8, GREATEST(s.free, 0)::float8
              FROM (SELECT h.product_id, h.warehouse_id, SUM(h.quantity) AS held,
                           array_agg((h.res_model, h.res_id)::text) AS owners
                      FROM omni_hold AS h WHERE %s AND %s GROUP BY 1, 2) AS o
              JOIN product_product AS v ON v.id = o.product_id
              JOIN product_template AS t ON t.id = v.product_tmpl_id AND t.allow_out_of_stock_order IS NOT TRUE
             CROSS JOIN LATERAL (
                SELECT COALESCE((SELECT SUM(p.free) FROM omni_promise AS p
                                  WHERE p.product_id = o.product_id AND p.warehouse_id = o.warehouse_id), 0)
                     + COALESCE((SELECT SUM(c.free) FROM omni_promise_change AS c
                                  WHERE c.product_id = o.product_id AND c.warehouse_id = o.warehouse_id), 0) AS free
                   ) AS s
             CROSS JOIN LATERAL (
                SELECT COALESCE(SUM(i.quantity), 0) AS known FROM omni_incident AS i
                 WHERE i.product_id = o.product_id AND i.warehouse_id = o.warehouse_id
                   AND i.outcome IS DISTINCT FROM 'over' AND (i.res_model, i.res_id)::text = ANY(o.owners)
                   ) AS k
             WHERE o.held > GREATEST(s.free, 0) + k.known ORDER BY 1, 2
            """,
            self.env["omni.hold"]._in_force(),
            self._audit_companies(SQL("h.company_id")),
        )
        rows = self.env.execute_query(query)
        return [
            self.env._(
                "%(product)s at %(store)s: %(held)g on hold, but only %(free)g to cover it.",
                **self._audit_names(product, warehouse),
                held=held,
                free=free,
            )
            for product, warehouse, held, free in rows
        ]

    def _audit_rows(self):
        """Find rows of the promise that do not say what quants, moves and holds say."""
        query = SQL(
            """
            SELECT d.product_id, d.warehouse_id, d.free::float8, d.held::float8, d.settings
              FROM omni_promise.differences() AS d JOIN stock_warehouse AS w ON w.id = d.warehouse_id
             WHERE %s ORDER BY 1, 2
            """,
            self._audit_companies(SQL("w.company_id")),
        )
        rows = self.env.execute_query(query)
        found = []
        for product, warehouse, free, held, settings in rows:
            names = self._audit_names(product, warehouse) | {"free": free, "held": held}
            if free or held:
                words = self.env._(
                    "%(product)s at %(store)s: available to sell is off by %(free)g against stock and by "
                    "%(held)g against holds.",
                    **names,
                )
                found.append(words)
            if settings:
                words = self.env._(
                    "%(product)s at %(store)s: available to sell ignores the safety stock, or what is archived.",
                    **names,
                )
                found.append(words)
        return found

    def _audit_triggers(self):
        """Find tables whose changes the promise does not follow: without our triggers, or with disabled ones."""
        text = "\n".join(self.env["omni.promise"]._sql())
        wanted = re.findall(r"^CREATE OR REPLACE TRIGGER (\w+) [^;]*?\bON (\w+)", text, re.MULTILINE)
        query = SQL(
            """
            SELECT DISTINCT a.relation FROM unnest(%s, %s) AS a(name, relation)
             WHERE current_setting('session_replication_role') = 'replica'
                OR NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgname = a.name
                                  AND t.tgrelid = to_regclass(a.relation) AND t.tgenabled IN ('O', 'A'))
             ORDER BY 1
            """,
            [name for name, _table in wanted],
            [table for _name, table in wanted],
        )
        rows = self.env.execute_query(query)
        return [
            self.env._(
                "What is available to sell does not follow changes of “%s”: its triggers are missing or "
                "disabled. Update the add-on Omnichannel Stock, then repair.",
                table,
            )
            for (table,) in rows
        ]

    def _audit_names(self, product_id, warehouse_id):
        # sudo: names only
        return {
            "product": self.env["product.product"].sudo().browse(product_id).display_name,
            "store": self.env["stock.warehouse"].sudo().browse(warehouse_id).name,
        }

    def _audit_companies(self, column):
        return SQL("TRUE") if self.env.su else SQL("%s = ANY(%s)", column, self.env.companies.ids)
