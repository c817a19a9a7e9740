"""A slot for ten, wanted by 64 at the same moment: ten get it, the others hear of the next free one at once.

The one statement that decides is the conditional update in ``omni.pickup.slot._take``.
"""

import time
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from odoo import fields, sql_db
from odoo.modules.registry import Registry

from odoo.addons.omni_clickcollect.models.omni_pickup_slot import SlotBusy, SlotTaken

PLACES = 10
CUSTOMERS = 64
AT_ONCE = 5  # seconds that the slowest of them may wait


@pytest.fixture
def slots(race, monkeypatch):
    """Two slots in a row of one store, for `PLACES` each: their ids."""
    with sql_db.db_connect(race.database).cursor() as cr:
        monkeypatch.setattr(cr._Cursor__pool, "_maxconn", 3 * CUSTOMERS)  # each customer has two connections

    def build(env):
        code = uuid4().hex[:5].upper()
        store = env["stock.warehouse"].create({"name": f"Slots {code}", "code": code})
        rule = {"warehouse_id": store.id, "hour_from": 9, "hour_to": 11, "capacity": PLACES}
        env["omni.pickup.slot.rule"].create([rule | {"dayofweek": str(day)} for day in range(7)])
        tomorrow = fields.Date.today() + timedelta(days=2)
        return store.omni_slots(tomorrow, tomorrow).ids

    return race.commit(build)


def shopper(slot_id, number, waits):
    """One who has looked around, so that their transaction sees what was before, and then books."""

    def work(env):
        slot = env["omni.pickup.slot"].browse(slot_id)
        assert slot.capacity == PLACES
        start = time.monotonic()
        try:
            slot._book(f"sale.order,-{number}", 600)
        finally:
            waits.append(time.monotonic() - start)
        return True

    return work


def state(race, slot_ids):
    """Return what is booked, and how many bookings there are: they are to agree."""

    def read(env):
        env.cr.execute("SELECT slot_id, COUNT(*) FROM omni_pickup_booking GROUP BY 1")
        bookings = dict(env.cr.fetchall())
        return [(slot.booked, bookings.get(slot.id, 0)) for slot in env["omni.pickup.slot"].browse(slot_ids)]

    return race.commit(read)


def test_many_customers_for_one_slot(race, slots):
    first, second = slots
    waits = []
    outcomes = race.run([shopper(first, number, waits) for number in range(1, CUSTOMERS + 1)])
    refusals = [outcome for outcome in outcomes if isinstance(outcome, SlotTaken)]
    assert Counter(map(str, map(type, outcomes))) == {
        str(bool): PLACES,
        str(SlotTaken): CUSTOMERS - PLACES,
    }, "no error but that it is taken, without any retry"
    following = race.commit(lambda env: env["omni.pickup.slot"].browse(second).start)
    assert {refusal.following for refusal in refusals} == {following}
    assert state(race, slots) == [(PLACES, PLACES), (0, 0)]
    assert max(waits) < AT_ONCE


def test_customers_who_change_their_minds(race, slots):
    """All have a place, and half of them want the other slot, both ways: nobody blocks, nothing is lost."""
    first, second = slots
    for number in range(1, 6):
        for slot, customer in ((first, number), (second, -number)):
            race.commit(lambda env, slot=slot, customer=customer: shopper(slot, customer, [])(env))
    works = [shopper(second, number, []) for number in range(1, 6)]
    works += [shopper(first, -number, []) for number in range(1, 6)]
    assert set(race.run(works)) == {True}
    assert state(race, slots) == [(5, 5), (5, 5)]


def test_one_customer_clicks_often(race, slots):
    assert set(race.run([shopper(slot, 1, []) for slot in slots * 6])) == {True}
    found = state(race, slots)
    assert sum(booked for booked, _bookings in found) == 1
    assert all(booked == bookings for booked, bookings in found)


def test_who_gives_up_makes_room(race, slots):
    """Ten have it, one cancels while others ask: one of them gets the place, no more."""
    first, _second = slots
    race.run([shopper(first, number, []) for number in range(1, PLACES + 1)])

    def give_up(env):
        env["omni.pickup.booking"]._free(["sale.order,-1"])
        env.cr.commit()
        return True

    race.run([give_up, *(shopper(first, number, []) for number in range(100, 120))])
    late = race.run([shopper(first, number, []) for number in range(200, 220)])
    assert state(race, slots)[0] == (PLACES, PLACES)
    assert sum(outcome is True for outcome in late) <= 1


def test_a_transaction_that_fails_keeps_its_place_for_a_while_only(race, slots):
    first, _second = slots

    def fail(env):
        env["omni.pickup.slot"].browse(first)._book("sale.order,-1", 0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        race.commit(fail)
    assert race.commit(lambda env: env["omni.pickup.slot"].browse(first).left) == PLACES
    outcomes = race.run([shopper(first, number, []) for number in range(10, 10 + CUSTOMERS // 4)])
    assert sum(outcome is True for outcome in outcomes) == PLACES
    assert state(race, slots)[0] == (PLACES, PLACES)


def test_a_pickup_whose_move_fails_still_has_its_place(race, slots):
    """It books the other slot and its transaction fails: both places are its own until the second runs out."""
    first, second = slots

    def build(env):
        slot = env["omni.pickup.slot"].browse(first)
        pickup = env["omni.pickup"].create(
            {
                "warehouse_id": slot.warehouse_id.id,
                "partner_id": env["res.partner"].create({"name": "Mover"}).id,
                "promised_at": slot.start,
                "deadline": slot.end,
                "slot_id": slot.id,
            }
        )
        slot._book(pickup._slot_owner(), 0)
        return pickup.id

    pickup = race.commit(build)

    def move(env, fails):
        env["omni.pickup"].browse(pickup).action_change_slot(second)
        if fails:
            raise ZeroDivisionError
        env.cr.commit()

    with pytest.raises(ZeroDivisionError):
        race.commit(lambda env: move(env, True))
    assert state(race, slots) == [(1, 1), (1, 1)]
    outcomes = race.run([shopper(first, number, []) for number in range(1, CUSTOMERS // 4)])
    assert sum(outcome is True for outcome in outcomes) == PLACES - 1
    race.commit(lambda env: move(env, False))
    assert state(race, slots) == [(PLACES - 1, PLACES - 1), (1, 1)]


def test_a_slot_that_somebody_is_at(race, slots):
    """given a slot whose row is locked, when it is booked or given back, then one reads so, and the other is saved"""
    race.commit(lambda env: env["omni.pickup.slot"].browse(slots[0])._book("sale.order,-1", 600))
    called = []

    def give_back(env):
        env["omni.pickup.booking"]._free(["sale.order,-1"])
        env.cr.postcommit.add(lambda: called.append(True))
        return True

    with Registry(race.database).cursor() as cr:
        cr.execute("SELECT FROM omni_pickup_slot WHERE id = %s FOR UPDATE", [slots[0]])
        start = time.monotonic()
        [outcome] = race.run([lambda env: env["omni.pickup.slot"].browse(slots[0])._book("sale.order,-2", 600)], True)
        assert isinstance(outcome, SlotBusy) and "try again" in str(outcome)
        assert race.run([give_back], retry=True) == [True]
        assert time.monotonic() - start < 8
    assert called == [True]
