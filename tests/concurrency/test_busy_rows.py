"""Somebody is at a product for longer than a buyer waits: they read so in words, and nothing that is paid is lost."""

import time
from contextlib import contextmanager
from uuid import uuid4

import pytest

from odoo import Command
from odoo.modules.registry import Registry

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.omni_base.models.sale_order import REPORT_ONLY

PATIENCE = 4  # seconds within which a buyer hears something: two for the decision, the rest for a slow machine


@pytest.fixture
def stall(race):
    """A store with ten of one product and a website that sells from it: ids of product, warehouse, website."""

    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Busy {code}", "code": code})
        website = env["website"].create({"name": f"Busy {code}", "warehouse_id": store.id})
        product = env["product.product"].create(
            {"name": f"Busy {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, 10)
        return product.id, store.id, website.id

    ids = race.commit(build)
    race.commit(lambda env: env["omni.promise"]._fold([ids[:2]]))
    return ids


def new_order(race, stall, web=False):
    product, store, website = stall

    def work(env):
        line = Command.create({"product_id": product, "product_uom_qty": 1})
        values = {"partner_id": env["res.partner"].create({"name": "Waiting"}).id, "order_line": [line]}
        return env["sale.order"].create({**values, "warehouse_id": store, "website_id": web and website}).id

    return race.commit(work)


@contextmanager
def locked(race, stall):
    """Somebody else has the product's row."""
    with Registry(race.database).cursor() as cr:
        cr.execute("SELECT FROM omni_promise WHERE product_id = %s AND warehouse_id = %s FOR UPDATE", list(stall[:2]))
        assert cr.rowcount == 1
        yield


@contextmanager
def quickly():
    start = time.monotonic()
    yield
    assert time.monotonic() - start < PATIENCE


def left(race, stall):
    product, store, _website = stall
    return race.commit(lambda env: env["omni.availability"].available([product], [store])[product, store])


def test_who_confirms_reads_it_in_words(race, stall):
    order = new_order(race, stall)
    with locked(race, stall), quickly():
        [outcome] = race.run([lambda env: env["sale.order"].browse(order).action_confirm()], retry=True)
    assert isinstance(outcome, Busy) and "is being updated right now" in str(outcome)
    assert race.commit(lambda env: env["sale.order"].browse(order).state) == "draft"
    assert left(race, stall) == 10


def test_a_shopper_goes_on_and_reads_it_where_he_pays(race, stall):
    order = new_order(race, stall, web=True)

    def check_out(env):
        env["sale.order"].browse(order)._omni_hold_at_step("checkout")
        return env["sale.order"].browse(order).shop_warning

    with locked(race, stall):
        with quickly():
            assert "is being updated right now" in race.commit(check_out)
        with quickly():
            [outcome] = race.run([lambda env: env["sale.order"].browse(order)._omni_hold(900)], retry=True)
    assert isinstance(outcome, Busy)
    assert race.commit(lambda env: env["sale.order"].browse(order)._omni_try_hold()) == ""
    assert left(race, stall) == 9


@pytest.mark.parametrize("held", [True, False])
def test_what_is_paid_or_handed_over_is_never_refused(race, stall, held):
    """given a row that is locked, when an order that may not be refused is confirmed, then it is, and it counts"""
    order = new_order(race, stall, web=True)
    if held:
        race.commit(lambda env: env["sale.order"].browse(order)._omni_hold())

    def confirm(env):
        env["sale.order"].browse(order).with_context(omni_report_only=REPORT_ONLY).action_confirm()
        return True

    with locked(race, stall), quickly():
        assert race.run([confirm], retry=True) == [True]
    assert race.commit(lambda env: env["sale.order"].browse(order).state) == "sale"
    assert left(race, stall) == 9


def test_a_payment_goes_on(race, stall):
    """given a row that is locked, when a payment goes on or fails, then its state is never lost"""
    for held in (True, False):
        order = new_order(race, stall, web=True)
        if held:
            race.commit(lambda env, order=order: env["sale.order"].browse(order)._omni_hold())

        for state in ("pending", "cancel"):
            work = [lambda env, order=order, state=state: env["sale.order"].browse(order)._omni_follow_payment(state)]
            with locked(race, stall), quickly():
                assert race.run(work, retry=True) == [None]


def test_more_time_giving_back_and_selling_wait_for_nobody(race, stall):
    order = new_order(race, stall)
    availability = [("extend", 3600), ("release",), ("commit",)]
    for name, *args in availability:
        race.commit(
            lambda env: env["omni.availability"].hold(f"sale.order,{order}", [(stall[0], stall[1], 1)], ttl=600)
        )
        with locked(race, stall):
            start = time.monotonic()
            race.commit(
                lambda env, name=name, args=args: getattr(env["omni.availability"], name)(f"sale.order,{order}", *args)
            )
            assert time.monotonic() - start < 1


@pytest.mark.parametrize("broken", [False, True])
def test_what_follows_a_commit_runs_whatever_comes_of_the_rest(race, stall, monkeypatch, broken):
    """given a row that is locked, when an order is confirmed, then it is saved, and what waits behind is called"""
    order, called = new_order(race, stall), []
    race.commit(lambda env: env["omni.availability"].hold(f"sale.order,{order}", [(stall[0], stall[1], 1)], ttl=3600))

    def fail(*_args):
        raise RuntimeError("the job folds it")

    if broken:
        monkeypatch.setattr(Registry(race.database)["omni.promise"], "_fold", fail)

    def confirm(env):
        env["sale.order"].browse(order).action_confirm()
        env.cr.postcommit.add(lambda: called.append(True))
        return True

    with locked(race, stall), quickly():
        assert race.run([confirm], retry=True) == [True]
    assert called == [True]
    assert race.commit(lambda env: env["sale.order"].browse(order).state) == "sale"


def test_rows_that_are_missing_are_made_before_any_is_locked(race, stall):
    """given two products of which one has no row yet, when both are held and settled at once, then nobody dies"""
    product, store, _website = stall

    def another(env):
        # The product that comes first in the order of locks has changes and no row.
        code = uuid4().hex[:5]
        first, second = env["product.product"].create(
            [{"name": f"Late {code}", "is_storable": True, "allow_out_of_stock_order": False}] * 2
        )
        location = env["stock.warehouse"].browse(store).lot_stock_id
        env["stock.quant"]._update_available_quantity(second, location, 10)
        return first.id, second.id

    first, second = race.commit(another)
    race.commit(lambda env: env["omni.promise"]._fold([(second, store)]))

    def receive(env):
        location = env["stock.warehouse"].browse(store).lot_stock_id
        for one in env["product.product"].browse([first, second]):
            env["stock.quant"]._update_available_quantity(one, location, 1)

    race.commit(receive)

    def block(env):
        env.cr.execute("SELECT FROM omni_promise WHERE product_id = %s FOR UPDATE", [second])
        env.cr.execute("SELECT pg_sleep(0.8)")

    def hold(env):
        env.cr.execute("SELECT pg_sleep(0.2)")
        env["omni.availability"].hold("res.partner,1", [(first, store, 1), (second, store, 1)])

    def settle(env):
        env.cr.execute("SELECT pg_sleep(0.4)")
        env.cr.execute("COMMIT")
        env.cr.execute("SET lock_timeout = '5s'")
        env.cr.execute("SELECT omni_promise.settle(%s, %s)", [[first, second], [store, store]])

    assert race.run([block, hold, settle]) == [None] * 3
