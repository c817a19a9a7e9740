"""`make test`: every test of the repository but the benchmarks, one runner after the other, one sum at the end.

The add-ons' tests are run by Odoo itself, those in `tests/` by pytest. Each runner works on a database of its own, so
that none sees what another one left.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import database
import environment
import process
import progress
import reports
import server
from environment import ADDONS, CLONE
from progress import Problem
from reports import Outcome

TESTS = CLONE / "tests"
ALLOWED = TESTS / "allowed_errors.txt"
TOGETHER = 1  # runners at a time: a server, its database and a browser take two cores, and tours wait for no one
HEARTBEAT = 30  # seconds between signs of life
SHOWN = 40  # lines of a failure
LOCK = threading.Lock()  # the terminal, and whatever else is for one at a time
RUNNERS = []  # the processes that run now


def words(name):
    """The words of make's variable `name`, written with commas or blanks between them."""
    return os.environ.get(name, "").replace(",", " ").split()


@dataclass
class Part:
    """One runner: the command that runs it, where it logs, and how its outcome is read."""

    name: str
    command: list
    log: Path
    outcome: Callable[[], Outcome]
    seconds: float = 0
    code: int = 0


def main():
    """Run the parts that ONLY names with the add-ons that MODULES names, else all; return the exit status."""
    makers = {
        "architecture": _outside,
        "addons": _addons,
        "e2e": _outside,
        "tooling": _outside,
        "concurrency": _inside,
    }
    addons = _addons_asked()
    chosen = [name for name in _chosen(list(makers), "kind of tests") if _has_tests(name)]
    if not chosen:
        raise Problem("There is no test to run.")
    databases = [f"test_{name}" for name in chosen if makers[name] is not _outside]
    progress.expect(environment.STEPS + 1 + len(databases) * (len(database.layers(addons)) + 1))
    started = time.monotonic()
    env = environment.ready(test=True, browser=True)
    try:
        for name in databases:
            database.build(env, name, addons)
        parts = [makers[name](env, name, addons) for name in chosen]
        outcomes = together(lambda part: run(env, part), parts)
    finally:
        for name in databases:
            database.drop(env, name)
    return _report(parts, outcomes, time.monotonic() - started)


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
    asked = set(words("MODULES"))
    if unknown := asked - set(addons):
        raise Problem(f"There is no add-on {', '.join(sorted(unknown))}: MODULES takes {', '.join(addons)}.")
    return sorted(asked) or addons


def _chosen(names, kind):
    """Those of `names` that ONLY names, else all, in their order."""
    only = set(words("ONLY"))
    if unknown := only - set(names):
        raise Problem(f"There is no {kind} named {', '.join(sorted(unknown))}: ONLY takes {', '.join(names)}.")
    return [name for name in names if name in only] or names


def _has_tests(name):
    folder = TESTS / name
    return name == "addons" or any(folder.glob("**/test_*.py"))


# -------------------------------------------------------------------------------------------------------- the parts


def _addons(env, name, modules):
    """The add-ons' own tests, on a database with all of them, by Odoo's runner: those at install and those after it."""
    log = env.work / "log/test-addons.log"
    tags = ",".join(f"/{module}" for module in modules)
    command = env.command(
        "-d", "test_addons", "--test-tags", tags, "--stop-after-init", "--http-port", server.free_port()
    )
    folders = [ADDONS / module for module in modules]

    def outcome():
        done = reports.odoo(log)
        for path in reports.unrun_javascript(folders):
            done.failed[f"{path.relative_to(CLONE)}"] = "no test of its add-on opens /web/tests, so nothing runs it"
        return done.settle(reports.allowed(ALLOWED), reports.declared(folders))

    return Part(name, command, log, outcome)


