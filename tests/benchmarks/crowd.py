"""Many at once: the same work in several processes, each with connections of its own, as Odoo's workers have."""

import multiprocessing
import os
import time

from forked import own_connections

from odoo import SUPERUSER_ID, api


def crowd(env, works, processes=8, warm=None):
    """Share ``works`` out to ``processes``, start all at the same moment, and return what became of each.

    :param works: functions of an environment on a fresh cursor, each one transaction, run again by Odoo's retry
    :param warm: such a function that each process runs before the start: a server's workers have served others before
    :return: ``[(outcome or the name of the exception, seconds from its start)]`` in the order of ``works``, and the
        seconds from the first start to the last end
    """
    registry = env.registry
    env.cr.commit()
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(processes), context.SimpleQueue()

    def live(number):
        own_connections(registry)
        with registry.cursor() as cr:
            cr.execute("SELECT 1")
        if warm:
            _timed(registry, warm)
        barrier.wait()
        rows = [(position, *_timed(registry, works[position])) for position in range(number, len(works), processes)]
        results.put(rows)
        os._exit(0)  # what it inherited from its parent is not its to close

    children = [context.Process(target=live, args=(number,)) for number in range(processes)]
    for child in children:
        child.start()
    rows = sorted(row for _child in children for row in results.get())
    for child in children:
        child.join()
    outcomes = [(outcome, end - begin) for _position, outcome, begin, end in rows]
    return outcomes, max(row[3] for row in rows) - min(row[2] for row in rows)


def percentile(seconds, share):
    """Return the value that ``share`` (0 to 1) of ``seconds`` do not exceed."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _timed(registry, work):
    from odoo.service.model import retrying

    begin = time.monotonic()
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            outcome = retrying(lambda: work(env), env)
    except Exception as error:
        outcome = type(error).__name__
    return outcome, begin, time.monotonic()
