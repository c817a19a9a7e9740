import atexit
import os
import select
from collections import defaultdict
from contextlib import contextmanager, suppress
from functools import partial

import psycopg2.errors
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo import api, fields, models
from odoo.sql_db import Cursor, db_connect
from odoo.tools import SQL, file_open

# {(process, database): [cursor]}: connections on which promises are made. They are kept: Odoo's pool makes a connection
# forget the plans of the functions each time that it is borrowed, and planning costs several times what deciding does.
SPARE = defaultdict(list)


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
    """What can be promised of one product in one store, kept in step by PostgreSQL itself (see ``sql/promise.sql``).

    Whoever moves stock, by the ORM, by SQL or by an import, appends a row to ``omni.promise.change`` and waits for
    nobody. Whoever promises stock locks the row here, folds the changes in, and decides. A promise is made on a
    connection of its own and committed at once, so that buyers of one product wait for each other a millisecond, and
    never for the rest of each other's orders. What the asking transaction has moved itself and only it can see goes
    along as figures; only for a product or store that it made itself is the promise made inside it.
    """

    _name = "omni.promise"
    _description = "Promise of Stock"
    _log_access = False
    _rec_name = "product_id"

    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True, ondelete="cascade")
    free = fields.Float(digits="Product Unit", readonly=True, help="On hand, not reserved and not ordered.")
    held = fields.Float(digits="Product Unit", readonly=True, help="On hold, until its time is up.")
    safety = fields.Float("Safety Stock", digits="Product Unit", readonly=True)

    _pair_uniq = models.UniqueIndex("(product_id, warehouse_id)")

    def init(self):
        self.pool.post_init(self._init_database)  # when the tables of all models are there

    def _init_database(self):
        for name in ("promise", "confidence"):
            with file_open(f"omni_stock/sql/{name}.sql") as file:
                self.env.cr.execute(file.read())

    # -- where a promise is made -------------------------------------------------------------------------------------

    @api.model
    def _decide(self, call, product_ids, usual=None):
        """Run a function of the database that promises stock, where it sees what is true now.

        :param call: ``call(own)`` gives its SQL; ``own``: whether it runs in this very transaction
        :param product_ids: what it promises; where this transaction has locked their rows itself, it goes on there
        :param usual: ``(query, parameters)``, which decides the usual case faster, and else returns no row
        :return: its rows as dicts, and ``own``
        :raises psycopg2.errors.LockNotAvailable: somebody keeps a row for 10 s; Odoo runs the request again
        """
        with self._connection() as cr, suppress(psycopg2.errors.NoDataFound):
            if cr and not self._is_own(product_ids):
                if usual:
                    cr.execute(*usual, log_exceptions=False)
                    if rows := cr.dictfetchall():
                        return rows, False
                cr.execute(call(False), log_exceptions=False)
                return cr.dictfetchall(), False
        # The product, the store or the hold was made by this very transaction: nobody else knows of it.
        self.env.cr.execute(call(True))
        return self.env.cr.dictfetchall(), True

    @contextmanager
    def _connection(self):
        """Give a cursor on which each statement is a transaction; None in a browser test, which has one connection."""
        if not isinstance(self.env.cr, Cursor):
            yield None
            return
        spare = SPARE[os.getpid(), self.env.cr.dbname]
        while (cr := spare.pop() if spare else None) and not _alive(cr):
            cr.connection.close()
        if not cr:
            cr = db_connect(self.env.cr.dbname).cursor()
            cr.connection.autocommit = True
            with file_open("omni_stock/sql/connection.sql") as file:
                cr.execute(file.read())
        try:
            yield cr
        finally:
            if not cr.closed:
                spare.append(cr)

    @api.model
    def _is_own(self, product_ids):
        """Whether this transaction, which has not ended, has promised stock of these products by itself."""
        if self.env.cr.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            return False  # it has not begun
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT FROM omni_promise AS p WHERE product_id = ANY(%s) AND omni_promise_is_own(p) LIMIT 1",
                    list(product_ids),
                )
            )
        )

    # -- keeping it small --------------------------------------------------------------------------------------------

    @api.model
    def _settle(self, pairs):
        """Fold the changes of ``pairs`` into their rows when this transaction ends, so that readers have less to add.

        :param pairs: ``(product_id, warehouse_id)``, any iterable
        """
        self.env["omni.promise.news"]._note("pairs", pairs)
        if self._is_own([product for product, _warehouse in pairs]):
            self.env.cr.execute(SQL("SELECT omni_promise_settle(%s)", self._arrays(pairs)))
        else:
            self.env.cr.postcommit.add(partial(self._fold, pairs))

    @api.model
    def _fold(self, pairs=None):
        """Fold at once, on a connection of its own, what all have changed of ``pairs``; None: of everything."""
        with self._connection() as cr:
            if cr:
                cr.execute(SQL("SELECT omni_promise_settle(%s)", SQL() if pairs is None else self._arrays(pairs)))

    @api.model
    def _cron_settle(self):
        """Fold all changes there are, close the holds whose time is up, and tell the tills of both."""
        due = self.env.execute_query(
            SQL(
                "SELECT product_id, warehouse_id FROM omni_promise_change"
                " UNION SELECT product_id, warehouse_id FROM omni_promise WHERE next_expiry <= omni_clock()"
            )
        )
        self.env["omni.promise.news"]._note("pairs", due)
        self._fold()

    @api.model
    def _arrays(self, pairs):
        pairs = sorted(set(pairs))
        return SQL(
            "%s::int[], %s::int[]",
            [product for product, _warehouse in pairs],
            [warehouse for _product, warehouse in pairs],
        )
