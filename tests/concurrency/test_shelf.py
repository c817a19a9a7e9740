"""A shelf that somebody else has locked: what is promised of it then, and what is reserved.

Who finds the quants of a shelf locked makes another one in core, of which the columns that it has nothing to say about
stay empty. All is counted here by SQL of this file's own, in which empty is 0.
"""

import time
from contextlib import contextmanager
from unittest.mock import patch
from uuid import uuid4

import pytest

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import mute_logger

UNITS = 2


def new_shelf(race):
    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Shelf {code}", "code": code})
        product = env["product.product"].create(
            {"name": f"Shelf {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, UNITS)
        return product.id, store.id

    return race.commit(build)


@pytest.fixture
def shelf(race):
    """A store with `UNITS` of one product: their ids."""
    return new_shelf(race)


@contextmanager
def locked(race, shelf):
    """Somebody counts the shelf meanwhile: its quants are locked on a connection of their own."""
    with Registry(race.database).cursor() as cr:
        cr.execute("SELECT id FROM stock_quant WHERE product_id = %s FOR UPDATE", shelf[:1])
        yield


def order_of(env, shelf, quantity):
    product, store = shelf
    return env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Visitor"}).id,
            "warehouse_id": store,
            "order_line": [Command.create({"product_id": product, "product_uom_qty": quantity})],
        }
    )


def order(env, shelf):
    made = order_of(env, shelf, 1)
    made.action_confirm()
    return made.id


def to_reserve(shelf):
    """How many moves of the product the job has still to reserve, as a function of an environment."""
    which = [("product_id", "=", shelf[0]), ("omni_reserve_later", "=", True)]
    return lambda env: env["stock.move"].search_count(which)


def triggers(env):
    job = env.ref("omni_stock.stock_move_cron_reserve")
    return env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])


def facts(env, shelf):
    """What the quants say: how many there are, units on hand, units reserved; and units that orders wait for."""
    env.cr.execute(
        """
        SELECT count(*), SUM(COALESCE(q.quantity, 0))::int, SUM(COALESCE(q.reserved_quantity, 0))::int
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.product_id = %s AND l.usage = 'internal'
        """,
        shelf[:1],
    )
    quants = env.cr.fetchone()
    env.cr.execute(
        """
        SELECT COALESCE(SUM(product_uom_qty - COALESCE(quantity, 0)), 0)::int FROM stock_move
         WHERE product_id = %s AND sale_line_id IS NOT NULL AND state NOT IN ('draft', 'done', 'cancel')
        """,
        shelf[:1],
    )
    return *quants, *env.cr.fetchone()


def promised(env, shelf):
    """What the contract says, and the default of the base plate, which reads the quants themselves."""
    product, store = shelf
    availability = env["omni.availability"]
    base = Registry(env.cr.dbname).models["omni.availability"].__mro__
    default = next(cls for cls in base if cls.__module__ == "odoo.addons.omni_base.models.omni_availability")
    read = default._read_available(availability, [product], [store], None)
    return availability.available([product], [store])[product, store], sum(row[2] for row in read)


def differences(env, shelf):
    name = env["product.product"].browse(shelf[0]).display_name
    return [words for words in env["omni.availability"].audit() if name in words]


def test_core_reserves_at_a_locked_shelf(race, shelf):
    """given two units whose quant is locked, when core reserves one beside it, then one can be sold again"""

    def reserve(env):
        product, store = env["product.product"].browse(shelf[0]), env["stock.warehouse"].browse(shelf[1])
        move = env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": 1,
                "location_id": store.lot_stock_id.id,
                "location_dest_id": env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        move._action_assign()
        assert move.state == "assigned"

    with locked(race, shelf):
        race.commit(reserve)
    assert race.commit(lambda env: facts(env, shelf)) == (2, 2, 1, 0)
    assert race.commit(lambda env: promised(env, shelf)) == (1, 1)
    assert race.commit(lambda env: differences(env, shelf)) == []
    race.commit(lambda env: env["stock.quant"]._quant_tasks())
    assert race.commit(lambda env: facts(env, shelf))[:3] == (1, 2, 1)
    assert race.commit(lambda env: promised(env, shelf)) == (1, 1)
    assert race.commit(lambda env: differences(env, shelf)) == []


def reserve(env):
    """The job that reserves what was confirmed at a locked shelf."""
    env["stock.move"]._cron_omni_reserve()


