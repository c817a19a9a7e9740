"""Who fills a contract adds to what is there: an override calls `super()`, or its brick is written down as the owner.

Read from the sources: what the base plate defines is the contract. That nothing is lost when the add-ons run is checked
in `test_install_alone.py`.
"""

import ast
import re

import pytest
import sources

# {(brick, model): {method: why the default must not be asked as well}}; every other override adds to what is there.
OWNED: dict[tuple[str, str], dict[str, str]] = {
    ("omni_stock", "omni.availability"): {
        "_read_available": "it reads the promise that PostgreSQL keeps, instead of counting the quants each time",
        "_hold": "it decides on the locked row of the promise, not on what this transaction has read before",
    },
}
DOCUMENT = sources.ROOT / "docs/contracts.md"


def contract(model: sources.Model) -> dict:
    """The methods of this class that the base plate gave to its model, by itself or through a mixin of its own."""
    base = sources.models(sources.BASE)
    names = {model.name}.union(*(other.parents for other in base if other.name == model.name))
    given = {name for other in base if other.name in names for name in other.methods}
    return {name: node for name, node in model.methods.items() if name in given}


@pytest.mark.parametrize("brick", sources.bricks())
def test_overrides_call_super(brick):
    """given a brick, when it overrides a method of a contract, then it calls super(), unless it owns that method"""
    missing = [
        f"{model.where(method)}: {model.name}.{name} does not call super().{name}()"
        for model in sources.models(brick)
        if not model.created
        for name, method in contract(model).items()
        if not sources.calls_super(method) and name not in OWNED.get((brick, model.name), {})
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("brick", sources.bricks())
def test_brick_meets_the_others(brick):
    """given a brick, then it fills a contract or asks one: it is not an island"""
    fills = any(contract(model) for model in sources.models(brick) if not model.created)
    asked = [model.name for model in sources.models(sources.BASE) if model.created]
    asks = any(f'"{name}"' in text for _path, text in sources.texts(brick) for name in asked)
    assert fills or asks


def test_owners_own():
    """given the list of owners, then each entry is an override that exists and calls no super()"""
    for (brick, name), methods in OWNED.items():
        defined = {
            method: node
            for model in sources.models(brick)
            if model.name == name
            for method, node in model.methods.items()
        }
        for method in methods:
            assert method in defined, f"{brick} does not define {name}.{method}: take it off the list"
            assert not sources.calls_super(defined[method]), f"{brick} calls super() in {name}.{method}: take it off"


@pytest.mark.parametrize(
    ("model", "methods"),
    {
        "omni.availability": {"available", "hold", "release", "extend", "commit", "audit"},
        "omni.routing": {"plan"},
        "omni.event": {"emit", "_on"},
        "omni.fact": {"_sources"},
        "omni.message": {"_tell", "_withdraw", "_labels", "_secrets", "_shown"},
        "omni.push.device": {"_start", "_page_values"},
        "omni.task": {"_ask", "_of", "_close"},
        "omni.timeline": {"omni_timeline"},
        "omni.rate.limit": {"_count", "_give_back", "_forget", "_hidden", "_in_turn"},
        "omni.quota": {"_keep"},
        "res.partner": {"omni_identify", "omni_profile", "_omni_consents", "_omni_give_consent"},
        "sale.order": {"_omni_pay_back", "_omni_refundable", "_omni_split"},
        "omni.code": {"_new_code", "_clean_code", "_find_by_code", "_check_code", "_claim"},
        "stock.warehouse": {"_omni_calendar", "omni_openings", "omni_ready_at"},
    }.items(),
)
def test_contracts_exist_and_are_told(model, methods):
    """given the contracts of the design, then the base plate defines each, with a docstring, and the docs tell it"""
    defined = {
        name: node
        for other in sources.models(sources.BASE)
        if other.name == model
        for name, node in other.methods.items()
    }
    told = DOCUMENT.read_text()
    for name in methods:
        assert name in defined, f"{model}.{name}"
        assert ast.get_docstring(defined[name]), f"{model}.{name} has no docstring"
        assert re.search(rf"\b{name}\b", told), f"{DOCUMENT.name} does not tell of {model}.{name}"


def codes(node: ast.expr) -> str | None:
    """A pattern of the codes that this argument of `emit` stands for; None: its caller says."""
    if isinstance(node, ast.Constant):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)
    return None


def emitted() -> dict[str, str]:
    """{pattern of codes: where they are emitted} of all add-ons. Helpers that pass a code on are named `_emit`."""
    found = {}
    for model in (model for addon in sources.addons() for model in sources.models(addon)):
        for node in ast.walk(model.node):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("emit", "_emit"):
                pattern = codes(node.args[0])
                assert pattern or node.args[0].id == "code", f"{model.where(node)}: which code is it?"
                found |= {pattern: model.where(node)} if pattern else {}
    return found


def heard() -> dict[str, str]:
    """{code: where it is listened to}: what is compared with `event.code`."""
    found = {}
    for model in (model for addon in sources.addons() for model in sources.models(addon)):
        for node in ast.walk(model.node):
            if isinstance(node, ast.Compare) and ast.unparse(node.left) == "event.code":
                found |= {code: model.where(node) for other in node.comparators for code in sources.strings(other)}
    return found


def told() -> set[str]:
    """The codes in the table of events of the document."""
    table = DOCUMENT.read_text().split("## Events", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {code for cell in cells for code in re.findall("`([^`]+)`", cell)}


def test_events_that_are_told_are_emitted():
    """given the table of events, then somebody emits each of them"""
    assert told()
    silent = [code for code in told() if not any(re.fullmatch(pattern, code) for pattern in emitted())]
    assert not silent, f"{DOCUMENT.name} promises events that nobody emits: {silent}"


def test_events_that_are_emitted_are_told():
    """given what the add-ons emit and listen to, then each code is in the table of events"""
    unknown = {
        pattern: where
        for pattern, where in (emitted() | {re.escape(code): where for code, where in heard().items()}).items()
        if not any(re.fullmatch(pattern, code) for code in told())
    }
    assert not unknown, f"not in {DOCUMENT.name}: {unknown}"
