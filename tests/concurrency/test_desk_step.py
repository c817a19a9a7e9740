"""A step of the pickup desk that arrives several times at once, as after a loss of network: it happens once.

The unique index of ``omni.pickup.key`` decides.
"""

from collections import Counter
from uuid import uuid4

import pytest

from odoo import Command

SENDERS = 8


@pytest.fixture
def parcel(race):
    """A pickup that is ready, of three pieces that cost nothing: ids of the pickup and its line, and its code."""

    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Desk {code}", "code": code})
        service = env["product.product"].create({"name": "Collect", "type": "service", "list_price": 0})
        carrier = env["delivery.carrier"].create(
            {
                "name": f"Collect {code}",
                "delivery_type": "in_store",
                "product_id": service.id,
                "warehouse_ids": [Command.set(store.ids)],
            }
        )
        product = env["product.product"].create({"name": f"Piece {code}", "is_storable": True, "list_price": 0})
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, 10)
        order = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Racer"}).id,
                "warehouse_id": store.id,
                "carrier_id": carrier.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 3, "price_unit": 0})],
            }
        )
        order.action_confirm()
        pickup = order.omni_pickup_ids
        pickup.action_ready()
        return pickup.id, pickup.line_ids.id, pickup.code

    return race.commit(build)


def test_one_step_sent_by_many(race, parcel):
    pickup, line, code = parcel
    key = uuid4().hex

    def send(env):
        values = {"code": code, "quantities": {str(line): 1}}
        return env["omni.pickup.desk"].step(key, pickup, "hand_over", values)

    outcomes = race.run([send] * SENDERS, retry=True)
    assert Counter(outcomes) == {True: 1, False: SENDERS - 1}
    assert race.commit(lambda env: env["omni.pickup.line"].browse(line).quantity_collected) == 1


def test_one_claim_by_many(race, parcel):
    """given several who claim one record for good, then one has it, the others hear so, and who asks again has it"""
    pickup = parcel[0]

    def claim(by):
        return lambda env: env["omni.pickup"].browse(pickup)._claim("bin", by)

    outcomes = race.run([claim(f"till {number}") for number in range(SENDERS)], retry=True)
    assert Counter(outcomes) == {True: 1, False: SENDERS - 1}
    winner = f"till {outcomes.index(True)}"
    assert race.commit(claim(winner))
    assert race.commit(lambda env: env["omni.pickup"].browse(pickup).bin) == winner
