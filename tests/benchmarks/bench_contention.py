"""Buyers who all want the same: whole orders, and bare holds, against the limit that PostgreSQL itself sets."""

import json
import time
from collections import Counter

import beside
from crowd import crowd, percentile

from odoo import Command

BUYERS = 64
UNITS = 10
RUNS = 20
APART_RUNS = 3
PLENTY = 100_000
SECONDS = 10
PRODUCTS = 1000


def run(env):
    """Print who got the last units and how long buyers waited, the rate of whole orders, and the rate of holds."""
    last_units(env)
    orders_a_second(env)
    holds_a_second(env)


# ------------------------------------------------------------------------------------------------------- whole orders


def last_units(env):
    sold, errors, slow, apart, warm = [], Counter(), [], [], _earlier_buyer(env)
    for _run in range(RUNS):
        warehouse, [product] = _stall(env, [UNITS])
        outcomes, _wall = crowd(env, [_buyer(env, product, warehouse) for _buyer_ in range(BUYERS)], warm=warm)
        kinds = Counter(outcome for outcome, _seconds in outcomes)
        sold.append(kinds.pop(True, 0))
        kinds.pop("OutOfStock", None)
        errors += kinds
        slow += [seconds for _outcome, seconds in outcomes]
    for _run in range(APART_RUNS):
        warehouse, products = _stall(env, [UNITS] * BUYERS)
        outcomes, _wall = crowd(env, [_buyer(env, product, warehouse) for product in products], warm=warm)
        apart += [seconds for _outcome, seconds in outcomes]
    here, there, plain = percentile(slow, 0.95), percentile(apart, 0.95), _stock_odoo()
    limit = plain["apart"] / plain["p95"]
    print(f"{UNITS} units, {BUYERS} buyers in 8 processes, create + hold + confirm, {RUNS} runs")
    print(f"  sold in each run: {sorted(set(sold))}   other errors: {dict(errors) or 'none'}")
    print(f"  p95 a buyer: {here:.3f} s; on {BUYERS} different products {there:.3f} s; ratio {here / there:.2f}")
    print(f"  stock Odoo sold {plain['sold']}; p95 a buyer: {plain['p95']:.3f} s; ratio {here / plain['p95']:.2f}")
    print(f"  stock Odoo on {BUYERS} different products: {plain['apart']:.3f} s; ratio {limit:.2f}: its orders alone")


def _stock_odoo():
    """Let the same buyers buy in stock Odoo, where nothing is held."""
    process = beside.start(__file__)
    answer, _errors = process.communicate()
    beside.drop()
    return json.loads(next(line for line in answer.splitlines() if line.startswith("{")))


def in_stock_odoo(env):
    sold, slow, apart, warm = [], [], [], _earlier_buyer(env, hold=False)
    for _run in range(RUNS):
        warehouse, [product] = _stall(env, [UNITS])
        buyers = [_buyer(env, product, warehouse, hold=False) for _buyer_ in range(BUYERS)]
        outcomes, _wall = crowd(env, buyers, warm=warm)
        assigned = env["stock.move"].search_count([("product_id", "=", product), ("state", "=", "assigned")])
        sold.append(assigned)
        slow += [seconds for _outcome, seconds in outcomes]
    for _run in range(APART_RUNS):
        warehouse, products = _stall(env, [UNITS] * BUYERS)
        outcomes, _wall = crowd(env, [_buyer(env, product, warehouse, hold=False) for product in products], warm=warm)
        apart += [seconds for _outcome, seconds in outcomes]
    print(json.dumps({"sold": sold, "p95": percentile(slow, 0.95), "apart": percentile(apart, 0.95)}))


