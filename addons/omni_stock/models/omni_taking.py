import logging

import psycopg2

from odoo import models
from odoo.sql_db import Cursor
from odoo.tools import SQL

from odoo.addons.omni_base.models.omni_availability import PRECISION
from odoo.addons.omni_base.tools.transactions import after_commit

_logger = logging.getLogger(__name__)


class OmniTaking(models.AbstractModel):
    """What a transaction takes from under promises: noted while it runs, measured before it ends, judged when it has.

    Core does one thing after the other: a till's ticket takes the goods, and then the order that it settles gives up
    what was kept for it. In between the very same goods count twice.
    """

    _name = "omni.taking"
    _description = "Goods Taken by a Transaction"

    def _note(self, causes):
        """Note who took goods; ``omni.incident.watch`` judges it when this transaction has ended.

        :param causes: ``{(product_id, warehouse_id): document that took them}``
        """
        if not causes:
            return
        callbacks = self.env.cr.postcommit
        if self._name not in callbacks.data:
            noted = callbacks.data[self._name] = {"causes": {}, "taken": {}}
            after_commit(self.env.cr, _judge, self.env(su=True), noted)
        callbacks.data[self._name]["causes"].update(causes)
        self._look_again()

    def _look_again(self):
        """Something changed: what this transaction took of what it noted is measured once more before it ends."""
        callbacks = self.env.cr.precommit
        if self._name in self.env.cr.postcommit.data and self._name not in callbacks.data:
            callbacks.data[self._name] = True
            callbacks.add(self.sudo()._measure)

    def _measure(self):
        """Measure what this transaction took until now from under promises. Never raises: the goods are handed over."""
        noted = self.env.cr.postcommit.data[self._name]
        try:
            with self.env.cr.savepoint(flush=False):
                noted["taken"] = self._taken(noted["causes"])
        except Exception:
            _logger.exception("What was taken could not be measured; the job will look at the promises.")

    def _taken(self, pairs):
        """Return ``{(product_id, warehouse_id): quantity}`` that this transaction took where more is promised than
        there is: on balance, and at most what was there.

        :param pairs: look at these
        """
        own = self._own(pairs)
        if not own:
            return {}
        query = SQL(
            """
            SELECT c.product_id, c.warehouse_id,
                   LEAST(c.own, GREATEST(c.own + COALESCE((
                       SELECT SUM(q.quantity) FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
                        WHERE q.product_id = c.product_id AND l.warehouse_id = c.warehouse_id
                          AND l.usage = 'internal'), 0) - COALESCE((
                       SELECT SUM(u.quantity) FROM omni_unmoved(ARRAY[c.product_id]) AS u
                        WHERE u.warehouse_id = c.warehouse_id), 0), 0))::float8
              FROM unnest(%s::int[], %s::int[], %s::numeric[]) AS c(product_id, warehouse_id, own)
            """,
            [product for product, _warehouse in own],
            [warehouse for _product, warehouse in own],
            list(own.values()),
        )
        rows = self.env.execute_query(query)
        return {(product, warehouse): taken for product, warehouse, taken in rows}

    def _own(self, pairs):
        """Return ``{(product_id, warehouse_id): quantity}`` that this transaction took on balance, where more is
        promised than there is: mostly nowhere, so that this is asked first and by itself.
        """
        query = SQL(
            """
            SELECT c.product_id, c.warehouse_id, -c.own
              FROM (SELECT product_id, warehouse_id, SUM(COALESCE(free, 0)) AS moved,
                           SUM(free) FILTER (WHERE txid = pg_current_xact_id_if_assigned()) AS own
                      FROM omni_promise_change JOIN unnest(%(pairs)s) AS a(product_id, warehouse_id)
                     USING (product_id, warehouse_id) GROUP BY 1, 2) AS c
              LEFT JOIN omni_promise AS p ON p.product_id = c.product_id AND p.warehouse_id = c.warehouse_id
             WHERE c.own < 0 AND COALESCE(p.free, 0) + c.moved + %(precision)s < COALESCE((
                   SELECT SUM(h.quantity) FROM omni_hold AS h
                    WHERE h.product_id = c.product_id AND h.warehouse_id = c.warehouse_id AND %(in_force)s), 0)
            """,
            pairs=self.env["omni.promise"]._arrays(pairs),
            in_force=self.env["omni.hold"]._in_force(),
            precision=PRECISION,
        )
        return {(product, warehouse): own for product, warehouse, own in self.env.execute_query(query)}


def _judge(env, noted):
    """After the commit: judge what its transaction noted, in a short one of its own. The job finds what is missed."""
    if not noted["taken"]:
        return
    try:
        with env.registry.cursor() as cr:
            if isinstance(cr, Cursor):  # in a browser test all share one transaction
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")  # to see what others told while it waited
                cr.execute("SET LOCAL lock_timeout = '2s'")
            causes = {pair: cause.with_env(env(cr=cr)) for pair, cause in noted["causes"].items()}
            env(cr=cr)["omni.incident.watch"]._judge(causes, noted["taken"])
    except (psycopg2.errors.UniqueViolation, psycopg2.errors.LockNotAvailable):
        _logger.info("Somebody else tells of the same broken promise just now; the job will look again.")
