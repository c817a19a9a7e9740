"""Anybody sends anything to whatever of ours can be reached: they hear an answer or words, soon, and of nobody else."""

import json
import re
import resource
import time
import traceback
from datetime import datetime, timedelta
from itertools import cycle, islice
from unittest.mock import patch
from urllib.parse import quote

import house
import known
import nonsense
import pytest
import reflection
from web import Browser

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import call_kw
from odoo.tools import config

from odoo.addons.omni_base.models.omni_rate_limit import OmniRateLimit, Usage

SLOW = 4  # seconds that no answer may take, on a machine that has other work
MEMORY = 200_000  # kilobytes that all of it together may take
QUICK = 0.03  # seconds: what takes longer to do is tried with
FEW = 1  # kind of nonsense in each place, another one each time; so is all that somebody with a single role sends
HOME, ABROAD = house.CITIES
OUTSIDERS = ("visitor", "portal", "employee")


class Town:
    """The two houses, who calls, and what was found not to be as it should."""

    def __init__(self, database, houses, users):
        self.database, self.houses, self.users, self.faults = database, houses, users, []

    def own(self, role):
        return self.houses[ABROAD if role == "stranger" else HOME]

    def foreign(self, role):
        return self.houses[HOME if role == "stranger" else ABROAD]

    def hear(self, role, what, started, answer, shown=()):
        """Look at an answer: it came soon, and holds nothing that this role may not know; ``shown``: what they sent."""
        if (seconds := time.monotonic() - started) > SLOW:
            self.faults.append(f"{what}: took {seconds:.1f} s")
        secrets = [HOME if role == "stranger" else ABROAD, self.foreign(role)["token"]]
        if role in OUTSIDERS:
            secrets += [house.SECRET, self.own(role)["token"], self.own(role)["code"]]
        for secret in secrets:
            if secret in answer and secret not in json.dumps(shown, default=str):
                found = answer.index(secret)
                self.faults.append(f"{what}: tells {secret}: {answer[max(found - 150, 0) : found + 50]}")

    def check(self):
        faults, self.faults = self.faults, []
        assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:80])


@pytest.fixture(scope="module")
def town():
    names = config["db_name"]
    database = names if isinstance(names, str) else names[0]
    # Odoo counts on its tests to share one connection; here each call has its own. No limit hides what is behind it.
    allowed = patch.object(OmniRateLimit, "_count", lambda *_args, **_options: Usage(True, 1, datetime.now()))
    with patch.dict(config.options, {"test_enable": False}), allowed:
        with Registry(database).cursor() as cr:
            houses, users = house.build(api.Environment(cr, SUPERUSER_ID, {}))
        yield Town(database, houses, users)


@pytest.fixture
def env(town):
    with Registry(town.database).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {})
        cr.rollback()


# ---------------------------------------------------------------------------------------------------------- all of it


def test_all_is_classed(env):
    """given what our add-ons let be called, when it is looked at, then known.py knows each method with its arguments,
    and each route
    """
    found = reflection.methods(env)
    cores = {name for name, is_cores in found.items() if is_cores and name not in known.METHODS}
    assert found.keys() - cores == known.METHODS.keys()
    assert {name.rpartition(".")[2] for name in cores} == known.CORES.keys()
    assert {name: reflection.arguments(env, name) for name in known.METHODS} == {
        name: list(arguments) for name, (_where, arguments) in known.METHODS.items()
    }
    assert reflection.routes(env).keys() == known.ROUTES.keys()


# ------------------------------------------------------------------------------------------------------------ methods


