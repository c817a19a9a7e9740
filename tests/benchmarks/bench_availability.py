"""Reading the promise of N products in 50 stores: the contract, the bare SQL that it costs, and stock Odoo."""

import statistics
import time

from dataset import ensure

from odoo.tools import SQL

SIZES = (1, 20, 100, 1000)


def run(env, rounds=15):
    """Print the median milliseconds of each way and their ratios."""
    products, stores = ensure(env)
    print(f"availability of N products x {len(stores)} stores, median of {rounds} rounds, milliseconds")
    print(f"{'products':>8} {'bare SQL':>10} {'available()':>12} {'ratio':>7} {'stock Odoo':>11} {'times faster':>13}")
    for size in SIZES:
        asked = products[:: len(products) // size][:size]
        answer = env["omni.availability"].available(asked, stores)
        assert len(answer) == size * len(stores)
        bare, contract = [], []
        for _round in range(rounds):
            bare.append(_timed(_bare, env, asked, stores))
            contract.append(_timed(env["omni.availability"].available, asked, stores))
        bare, contract = statistics.median(bare), statistics.median(contract)
        core = _timed(_core, env, asked, stores)
        line = f"{size:>8} {bare:>10.2f} {contract:>12.2f} {contract / bare:>7.2f}"
        print(f"{line} {core:>11.0f} {core / contract:>13.0f}")


def _timed(function, *args):
    start = time.perf_counter()
    function(*args)
    return (time.perf_counter() - start) * 1000


def _bare(env, products, stores):
    """The least that the question costs: one grouped statement, fetched and nothing else."""
    env.cr.execute(
        SQL(
            """
            SELECT q.product_id, l.warehouse_id, SUM(q.quantity - q.reserved_quantity)
              FROM stock_quant AS q
              JOIN stock_location AS l ON l.id = q.location_id
             WHERE q.product_id = ANY(%s) AND l.warehouse_id = ANY(%s) AND l.usage = 'internal'
             GROUP BY q.product_id, l.warehouse_id
            """,
            products,
            stores,
        )
    )
    return env.cr.fetchall()


def _core(env, products, stores):
    """As the shop's pages ask: ``free_qty`` of each product, store by store."""
    records = env["product.product"].browse(products)
    for store in stores:
        env.invalidate_all()
        records.with_context(warehouse_id=store).mapped("free_qty")
