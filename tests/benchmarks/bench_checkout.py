"""Whole checkouts over HTTP on a server with two workers: who gets the last units, and how many checkouts a second."""

import json
import time

import beside  # first: it tells where the tests' own modules are
import checkout

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

RUNS = 20
PLAIN_RUNS = 3
PLENTY_RUNS = 3


def run(env):
    """Print what was sold in each run, here and in stock Odoo, and the rates."""
    here = measure(env, RUNS)
    plain = _stock_odoo()
    print(f"{checkout.UNITS} units, {checkout.CROWD} customers over HTTP, {checkout.AT_A_TIME} at a time, two workers")
    for name, figures in (("here", here), ("stock Odoo", plain)):
        print(f"  {name}: orders confirmed and paid in each run: {figures['sold']}, paid in vain: {figures['vain']}")
        print(f"    customers a second: {figures['served']:.2f}; with enough for all: {figures['bought']:.2f}")
    if plain["bought"]:
        print(f"  ratio of whole checkouts: {here['bought'] / plain['bought']:.2f}")
    else:  # it confirms no paid order whose mail cannot be made
        print("  stock Odoo confirms nothing where no PDF can be made: there is no ratio")


def measure(env, runs):
    """Let the crowd buy so many times: units sold, orders paid in vain, and how many customers were served a second."""
    database = env.cr.dbname
    env.cr.commit()

    def commit(work):
        with Registry(database).cursor() as cr:
            return work(api.Environment(cr, SUPERUSER_ID, {}))

    def crowd(shoppers, units):
        commit(checkout.empty_baskets)
        shop = commit(lambda env: checkout.stock_up(env, units))
        begin = time.monotonic()
        read = checkout.crowd(shoppers, shop)
        seconds = time.monotonic() - begin
        return commit(lambda env: checkout.counted(env.cr, shop)), read, seconds

    commit(checkout.install_payment)
    logins = commit(checkout.open_shop)
    with checkout.served(database, f"{database}.log") as address:
        shoppers = checkout.sign_in(address, database, logins)
        races = [crowd(shoppers, checkout.UNITS) for _run in range(runs)]
        plenty = [crowd(shoppers, checkout.CROWD) for _run in range(PLENTY_RUNS)]
    return {
        "sold": [count["paid"] for count, _read, _seconds in races],
        "vain": sum(count["paid_in_vain"] for count, _read, _seconds in races),
        "served": checkout.CROWD * runs / sum(seconds for _count, _read, seconds in races),
        "bought": sum(count["paid"] for count, _read, _seconds in plenty)
        / sum(seconds for _count, _read, seconds in plenty),
    }


def _stock_odoo():
    process = beside.start(__file__)
    answer, _errors = process.communicate()
    beside.drop()
    return json.loads(next(line for line in answer.splitlines() if line.startswith("{")))


if __name__ == "__main__":
    print(json.dumps(measure(globals()["env"], PLAIN_RUNS)))
