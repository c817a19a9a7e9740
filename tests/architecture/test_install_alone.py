"""Each add-on by itself on a fresh database: it installs, its tests pass, it uninstalls, and nothing of it is left.

Of its tests that open no browser every fourth of each class runs here (`sample` in config/tool/addon_tests.py), to
prove that the add-on needs no other, and one journey through its pages (`JOURNEYS`), to prove that its screens do not
either. What counts for long and asks nothing of its neighbours (`ONCE`) stays out. With all add-ons,
`make test ONLY=addons` runs every test; `make test ONLY=architecture ALONE=1` runs every test alone as well.

Then all of them together, at once as most people install them, and one after another from the last to the first: the
same database comes out, and every contract answers with what each brick adds to it when it is alone.
"""

import ast
import os
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import databases
import pytest
import sources

ADDONS, BRICKS = sources.addons(), sources.bricks()
LIVES = ThreadPoolExecutor(2)  # each keeps one core busy

# The journey that each brick with pages of its own goes alone, as --test-tags names it.
JOURNEYS = {
    "omni_bi": "TestSalesPageTour.test_manager_reads_the_page",
    "omni_clickcollect": "TestJourneysPhone.test_reserved_tried_and_paid_at_the_till",
    "omni_loyalty": "TestPortal.test_customer_finds_his_points",
    "omni_pos": "TestTillTours.test_hand_over",
    "omni_stock": "TestPaymentPage.test_taking_the_two_that_are_left",
}
# Tests that try thousands of cases of one rule of the add-on itself, as --test-tags names them.
ONCE = {
    "omni_clickcollect": (
        "TestOmniPickupRefund.test_whatever_happens_no_more_goes_back_than_was_paid",
        "TestPickupAbuse",
        "TestPickupFollowsOrder.test_whatever_is_done_to_it",
    ),
    "omni_stock": (
        "TestLowering.test_lowered_to_each_quantity",
        "TestOmniAvailability.test_many_quants_that_carry_only_reservations",
        "TestOmniConfidenceShops",
    ),
}

# What the contracts answer, as seen by a third party: which sections a profile has, which sources the facts have.
PROBE = """
partner = env["res.partner"].create({"name": "Probe", "email": "probe@example.com", "phone": "+33 6 12 34 56 78"})
answers = {
    "sections of a profile": sorted(partner.omni_profile()),
    "sources of facts": sorted(env["omni.fact"]._sources()),
    "ways to identify": sorted(
        name for name, value in {"email": partner.email, "phone": partner.phone}.items()
        if env["res.partner"].omni_identify(**{name: value}) == partner
    ),
}
env.cr.rollback()
"""
ANSWER = "print(json.dumps(answers))\n"
INSTALL = """
for name in {names}:
    env["ir.module.module"].search([("name", "=", name)]).button_immediate_install()
    env = env(cr=env.cr)
print(json.dumps(env["ir.module.module"].search([("name", "in", {names}), ("state", "=", "installed")]).mapped("name")))
"""
UNINSTALL = """
env["ir.module.module"].search([("name", "=", "{name}")]).button_immediate_uninstall()
"""


def core(addon: str) -> list[str]:
    """The modules that must be there before this add-on comes: all that its manifest names."""
    return ast.literal_eval((sources.ADDONS / addon / "__manifest__.py").read_text())["depends"]


def alone(addon: str) -> dict:
    """What was seen of the add-on's life by itself; lived through once, whoever asks, also when it ends badly."""
    return lifetime(addon).result()


@cache
def lifetime(addon: str) -> Future:
    databases.env()
    return LIVES.submit(live, addon)


@pytest.fixture(autouse=True, scope="module")
def lifetimes(request):
    """The lives that the chosen tests ask for, all begun at once, those with many tests first."""
    chosen = {item.name for item in request.session.items}
    asked = [addon for addon in ADDONS if f"{test_comes_and_goes.__name__}[{addon}]" in chosen]
    for addon in sorted(asked, key=lambda addon: len(list((sources.ADDONS / addon).glob("tests/*.py"))), reverse=True):
        lifetime(addon)


