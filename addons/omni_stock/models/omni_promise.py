import atexit
import logging
import os
import select
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path

from psycopg2.errors import DeadlockDetected, LockNotAvailable, NoDataFound, QueryCanceled
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.pool import PoolError

from odoo import api, fields, models
from odoo.sql_db import Cursor, db_connect
from odoo.tools import SQL, file_open, file_path, split_every

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.omni_base.tools.names import known_names
from odoo.addons.omni_base.tools.transactions import after_commit, briefly

_logger = logging.getLogger(__name__)

# {(process, database): [cursor]}: connections on which promises are made. They are kept: Odoo's pool makes a connection
# forget the plans of the functions each time that it is borrowed, and planning costs several times what deciding does.
SPARE = defaultdict(list)
KEPT = 2  # connections that a process keeps; what it needs beyond that, in threads, it closes
TOO_LATE = (DeadlockDetected, LockNotAvailable, QueryCanceled)
# What is folded in one transaction, for which buyers of these goods wait: so many pairs, and so many changes of each;
# where more wait of a pair, it alone, and so many of its changes.
STEP, FEW, MOST = 50, 20, 500


def _alive(cr):
    """Whether the server at the other end has said nothing since: an idle connection hears only its end."""
    if cr.closed:
        return False
    poll = select.poll()
    poll.register(cr.connection.fileno(), select.POLLIN)
    return not poll.poll(0)


@atexit.register
def _close_spare():
    for (process, _database), cursors in SPARE.items():
        for cr in cursors if process == os.getpid() else ():
            cr.close()


