"""Planning an order of 20 lines among 50 stores: the whole of plan(), with stock that is plenty and scarce."""

import random
import statistics
import time
from unittest.mock import patch

from dataset import ensure

from odoo.tools import SQL

LINES = 20
ORDERS = 60


def run(env):
    """Print p50 and p95 in milliseconds, queries and parcels, for each kind of stock."""
    products, stores = ensure(env)
    channel, customer = _retailer(env, stores)
    calendar = env.ref("resource.resource_calendar_std")
    with patch.object(type(env["stock.warehouse"]), "_omni_calendar", lambda store: calendar):
        _measure(env, products, stores, channel, customer)
    env.cr.rollback()


def _measure(env, products, stores, channel, customer):
    routing = env["omni.routing"]
    routing.plan([(product, 1.0) for product in products[:LINES]], customer, channel)  # what is loaded once
    print(f"plan() of {LINES} lines x {len(stores)} stores, {ORDERS} orders, milliseconds")
    print(f"{'stock':<30} {'p50':>6} {'p95':>6} {'max':>6} {'queries':>8} {'parcels':>8}")
    for name, has in (("every store has all", 1.0), ("one store in two", 0.5), ("one store in four", 0.25)):
        dice, times, legs = random.Random(1), [], []
        with env.cr.savepoint() as savepoint:
            for _order in range(ORDERS):
                asked = dice.sample(products, LINES)
                if has < 1:
                    _make_scarce(env, dice, asked, stores, has)
                demand = [(product, float(dice.randint(1, 6))) for product in asked]
                env.invalidate_all()
                before, start = env.cr.sql_log_count, time.perf_counter()
                plan = routing.plan(demand, customer, channel)
                times.append((time.perf_counter() - start) * 1000)
                queries = env.cr.sql_log_count - before
                legs.append(sum(bool(leg["warehouse_id"]) for leg in plan))
            savepoint.rollback()
        times.sort()
        p95 = times[int(len(times) * 0.95) - 1]
        print(
            f"{name:<30} {statistics.median(times):>6.0f} {p95:>6.0f} {times[-1]:>6.0f} {queries:>8}"
            f" {min(legs):>4}-{max(legs)}"
        )


def _retailer(env, stores):
    """A channel that sells from all stores, which lie all over the country, and a customer."""
    dice = random.Random(0)
    channel = env["omni.channel"].create({"name": "Bench", "kind": "web", "warehouse_ids": [(6, 0, stores)]})
    for store in env["stock.warehouse"].browse(stores):
        store.partner_id = env["res.partner"].create(_place(env, dice))
        store.write({"omni_parcel_price": round(dice.uniform(5, 9), 2), "omni_daily_capacity": 100})
    customer = env["res.partner"].create(_place(env, dice))
    env.flush_all()
    return channel, customer


def _place(env, dice):
    return {
        "name": "Somewhere",
        "country_id": env.ref("base.fr").id,
        "partner_latitude": dice.uniform(43, 50),
        "partner_longitude": dice.uniform(-1, 7),
    }


def _make_scarce(env, dice, products, stores, has):
    """Leave 1 to 8 pieces of each product in some stores, and nothing in the others."""
    rows = [
        (product, store, dice.randint(1, 8) if dice.random() < has else 0) for product in products for store in stores
    ]
    env.cr.execute(
        SQL(
            """
            UPDATE stock_quant AS q SET quantity = a.quantity + q.reserved_quantity
              FROM unnest(%s::int[], %s::int[], %s::int[]) AS a(product_id, warehouse_id, quantity)
              JOIN stock_warehouse AS w ON w.id = a.warehouse_id
             WHERE q.product_id = a.product_id AND q.location_id = w.lot_stock_id
            """,
            *(list(column) for column in zip(*rows, strict=True)),
        )
    )
