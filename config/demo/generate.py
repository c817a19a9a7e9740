"""Makes the demo retailer's catalogue, customers and a year of sales, on a database with the add-ons and their demo data.

Always the same, with dates relative to today. It knows Odoo's own documents alone: what the add-ons make of them is theirs.
An add-on may say what its people do in an afternoon by a function ``each_day(env, random, moment)`` in ``demo/each_day.py``,
and what they did last by ``today(env, random, moment)`` in ``demo/today.py``. At the end it looks at what came out: see ``check.py``.
"""

import importlib
import random
import sys
import time
from contextlib import suppress
from datetime import date, timedelta

import check
import customers
import history
import looks
import products
import stock
import till_history
import visits
from clock import Clock
from loyalty import Loyalty
from orders import Orders
from plan import Plan, opening_hours, year_ago
from recent import LIVE_DAYS, Recent
from tills import Till

from odoo.tools.misc import file_path

SEED = 20
WEEKS_LIVED = 7  # the last ones of the web shop; collecting in shops begins with them
POINTS_DAYS = 150  # how long tickets have earned points
QUIET = {
    "lang": "en_US",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_auto_subscribe_no_notify": True,
}


def main(env):
    env = env(context={**env.context, **QUIET})
    say = Steps()
    tills = find_tills(env)
    central = env.ref("stock.warehouse0")
    today = date.today()
    start, lived = year_ago(today), today - timedelta(weeks=WEEKS_LIVED)
    chance = random.Random(SEED)

    say("Languages")
    speak_french(env)
    say("Products")
    articles = products.create(env, chance)
    shops = [till.shop for till in tills.values()]
    looks.dress(env, env["product.public.category"].search([], order="sequence, id"), shops)
    say("Customers")
    people = customers.create(env, chance, shops)
    env.cr.commit()

    say("A year of purchases, thought out")
    hours = {till.shop: opening_hours(env.ref(f"omni_base.demo_hours_{name}")) for name, till in tills.items()}
    orders = Orders(env)
    plan = Plan(SEED, start, today, lived if orders.in_store else None, articles, hours, people)
    open_orders = plan.open_orders(Clock(env).now)
    tills = list(tills.values())
    with Clock(env).running() as clock:
        say("Stock")
        stock.fill(env, clock, plan, central, open_orders)
        stock.derive_quants(env, articles)
        say("Tickets of the months past")
        live_from = today - timedelta(days=LIVE_DAYS)
        tickets = [purchase for purchase in plan.purchases if purchase.channel == "store"]
        live = [purchase for purchase in tickets if purchase.moment.date() >= live_from]
        copied = till_history.write(env, clock, plan, tills, tickets[: len(tickets) - len(live)], live_from)
        say("Web orders of the months past")
        online = [purchase for purchase in plan.purchases if purchase.channel != "store"]
        past = [purchase for purchase in online if purchase.moment.date() < lived]
        sells_from, orders.website.warehouse_id = orders.website.warehouse_id, central  # what they are copies of
        history.write(env, clock, plan, orders, past)
        orders.website.warehouse_id = sells_from
        stock.derive_quants(env, articles)
        customers.date_back(env, people, plan.first_seen())
        env.cr.commit()

        say("The last weeks, day by day")
        recent = Recent(env, clock, plan, orders, tills, Loyalty(env, chance), scripts(env, "each_day"))
        earning = [row for row in copied if row[0].moment.date() >= today - timedelta(days=POINTS_DAYS)]
        back = [row for row in copied if row[0].returned and row[0].returned.date() >= live_from]
        recent.run(online[len(past) :], live, earning, back)
        say("Today")
        recent.leave_open(open_orders)
        visits.leave(env, clock, plan, orders, people)
        clock.set(clock.now)
        env.cr.commit()
        for function in scripts(env, "today"):
            function(env, chance, clock.now)
    for model in {"mail.mail", "sms.sms"} & set(env.registry):  # no letter of the story leaves the machine
        env[model].search([("state", "=", "outgoing")]).state = "sent"
    env["res.users"].search([("share", "=", False)]).odoobot_state = "disabled"  # its greeting covers a phone's screen
    env.flush_all()
    env.cr.commit()
    say("Looking at it")
    env.cr.execute("ANALYZE")  # else PostgreSQL knows nothing of what has just been written
    check.look(env)
    say.done()


class Steps:
    """Says on the error output what is done, and how long it took."""

    def __init__(self):
        self.name, self.began = None, time.monotonic()

    def __call__(self, name):
        self.done()
        self.name, self.began = name, time.monotonic()

    def done(self):
        if self.name:
            print(f"{self.name}: {time.monotonic() - self.began:.0f} s", file=sys.stderr, flush=True)
            self.name = None


def find_tills(env):
    """Return the tills of the demo data by their shop's short name: ``{name: Till}``."""
    found = env["ir.model.data"].search(
        [("module", "=", "omni_base"), ("model", "=", "pos.config"), ("name", "=like", "demo_pos_config_%")],
        order="res_id",
    )
    if not found:
        raise SystemExit("The shops are missing: install the add-ons with their demo data first.")
    return {
        row.name.removeprefix("demo_pos_config_"): Till(
            env, random.Random(SEED + row.res_id), env["pos.config"].browse(row.res_id)
        )
        for row in found
    }


def speak_french(env):
    """Load the French words, and offer them on the web shop."""
    languages, websites = env.ref("base.lang_fr").ids, env["website"].search([]).ids
    wizard = env["base.language.install"].create({"lang_ids": [(6, 0, languages)], "website_ids": [(6, 0, websites)]})
    wizard.lang_install()


def scripts(env, name):
    """Return the functions of that name of the add-ons that have one, in ``demo/<name>.py``."""
    found = []
    for module in env["ir.module.module"].search([("state", "=", "installed")], order="name"):
        with suppress(FileNotFoundError):
            file_path(f"{module.name}/demo/{name}.py")
            found.append(getattr(importlib.import_module(f"odoo.addons.{module.name}.demo.{name}"), name))
    return found


main(env)  # noqa: F821 - given to the script by whoever runs it
