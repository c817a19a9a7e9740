"""`make demo`: a retailer with stores, a web shop and a year of sales, to click through."""

import signal
import sys

import cache
import database
import environment
import postgres
import progress
import server
from progress import Problem

NAME = "demo"
CARD = """
  The demo retailer is open at  http://127.0.0.1:{port}

  Log in as     admin     all settings           password: the same word
                manager   sales of all channels
                seller    a store's till
                desk      a store's pickup desk
                shopper   a customer of the web shop

  Try           1. As shopper, open a product, see which stores have it, order it for collection in one, and
                   watch that store's stock go down.
                2. As desk, prepare that order and hand it over; as seller, open the till, find the order and
                   take the payment.
                3. As manager, open Omnichannel: the sales by channel, where they began and where they ended.

  Ctrl-C stops it.
"""


def main(port):
    """Builds or reuses the demo's database, serves it, and stays in front until it is interrupted."""
    server.check_port(port)
    modules = sorted(path.parent.name for path in environment.ADDONS.glob("*/__manifest__.py"))
    stack = database.layers(modules, demo=True)
    progress.expect(environment.STEPS + len(stack) + 2)
    running = postgres.Server(environment.WORK).pid
    env = started = None
    try:
        env = environment.ready()
        _database(env, stack)
        with progress.step("Starting the shop"):
            server.check_port(port)
            database.lead_to(env, NAME, port)  # also before an administrator has logged in
            started = server.start(env, NAME, port, env.work / "log/demo.log")
        print(CARD.format(port=port), flush=True)
        if started.wait():
            raise Problem(f"The server ended by itself: see {env.work / 'log/demo.log'}, and run make demo again.")
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # stopping is already under way
        if not started:
            raise
        print("\nStopping ...", file=sys.stderr, flush=True)
    finally:
        if started:
            server.stop(started)
        if env and env.postgres.own and not running and postgres.alone(env.mark):
            postgres.Server(env.work).stop()


def _database(env, stack):
    """Makes the demo's database, or leaves last time's with all that was clicked in it if it is still the same."""
    name = database.template_name(env, stack)
    with cache.lock(f"demo-{cache.key(env.work)}"):
        if database.exists(env, NAME) and name in database.remark(env, NAME):
            progress.skip(len(stack) + 1)
            return
        made = database.template(env, stack)
        with progress.step("Database demo"):
            database.copy(env, made, NAME)
            database.note(env, NAME, made)
