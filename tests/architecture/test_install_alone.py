"""Each add-on by itself on a fresh database: it installs, its tests pass, it uninstalls, and nothing of it is left.

Then all of them together, installed one after another in two orders: the same database comes out, and every contract
answers with what each brick adds to it when it is alone.
"""

import ast
from functools import cache

import databases
import pytest
import sources

ADDONS, BRICKS = sources.addons(), sources.bricks()

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
    seen = lifetime(addon)
    if isinstance(seen, Exception):
        raise seen
    return seen


@cache
def lifetime(addon: str) -> dict | Exception:
    try:
        return live(addon)
    except Exception as error:
        return error


def live(addon: str) -> dict:
    """Install the add-on on a database of its own, run its tests, ask the contracts and uninstall it."""
    name = f"alone_{addon}"
    databases.fresh(name, core(addon))
    try:
        before, records = databases.schema(name), databases.rows(name)
        databases.odoo(name, "-i", addon, "--test-tags", f"/{addon}")
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
def test_contracts_go_on_alone(brick):
    """given a brick alone, when the contracts are asked, then all that the base plate answers is still answered"""
    for contract, answer in alone(sources.BASE)["answers"].items():
        missing = set(answer) - set(alone(brick)["answers"][contract])
        assert not missing, f"{contract}: {brick} hides {sorted(missing)}"


def test_all_together_in_any_order():
    """given two databases, when all bricks are installed in opposite orders, then both are alike and nothing is lost"""
    modules = sorted({name for addon in ADDONS for name in core(addon)} - set(BRICKS))
    seen = []
    for name, order in (("order_forth", BRICKS), ("order_back", BRICKS[::-1])):
        databases.fresh(name, modules)
        try:
            installed = databases.script(name, INSTALL.format(names=order))
            assert sorted(installed) == sorted(BRICKS)
            seen.append((databases.schema(name), databases.rows(name), databases.script(name, PROBE + ANSWER)))
        finally:
            databases.drop(name)
    (schema, rows, answers), (other_schema, other_rows, other_answers) = seen
    assert not databases.differences(schema, other_schema)
    assert not databases.differences(rows, other_rows)
    assert answers == other_answers
    for brick in BRICKS:
        for contract, answer in alone(brick)["answers"].items():
            missing = set(answer) - set(answers[contract])
            assert not missing, f"{contract}: what {brick} adds is lost among the others: {sorted(missing)}"
