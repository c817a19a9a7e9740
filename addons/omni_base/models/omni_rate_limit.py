from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, hmac

from ..tools.transactions import own_connection

KEPT_DAYS = 1  # a row that nobody counted in for that long says nothing any more


class Usage(NamedTuple):
    allowed: bool
    used: int  # in this window; one above the limit when refused
    until: object  # naive UTC datetime when the window ends


class OmniRateLimit(models.AbstractModel):
    """How often something was tried, counted by PostgreSQL in one statement on a connection of its own.

    What is counted stays counted when the transaction of the try is rolled back, and tries at the same moment wait for
    each other at one row: none gets more. The table is not logged: after a crash of the server, counting begins anew.
    """

    _name = "omni.rate.limit"
    _description = "Rate Limit"

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS omni_rate_limit (
                key varchar PRIMARY KEY, used integer NOT NULL, since timestamp NOT NULL
            )
            """
        )

    def _count(self, key, limit, seconds, cost=1):
        """Count one try at ``key``. The limit, once reached, holds for ``seconds`` from the try that reached it.

        :param str key: what is tried, and by whom
        :param int limit: how much may be used within ``seconds``
        :param int cost: how much this try uses
        :return: :class:`Usage`
        """
        now = fields.Datetime.now()
        before = now - timedelta(seconds=seconds)
        statement = SQL(
            """
            INSERT INTO omni_rate_limit AS r (key, used, since)
            VALUES (%(key)s, LEAST(%(cost)s, %(most)s), %(now)s)
            ON CONFLICT (key) DO UPDATE SET
                used = LEAST(CASE WHEN r.since <= %(before)s THEN 0 ELSE r.used END + %(cost)s, %(most)s),
                since = CASE WHEN r.since <= %(before)s OR (r.used < %(limit)s AND r.used + %(cost)s >= %(limit)s)
                             THEN %(now)s ELSE r.since END
            RETURNING used, since
            """,
            key=key,
            cost=cost,
            most=limit + 1,
            limit=limit,
            now=now,
            before=before,
        )
        [(used, since)] = self._execute(statement)
        return Usage(used <= limit, used, since + timedelta(seconds=seconds))

    def _give_back(self, key, cost=1):
        """Take back what a try used that was allowed and turned out to be none of those that are counted."""
        self._execute(
            SQL("UPDATE omni_rate_limit SET used = GREATEST(used - %s, 0) WHERE key = %s RETURNING key", cost, key)
        )

    def _hidden(self, text):
        """Return what stands for an address or a contact in a key: nobody can read it there."""
        return hmac(self.env(su=True), "omni.rate.limit", text)[:32]

    def _in_turn(self, keys):
        """Let transactions that name one of these keys follow each other: of two at the same moment PostgreSQL stops
        the second, and Odoo begins it again, so that it sees what the first has saved.

        Unlike what is counted this is done in the transaction itself, and is undone with it.
        """
        statement = SQL(
            """
            INSERT INTO omni_rate_limit (key, used, since) SELECT key, 0, %s FROM unnest(%s) AS key
                ON CONFLICT (key) DO UPDATE SET since = EXCLUDED.since
            """,
            fields.Datetime.now(),
            sorted({f"turn:{key}" for key in keys}),  # sorted: nobody waits for who waits for them
        )
        self.env.cr.execute(statement, log_exceptions=False)

    def _forget(self, key):
        """Count tries at ``key`` from nothing again."""
        self._execute(SQL("DELETE FROM omni_rate_limit WHERE key = %s RETURNING key", key))

    @api.autovacuum
    def _gc_rates(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self._execute(SQL("DELETE FROM omni_rate_limit WHERE since < %s RETURNING key", old))

    def _execute(self, statement):
        with own_connection(self.env.cr.dbname) as cr:
            cr.execute(statement)
            return cr.fetchall()
