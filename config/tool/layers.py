"""What a database is made of: the layers of its template, each named by a key of what goes into it.

From the bottom: the Odoo modules that omni_base needs, those that the asked add-ons need besides, for a demo what makes
a company French, the add-ons themselves, and for a demo its data. So a brick alone gets nothing of what only another
one needs, and all share the costly bottom.
"""

import ast
import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import cache
from environment import ADDONS, CLONE

BASE = "omni_base"
PREFIX = "omni_template_"
FRENCH = CLONE / "config/demo/french.py"
GENERATOR = CLONE / "config/demo/generate.py"
# What in an add-on leaves no trace in a database.
TRACELESS = re.compile(r"(^|/)(tests|readme|__pycache__)/|\.(md|rst|pot|pyc)$")


@dataclass(frozen=True)
class Layer:
    """One layer of a template.

    :param title: what building it is called
    :param modules: what it installs
    :param content: what else goes into its key
    :param demo: with our add-ons' demo data
    :param generated: with what its script makes, a Python file that is given `env`
    """

    title: str
    modules: tuple[str, ...]
    content: str = ""
    demo: bool = False
    generated: bool = False
    script: Path = field(default=GENERATOR, repr=False)  # what is in it is content, where it lies is not


def layers(modules, demo=False):
    """The layers, bottom first, of a database with these modules; building it shows a step for each."""
    ours, core = closure(modules)
    base = closure([BASE])[1] if BASE in ours else ()
    found = [Layer("Odoo's modules", base)] if base else []
    if core != base:
        found.append(Layer("Odoo's further modules" if base else "Odoo's modules", core))
    if ours and demo and FRENCH.exists():
        found.append(Layer("A French company", (), content([FRENCH]), generated=True, script=FRENCH))
    if ours:
        title = "Our add-ons with demo data" if demo else "Our add-ons"
        found.append(Layer(title, ours, content(ADDONS / module for module in ours), demo))
    if demo and GENERATOR.exists():
        month = f"{date.today():%Y-%m}"  # what it makes ends today, and must not look abandoned
        found.append(Layer("Demo retailer", (), content([GENERATOR.parent]) + month, generated=True))
    return found


def closure(modules):
    """Our add-ons among `modules` with those that they depend on, and the modules of Odoo that all of them name."""
    ours, core, todo = set(), set(), list(modules)
    while todo:
        module = todo.pop()
        manifest = ADDONS / module / "__manifest__.py"
        if not manifest.exists():
            core.add(module)
        elif module not in ours:
            ours.add(module)
            todo += ast.literal_eval(manifest.read_text()).get("depends", [])
    return tuple(sorted(ours)), tuple(sorted(core))


def content(paths, without=TRACELESS):
    """A key of these files and all files in these folders that leave a trace in a database, or are not `without`."""
    digest = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            name = file.relative_to(path.parent).as_posix()
            if file.is_file() and not without.search(name):
                digest.update(f"{name}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def name(stack, *origin):
    """The name of the template made of these layers: its kind tells what was asked, its key also of what content.

    :param origin: what else the result depends on, such as the version of Odoo
    """
    kind = cache.key([(layer.modules, layer.demo, layer.generated) for layer in stack])[:8]
    return f"{PREFIX}{kind}_{cache.key(stack, *origin)}"


def kind(name):
    """The part of a template's name that it shares with those of the same modules and another content."""
    return name.rpartition("_")[0]
