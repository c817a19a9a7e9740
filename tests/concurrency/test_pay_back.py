"""Paying back: of many who pay back of one order at the same moment, none gives more than was paid, nor twice."""

import time
from uuid import uuid4

import pytest

from odoo import Command
from odoo.modules.registry import Registry

from odoo.addons.omni_base.exceptions import Busy

AT_ONCE, TRIALS, PAID, EACH = 16, 5, 100.0, 30.0


@pytest.fixture
def sold(race):
    """A function that gives a confirmed order of 100, paid online by a provider that cannot pay back: its id."""

    def build(env):
        card = {"name": "Card", "code": f"card_{uuid4().hex[:6]}", "active": True, "support_refund": "partial"}
        method = env["payment.method"].create(card)
        provider = env["payment.provider"].create(
            {"name": "Card", "code": "none", "state": "test", "payment_method_ids": [Command.set(method.ids)]}
        )
        service = env["product.product"].create(
            {"name": "Fitting", "type": "service", "list_price": PAID, "taxes_id": False}
        )
        customer = env["res.partner"].create({"name": "Paid"})
        return {"provider": provider.id, "method": method.id, "service": service.id, "customer": customer.id}

    ids = race.commit(build)

    def order(env):
        order = env["sale.order"].create(
            {"partner_id": ids["customer"], "order_line": [Command.create({"product_id": ids["service"]})]}
        )
        order.action_confirm()
        env["payment.transaction"].create(
            {
                "provider_id": ids["provider"],
                "payment_method_id": ids["method"],
                "amount": PAID,
                "currency_id": order.currency_id.id,
                "partner_id": ids["customer"],
                "reference": uuid4().hex,
                "state": "done",
                "is_post_processed": True,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        return order.id

    return lambda: race.commit(order)


def pay_back(order_id, key):
    return lambda env: env["sale.order"].browse(order_id)._omni_pay_back(EACH, key, "The lamp was broken.").ids


def amounts(order_id):
    return lambda env: env["omni.refund"].search([("order_id", "=", order_id)]).mapped("amount")


def test_never_more_than_was_paid(race, sold):
    """given an order of 100, when 16 pay back 30 each at once, then three have 30, one has 10, and twelve nothing"""
    for _trial in range(TRIALS):
        order = sold()
        answers = race.run([pay_back(order, f"caller {number}") for number in range(AT_ONCE)], retry=True)
        told = [answer for answer in answers if isinstance(answer, list)]
        given = race.commit(amounts(order))
        # Those who came too often at the same moment may be told to come again; then the limit is met.
        assert sum(given) <= PAID, (given, answers)
        assert len(given) == sum(map(len, told)), answers
        for number in range(AT_ONCE):
            race.commit(pay_back(order, f"caller {number}"))
        assert sorted(race.commit(amounts(order))) == [10, 30, 30, 30]


def test_one_key_pays_once(race, sold):
    """given one key, when 16 pay back with it at once, then there is one refund, and whoever is answered has that"""
    for _trial in range(TRIALS):
        order = sold()
        answers = race.run([pay_back(order, "the same")] * AT_ONCE, retry=True)
        told = [answer for answer in answers if isinstance(answer, list)]
        assert told, answers
        assert race.commit(amounts(order)) == [EACH]
        assert all(answer == told[0] for answer in told), answers


def test_who_would_wait_for_long_reads_it_in_words(race, sold):
    """given an order that somebody keeps locked, when it is paid back, then the caller reads so within seconds"""
    order = sold()
    with Registry(race.database).cursor() as cr:
        cr.execute("UPDATE sale_order SET note = note WHERE id = %s", [order])
        start = time.monotonic()
        [outcome] = race.run([pay_back(order, "waits")], retry=True)
        assert time.monotonic() - start < 4  # two for the lock, the rest for a slow machine
    assert isinstance(outcome, Busy) and "is being changed right now" in str(outcome)
    assert len(race.commit(pay_back(order, "waits"))) == 1


def test_a_provider_is_asked_once(race, sold, monkeypatch):
    """given a refund that is due, when 16 jobs run at once, then it is asked for once, or a person has it"""
    sent = []

    def features(providers):
        providers.update(dict.fromkeys(("support_manual_capture", "support_express_checkout"), False))
        providers.update({"support_tokenization": False, "support_refund": "partial"})

    def send(request):
        sent.append(request.reference)
        time.sleep(0.2)
        request._set_done()

    registry = Registry(race.database)
    monkeypatch.setattr(registry["payment.provider"], "_compute_feature_support_fields", features)
    monkeypatch.setattr(registry["payment.transaction"], "_send_refund_request", send)
    for _trial in range(TRIALS):
        order = sold()
        [refund] = race.commit(pay_back(order, "due"))
        assert race.commit(lambda env, refund=refund: env["omni.refund"].browse(refund).state) == "due"
        race.run([lambda env: env["omni.refund"]._cron_ask()] * AT_ONCE)
        race.commit(lambda env: env["omni.refund"]._cron_ask())
        state, requests = race.commit(
            lambda env, refund=refund: (
                env["omni.refund"].browse(refund).state,
                len(env["omni.refund"].browse(refund).request_ids),
            )
        )
        assert (state, requests) in (("done", 1), ("by_hand", 0)), (state, requests, sent)
        assert len(sent) == requests
        sent.clear()