def meant(value, own):
    """What a value of known.py stands for in a house."""
    if isinstance(value, dict):
        return {str(meant(key, own)): meant(one, own) for key, one in value.items()}
    if isinstance(value, list):
        return [meant(one, own) for one in value]
    return own[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def places(value):
    """Yield functions that put something else in the place of a value, or of one that is inside it."""
    yield lambda other: other
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        for put in places(one):
            yield lambda other, key=key, put=put: replaced(value, key, put(other))


def replaced(value, key, other):
    changed = value.copy()
    changed[key] = other
    return changed


def cases(where, sense, tried, kinds, inside=True):
    """Yield ``(label, where, arguments)`` of calls with one thing in them, of ``tried``, that makes no sense."""
    for name, value in tried.items():
        for number, put in enumerate(places(value) if inside else [lambda other: other]):
            for label, other in kinds():
                yield f"{name}, place {number}: {label}", where, sense | {name: put(other)}
    if where:
        for label, ids in nonsense.IDS.items():
            yield f"called on: {label}", ids, sense


def call(town, env, role, name, label, where, arguments, context=None):
    """Call a method as over RPC, in a transaction of its own that is never saved."""
    model, _dot, method = name.rpartition(".")
    what, started = f"{role} {name} {label}", time.monotonic()
    try:
        ids = where(env, town.own(role)) if callable(where) else where
        args = [] if ids is None else [ids if isinstance(ids, list) else [ids or 2**31 - 1]]
        answer = call_kw(env[model], method, args, arguments | {"context": context or {}})
        env.flush_all()
        heard = json.dumps(answer, default=str, allow_nan=False)
    except UserError as error:
        heard = f"{error} {getattr(error, 'context', '')}"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        ours = [step for step in traceback.extract_tb(error.__traceback__) if "/addons/omni_" in step.filename][-1:]
        place = " < ".join(f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in (last, *ours))
        town.faults.append(f"{what}: {type(error).__name__} {str(error)[:120]!r} {place}")
        heard = ""
    finally:
        env.cr.rollback()
    town.hear(role, what, started, heard, [arguments, context])


def attack(town, env, role, name, where, arguments, rounds, keys):
    """Call a method as meant, for the other company, and with nonsense: who has all roles tries it in every place."""
    own, foreign, every = town.own(role), town.foreign(role), role == "everything"
    there = where and (lambda env, _own: where(env, foreign))
    both = {"allowed_company_ids": [foreign["company"], own["company"]]}
    call(town, env, role, name, "of the other company", there, meant(arguments, foreign))
    call(town, env, role, name, "as the other company", there, meant(arguments, foreign), both)
    sense, started = meant(arguments, own), time.monotonic()
    call(town, env, role, name, "as meant", where, sense)
    quick = time.monotonic() - started < QUICK
    kinds = nonsense.KINDS.items if every and quick else lambda: islice(rounds, FEW)
    for label, ids, values in cases(where, sense, sense, kinds, every):
        call(town, env, role, name, label, ids, values)
    for label, value in islice(rounds, 2 * FEW):
        call(town, env, role, name, f"context: {label}", where, sense, dict.fromkeys(keys, value))
    for other in known.OTHERWISE.get(name, ()) if every else ():
        other = meant(other, own)
        call(town, env, role, name, f"as meant: {other}", where, sense | other)
        for label, _ids, values in cases(None, sense | other, other, lambda: islice(rounds, FEW)):
            call(town, env, role, name, f"{other} {label}", where, values)


def test_methods(town, env):
    """given nonsense of each kind, ids of another company, and a context with both, when each role sends it to each
    method, then it gets an answer that is JSON, or words
    """
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rounds, keys = cycle(nonsense.KINDS.items()), reflection.context_keys(env)
    for role, user in town.users.items():
        with Registry(town.database).cursor() as cr:
            caller = api.Environment(cr, user, {})
            for name, (where, arguments) in known.METHODS.items():
                attack(town, caller, role, name, where, arguments, rounds, keys)
    town.check()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - kilobytes < MEMORY


# --------------------------------------------------------------------------------------------------------------- HTTP


def key_of(town, role):
    with Registry(town.database).cursor() as cr:
        env = api.Environment(cr, town.users[role], {})
        return env["res.users.apikeys"]._generate("rpc", role, datetime.now() + timedelta(hours=1))


def test_json2_and_rpc(town):
    """given all arguments of a method nonsense, when another program sends them, or a browser, then it gets an answer
    or 4xx
    """
    role, own = "everything", town.own("everything")
    program, browser = Browser(town, role, key_of(town, role)), Browser(town, role)
    rounds = cycle(nonsense.KINDS.items())
    for name, (where, arguments) in known.METHODS.items():
        model, _dot, method = name.rpartition(".")
        ids = [2**31] if where else None
        for label, value in islice(rounds, 5):
            body = dict.fromkeys(arguments, value) | ({"ids": ids} if where else {})
            program.post(f"{name} {label} over JSON-2", f"/json/2/{model}/{method}", body)
            args = [ids] if where else []
            params = {"model": model, "method": method, "args": args, "kwargs": dict.fromkeys(arguments, value)}
            browser.post(f"{name} {label} over RPC", f"/web/dataset/call_kw/{model}/{method}", {"params": params})
        if not where:
            program.post(f"{name} as meant over JSON-2", f"/json/2/{model}/{method}", meant(arguments, own))
    town.check()
    # As docs/api.md says.
    answer = program.post("limits", "/json/2/omni.routing/plan", {"demand": [[own["lamp"], 1e300]]})
    told = answer.status_code, answer.json()["name"], answer.json()["message"]
    name = "odoo.addons.omni_base.exceptions.InvalidInput"
    assert told == (422, name, "A quantity is a number above zero, at most 1000000000.")
    rows = {"product_ids": [own["lamp"], own["card"]], "warehouse_ids": [own["depot"]]}
    answer = program.post("rows", "/json/2/omni.availability/available_rows", rows)
    assert [row["quantity"] for row in answer.json()] == [50.0, None]
    assert program.post("private", "/json/2/omni.availability/available", rows).status_code == 403


def test_routes(town, env):
    """given nonsense in each value of a request, when a visitor or a customer sends it, then it is answered below 500,
    and what is JSON is JSON
    """
    own = town.houses[HOME]
    endpoints = reflection.routes(env)
    rounds = cycle(nonsense.KINDS.items())
    for role, few in (("visitor", 6 * FEW), ("portal", FEW)):
        browser = Browser(town, role)
        basket = {"product_template_id": own["template"], "product_id": own["lamp"], "quantity": 1}
        browser.post("basket", "/shop/cart/add", {"params": basket})
        token = re.search(r'csrf_token: "(\w+)"', browser.send("basket", "GET", "/shop/cart").text)[1]
        for url, values in known.ROUTES.items():
            for label, sent in requests_of(url, meant(values, own), lambda few=few: islice(rounds, few)):
                request(browser, f"{url} {label}", url, endpoints[url].routing, sent, token)
    town.check()


def requests_of(url, sense, kinds):
    """Yield ``(label, values)``: as meant, and with nonsense in one value each; of pages by link, in the link once."""
    yield "as meant", sense
    for name in sense:
        if name not in known.OWN or url == known.LINK:
            for label, value in kinds():
                yield f"{name}: {label}", sense | {name: value}


def request(browser, what, url, routing, sent, token):
    spelled = {name: text(value) for name, value in sent.items()}
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(spelled[found[1]][:500] or "x", errors="replace"), url)
    if routing["type"] == "jsonrpc":
        browser.post(what, path, {"params": sent})
        return
    form = {name: value.encode(errors="replace") for name, value in spelled.items() if f":{name}>" not in url}
    for method in routing["methods"] or ["GET"]:
        if method == "GET":
            short = {name: value[:2000] for name, value in form.items()}
            browser.send(what, "GET", path, sent, params=short)
        else:
            browser.send(what, method, path, sent, data=form | {"csrf_token": token})


def text(value):
    return value if isinstance(value, str) else str(value)