def orders_a_second(env):
    warehouse, [hot] = _stall(env, [PLENTY])
    _warehouse, cold = _stall(env, [PLENTY] * PRODUCTS, warehouse)
    rates, warm = {}, _earlier_buyer(env)
    for name, products in (("one product", [hot]), (f"{PRODUCTS} products", cold)):
        works = [_buyer(env, products[number * 7 % len(products)], warehouse) for number in range(200)]
        outcomes, wall = crowd(env, works, warm=warm)
        good = sum(outcome is True for outcome, _seconds in outcomes)
        rates[name] = good / wall
        p95 = percentile([seconds for _outcome, seconds in outcomes], 0.95)
        print(f"whole orders on {name}: {good / wall:.1f} a second, p95 {p95:.3f} s, {len(outcomes) - good} failed")
    print(f"  one product reaches {rates['one product'] / rates[f'{PRODUCTS} products']:.0%} of the rate on many")


def _earlier_buyer(env, hold=True):
    """A buyer of other goods, in a store with plenty."""
    warehouse, [product] = _stall(env, [PLENTY])
    return _buyer(env, product, warehouse, hold)


def _buyer(env, product, warehouse, hold=True):
    partner = env["res.partner"].create({"name": "Buyer"}).id

    def buy(env):
        order = env["sale.order"].create(
            {
                "partner_id": partner,
                "warehouse_id": warehouse,
                "order_line": [Command.create({"product_id": product, "product_uom_qty": 1})],
            }
        )
        if hold:
            env["omni.availability"].hold(order, [(product, warehouse, 1)])
        order.action_confirm()
        return True

    return buy


# -------------------------------------------------------------------------------------------------------------- holds


def holds_a_second(env):
    warehouse, [hot] = _stall(env, [PLENTY])
    _warehouse, cold = _stall(env, [PLENTY] * PRODUCTS, warehouse)
    env.cr.execute("CREATE TABLE IF NOT EXISTS bench_counter (id int PRIMARY KEY, avail numeric)")
    env.cr.execute("INSERT INTO bench_counter VALUES (1, 10000000) ON CONFLICT DO NOTHING")

    def hold(number, products, first):
        def work(env):
            taken, end = 0, time.monotonic() + SECONDS
            while time.monotonic() < end:
                product = products[(taken * 8 + number) % len(products)]
                # Each time another buyer. Whether their basket was saved is not what is measured.
                owner = env["sale.order"].browse(first + PLENTY * number + taken)
                env["omni.availability"].hold(owner, [(product, warehouse, 1)])
                env.cr.commit()
                taken += 1
            return taken

        return work

    def update(env):
        env.cr.commit()
        env.cr.connection.autocommit = True
        taken, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            env.cr.execute("UPDATE bench_counter SET avail = avail - 1 WHERE id = 1 AND avail >= 1")
            taken += 1
        env.cr.connection.autocommit = False
        return taken

    rates = {}
    for name, works in (
        ("bare UPDATE", [update] * 8),
        ("one product", [hold(number, [hot], 10**6) for number in range(8)]),
        (f"{PRODUCTS} products", [hold(number, cold, 10**7) for number in range(8)]),
    ):
        outcomes, _wall = crowd(env, works)
        rates[name] = sum(taken for taken, _seconds in outcomes if isinstance(taken, int)) / SECONDS
        failed = [taken for taken, _seconds in outcomes if not isinstance(taken, int)]
        print(f"{name}: {rates[name]:.0f} a second {failed or ''}")
    print(f"  holds on one product: {rates['one product'] / rates['bare UPDATE']:.0%} of the bare UPDATE")


def _stall(env, quantities, warehouse=None):
    """Make a store (unless given) with products in these quantities; return their ids."""
    if not warehouse:
        code = f"S{env['stock.warehouse'].search_count([]):04d}"
        warehouse = env["stock.warehouse"].create({"name": f"Stall {code}", "code": code}).id
    values = {"name": "Stall", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
    products = env["product.product"].create([values] * len(quantities))
    location = env["stock.warehouse"].browse(warehouse).lot_stock_id
    env["stock.quant"].create(
        [
            {"product_id": product.id, "location_id": location.id, "quantity": quantity}
            for product, quantity in zip(products, quantities, strict=True)
        ]
    )
    env.cr.commit()
    return warehouse, products.ids


if __name__ == "__main__":
    in_stock_odoo(globals()["env"])