def test_an_order_confirmed_at_a_locked_shelf(race, shelf):
    """given two units whose quant is locked, when an order of one is confirmed and the job comes by, then one is left,
    and as soon as the shelf is free the job reserves on the quant that is there"""
    with locked(race, shelf):
        race.commit(lambda env: order(env, shelf))
        race.commit(reserve)
        assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS, 0, 1)
        assert race.commit(lambda env: promised(env, shelf))[0] == 1
    race.commit(reserve)
    assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS, 1, 0)
    assert race.commit(lambda env: promised(env, shelf)) == (1, 1)
    assert race.commit(lambda env: differences(env, shelf)) == []


def test_the_job_waits_a_moment_for_the_shelf(race, shelf):
    """given an order to be reserved, when who has the shelf goes while the job waits for it, then it is reserved"""
    with locked(race, shelf):
        race.commit(lambda env: order(env, shelf))

    def hold_shelf(env):
        with locked(race, shelf):
            time.sleep(0.5)

    def come_by(env):
        time.sleep(0.2)
        reserve(env)

    assert race.run([hold_shelf, come_by]) == [None, None]
    assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS, 1, 0)


def test_the_job_comes_again_when_the_shelf_was_changed_meanwhile(race, shelf):
    """given an order to be reserved, when goods come in while the job waits, then it comes again, and loses nothing"""
    with locked(race, shelf):
        race.commit(lambda env: order(env, shelf))

    def receive(env):
        place = env["stock.warehouse"].browse(shelf[1]).lot_stock_id
        env["stock.quant"]._update_available_quantity(env["product.product"].browse(shelf[0]), place, 3)
        env.flush_all()
        time.sleep(0.5)

    def come_by(env):
        time.sleep(0.2)
        reserve(env)

    assert race.run([receive, come_by]) == [None, None]
    assert race.commit(to_reserve(shelf)) == 1
    assert race.commit(triggers) > 0
    race.commit(reserve)
    assert race.commit(to_reserve(shelf)) == 0
    assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS + 3, 1, 0)
    assert race.commit(lambda env: promised(env, shelf)) == (UNITS + 2, UNITS + 2)


def test_one_locked_shelf_is_in_nobodys_way(race, shelf):
    """given orders at two shelves, when one is locked, then the job reserves at the other, and comes again"""
    other = new_shelf(race)
    with locked(race, shelf):
        with locked(race, other):
            race.commit(lambda env: [order(env, shelf), order(env, other), order(env, shelf)])
        before = race.commit(triggers)
        race.commit(reserve)
        assert race.commit(triggers) == before + 1
        assert race.commit(lambda env: facts(env, other)) == (1, UNITS, 1, 0)
        assert race.commit(to_reserve(shelf)) == 2
    race.commit(reserve)
    assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS, 2, 0)


def test_one_move_that_cannot_be_reserved_is_in_nobodys_way(race, shelf):
    """given two orders at a shelf, when one cannot be reserved, then the other is, and the job ends"""
    with locked(race, shelf):
        first, _second = race.commit(lambda env: [order(env, shelf), order(env, shelf)])

    def run(env):
        moves = type(env["stock.move"])
        assign = moves._action_assign

        def fail(self, force_qty=False):
            if first in self.sale_line_id.order_id.ids:
                raise UserError("No")
            return assign(self, force_qty)

        with patch.object(moves, "_action_assign", fail), mute_logger("odoo.addons.omni_stock.models.stock_move"):
            reserve(env)

    race.commit(run)
    assert race.commit(to_reserve(shelf)) == 1
    assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS, 1, 1)
    race.commit(reserve)
    assert race.commit(lambda env: facts(env, shelf)) == (1, UNITS, 2, 0)


def test_goods_brought_from_another_store_are_kept_at_a_locked_shelf(race, shelf):
    """given a broken promise, when a store whose shelf is locked gives the goods, then nothing is reserved beside it"""
    needing = new_shelf(race)

    def build(env):
        basket = order_of(env, needing, 1)
        return (
            env["omni.incident"]
            .create(
                {
                    "product_id": shelf[0],
                    "warehouse_id": needing[1],
                    "quantity": 1,
                    "kind": "order",
                    "res_model": "sale.order",
                    "res_id": basket.id,
                }
            )
            .id
        )

    incident = race.commit(build)
    with locked(race, shelf):
        race.commit(lambda env: env["omni.incident"].browse(incident).action_take_from(shelf[1]) and None)
        assert race.commit(lambda env: facts(env, shelf))[:3] == (1, UNITS, 0)
        assert race.commit(lambda env: promised(env, shelf))[0] == 1
    race.commit(reserve)
    assert race.commit(lambda env: facts(env, shelf))[:3] == (1, UNITS, 1)
    assert race.commit(lambda env: promised(env, shelf)) == (1, 1)
