"""What a transaction could not see when it changed the stock's terms or places is counted once it can be seen."""

import time
from uuid import uuid4

import pytest
from psycopg2 import errors

from odoo import Command
from odoo.modules.registry import Registry

from odoo.addons.omni_base.exceptions import OutOfStock

PATIENCE = 10  # seconds that work of others may take


@pytest.fixture
def world(race):
    """Two stores and a product, nothing there: ids of product, the stores, and a shelf in the first one."""

    def build(env):
        code = uuid4().hex[:4].upper()
        one, two = env["stock.warehouse"].create(
            [{"name": f"Late {code}{number}", "code": f"{code}{number}"} for number in range(2)]
        )
        product = env["product.product"].create(
            {"name": f"Late {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        )
        shelf = env["stock.location"].create({"name": f"Shelf {code}", "location_id": one.lot_stock_id.id})
        return product.id, one.id, two.id, shelf.id

    return race.commit(build)


def receive(product, location, quantity):
    def work(env):
        place = env["stock.location"].browse(location)
        env["stock.quant"]._update_available_quantity(env["product.product"].browse(product), place, quantity)

    return work


def available(race, product, *stores):
    def work(env):
        promise = env["omni.availability"].available([product], stores)
        return [promise[product, store] for store in stores]

    return race.commit(work)


def settle(race, alone=True):
    """Run the job; if ``alone``, when nothing else changes data, work of PostgreSQL's own included: what is under way
    may not have seen what is to be counted."""

    def others(env):
        env.cr.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        return env.cr.fetchone()[0]

    end = time.monotonic() + PATIENCE
    while alone and race.commit(others) and time.monotonic() < end:
        time.sleep(0.05)
    race.commit(lambda env: env["omni.promise"]._cron_settle())


def differences(race, product):
    def work(env):
        name = env["product.product"].with_context(active_test=False).browse(product).display_name
        return [line for line in env["omni.availability"].audit() if name in line]

    return race.commit(work)


def meanwhile(race, slow, quick):
    """Do `slow(env)`, and before it is saved `quick(env)`, in another transaction that is saved first."""
    with Registry(race.database).cursor() as cr:
        env = race.environment(cr)
        slow(env)
        env.flush_all()
        race.commit(quick)


def test_a_first_receipt_while_a_rule_is_made(race, world):
    """given no stock, when ten arrive while a rule that keeps five back is being saved, then five can be sold"""
    product, one, _two, shelf = world

    def make_rule(env):
        env["omni.safety.stock"].create(
            {"product_id": product, "warehouse_id": one, "kind": "all", "quantity": 5, "company_id": env.company.id}
        )

    def arrive(env):
        receive(product, shelf, 10)(env)
        env.cr.commit()
        env["omni.promise"]._fold([(product, one)])

    meanwhile(race, make_rule, arrive)
    settle(race)
    assert available(race, product, one) == [5]
    assert differences(race, product) == []


def test_a_first_receipt_while_the_product_is_archived(race, world):
    product, one, _two, shelf = world

    def arrive(env):
        receive(product, shelf, 10)(env)
        env.cr.commit()
        env["omni.promise"]._fold([(product, one)])

    meanwhile(race, lambda env: env["product.product"].browse(product).action_archive(), arrive)
    settle(race)
    assert available(race, product, one) == [0]
    race.commit(lambda env: env["product.product"].browse(product).action_unarchive())
    settle(race)
    assert available(race, product, one) == [10]


def test_settings_that_nobody_follows_are_found_and_repaired(race, world):
    """given a row that says something else than the rules, when it is checked, then it is named, and repaired"""
    product, one, _two, shelf = world
    race.commit(receive(product, shelf, 10))
    settle(race)
    for lie in ("safety = 7", "blocked = true", "company_id = 0"):
        query = f"UPDATE omni_promise SET {lie} WHERE product_id = %s"
        race.commit(lambda env, query=query: env.cr.execute(query, [product]))
        assert len(differences(race, product)) == 1
        race.commit(lambda env: env["omni.availability"].repair())
        settle(race)
        assert differences(race, product) == []
        assert available(race, product, one) == [10]


@pytest.mark.parametrize("first", ["the move", "the goods"])
def test_a_shelf_that_goes_to_another_store_while_goods_leave_it(race, world, first):
    """given ten on a shelf, when it goes to another store while four leave, then six are there and none here"""
    product, one, two, shelf = world
    race.commit(receive(product, shelf, 10))
    settle(race)

    def move(env):
        store = env["stock.warehouse"].browse(two)
        env["stock.location"].browse(shelf).location_id = store.lot_stock_id

    def leave(env):
        env.cr.execute("UPDATE stock_quant SET quantity = quantity - 4 WHERE location_id = %s", [shelf])

    if first == "the goods":
        meanwhile(race, move, leave)
    else:
        with Registry(race.database).cursor() as cr:
            env = race.environment(cr)
            env.cr.execute("SELECT 1 FROM stock_location")  # what it sees from here on is as it was
            race.commit(move)
            settle(race, alone=False)  # too early for what is still under way
            leave(env)
            env.flush_all()
            settle(race, alone=False)
    settle(race)
    assert available(race, product, one, two) == [0, 6]
    assert differences(race, product) == []


def test_goods_that_are_brought_to_a_shelf_on_its_way(race, world):
    """given an empty shelf, when it goes to another store while three are put on it, then they are there"""
    product, one, two, shelf = world

    def move(env):
        env["stock.location"].browse(shelf).location_id = env["stock.warehouse"].browse(two).lot_stock_id

    meanwhile(race, move, receive(product, shelf, 3))
    settle(race)
    assert available(race, product, one, two) == [0, 3]
    assert differences(race, product) == []


def test_a_shelf_counts_on_its_other_side_at_once(race, world):
    product, one, two, shelf = world
    race.commit(receive(product, shelf, 10))
    settle(race)

    def move(env):
        env["stock.location"].browse(shelf).location_id = env["stock.warehouse"].browse(two).lot_stock_id
        env.flush_all()
        promise = env["omni.availability"].available([product], [one, two])
        return [promise[product, one], promise[product, two]]

    assert race.commit(move) == [0, 10]
    assert available(race, product, one, two) == [0, 10]


def test_a_product_that_another_takes_the_place_of(race, world):
    """given a hold of a product, when SQL writes another product in it, then it is kept of that one"""
    product, one, _two, shelf = world
    other = race.commit(lambda env: env["product.product"].browse(product).copy({"name": "Other"}).id)
    for some in (product, other):
        race.commit(receive(some, shelf, 5))
    settle(race)
    race.commit(lambda env: env["omni.availability"].hold("res.partner,1", [(product, one, 2)]))
    query = "UPDATE omni_hold SET product_id = %s WHERE product_id = %s AND ended IS NULL"
    race.commit(lambda env: env.cr.execute(query, [other, product]))
    assert available(race, product, one) == [5]
    assert available(race, other, one) == [3]
    settle(race)
    assert (available(race, product, one), available(race, other, one)) == ([5], [3])
    assert differences(race, product) == differences(race, other) == []
    race.commit(lambda env: env["omni.availability"].release("res.partner,1"))


def test_tables_cannot_be_emptied_at_once(race):
    for query in ("TRUNCATE stock_quant CASCADE", "TRUNCATE stock_move CASCADE"):
        with pytest.raises(errors.RaiseException, match="delete its rows"):
            race.commit(lambda env, query=query: env.cr.execute(query, log_exceptions=False))


def test_a_table_that_is_not_followed_is_named(race, world):
    """given disabled triggers, when goods move, then the check names table and product, and repair puts it right"""
    product, one, _two, shelf = world
    settle(race)
    with Registry(race.database).cursor() as cr:
        env = race.environment(cr)
        env.cr.execute("ALTER TABLE stock_quant DISABLE TRIGGER USER")
        assert any("“stock_quant”" in line for line in env["omni.availability"].audit())
        cr.rollback()
        assert not any("triggers" in line for line in env["omni.availability"].audit())
        env.cr.execute("SET LOCAL session_replication_role = 'replica'")
        assert any("“stock_move”" in line for line in env["omni.availability"].audit())
        receive(product, shelf, 4)(env)
        env.flush_all()
    settle(race)
    assert available(race, product, one) == [0]
    assert len(differences(race, product)) == 1
    race.commit(lambda env: env["omni.availability"].repair())
    assert available(race, product, one) == [4]
    settle(race)
    assert differences(race, product) == []


def test_what_is_being_sold_is_kept_as_long_as_it_takes(race, world):
    """given a transaction that confirms an order and outlasts its hold, then nobody else has the goods"""
    product, one, _two, shelf = world
    race.commit(receive(product, shelf, 1))
    settle(race)

    def long_import(env):
        line = Command.create({"product_id": product, "product_uom_qty": 1})
        partner = env["res.partner"].create({"name": "Imported"})
        order = env["sale.order"].create({"partner_id": partner.id, "warehouse_id": one, "order_line": [line]})
        order.action_confirm()
        env.flush_all()
        with Registry(race.database).cursor() as cr:  # the time is up, and the transaction goes on
            cr.execute(
                "UPDATE omni_hold SET expires_at = omni_promise.clock() - interval '1 second' WHERE product_id = %s",
                [product],
            )
        time.sleep(0.1)
        assert available(race, product, one) == [0]
        settle(race, alone=False)
        assert available(race, product, one) == [0]
        with pytest.raises(OutOfStock):
            race.commit(lambda other: other["omni.availability"].hold("res.partner,1", [(product, one, 1)]))
        return order.id

    race.commit(long_import)
    settle(race)
    assert available(race, product, one) == [0]
    assert differences(race, product) == []


def test_what_was_being_sold_comes_back_when_that_fails(race, world):
    product, one, _two, shelf = world
    race.commit(receive(product, shelf, 1))
    settle(race)
    with Registry(race.database).cursor() as cr:
        env = race.environment(cr)
        env["omni.availability"].hold("res.partner,1", [(product, one, 1)])
        env["omni.availability"].commit("res.partner,1")
        env.flush_all()
        with Registry(race.database).cursor() as other:
            other.execute("UPDATE omni_hold SET expires_at = omni_promise.clock() WHERE product_id = %s", [product])
        assert available(race, product, one) == [0]
        cr.rollback()
    assert available(race, product, one) == [1]
    settle(race)
    assert (available(race, product, one), differences(race, product)) == ([1], [])
