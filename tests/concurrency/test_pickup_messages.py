"""Customers hear of each thing exactly once, whoever dies in between, whoever repeats it, and however many send."""

import logging
import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from forked import own_connections, reap

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry

PICKUPS = 12
DEATHS = 6
WAITING = 40


@pytest.fixture
def shop(race):
    """A shop with a product, an in-store carrier and a customer: their ids."""

    def build(env):
        code = uuid4().hex[:5].upper()
        address = {"name": f"Counter {code}", "street": "1 Main street", "city": "Lyon", "zip": "69002"}
        address["country_id"] = env.ref("base.fr").id
        store = env["stock.warehouse"].create(
            {"name": f"Counter {code}", "code": code, "partner_id": env["res.partner"].create(address).id}
        )
        store.omni_reserve_max_open = 0
        product = env["product.product"].create(
            {"name": f"Counter {code}", "is_storable": True, "list_price": 10, "taxes_id": False}
        )
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, 1000)
        service = env["product.product"].create({"name": "Collect", "type": "service", "list_price": 0})
        env["delivery.carrier"].create(
            {
                "name": f"Counter {code}",
                "delivery_type": "in_store",
                "product_id": service.id,
                "warehouse_ids": [Command.set(store.ids)],
                "is_published": True,
            }
        )
        customer = env["res.partner"].create({"name": "Mortal", "email": f"{code}@example.com"})
        return store.id, product.id, customer.id

    return race.commit(build)


def reserve(env, shop, ready=False):
    store, product, customer = shop
    pickup = env["omni.pickup"].reserve(customer, store, [(product, 1)])
    if ready:
        pickup.action_ready()
    return pickup.id


def told(race, pickup_ids):
    """{(pickup, kind): (messages, mails)} as they are saved."""

    def work(env):
        about = [("res_model", "=", "omni.pickup"), ("res_id", "in", pickup_ids)]
        messages = env["omni.message"].search(about)
        rows = Counter((message.res_id, message.code.removeprefix("pickup.")) for message in messages)
        mails = env["mail.mail"].search([("model", "=", "omni.pickup"), ("res_id", "in", pickup_ids)])
        kinds = {message.mail_message_id: message.code.removeprefix("pickup.") for message in messages}
        made = Counter((mail.res_id, kinds.get(mail.mail_message_id, "of nobody")) for mail in mails)
        return {key: (rows[key], made[key]) for key in rows | made}

    return race.commit(work)


def in_a_process(race, work):
    """Start `work(env)` in a process of its own, which saves what it did if it lives so long; its id."""
    registry = Registry(race.database)
    pid = os.fork()
    if pid:
        return pid
    try:
        logging.disable()  # that it dies is no news
        own_connections(registry)
        with registry.cursor() as cr:
            work(api.Environment(cr, SUPERUSER_ID, {}))
    finally:
        os._exit(0)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def before(env, model, method):
    """Whoever calls `method` dies at its beginning."""
    setattr(env.registry[model], method, lambda *_args, **_kwargs: die())


def after(env, model, method):
    """Whoever calls `method` dies at its end."""
    original = getattr(env.registry[model], method)

    def call(self, *args, **kwargs):
        original(self, *args, **kwargs)
        die()

    setattr(env.registry[model], method, call)


@pytest.mark.parametrize(
    "death",
    [
        lambda env: before(env, "omni.pickup", "_tell"),  # ready, and nothing said yet
        lambda env: before(env, "omni.message", "_send_by_mail"),  # noted as said, and no mail
        lambda env: after(env, "omni.pickup", "_tell"),  # with its mail, not saved
        lambda env: env.cr.postcommit.add(die),  # saved, and nobody answers
    ],
    ids=["before the message", "before the mail", "before the commit", "after the commit"],
)
def test_killed_between_the_step_and_the_mail(race, shop, death):
    """given a pickup, when who makes it ready is killed at any point, and two others repeat it, then one mail leaves"""
    pickup_id = race.commit(lambda env: reserve(env, shop))

    def work(env):
        death(env)
        env["omni.pickup"].browse(pickup_id).action_ready()

    status = reap(race, in_a_process(race, work))
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    for _again in range(2):
        race.commit(lambda env: env["omni.pickup"].browse(pickup_id).action_ready())
    assert told(race, [pickup_id]) == {(pickup_id, "received"): (1, 1), (pickup_id, "ready"): (1, 1)}


