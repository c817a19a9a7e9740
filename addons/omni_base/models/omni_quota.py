from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.transactions import after_commit, decided_at_once

COLUMNS = "owner varchar, what varchar, who varchar NOT NULL, quantity float8 NOT NULL, until timestamp NOT NULL"


class OmniQuota(models.AbstractModel):
    """How much of something one visitor keeps at the same time, in all their baskets, before they have paid.

    Decided at once on a connection of its own: many baskets at the same moment keep no more than one after the other.
    The table is not logged: after a crash of the server, counting begins anew.
    """

    _name = "omni.quota"
    _description = "Quota"

    def init(self):
        query = SQL(
            "CREATE UNLOGGED TABLE IF NOT EXISTS omni_quota (%s, PRIMARY KEY (owner, what));"
            "CREATE INDEX IF NOT EXISTS omni_quota_who_idx ON omni_quota (who)",
            SQL(COLUMNS),
        )
        self.env.cr.execute(query)

    def _keep(self, who, owner, wanted, seconds, allows):
        """Return whether ``who`` may keep ``wanted`` for ``owner``, in place of what they keep for it; if so, note it.
        What they keep already is not judged again.

        :param str who: a visitor, and what for; they may have other owners
        :param str owner: a document, as ``"model,id"``
        :param wanted: ``{what: quantity}``
        :param seconds: for how long
        :param allows: function of what they keep for others, ``{what: quantity}``
        """
        now = fields.Datetime.now()
        with decided_at_once(self.env.cr) as cr:
            turn = SQL("SELECT pg_advisory_xact_lock(hashtext(%s))", f"omni.quota {who}")
            mine = SQL("SELECT owner = %s, what, SUM(quantity) FROM omni_quota", owner)
            # In one message; what the second statement sees is as of their turn.
            cr.execute(SQL("%s; %s WHERE who = %s AND until > %s GROUP BY 1, 2", turn, mine, who, now))
            kept = {True: {}, False: {}}
            for is_mine, what, quantity in cr.fetchall():
                kept[is_mine][what] = quantity
            grows = any(quantity > kept[True].get(what, 0.0) for what, quantity in wanted.items())
            allowed = not grows or allows(kept[False])
            note = SQL("DELETE FROM omni_quota WHERE owner = %s", owner)
            if allowed and wanted:
                until = now + timedelta(seconds=seconds)
                rows = [SQL("(%s, %s, %s, %s, %s)", owner, what, who, wanted[what], until) for what in wanted]
                note = SQL("%s; INSERT INTO omni_quota VALUES %s ON CONFLICT DO NOTHING", note, SQL(", ").join(rows))
            cr.execute(note)
        return allowed

    def _who(self, owner):
        """Return who keeps something for ``owner``, or ""."""
        with decided_at_once(self.env.cr) as cr:
            cr.execute(SQL("SELECT who FROM omni_quota WHERE owner = %s LIMIT 1", owner))
            return next((who for (who,) in cr.fetchall()), "")

    def _end(self, owner):
        """Count what is kept for ``owner`` no more, once this transaction is saved: it is sold."""
        after_commit(self.env.cr, self._drop, SQL("owner = %s", owner))

    @api.autovacuum
    def _gc_quotas(self):
        self._drop(SQL("until <= %s", fields.Datetime.now()))

    def _drop(self, condition):
        with decided_at_once(self.env.cr) as cr:
            cr.execute(SQL("DELETE FROM omni_quota WHERE %s", condition))
