"""`make test-core SUITES=a,b`: Odoo's own tests of those modules, on a database that holds all our add-ons as well,
after all modules are loaded.

What fails here on Odoo alone is in `tests/core_failures.txt`, written by the same command with `PLAIN=1`; anything else
that fails is our doing. What fails is tried once more by itself and counts only if it fails again: browsers are moody
on a busy machine, and a list of moods would hide real failures.
"""

import time
from pathlib import Path

import database
import environment
import layers
import progress
import reports
import runners
import server
import testing
from environment import ADDONS, CLONE
from progress import Problem

KNOWN = CLONE / "tests/core_failures.txt"
RUNNER = Path(__file__).with_name("late_tests.py")
HEAD = """\
# Odoo's own tests that fail here on Odoo alone, without our add-ons; `make test-core SUITES=... PLAIN=1` writes this.
# module/test_file:Class.method
"""


def main():
    """Run the suites that SUITES names; with PLAIN, without our add-ons, noting what fails. Return the exit status."""
    suites, plain = testing.listed("SUITES"), testing.listed("PLAIN")
    if not suites:
        raise Problem(
            "SUITES names modules of Odoo, with commas between: for example SUITES=pos_sale,website_sale_stock."
        )
    addons = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
    _ours, core = layers.closure(addons)
    modules = sorted({*suites, *core, *([] if plain else addons)})
    progress.expect(environment.STEPS + 1 + len(database.layers(modules)) + 1)
    env = environment.ready(test=True, browser=True)
    started = time.monotonic()
    template = "core_tests"
    database.build(env, template, modules)
    try:
        outcomes = {suite: _run(env, template, suite) for suite in suites}
        known = _known()
        failed = {test: text for outcome in outcomes.values() for test, text in outcome.failed.items()}
        new = failed if plain else {test: failed[test] for test in failed.keys() - known}
        steady = _again(env, template, new)
    finally:
        database.drop(env, template)
    print(f"\n{'suite':<28}{'ran':>6}{'failed':>8}{'known':>7}")
    for suite, outcome in outcomes.items():
        ran = len(outcome.passed) + len(outcome.failed)
        print(f"{suite:<28}{ran:>6}{len(outcome.failed):>8}{len(outcome.failed.keys() & known):>7}")
    if plain:
        return _note(suites, known, steady)
    for test in sorted(new):
        print(f"\n{test}" + ("" if test in steady else " failed once and passed when it was tried again"))
        print(*(f"    {line}" for line in steady.get(test, "").splitlines()[-runners.SHOWN :]), sep="\n")
    print(f"\n{len(steady)} fail with the add-ons and not without them ({time.monotonic() - started:.0f} s)")
    return 1 if steady else 0


def _run(env, template, suite, tags=None):
    """Run one suite, or the tests with these tags, on a copy of the database; what became of them."""
    name = f"{template}_{suite}"
    log = env.work / f"log/{name}{'_again' if tags else ''}.log"
    database.copy(env, template, name)
    try:
        options = [
            "-d",
            name,
            "--test-tags",
            tags or f"/{suite}",
            "--stop-after-init",
            "--http-port",
            server.free_port(),
        ]
        command = [env.python, "-P", RUNNER, "-c", env.config, *options]
        part = runners.Part(suite, list(map(str, command)), log, lambda: reports.odoo(log))
        outcome = runners.run(env, part)
        outcome.logged = []  # what Odoo's tests log is Odoo's affair
        return outcome
    finally:
        database.drop(env, name)


def _again(env, template, failed):
    """Those of the failed tests that fail again, with what they say then."""
    modules = sorted({test.partition("/")[0] for test in failed if "/" in test})
    steady = {test: text for test, text in failed.items() if "/" not in test}  # the runner itself broke
    for module in modules:
        tests = [test for test in failed if test.startswith(f"{module}/")]
        names = [test.partition(":")[2].removesuffix(".setUpClass").removesuffix(".tearDownClass") for test in tests]
        outcome = _run(env, template, module, ",".join(f"/{module}:{name}" for name in names))
        steady |= {test: outcome.failed[test] for test in tests if test in outcome.failed}
    return steady


def _known():
    lines = KNOWN.read_text().splitlines() if KNOWN.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def _note(suites, known, failed):
    """Put what these suites fail on Odoo alone into the list; what it says of others stays."""
    others = {test for test in known if test.partition("/")[0] not in suites}
    KNOWN.write_text(HEAD + "".join(f"{test}\n" for test in sorted(others | failed.keys())))
    print(f"\n{len(failed)} fail without the add-ons: noted in {KNOWN.relative_to(CLONE)}")
    return 0