def test_two_who_say_the_same_at_once(race, shop):
    """given a pickup, when eight say the same of it at the same moment, then the customer hears it once"""
    pickup_id = race.commit(lambda env: reserve(env, shop))

    def work(env):
        env["omni.pickup"].browse(pickup_id)._tell("reminder", "today")

    race.run([work] * 8, retry=True)
    assert told(race, [pickup_id])[pickup_id, "reminder"] == (1, 1)


def test_the_job_is_killed_again_and_again(race, shop):
    """given pickups that nobody collects, when the job that releases them dies at random, then each is told once"""
    pickup_ids = [race.commit(lambda env: reserve(env, shop, ready=True)) for _pickup in range(PICKUPS)]
    late = fields.Datetime.now() - timedelta(hours=1)
    race.commit(lambda env: env["omni.pickup"].browse(pickup_ids).write({"deadline": late}))
    chance = random.Random(1)

    def job(env):
        env["omni.pickup"]._cron_deadline()

    for _death in range(DEATHS):
        pid = in_a_process(race, job)
        time.sleep(chance.uniform(0.05, 0.6))
        os.kill(pid, signal.SIGKILL)
        reap(race, pid)
    for _again in range(2):
        race.commit(job)
    kinds = ("received", "ready", "released")
    assert told(race, pickup_ids) == {(pickup, kind): (1, 1) for pickup in pickup_ids for kind in kinds}
    assert race.commit(lambda env: set(env["omni.pickup"].browse(pickup_ids).mapped("state"))) == {"released"}


@pytest.fixture
def outbox(race):
    """Reminders that wait for the job, all due: their ids."""

    def build(env):
        env.company.write({"omni_quiet_from": 0, "omni_quiet_to": 0, "omni_messages_a_day": 0})
        messages = env["omni.message"]
        for number in range(WAITING):
            customer = env["res.partner"].create({"name": "Patient", "email": f"patient{number}@example.com"})
            customer._omni_give_consent("reminder", "mail", True, "website", "Shall we remind you?")
            messages |= messages._tell("test", customer, "once", purpose="reminder", words="Your lamp waits.")
        return messages.ids

    return race.commit(build)


def sent(race, message_ids):
    """{(state, mails of the message): how many messages} as they are saved."""

    def work(env):
        messages = env["omni.message"].browse(message_ids)
        customers = messages.partner_id
        mails = env["mail.mail"].search([("model", "=", "res.partner"), ("res_id", "in", customers.ids)])
        made = Counter(mails.mapped("res_id"))
        return Counter((message.state, made[message.partner_id.id]) for message in messages)

    return race.commit(work)


def drain(env):
    env["omni.message"]._cron_send()


def test_eight_send_at_once(race, outbox):
    """given messages that wait, when eight send them at the same moment, then each leaves once"""
    outcomes = race.run([drain] * 8)
    assert not [outcome for outcome in outcomes if outcome is not None], outcomes
    assert sent(race, outbox) == {("sent", 1): WAITING}


def test_who_sends_is_killed_again_and_again(race, outbox):
    """given messages that wait, when who sends them dies at random, then each leaves once"""
    chance = random.Random(2)
    for _death in range(DEATHS):
        pid = in_a_process(race, drain)
        time.sleep(chance.uniform(0.02, 0.3))
        os.kill(pid, signal.SIGKILL)
        reap(race, pid)
    race.commit(drain)
    assert sent(race, outbox) == {("sent", 1): WAITING}


def test_eight_send_to_one_customer(race):
    """given two messages a day, when eight send six messages of one customer at once, then two leave"""

    def build(env):
        env.company.write({"omni_quiet_from": 0, "omni_quiet_to": 0, "omni_messages_a_day": 2})
        customer = env["res.partner"].create({"name": "Busy", "email": "busy@example.com"})
        customer._omni_give_consent("reminder", "mail", True, "website", "Shall we remind you?")
        told = [
            env["omni.message"]._tell("test", customer, f"{number}", purpose="reminder", words="Come back.")
            for number in range(6)
        ]
        return [message.id for message in told]

    message_ids = race.commit(build)
    race.run([drain] * 8)
    states = race.commit(lambda env: Counter(env["omni.message"].browse(message_ids).mapped("state")))
    assert states == {"sent": 2, "waiting": 4}


def test_one_customer_cannot_pass_his_limit_by_haste(race, shop):
    """given a limit of three open reservations, when a customer asks for eight at once, then they have three"""
    race.commit(lambda env: env["stock.warehouse"].browse(shop[0]).write({"omni_reserve_max_open": 3}))
    outcomes = race.run([lambda env: reserve(env, shop)] * 8, retry=True)
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 3, outcomes