class OmniPromise(models.Model):
    """What can be promised of one product in one store, kept in step by PostgreSQL itself (see ``sql/promise``).

    Whoever moves stock, by the ORM, by SQL or by an import, appends a row to ``omni.promise.change`` and waits for
    nobody. Whoever promises stock locks the row here, folds the changes in, and decides. A promise is made on a
    connection of its own and committed at once, so that buyers of one product wait for each other a millisecond, and
    never for the rest of each other's orders. What the asking transaction has moved itself and only it can see goes
    along as figures; only for a product or store that it made itself is the promise made inside it.
    """

    _name = "omni.promise"
    _description = "Available to Sell"
    _log_access = False
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True, ondelete="cascade")
    free = fields.Float(digits="Product Unit", readonly=True, help="On hand, not reserved and not ordered.")
    held = fields.Float(digits="Product Unit", readonly=True, help="On hold, until it expires.")
    safety = fields.Float("Safety Stock", digits="Product Unit", readonly=True)

    _pair_uniq = models.UniqueIndex("(product_id, warehouse_id)")

    def init(self):
        self.pool.post_init(self._init_database)  # when the tables of all models are there

    def _init_database(self):
        for text in self._sql():
            self.env.cr.execute(text)

    @api.model
    def _sql(self):
        """Return the texts of what PostgreSQL is told at each install and update, in their order."""
        files = sorted(Path(file_path("omni_stock/sql/promise")).glob("*.sql"))
        return [file.read_text() for file in (*files, Path(file_path("omni_stock/sql/confidence.sql")))]

    # -- where a promise is made -------------------------------------------------------------------------------------

    @api.model
    def _decide(self, call, product_ids, fast=None):
        """Run a function of the database that promises stock, where it sees what is true now.

        :param call: ``call(own)`` gives its SQL; ``own``: whether it runs in this very transaction
        :param product_ids: what it promises; where this transaction has locked their rows itself, it goes on there
        :param fast: ``(query, parameters)``, which decides the usual case faster, and else returns no row
        :return: its rows as dicts, and ``own``
        :raises Busy: somebody else has kept a row for too long; nothing was changed
        """
        try:
            with self._connection() as cr, suppress(NoDataFound):
                if cr and not self._is_own(product_ids):
                    if fast:
                        cr.execute(*fast, log_exceptions=False)
                        if rows := cr.dictfetchall():
                            return rows, False
                    cr.execute(call(False), log_exceptions=False)
                    return cr.dictfetchall(), False
            # The product, the store or the hold was made by this very transaction: nobody else knows of it.
            with briefly(self.env.cr):
                self.env.cr.execute(call(True), log_exceptions=False)
                return self.env.cr.dictfetchall(), True
        except (*TOO_LATE, PoolError) as error:
            raise self._busy(product_ids) from error

    @api.model
    def _busy(self, product_ids):
        names = known_names(self.env["product.product"].browse(sorted(set(product_ids))))
        if len(names) == 1:
            [name] = names.values()
            return Busy(self.env._("“%s” is being updated right now. Please try again in a moment.", name))
        return Busy(self.env._("These products are being updated right now. Please try again in a moment."))

    @contextmanager
    def _connection(self):
        """Give a cursor on which each statement is a transaction; None in a browser test, which has one connection."""
        if not isinstance(self.env.cr, Cursor):
            yield None
            return
        spare, cr = SPARE[os.getpid(), self.env.cr.dbname], None
        with suppress(IndexError):  # of several threads, one gets the last
            while not _alive(cr := spare.pop()):
                cr.connection.close()
                cr = None
        if not cr:
            cr = db_connect(self.env.cr.dbname).cursor()
            cr.connection.autocommit = True
            for name in ("connection", "hold_at_once"):
                with file_open(f"omni_stock/sql/{name}.sql") as file:
                    cr.execute(file.read())
        try:
            yield cr
        finally:
            if len(spare) < KEPT and not cr.closed:
                spare.append(cr)
            else:
                cr.connection.close()  # and not given back: nobody else could use what it was told

    @api.model
    def _is_own(self, product_ids):
        """Whether this transaction, which has not ended, has promised stock of these products by itself."""
        if self.env.cr.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            return False  # it has not begun
        query = "SELECT FROM omni_promise AS p WHERE product_id = ANY(%s) AND omni_promise.is_own(p) LIMIT 1"
        return bool(self.env.execute_query(SQL(query, list(product_ids))))

    # -- keeping it small --------------------------------------------------------------------------------------------

    @api.model
    def _settle(self, pairs):
        """Fold the changes of ``pairs`` into their rows when this transaction ends, so that readers have less to add.

        :param pairs: ``(product_id, warehouse_id)``, any iterable
        """
        self.env["omni.promise.push"]._queue("pairs", pairs)
        if self._is_own([product for product, _warehouse in pairs]):
            self.env.cr.execute(SQL("SELECT omni_promise.settle(%s)", self._arrays(pairs)))
        else:
            after_commit(self.env.cr, self._fold, pairs)

    @api.model
    def _fold(self, pairs):
        """Fold at once, on a connection of its own, what all have changed of ``pairs``.

        In steps that are each committed, so that buyers wait milliseconds however much there is. What somebody else
        has kept for too long is left to the job.
        """
        with self._connection() as cr:
            for step in split_every(STEP, sorted(set(pairs))) if cr else ():
                try:
                    if self._fold_step(cr, step, FEW):
                        for pair in step:
                            while self._fold_step(cr, [pair], MOST):
                                pass
                except TOO_LATE as error:
                    _logger.info("Changes of the promise are left for later: %s", error)

    @api.model
    def _fold_step(self, cr, pairs, most):
        """Fold so many changes of each of these pairs; return whether there are more."""
        cr.execute(SQL("SELECT omni_promise.settle(%s, %s)", self._arrays(pairs), most), log_exceptions=False)
        return cr.fetchone()[0]

    @api.model
    def _cron_settle(self):
        """Fold all changes there are, close the holds whose time is up, and tell the tills of both."""
        self._count_late()
        query = SQL(
            "SELECT product_id, warehouse_id FROM omni_promise_change"
            " UNION SELECT product_id, warehouse_id FROM omni_promise WHERE next_expiry <= omni_promise.clock()"
        )
        due = self.env.execute_query(query)
        saves = self.env.context.get("ir_cron_progress_id")  # else whoever calls does
        crons = self.env["ir.cron"]
        if saves:
            crons._commit_progress(remaining=len(due))
        for some in split_every(STEP * 20, due):
            self.env["omni.promise.push"]._queue("pairs", some)
            self._fold(some)
            if saves and not crons._commit_progress(len(some)):
                break

    @api.model
    def _count_late(self):
        """Have counted once more what changed while others, who are done by now, could not see it yet."""
        with self._connection() as cr:
            if not cr:
                return
            cr.execute(SQL("SELECT * FROM omni_promise.late_due(%s)", self.env.cr.connection.get_backend_pid()))
            late = cr.dictfetchall()
            for facts in (False, True):
                products = {product for row in late if row["facts"] == facts for product in row["products"] or ()}
                for some in split_every(STEP, sorted(products)):
                    cr.execute(SQL("SELECT omni_promise.correct(%s::int[], %s)", list(some), facts))
            cr.execute(SQL("DELETE FROM omni_promise.late WHERE id = ANY(%s)", [row["id"] for row in late]))

    @api.model
    def _arrays(self, pairs):
        pairs = sorted(set(pairs))
        return SQL(
            "%s::int[], %s::int[]",
            [product for product, _warehouse in pairs],
            [warehouse for _product, warehouse in pairs],
        )
