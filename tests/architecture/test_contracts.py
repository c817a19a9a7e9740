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
        "omni.timeline": {"omni_timeline"},
        "res.partner": {"omni_identify", "omni_profile"},
        "stock.warehouse": {"_omni_calendar", "omni_openings"},
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
