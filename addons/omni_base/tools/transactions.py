"""Work that waits for the end of a transaction, and decisions that do not.

What a cursor runs after its commit is not guarded by Odoo: an exception there reaches the caller as if nothing had been
saved, and keeps what waits behind it from running.
"""

import logging
from contextlib import contextmanager
from functools import partial

from psycopg2 import OperationalError
from psycopg2.errors import LockNotAvailable
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo.exceptions import UserError
from odoo.sql_db import Cursor, db_connect

from ..exceptions import Busy

_logger = logging.getLogger(__name__)


def after_commit(cr, work, *args):
    """Call ``work(*args)`` when the transaction of ``cr`` is saved; what it raises is logged, and stops nobody.

    It must not need this transaction, and whatever it leaves undone must be done by a job.
    """
    cr.postcommit.add(partial(_guarded, work, *args))


def after_rollback(cr, work, *args):
    """As :func:`after_commit`, when the transaction is rolled back."""
    cr.postrollback.add(partial(_guarded, work, *args))


def by_itself(record, work):
    """Do ``work(record)`` of a job in a transaction of its own; what fails is tried again by the next run.

    :return: the seconds that the job has left, 0 when it has to stop
    """
    try:
        with record.env.cr.savepoint():
            work(record)
    except (UserError, OperationalError) as error:
        _logger.info("%s is left to the next run: %s", record, error)
        record.env.invalidate_all()
    except Exception:
        _logger.exception("%s is left to the next run", record)
        record.env.invalidate_all()
    return record.env["ir.cron"]._commit_progress(1)


@contextmanager
def briefly(cr):
    """Let what is done on ``cr`` wait for who is at the same thing at most 2 s. Nothing but SQL is done within.

    :raises psycopg2.errors.LockNotAvailable: it would have to wait longer; nothing was changed
    """
    with cr.savepoint(flush=False):
        cr.execute("SET LOCAL lock_timeout = '2s'")
        yield
        cr.execute("SET LOCAL lock_timeout TO DEFAULT")


@contextmanager
def waiting_briefly(cr, words):
    """As :func:`briefly`.

    :param words: what is read by who would have to wait longer
    :raises Busy: they would; nothing was changed
    """
    try:
        with briefly(cr):
            yield
    except LockNotAvailable as error:
        raise Busy(words) from error


@contextmanager
def decided_at_once(cr):
    """Give a cursor on a connection of its own, in READ COMMITTED, that is committed at the end: whoever comes second
    waits for who comes first and sees what they did, and what is decided stays so when ``cr`` is rolled back.

    In a browser test, which has one connection, it is ``cr``.
    """
    if not isinstance(cr, Cursor):
        yield cr
        return
    with own_connection(cr.dbname) as own:
        yield own


@contextmanager
def own_connection(dbname):
    """Give a cursor of a database on a connection of its own, in READ COMMITTED, that is committed at the end."""
    with db_connect(dbname).cursor() as cr:
        cr.connection.set_session(isolation_level=ISOLATION_LEVEL_READ_COMMITTED)
        yield cr


def _guarded(work, *args):
    try:
        work(*args)
    except Exception:
        _logger.warning("Work after the end of a transaction failed.", exc_info=True)
