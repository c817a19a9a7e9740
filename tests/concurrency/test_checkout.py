"""The last units, wanted over HTTP by many more customers than there are, and by a till beside them.

A real server with several workers, and one for jobs; each customer goes all the way from the product page to the paid
order. What was sold is counted from the documents, by SQL that shares nothing with what is tested.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import checkout
import pytest
from checkout import UNITS

TICKETS = 3
SETTLED = 30  # seconds in which a job reserves what was confirmed at a locked shelf


@pytest.fixture
def mall(race):
    """A web shop that is open, with `CROWD` customers who are signed in; its address."""
    race.commit(checkout.install_payment)
    logins = race.commit(checkout.open_shop)
    with checkout.served(race.database, "checkout.log") as address:
        yield address, checkout.sign_in(address, race.database, logins)


def settled(race, shop):
    """What is counted when the jobs are through."""
    end = time.monotonic() + SETTLED
    while (count := race.commit(lambda env: checkout.counted(env.cr, shop)))["waiting"] and time.monotonic() < end:
        time.sleep(0.5)
    return count


def promised(env, shop):
    return env["omni.availability"].available([shop["product"]], [shop["store"]])[shop["product"], shop["store"]]


def differences(env, shop):
    return [words for words in env["omni.availability"].audit() if shop["name"] in words]


def test_the_last_units_over_http(race, mall):
    """given ten units, when forty customers buy, eight at a time, then ten have one, paid, and thirty read why not;
    when the same forty, some with what was sold out in their baskets, buy ten units of something else, and a till sells
    three beside them, then it always can, no unit is left, and exactly what is sold too often becomes broken promises
    """
    address, shoppers = mall
    buy_all(race, shoppers)
    buy_beside_a_till(race, address, shoppers)


def buy_all(race, shoppers):
    shop = race.commit(checkout.stock_up)
    read = checkout.crowd(shoppers, shop)
    assert read.count("") == UNITS, read
    assert settled(race, shop) == {
        "ordered": UNITS,
        "paid": UNITS,
        "paid_in_vain": 0,
        "on_hand": UNITS,
        "reserved": UNITS,
        "tickets": 0,
        "waiting": 0,
    }
    assert race.commit(lambda env: promised(env, shop)) == 0
    assert race.commit(lambda env: differences(env, shop)) == []


def buy_beside_a_till(race, address, shoppers):
    shop = race.commit(checkout.stock_up)
    till = checkout.Till(address, race.database, race.commit(lambda env: checkout.open_till(env, shop)))
    chance = random.Random(7)

    def sell():
        for _ticket in range(TICKETS):
            time.sleep(chance.uniform(0.5, 2))
            till.sell()

    with ThreadPoolExecutor(1) as pool:
        selling = pool.submit(sell)
        read = checkout.crowd(shoppers, shop)
        selling.result()
    count = race.commit(lambda env: checkout.counted(env.cr, shop))
    bought = read.count("")
    assert bought + TICKETS >= UNITS, (read, count)
    assert (count["ordered"], count["paid"], count["paid_in_vain"]) == (bought, bought, 0)
    assert (count["tickets"], count["on_hand"]) == (TICKETS, UNITS - TICKETS)
    assert count["reserved"] + count["waiting"] == bought
    race.commit(lambda env: env["omni.incident.watch"]._cron_watch())
    # What is on hold is promised too, be it to who has read that it is gone from under them.
    over = bought + race.commit(lambda env: held(env, shop)) - count["on_hand"]
    assert race.commit(lambda env: broken(env, shop)) == max(over, 0)
    assert race.commit(lambda env: promised(env, shop)) == 0
    assert race.commit(lambda env: differences(env, shop)) == []


def held(env, shop):
    env.cr.execute(
        """
        SELECT COALESCE(SUM(quantity), 0)::int FROM omni_hold AS h
         WHERE product_id = %s AND ended IS NULL AND expires_at > clock_timestamp() AT TIME ZONE 'UTC'
           AND NOT EXISTS (SELECT FROM omni_promise_change AS c WHERE c.hold_id = h.id)
        """,
        [shop["product"]],
    )
    return env.cr.fetchone()[0]


def broken(env, shop):
    which = [("product_id", "=", shop["product"]), ("state", "=", "open")]
    return sum(env["omni.incident"].search(which).mapped("quantity"))
