"""`make test`: every test of the repository but the benchmarks, and one sum at the end.

The add-ons' tests are run by Odoo itself, those in `tests/` by pytest. Each runner works on a database of its own, so
that none sees what another one left; they run side by side. What runs with all add-ons together is chosen here, what
runs with one alone in `tests/architecture/test_install_alone.py`, both by the tags of addon_tests.py.
"""

import os
import re
import subprocess
import time

import database
import environment
import progress
import proved
import reports
import server
import summary
from environment import ADDONS, CLONE
from progress import Problem
from runners import SEATS, Part, run, run_all

TESTS = CLONE / "tests"
ALLOWED = TESTS / "allowed_errors.txt"
BROWSER = re.compile(r"\.(start_tour|start_pos_tour|browser_js)\(")


def listed(name):
    """The words of make's variable `name`, written with commas or blanks between them."""
    return os.environ.get(name, "").replace(",", " ").split()


def main():
    """Run the parts that ONLY names with the add-ons that MODULES names, else all; return the exit status.

    What passed before with the same content is not run again, unless FRESH is set.
    """
    makers = {
        "architecture": _outside,
        "addons": _addons,
        "e2e": _outside,
        "tooling": _outside,
        "callers": _inside,
        "concurrency": _inside,
    }
    addons = _addons_asked()
    chosen = [name for name in _chosen(list(makers), "kind of tests") if _has_tests(name)]
    if not chosen:
        raise Problem("There is no test to run.")
    started = time.monotonic()
    progress.expect(environment.STEPS + 1 + len(database.layers(addons)) + 1)
    env = environment.ready(test=True, browser=True)
    parts = [part for kind in chosen for part in makers[kind](env, kind, addons)]
    before = {} if listed("FRESH") else {part.name: done for part in parts if (done := proved.read(env, part))}
    todo = [part for part in parts if part.name not in before]
    try:
        _databases(env, todo, addons)
        outcomes = run_all(lambda part: run(env, part), todo)
    finally:
        for part in todo:
            if part.database:
                database.drop(env, part.database)
    now = {part.name: outcome for part, outcome in zip(todo, outcomes, strict=True)}
    if "addons" in chosen:
        _all_ran([{**before, **now}[part.name] for part in parts if part.kind == "addons"], addons)
    for part in todo:
        proved.write(env, part, now[part.name])
    return summary.show(parts, now, before, time.monotonic() - started)


def _all_ran(outcomes, addons):
    """Turns into failures: tests that the add-ons declare and none of these parts ran."""
    outcomes[-1].failed |= reports.never_ran(outcomes, reports.declared([ADDONS / module for module in addons]))


def _databases(env, parts, addons):
    """Makes the databases of these parts, all from one template."""
    if names := [part.database for part in parts if part.database]:
        made = database.template(env, database.layers(addons))
        with progress.step("Databases"):
            for name in names:
                database.copy(env, made, name)


