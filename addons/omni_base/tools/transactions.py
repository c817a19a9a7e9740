"""Work that waits for the end of a transaction.

What a cursor runs after its commit is not guarded by Odoo: an exception there reaches the caller as if nothing had been
saved, and keeps what waits behind it from running.
"""

import logging
from functools import partial

_logger = logging.getLogger(__name__)


def after_commit(cr, work, *args):
    """Call ``work(*args)`` when the transaction of ``cr`` is saved; what it raises is logged, and stops nobody.

    It must not need this transaction, and whatever it leaves undone must be done by a job.
    """
    cr.postcommit.add(partial(_guarded, work, *args))


def after_rollback(cr, work, *args):
    """As :func:`after_commit`, when the transaction is rolled back."""
    cr.postrollback.add(partial(_guarded, work, *args))


def _guarded(work, *args):
    try:
        work(*args)
    except Exception:
        _logger.warning("Work after the end of a transaction failed.", exc_info=True)