def _pytest(env, name, options):
    log = env.work / f"log/test-{name}.log"
    report, odoo_log = log.with_suffix(".xml"), env.work / f"log/{name}.log"
    for path in (report, odoo_log):
        path.unlink(missing_ok=True)
    command = [
        env.python,
        "-m",
        "pytest",
        TESTS / name,
        f"--junitxml={report}",
        "--verbose",
        "--durations=10",
        *options(odoo_log),
    ]
    return Part(name, command, log, lambda: reports.junit(report, odoo_log).settle(reports.allowed(ALLOWED)))


def _inside(env, name, modules):
    """Tests that run in one process with Odoo, on a database with all add-ons."""
    return _pytest(
        env,
        name,
        lambda odoo_log: [
            f"--odoo-database=test_{name}",
            f"--odoo-config={env.config}",
            "--odoo-http",
            "--odoo-log-level=info",
            f"--odoo-extra=logfile={odoo_log}",
        ],
    )


def _outside(env, name, modules):
    """Tests that read the sources, or make what they need with the tool; the plugin would ask them for a database."""
    chosen = ["-k", " or ".join(modules)] if name == "architecture" and words("MODULES") else []
    return _pytest(env, name, lambda odoo_log: ["-p", "no:odoo", "-o", f"cache_dir={env.work}/pytest", *chosen])


# ------------------------------------------------------------------------------------------------ running, reporting


def together(function, items):
    """The results of `function` for each item; ends the runners when interrupted."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        try:
            return list(pool.map(function, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for runner in RUNNERS:
                runner.terminate()
            raise


def run(env, part):
    """Run one part to its end, saying now and then how far it is, and return its outcome."""

    def say(text):
        with LOCK:
            print(f"  {part.name}: {text}", file=sys.stderr, flush=True)

    say("started")
    began = time.monotonic()
    variables = env.variables() | {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # a test that calls make starts afresh
        variables.pop(name, None)
    with part.log.open("w") as output:
        running = subprocess.Popen(
            [*process.WITH_PARENT, *map(str, part.command)],
            cwd=CLONE,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        RUNNERS.append(running)
        while True:
            try:
                part.code = running.wait(HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                say(f"{time.monotonic() - began:.0f} s, {_last(part.log)}")
        RUNNERS.remove(running)
    part.seconds = time.monotonic() - began
    done = part.outcome()
    if part.code and not done.failed or not (done.passed or done.failed):
        done.failed[f"{part.name} ended with status {part.code}"] = "\n".join(
            part.log.read_text().splitlines()[-SHOWN:]
        )
    say(f"{len(done.passed) + done.javascript} passed, {len(done.failed)} failed in {part.seconds:.0f} s")
    return done


def _last(log):
    """What a runner is doing: the last test that its log names, or the last line."""
    lines = log.read_text(errors="replace").splitlines() or ["starting"]
    named = [line for line in lines[-2000:] if "Starting " in line]
    return (named[-1].rpartition("Starting ")[2] if named else lines[-1].rpartition("::")[2])[:100]


def _report(parts, outcomes, seconds):
    """Print the failures, a table of times and the sum; the sum is the last line, for those who count."""
    for part, outcome in zip(parts, outcomes, strict=True):
        for test, text in sorted(outcome.failed.items()):
            lines = text.splitlines()
            lines = lines if len(lines) <= SHOWN else [*lines[:5], "...", *lines[-SHOWN + 6 :]]
            print(f"\n{part.name}: {test}", *(f"    {line}" for line in lines), f"    (log: {part.log})", sep="\n")
    print(f"\n{'part':<14}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>9}")
    for part, outcome in zip(parts, outcomes, strict=True):
        passed = len(outcome.passed) + outcome.javascript
        print(f"{part.name:<14}{passed:>8}{len(outcome.failed):>8}{len(outcome.skipped):>8}{part.seconds:>9.0f}")
    passed = sum(len(outcome.passed) + outcome.javascript for outcome in outcomes)
    failed = sum(len(outcome.failed) for outcome in outcomes)
    skipped = sum(len(outcome.skipped) for outcome in outcomes)
    print(f"{'all':<14}{passed:>8}{failed:>8}{skipped:>8}{seconds:>9.0f}\n")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0