def bench():
    """`make bench`: run the `tests/benchmarks/bench_*.py` that ONLY names, with the add-ons of MODULES."""
    addons = _addons_asked()
    folder = TESTS / "benchmarks"
    names = _chosen(sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py")), "benchmark")
    progress.expect(environment.STEPS + len(database.layers(addons)) + 1)
    env = environment.ready()
    database.build(env, "bench", addons)
    script = f"import sys\nsys.path[:0] = {[str(folder), str(TESTS)]!r}\n" + "".join(
        f"import bench_{name}\nbench_{name}.run(env)\n" for name in names
    )
    try:
        return subprocess.run(
            server.script_command(env, "bench"), input=script, env=env.variables(), text=True, check=False
        ).returncode
    finally:
        database.drop(env, "bench")


def _addons_asked():
    """Our add-ons that MODULES names, else all."""
    addons = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
    asked = set(listed("MODULES"))
    if unknown := asked - set(addons):
        raise Problem(f"There is no add-on {', '.join(sorted(unknown))}: MODULES takes {', '.join(addons)}.")
    return sorted(asked) or addons


def _chosen(names, kind):
    """Those of `names` that ONLY names, else all, in their order."""
    only = set(listed("ONLY"))
    if unknown := only - set(names):
        raise Problem(f"There is no {kind} named {', '.join(sorted(unknown))}: ONLY takes {', '.join(names)}.")
    return [name for name in names if name in only] or names


def _has_tests(name):
    folder = TESTS / name
    return name == "addons" or any(folder.glob("**/test_*.py"))


# -------------------------------------------------------------------------------------------------------- the parts


def _addons(env, kind, modules):
    """The add-ons' own tests, by Odoo's runner, with all add-ons installed: each test once, in parts that run side by
    side. The add-on that has most is by itself, and so are the tests that open a browser; the longest part begins.
    """
    largest = max(modules, key=lambda module: sum(path.stat().st_size for path in _tests(module)))
    piles = {largest: [largest], "others": [module for module in modules if module != largest]}
    for name, pile in piles.items():
        if clicked := [module for module in pile if any(BROWSER.search(path.read_text()) for path in _tests(module))]:
            yield _odoo(env, f"{name}-browser", ["browser"], clicked)
    for name, pile in piles.items():
        if pile:
            yield _odoo(env, name, ["python", "pure"], pile)


def _tests(module):
    return (ADDONS / module).glob("tests/**/*.py")


def _odoo(env, name, tags, modules):
    """The tests of these add-ons that have one of `tags`, which are those of addon_tests.py."""
    log, made = env.work / f"log/test-addons-{name}.log", f"test_addons_{name}"
    chosen = ",".join(f"{tag}/{module}" for module in modules for tag in tags)
    command = env.tests("-d", made, "--test-tags", chosen)

    def outcome():
        done = reports.odoo(log)
        for path in reports.unrun_javascript([ADDONS / module for module in modules]):
            done.failed[f"{path.relative_to(CLONE)}"] = "no test of its add-on opens /web/tests, so nothing runs it"
        return done.settle(reports.allowed(ALLOWED))

    key = proved.key(env, [ADDONS], chosen, listed("MODULES"))
    return Part(f"addons/{name}", command, log, outcome, "addons", made, key=key)


def _pytest(env, name, options, paths=(), **values):
    log = env.work / f"log/test-{name}.log"
    report, odoo_log = log.with_suffix(".xml"), env.work / f"log/{name}.log"
    for path in (report, odoo_log):
        path.unlink(missing_ok=True)
    options = ["--verbose", "--durations=10", *options(odoo_log)]
    command = [env.python, "-m", "pytest", TESTS / name, f"--junitxml={report}", *options]
    key = proved.key(env, [TESTS / name, *TESTS.glob("*.py"), *paths], *listed("MODULES"))
    outcome = lambda: reports.junit(report, odoo_log).settle(reports.allowed(ALLOWED))
    return [Part(name, command, log, outcome, name, key=key, **values)]


def _inside(env, name, modules):
    """Tests that run in one process with Odoo, on a database with all add-ons; races alone."""
    database_name = f"test_{name}"
    return _pytest(
        env,
        name,
        lambda odoo_log: [
            f"--odoo-database={database_name}",
            f"--odoo-config={env.config}",
            "--odoo-http",
            "--odoo-log-level=info",
            f"--odoo-extra=logfile={odoo_log}",
        ],
        [ADDONS],
        database=database_name,
        seats=SEATS if name == "concurrency" else 1,
    )


def _outside(env, name, modules):
    """Tests that read the sources, or make what they need with the tool; the plugin would ask them for a database."""
    chosen = ["-k", " or ".join(modules)] if name == "architecture" and listed("MODULES") else []
    paths = [CLONE / "config"] if name != "architecture" else []
    if name != "tooling":
        paths += [ADDONS, CLONE / "docs", CLONE / "docker-compose.yml"]
    options = ["-p", "no:odoo", "-o", f"cache_dir={env.work}/pytest", *chosen]
    return _pytest(env, name, lambda _log: options, paths, seats=2 if name == "architecture" else 1)
