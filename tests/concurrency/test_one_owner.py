"""One owner, asked for at once by several requests of theirs: two tabs, a double click, a call that a network repeats.

They keep what one of them asked for, and are never told that their own goods are gone.
"""

from uuid import uuid4

import pytest

from odoo import Command

AT_ONCE = 8
TRIALS = 50  # of each of the four kinds


@pytest.fixture
def stall(race):
    """Ids of a store and two products, five of each there, and a function that gives a new basket."""

    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Owner {code}", "code": code})
        values = {"name": f"Owner {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        products = env["product.product"].create([values] * 2)
        return store.id, products.ids, env["res.partner"].create({"name": "Owner"}).id

    store, products, partner = race.commit(build)
    return store, products, lambda: race.commit(lambda env: env["sale.order"].create({"partner_id": partner}).id)


def stock(race, stall, quantity):
    """Let there be so many of both products, and nothing on hold."""
    store, products, _basket = stall

    def work(env):
        env.cr.execute("UPDATE omni_hold SET expires_at = created WHERE warehouse_id = %s AND ended IS NULL", [store])
        location = env["stock.warehouse"].browse(store).lot_stock_id
        for product in env["product.product"].browse(products):
            quants = env["stock.quant"].search([("product_id", "=", product.id), ("location_id", "=", location.id)])
            if more := quantity - sum(quants.mapped("quantity")):
                env["stock.quant"]._update_available_quantity(product, location, more)

    race.commit(work)
    race.commit(lambda env: env["omni.promise"]._cron_settle())


def on_hold(race, stall):
    """What is kept, and what the promise says is kept: ``({product: quantity}, {product: quantity})``."""

    def work(env):
        env.cr.execute(
            "SELECT product_id, SUM(quantity)::float8 FROM omni_hold AS h WHERE warehouse_id = %s AND ended IS NULL"
            " AND expires_at > omni_promise.clock()"
            " AND NOT EXISTS (SELECT FROM omni_promise_change WHERE hold_id = h.id)"
            " GROUP BY 1",
            [stall[0]],
        )
        kept = dict(env.cr.fetchall())
        env.cr.execute("SELECT product_id, held::float8 FROM omni_promise WHERE warehouse_id = %s", [stall[0]])
        return kept, {product: held for product, held in env.cr.fetchall() if held}

    return race.commit(work)


def holder(owner, demand):
    def work(env):
        env["omni.availability"].hold(f"sale.order,{owner}", demand)
        return True

    return work


@pytest.mark.parametrize("units", [5, 1])
@pytest.mark.parametrize("several", [False, True], ids=["one product", "two products"])
def test_the_same_asked_at_once(race, stall, units, several):
    """given one basket of one unit, when it is asked for 8 times at once, then one is kept and nobody refuses it"""
    store, products, basket = stall
    demand = [(product, store, 1) for product in products[: 2 if several else 1]]
    for _trial in range(TRIALS):
        stock(race, stall, units)
        outcomes = race.run([holder(basket(), demand)] * AT_ONCE)
        assert outcomes == [True] * AT_ONCE
        kept, held = on_hold(race, stall)
        assert kept == held == {product: 1 for product, _store, _quantity in demand}


def test_another_thing_asked_at_once(race, stall):
    """given one basket, when its tabs ask for different things at once, then it keeps what one of them asked for"""
    store, [one, two], basket = stall
    demands = [[(one, store, 1)], [(two, store, 1)], [(one, store, 2), (two, store, 1)], [(two, store, 2)]]
    wanted = [{product: quantity for product, _store, quantity in demand} for demand in demands]
    for _trial in range(TRIALS // 2):
        stock(race, stall, 2)
        owner = basket()
        assert race.run([holder(owner, demand) for demand in demands * 2]) == [True] * AT_ONCE
        kept, held = on_hold(race, stall)
        assert kept == held and kept in wanted


def test_held_prolonged_released_and_sold_at_once(race, stall):
    """given a basket with a hold, when it is held, prolonged, given back and sold at once, then the sums are right"""
    store, [one, _two], basket = stall

    def act(owner, name, *args):
        def work(env):
            getattr(env["omni.availability"], name)(f"sale.order,{owner}", *args)
            return True

        return work

    for _trial in range(TRIALS // 2):
        stock(race, stall, 1)
        owner = basket()
        race.commit(holder(owner, [(one, store, 1)]))
        works = [holder(owner, [(one, store, 1)])] * 3 + [act(owner, "extend", 900)] * 2
        works += [act(owner, "extend", 60), act(owner, "release"), act(owner, "commit")]
        assert race.run(works) == [True] * AT_ONCE
        race.commit(lambda env: env["omni.promise"]._cron_settle())
        kept, held = on_hold(race, stall)
        assert kept == held and kept in ({}, {one: 1})


def test_a_second_confirmation_leaves_nothing_on_hold(race, stall):
    """given an order without a hold, when it is confirmed twice at once, then it counts once"""
    store, [one, _two], _basket = stall

    def build(env):
        line = Command.create({"product_id": one, "product_uom_qty": 1})
        partner = env["res.partner"].create({"name": "Owner"}).id
        return env["sale.order"].create({"partner_id": partner, "warehouse_id": store, "order_line": [line]}).id

    for _trial in range(TRIALS // 5):
        stock(race, stall, 5)
        order = race.commit(build)
        race.run([lambda env, order=order: env["sale.order"].browse(order).action_confirm()] * 2, retry=True)
        race.commit(lambda env: env["omni.promise"]._cron_settle())
        assert on_hold(race, stall) == ({}, {})
        race.commit(lambda env, order=order: env["sale.order"].browse(order)._action_cancel())
