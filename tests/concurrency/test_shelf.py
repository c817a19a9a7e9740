"""A shelf that somebody else has locked: what is promised of it then, and what is reserved.

Who finds the quants of a shelf locked makes another one in core, of which the columns that it has nothing to say about
stay empty. All is counted here by SQL of this file's own, in which empty is 0.
"""

from contextlib import contextmanager
from uuid import uuid4

import pytest

from odoo.modules.registry import Registry

UNITS = 2


@pytest.fixture
def shelf(race):
    """A store with `UNITS` of one product: their ids."""

    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Shelf {code}", "code": code})
        product = env["product.product"].create(
            {"name": f"Shelf {code}", "is_storable": True, "allow_out_of_stock_order": False, "taxes_id": False}
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, UNITS)
        return product.id, store.id

    return race.commit(build)


@contextmanager
def locked(race, shelf):
    """Somebody counts the shelf meanwhile: its quants are locked on a connection of their own."""
    with Registry(race.database).cursor() as cr:
        cr.execute("SELECT id FROM stock_quant WHERE product_id = %s FOR UPDATE", shelf[:1])
        yield


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
