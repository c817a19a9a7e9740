"""Runs Odoo as its own command does, and gives every test of the add-ons one tag more, by which `--test-tags` can
choose. Nobody has to write it, it is seen from what the test calls:

`browser`  it opens a browser
`pure`     it needs no database
`python`   all others, of which every fourth of a class, from the first on, is a `sample` as well

Assets are made ahead of the tests only where a browser will ask for them: see assets.py. Classes with the same bases
set up once: see shared_set_up.py.
"""

import gc
import inspect
import re
import sys
from functools import cache
from pathlib import Path
from types import CodeType

from odoo import tools
from odoo.cli.command import main
from odoo.tests import common, loader
from odoo.tests.suite import OdooSuite

# At the end, so that no module of the tool hides one that Odoo imports.
sys.path.append(str(Path(__file__).parent))
import assets  # noqa: F401
import shared_set_up  # noqa: F401

SAMPLE = 4  # every how many tests of a class
OPENERS = {"browser_js", "start_tour", "start_pos_tour"}
# Chromium prepares the list below its address bar, which nobody sees, in two processes: half of what a start costs.
UNSEEN = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"


def kind(test):
    """The tag of a test."""
    if not isinstance(test, common.TransactionCase):
        return "pure"
    return "browser" if test._testMethodName in openers(type(test)) else "python"


@cache
def sample(test_class):
    """Names of some tests of this class: the first needs all that its class sets up."""
    inherits = getattr(test_class, "allow_inherited_tests_method", False)
    methods = [name for name in (dir if inherits else vars)(test_class) if name.startswith("test_")]
    return sorted(set(methods) - openers(test_class))[::SAMPLE]


@cache
def openers(test_class):
    """The names of the methods of this class that open a browser, by themselves or through one another."""
    called = {
        name: names(inspect.unwrap(getattr(method, "__func__", method)).__code__)
        for name, method in inspect.getmembers(test_class, inspect.isroutine)
        if hasattr(getattr(method, "__func__", method), "__code__")
    }
    found = set(OPENERS)
    while more := {name for name, calls in called.items() if calls & found} - found:
        found |= more
    return found


def names(code):
    """All names that a piece of code uses, also in the functions inside it."""
    inside = (names(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inside)


def tagged(test, test_method):
    found = [*tags(test, test_method), kind(test)]
    return [*found, "sample"] if "python" in found and test._testMethodName in sample(type(test)) else found


def open_browser(browser, test_case, *args, **kwargs):
    if kind(test_case) != "browser":
        raise AssertionError(
            "This opens a browser out of sight of config/tool/addon_tests.py: call start_tour, start_pos_tour or "
            "browser_js in the test or in a method of its class, so that the test is run where browsers are."
        )
    start(browser, test_case, *args, **kwargs)


def spawn_what_is_seen(browser, command):
    return spawn(browser, [*command[:-1], UNSEEN, command[-1]])


def asked_test_modules(module):
    """The test modules of an add-on that --test-tags names: to load all of Odoo's takes as long as to load Odoo."""
    return get_test_modules(module) if re.search(rf"/{module}\b", tools.config["test_tags"] or "") else []


get_test_modules, loader.get_test_modules = loader.get_test_modules, asked_test_modules
tags, common.BaseCase.get_method_additional_tags = common.BaseCase.get_method_additional_tags, tagged
start, common.ChromeBrowser.__init__ = common.ChromeBrowser.__init__, open_browser
spawn, common.ChromeBrowser._spawn_chrome = common.ChromeBrowser._spawn_chrome, spawn_what_is_seen
OdooSuite.has_http_case = lambda suite: any(kind(test) == "browser" for test in suite)

if __name__ == "__main__":
    gc.set_threshold(200_000, 50, 100)  # looking for garbage in all that Odoo has loaded takes a twentieth of the time
    sys.argv[0] = "odoo"
    main()
