"""A brick never names another one, and never asks whether it is there: they meet in the contracts of the base plate.

Read from the sources, so that it holds for what no test runs as well. What a brick owns is derived from its own code:
its name, the models that it creates, the fields `omni_*` that it adds to Odoo's models, the methods of its classes.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
import sources

import odoo_source

ADDONS, BRICKS = sources.addons(), sources.bricks()
# Models of Odoo's that may be asked for, and why.
FREE = {"mrp.bom": "kits are what their parts are, but nobody shall have to install Manufacturing to sell"}


def owned_models(addon: str) -> set[str]:
    return {model.name for model in sources.models(addon) if model.created}


def owned_fields(addon: str) -> set[str]:
    return {name for model in sources.models(addon) for name in model.fields if name.startswith("omni_")}


def owned_methods(addon: str) -> set[str]:
    return {name for model in sources.models(addon) for name in model.methods}


@cache
def functions(folder: Path) -> frozenset[str]:
    """The names of all functions and methods in the Python files below this folder."""
    return frozenset(
        name for path in folder.rglob("*.py") for name in re.findall(r"\bdef (\w+)\(", path.read_text(errors="replace"))
    )


def owned(addon: str) -> re.Pattern:
    """What only this add-on may write: its name, its models, also as parts of XML ids, and its fields."""
    words = [rf"(?<![a-z]){addon}(?![a-z])"]
    for model in owned_models(addon):
        words.append(rf"(?<![\w.]){re.escape(model)}(?![\w]|\.[a-z])")
        words.append(rf"(?<!\w)(?:model_)?{model.replace('.', '_')}(?!\w)")
    words += [rf"(?<!\w){field}(?!\w)" for field in owned_fields(addon)]
    return re.compile("|".join(words))


def test_there_are_bricks():
    """given this repository, then the rules below have something to look at"""
    assert sources.BASE in ADDONS
    assert BRICKS


@pytest.mark.parametrize("other", BRICKS)
@pytest.mark.parametrize("addon", ADDONS)
def test_names_no_other_brick(addon, other):
    """given two add-ons, when one is searched for all that the other owns, then nothing of it is found"""
    if addon == other:
        return
    mine = owned_fields(addon) | owned_fields(sources.BASE) | owned_models(addon) | owned_models(sources.BASE)
    mine |= owned_methods(addon)  # a method may be called as another brick's table is
    theirs = owned(other)
    found = [
        f"{path.relative_to(sources.ROOT)}:{number}: {match[0]}"
        for path, text in sources.texts(addon)
        for number, line in enumerate(text.splitlines(), 1)
        for match in theirs.finditer(line)
        if match[0] not in mine
    ]
    assert not found, f"{addon} names what {other} owns:\n" + "\n".join(found)


@pytest.mark.parametrize("addon", ADDONS)
def test_calls_no_other_brick(addon):
    """given an add-on, when all that it calls is read, then each name is its own, the base plate's or Odoo's"""
    known = functions(sources.ADDONS / addon) | functions(sources.ADDONS / sources.BASE)
    theirs = {name: other for other in BRICKS if other != addon for name in owned_methods(other) - known}
    found = [
        (f"{path.relative_to(sources.ROOT)}:{number}", name)
        for path, text in sources.texts(addon)
        for number, line in enumerate(text.splitlines(), 1)
        # called, or named as hooks and buttons are: `omni_` begins nothing of Odoo's
        for name in re.findall(r"(?<=\.)\w+(?=\()|\b_?omni_\w+", line)
        if name in theirs
    ]
    odoo = functions(odoo_source.ready().path) if found else set()
    found = [f"{where}: {name} of {theirs[name]}" for where, name in found if name not in odoo]
    assert not found, f"{addon} calls methods of other bricks:\n" + "\n".join(found)


@pytest.mark.parametrize("addon", ADDONS)
def test_asks_not_who_is_there(addon):
    """given an add-on, when its Python is read, then it looks for nothing of another one that may be missing"""
    known = owned_fields(addon) | owned_fields(sources.BASE)
    found = []
    for path, text in sources.texts(addon):
        if path.suffix != ".py":
            continue
        where = path.relative_to(sources.ROOT)
        for node in ast.walk(ast.parse(text)):
            if reason := probing(node, known):
                found.append(f"{where}:{node.lineno}: {reason}")
    assert not found, "\n".join(found)


def probing(node: ast.AST, known: set[str]) -> str | None:
    """What makes this expression a question for another add-on's presence; fields that are `known` may be asked for."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        container = node.comparators[0]
        name = container.attr if isinstance(container, ast.Attribute) else getattr(container, "id", "")
        text = node.left.value if isinstance(node.left, ast.Constant) else None
        if text and text not in FREE and name in ("env", "registry", "pool"):
            return f"asks whether {text!r} is in {name}"
        if text and name in ("_fields", "fields") and str(text).startswith("omni_") and text not in known:
            return f"asks whether there is a field {text}"
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if name in ("hasattr", "find_spec", "import_module"):
            return f"calls {name}"
        if name == "getattr" and len(node.args) > 2 and texts and str(texts[0]).lstrip("_").startswith("omni_"):
            return f"asks whether there is a {texts[0]}"
        if name == "_get" and texts and str(texts[0]).startswith("omni_"):
            return f"asks for the module {texts[0]}"
        owner = getattr(node.func, "value", None)
        if name == "get" and getattr(owner, "attr", getattr(owner, "id", "")) in ("env", "registry"):
            return "asks the environment with .get()"
    return None


@pytest.mark.parametrize("kind", ["fields", "methods"])
def test_bricks_do_not_collide(kind):
    """given all bricks, when their own names on shared models are compared, then no two chose the same one"""
    base = {(model.name, name) for model in sources.models(sources.BASE) for name in getattr(model, kind)}
    owners = defaultdict(set)
    for addon in BRICKS:
        for model in sources.models(addon):
            for name in getattr(model, kind):
                if not model.created and name.lstrip("_").startswith("omni_") and (model.name, name) not in base:
                    owners[model.name, name].add(addon)
    clashes = [f"{model}.{name}: {sorted(who)}" for (model, name), who in owners.items() if len(who) > 1]
    assert not clashes, "\n".join(clashes)


def test_routes_do_not_collide():
    """given all controllers, when the addresses that they answer are compared, then no two add-ons share one"""
    owners = defaultdict(set)
    for addon in ADDONS:
        for path, text in sources.texts(addon):
            if path.suffix != ".py":
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "route":
                    for address in sources.strings(node.args[0]) if node.args else []:
                        owners[address].add(addon)
    clashes = [f"{address}: {sorted(who)}" for address, who in owners.items() if len(who) > 1]
    assert not clashes, "\n".join(clashes)
