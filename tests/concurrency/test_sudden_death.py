"""Buyers and the database itself die at any moment: nothing is sold twice, nothing is lost but holds that run out."""

import logging
import os
import random
import signal
import time
from uuid import uuid4

import pytest
from forked import own_connections

from odoo import SUPERUSER_ID, Command, api, sql_db
from odoo.modules.registry import Registry

import environment
import postgres

UNITS = 400
AT_ONCE = 8
BUYERS = 200
CRASHES = 5
PATIENCE = 30  # seconds that a crash waits for two sales


@pytest.fixture
def stall(race):
    """A store with `UNITS` of one product: ids of product, store and a customer."""

    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Stall {code}", "code": code})
        product = env["product.product"].create(
            {"name": f"Stall {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, UNITS)
        return product.id, store.id, env["res.partner"].create({"name": "Mortal"}).id

    return race.commit(build)


def buy(env, stall):
    product, store, partner = stall
    line = Command.create({"product_id": product, "product_uom_qty": 1})
    order = env["sale.order"].create({"partner_id": partner, "warehouse_id": store, "order_line": [line]})
    env["omni.availability"].hold(order, [(product, store, 1)])
    order.action_confirm()


def start_buyer(registry, stall):
    """Start a process that buys until it dies."""
    pid = os.fork()
    if pid:
        return pid
    try:
        logging.disable()  # that it dies is no news
        own_connections(registry)
        for _purchase in range(UNITS):
            with registry.cursor() as cr:
                buy(api.Environment(cr, SUPERUSER_ID, {}), stall)
    finally:
        os._exit(0)


def run(race, stall, end):
    """Let buyers live until `end()` is done with them."""
    registry = Registry(race.database)
    pids = [start_buyer(registry, stall) for _buyer in range(AT_ONCE)]
    end(pids)
    for pid in pids:
        os.waitpid(pid, 0)


def sold(race, stall):
    """How many are sold by now."""
    lines = [("product_id", "=", stall[0]), ("state", "=", "sale")]
    return race.commit(lambda env: sum(env["sale.order.line"].search(lines).mapped("product_uom_qty")))


def check(race, stall):
    """All that is left of the dead are holds; when their time is up, what is not sold is there."""
    product, store, _partner = stall

    def work(env):
        env.cr.execute(
            "UPDATE omni_hold SET expires_at = created - interval '1 second' WHERE product_id = %s AND ended IS NULL",
            [product],
        )

    race.commit(work)

    def look(env):
        name = env["product.product"].browse(product).display_name
        lines = env["sale.order.line"].search([("product_id", "=", product), ("state", "=", "sale")])
        left = env["omni.availability"].available([product], [store])[product, store]
        moved = sum(lines.move_ids.filtered(lambda move: move.state != "cancel").mapped("product_uom_qty"))
        return (
            sum(lines.mapped("product_uom_qty")),
            moved,
            left,
            [x for x in env["omni.availability"].audit() if name in x],
        )

    bought, moved, left, differences = race.commit(look)
    assert bought == moved <= UNITS
    assert left == UNITS - bought
    assert differences == []


def test_killed_buyers(race, stall):
    """given 200 buyers, when each is killed at a random moment, then what is sold and what is left make up the stock"""
    chance = random.Random(1)

    def kill(pids):
        time.sleep(chance.uniform(0, 0.8))
        for pid in pids:
            time.sleep(chance.uniform(0, 0.12))
            os.kill(pid, signal.SIGKILL)

    for _round in range(BUYERS // AT_ONCE):
        run(race, stall, kill)
    check(race, stall)
    assert sold(race, stall) > 0


def test_the_database_stops_at_once(race, stall):
    """given a race, when PostgreSQL is stopped at once in its midst, then what it confirmed holds, and no more"""
    env = environment.ready(test=True)
    server = postgres.Server(env.work, env.postgres.programs)
    assert os.environ["PGHOST"] == str(server.socket), "Only the clone's own PostgreSQL may be crashed: unset PGHOST."

    def crash(_pids):
        before, end = sold(race, stall), time.monotonic() + PATIENCE
        while sold(race, stall) < before + 2 and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(1)  # without synchronous commits, what is confirmed is on disk a moment later
        os.kill(server.pid, signal.SIGQUIT)
        while server.pid:
            time.sleep(0.05)
        server.start()

    for _round in range(CRASHES):
        run(race, stall, crash)
        sql_db.close_all()
        check(race, stall)
    assert sold(race, stall) >= CRASHES
