"""The last units of a product, wanted by many at once: exactly as many are sold as there are.

Whoever promises stock passes ``omni.promise._decide``, which decides on a connection of its own.
"""

import itertools
from collections import Counter
from uuid import uuid4

import pytest

from odoo import Command

from odoo.addons.omni_base.exceptions import OutOfStock

UNITS = 4
BUYERS = 12


@pytest.fixture
def stall(race):
    """A store with `UNITS` of one product and a website that sells from it: ids of product, warehouse, website."""

    def build(env):
        # A name of its own: what an earlier run left in the database must not be in the way.
        code = uuid4().hex[:5].upper()
        warehouse = env["stock.warehouse"].create({"name": f"Stall {code}", "code": code})
        website = env["website"].create({"name": f"Stall {code}", "warehouse_id": warehouse.id})
        product = env["product.product"].create(
            {"name": f"Stall {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        )
        env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, UNITS)
        return product.id, warehouse.id, website.id

    return race.commit(build)


def new_order(env, stall, web):
    product, warehouse, website = stall
    return env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Racer"}).id,
            "warehouse_id": warehouse,
            "website_id": website if web else False,
            "order_line": [Command.create({"product_id": product, "product_uom_qty": 1})],
        }
    )


def baskets(race, stall, count, web=True):
    return race.commit(lambda env: [new_order(env, stall, web).id for _number in range(count)])


def tally(outcomes):
    """Count the outcomes by kind: `True` for a sale, else the class of what was raised."""
    return Counter(type(outcome) if isinstance(outcome, Exception) else outcome for outcome in outcomes)


def sold(env, stall):
    lines = env["sale.order.line"].search([("product_id", "=", stall[0]), ("state", "=", "sale")])
    return sum(lines.mapped("product_uom_qty"))


def left(env, stall):
    product, warehouse, _website = stall
    return env["omni.availability"].available([product], [warehouse])[product, warehouse]


def in_force(env, stall):
    holds = env["omni.hold"].search([("product_id", "=", stall[0]), ("ended", "=", False), ("expires_at", ">", "now")])
    return sum(holds.mapped("quantity"))


def differences(env, stall):
    name = env["product.product"].browse(stall[0]).display_name
    return [difference for difference in env["omni.availability"].audit() if name in difference]


def holder(order_id):
    def work(env):
        env["sale.order"].browse(order_id)._omni_hold()
        return True

    return work


def confirmer(order_id):
    def work(env):
        env["sale.order"].browse(order_id).action_confirm()
        return True

    return work


def test_holds_of_many_shoppers(race, stall):
    """Each keeps one at the same moment: as many as there are get one, the others hear so."""
    outcomes = race.run([holder(order) for order in baskets(race, stall, BUYERS)], retry=True)
    assert tally(outcomes) == {True: UNITS, OutOfStock: BUYERS - UNITS}
    assert race.commit(lambda env: (left(env, stall), in_force(env, stall))) == (0, UNITS)


def test_without_the_retry_nobody_oversells_either(race, stall):
    """One attempt each: who comes second may have to ask again, but never gets what is taken."""
    race.run([holder(order) for order in baskets(race, stall, BUYERS)])
    assert race.commit(lambda env: left(env, stall) + in_force(env, stall)) == UNITS


def test_whole_orders_of_many_customers(race, stall):
    """Create, keep, confirm, in one transaction each."""

    def buy(env):
        order = new_order(env, stall, web=True)
        order._omni_hold()
        order.action_confirm()
        return True

    outcomes = race.run([buy] * BUYERS, retry=True)
    assert tally(outcomes) == {True: UNITS, OutOfStock: BUYERS - UNITS}
    assert race.commit(lambda env: (sold(env, stall), left(env, stall))) == (UNITS, 0)
    assert race.commit(lambda env: differences(env, stall)) == []


def test_web_and_phone_want_the_same(race, stall):
    """Half of them keep and pay on the web, half are confirmed by sellers who keep nothing."""
    orders = baskets(race, stall, 5) + baskets(race, stall, 5, web=False)
    outcomes = race.run([confirmer(order) for order in orders], retry=True)
    assert tally(outcomes) == {True: UNITS, OutOfStock: len(orders) - UNITS}
    assert race.commit(lambda env: (sold(env, stall), left(env, stall))) == (UNITS, 0)


def test_a_hold_that_runs_out_while_its_order_is_confirmed(race, stall):
    """The time is up in the middle of the confirmation, and others stand ready: the goods are sold once."""
    winner, *others = baskets(race, stall, 1 + BUYERS // 2)

    def keep_all(env):
        order = env["sale.order"].browse(winner)
        order.order_line.product_uom_qty = UNITS
        order._omni_hold(1)

    race.commit(keep_all)

    def slow_confirm(env):
        env["sale.order"].browse(winner).action_confirm()
        env.cr.execute("SELECT pg_sleep(2)")
        return True

    def late(order):
        def work(env):
            env.cr.execute("SELECT pg_sleep(1.5)")
            env.cr.commit()  # what is read from here on is as late as can be
            return holder(order)(env)

        return work

    outcomes = race.run([slow_confirm, *map(late, others)], retry=True)
    assert tally(outcomes) == {True: 1, OutOfStock: len(others)}
    assert race.commit(lambda env: (sold(env, stall), left(env, stall), in_force(env, stall))) == (UNITS, 0, 0)


def test_two_products_in_opposite_order_do_not_block_each_other(race, stall):
    """All or nothing over two products, asked for in both orders: no deadlock, nothing half kept."""
    product, warehouse, _website = stall

    def second(env):
        other = env["product.product"].browse(product).copy()
        store = env["stock.warehouse"].browse(warehouse)
        env["stock.quant"]._update_available_quantity(other, store.lot_stock_id, UNITS)
        return other.id

    pairs = [(product, warehouse, 1), (race.commit(second), warehouse, 1)]

    def keep(order, demand):
        def work(env):
            env["omni.availability"].hold(f"sale.order,{order}", demand)
            return True

        return work

    demands = itertools.cycle([pairs, pairs[::-1]])
    orders = baskets(race, stall, BUYERS)
    outcomes = race.run([keep(order, next(demands)) for order in orders], retry=True)
    assert tally(outcomes) == {True: UNITS, OutOfStock: BUYERS - UNITS}
    promise = race.commit(lambda env: env["omni.availability"].available([pair[0] for pair in pairs], [warehouse]))
    assert set(promise.values()) == {0.0}
