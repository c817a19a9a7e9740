"""With Odoo's Manufacturing beside the stock brick, a kit is promised and held as what it is made of.

The add-on does not depend on Manufacturing, so its own tests cannot know it: here they meet on a database of their own.
"""

import databases
import pytest

NAME = "kits"
SCRIPT = """
from odoo import Command
from odoo.addons.omni_base.exceptions import OutOfStock

store, other = env["stock.warehouse"].create([{"name": "Shop", "code": "KSH"}, {"name": "Central", "code": "KCE"}])
stores = [Command.set((store + other).ids)]
channel = env["omni.channel"].create({"name": "Phone", "kind": "phone", "warehouse_ids": stores})
common = {"allow_out_of_stock_order": False, "taxes_id": False}
lamp, bulb, manual = env["product.product"].create(
    [
        {"name": "Lamp", "is_storable": True, **common},
        {"name": "Bulb", "is_storable": True, **common},
        {"name": "Manual", "is_storable": False, **common},
    ]
)
small, kit = env["product.product"].create([{"name": name, "is_storable": False, **common} for name in ("Pair", "Set")])

def bom(product, *parts):
    lines = [Command.create({"product_id": part.id, "product_qty": quantity}) for part, quantity in parts]
    values = {"product_tmpl_id": product.product_tmpl_id.id, "type": "phantom", "bom_line_ids": lines}
    return env["mrp.bom"].create(values)

bom(small, (bulb, 2))
bom(kit, (lamp, 1), (small, 2), (manual, 1))  # a lamp, four bulbs and a manual
for product, quantity in ((lamp, 3), (bulb, 9)):
    env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, quantity)
    env["stock.quant"]._update_available_quantity(product, other.lot_stock_id, 4)
contract, customer = env["omni.availability"], env["res.partner"].create({"name": "Kit customer"})

def order(*lines, **values):
    return env["sale.order"].create(
        {
            "partner_id": customer.id,
            "warehouse_id": store.id,
            "omni_channel_id": channel.id,
            "order_line": [Command.create({"product_id": p.id, "product_uom_qty": q}) for p, q in lines],
            **values,
        }
    )

def left(product, place=store, **context):
    return contract.with_context(**context).available(product.ids, place.ids, channel)[product.id, place.id]

def refused(action):
    try:
        with env.cr.savepoint():
            action()
    except OutOfStock as error:
        return [[product, missing] for (product, _store), missing in error.shortages.items()]
    finally:
        env.invalidate_all()

def hold(owner, *lines):
    return refused(lambda: contract.hold(owner, [(p.id, store.id, q) for p, q in lines], channel))

seen = {"parts": sorted(kit.omni_parts) == sorted([[lamp.id, 1.0], [bulb.id, 4.0]])}
seen["left"] = [left(kit), left(kit, other), left(small), left(manual) == float("inf")]

first, second = order((kit, 1)), order((kit, 2))
seen["too many"] = hold(second, (kit, 3)) == [[kit.id, 1.0]]
seen["held"] = hold(first, (kit, 1))
seen["after a hold"] = [left(kit), left(lamp), left(bulb), left(kit, omni_owner=f"sale.order,{first.id}")]
seen["a part more"] = hold(second, (kit, 1), (bulb, 2)) == [[kit.id, 1.0]]
seen["only parts"] = hold(second, (lamp, 1), (bulb, 6)) == [[bulb.id, 1.0]]

first._omni_hold()
seen["kept as it was"] = env["omni.hold"].search([("res_id", "=", first.id)]).mapped("ended")
first.order_line.write({"product_uom_qty": 1})
seen["and still is"] = first._omni_hold_seconds() > 0
first.order_line.write({"product_uom_qty": 2})
seen["given back"] = first._omni_hold_seconds()
seen["left again"] = left(kit)

first.order_line.write({"product_uom_qty": 1})
first._omni_hold()
first.action_confirm()
moves = first.order_line.move_ids
seen["moves"] = sorted([move.product_id.name, move.product_uom_qty] for move in moves)
seen["sold"] = [left(kit), left(lamp), left(bulb)]
sold = env["omni.hold"].search([("res_id", "=", first.id), ("ended", "=", "committed")])
seen["over"] = sorted(sold.product_id.ids) == sorted((lamp + bulb).ids)
seen["refused"] = refused(second.action_confirm) == [[kit.id, 1.0]]
channel.leave_from = "best"
second.action_confirm()
seen["from both"] = sorted(set(second.order_line.move_ids.location_id.warehouse_id.mapped("code")))
seen["nothing is left"] = [left(kit), left(kit, other)]
kit.omni_excluded_channel_ids = channel
first._action_cancel()
seen["not sold there"] = [left(kit), hold(order((kit, 1)), (kit, 1)) == [[kit.id, 1.0]]]
kit.omni_excluded_channel_ids = False
seen["back"] = left(kit)
seen["audit"] = contract.audit()
env.cr.rollback()
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def seen():
    databases.fresh(NAME, ["mrp", "omni_stock"])
    try:
        yield databases.script(NAME, SCRIPT)
    finally:
        databases.drop(NAME)


def test_a_kit_is_promised_as_its_parts_allow(seen):
    """given kits within kits, when their promise is asked, then the scarcest part decides, if it is counted"""
    assert seen["parts"]
    assert seen["left"] == [2, 1, 4, True]


def test_a_hold_of_a_kit_is_one_of_its_parts(seen):
    """given kits and single parts, when they are held, then all see it, and who is refused reads it in kits"""
    assert seen["too many"] and seen["held"] is None
    assert seen["after a hold"] == [1, 2, 5, 2]
    assert seen["a part more"] and seen["only parts"]


def test_an_order_keeps_and_gives_back_its_kits(seen):
    """given a quotation for a kit, when it is changed, then what it keeps follows"""
    assert seen["kept as it was"] == [False, False]
    assert seen["and still is"] and seen["given back"] == 0
    assert seen["left again"] == 2


def test_a_sold_kit_counts_once(seen):
    """given an order for a kit, when it is confirmed, then its parts leave, and nothing is counted twice"""
    assert seen["moves"] == [["Bulb", 4], ["Lamp", 1], ["Manual", 1]]
    assert seen["sold"] == [1, 2, 5]
    assert seen["over"] and seen["refused"]
    assert seen["audit"] == []


def test_kits_are_routed(seen):
    """given two stores with a kit each, when two are ordered, then both send one"""
    assert seen["from both"] == ["KCE", "KSH"]
    assert seen["nothing is left"] == [0, 0]


def test_a_kit_can_be_kept_from_a_channel(seen):
    """given a kit that a channel does not sell, then none is promised there although its parts are"""
    assert seen["not sold there"] == [0, True]
    assert seen["back"] == 1