def live(addon: str) -> dict:
    """Install the add-on on a database of its own, run its tests, ask the contracts and uninstall it."""
    name, journey = f"alone_{addon}", JOURNEYS.get(addon)
    databases.fresh(name, core(addon))
    try:
        before, records = databases.schema(name), databases.rows(name)
        kind = "python" if os.environ.get("ALONE") else "sample"
        tags = [f"{kind}/{addon}", *([f"/{addon}:{journey}"] if journey else [])]
        tags += [f"-/{addon}:{test}" for test in ONCE.get(addon, ())]
        ran = databases.tested(name, addon, ",".join(tags)).passed
        assert not journey or any(test.endswith(f":{journey}") for test in ran), f"there is no test {journey}"
        answers = databases.script(name, PROBE + UNINSTALL.format(name=addon) + ANSWER)
        left = databases.query(
            name,
            f"""SELECT 'record ' || model || ' ' || name FROM ir_model_data WHERE module = '{addon}'
                UNION ALL SELECT 'in state ' || state FROM ir_module_module
                           WHERE name = '{addon}' AND state <> 'uninstalled'""",
        )
        return {
            "answers": answers,
            "left": [text for (text,) in left]
            + databases.differences(before, databases.schema(name))
            + [f"rows of {line}" for line in databases.differences(records, databases.rows(name))],
        }
    finally:
        databases.drop(name)


@pytest.mark.parametrize("addon", ADDONS)
def test_comes_and_goes(addon):
    """given Odoo without it, when the add-on is installed, tested and uninstalled, then nothing of it is left"""
    left = alone(addon)["left"]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("brick", BRICKS)
def test_pages_have_a_journey(brick):
    """given a brick whose tests open a browser, then one of them is chosen to be gone with the brick alone"""
    tours = any((sources.ADDONS / brick).glob("static/tests/tours/*.js"))
    assert (brick in JOURNEYS) == tours


def test_what_runs_once_is_there():
    """given the tests that do not run alone, then each is written somewhere in its add-on, and runs with all of them"""
    for addon, tests in ONCE.items():
        written = "".join(path.read_text() for path in (sources.ADDONS / addon).glob("tests/test_*.py"))
        for test in tests:
            name, _, method = test.partition(".")
            assert f"class {name}(" in written, f"{addon}: there is no class {name}"
            assert f"def {method}(" in written or not method, f"{addon}: there is no test {method}"


@pytest.mark.parametrize("brick", BRICKS)
def test_contracts_go_on_alone(brick):
    """given a brick alone, when the contracts are asked, then all that the base plate answers is still answered"""
    for contract, answer in alone(sources.BASE)["answers"].items():
        missing = set(answer) - set(alone(brick)["answers"][contract])
        assert not missing, f"{contract}: {brick} hides {sorted(missing)}"


def installed(name: str, modules: list[str], bricks: list[str]) -> tuple[dict, dict, dict]:
    """What comes out when `modules` are installed at once and then these bricks, one after another: schema, rows, and
    what the contracts answer."""
    databases.fresh(name, modules)
    try:
        if bricks:
            assert sorted(databases.script(name, INSTALL.format(names=bricks))) == sorted(bricks)
        return databases.schema(name), databases.rows(name), databases.script(name, PROBE + ANSWER)
    finally:
        databases.drop(name)


def test_all_together_in_any_order():
    """given two databases, when all bricks are installed at once, and one after another from the last to the first,
    then both are alike and nothing is lost"""
    core_only = sorted({needed for addon in ADDONS for needed in core(addon)} - set(BRICKS))
    one_by_one = LIVES.submit(installed, "order_back", core_only, BRICKS[::-1])
    at_once = LIVES.submit(installed, "order_at_once", ADDONS, [])
    (schema, rows, answers), (other_schema, other_rows, other_answers) = at_once.result(), one_by_one.result()
    found = [*databases.differences(schema, other_schema), *databases.differences(rows, other_rows)]
    assert not found, "\n".join(found)
    assert answers == other_answers
    for brick in BRICKS:
        for contract, answer in alone(brick)["answers"].items():
            missing = set(answer) - set(answers[contract])
            assert not missing, f"{contract}: what {brick} adds is lost among the others: {sorted(missing)}"
