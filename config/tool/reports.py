"""What test runners left behind, read into one form: Odoo's log, and the JUnit file of pytest.

A test is named `module/test_file:Class.method`. A subtest counts as its test; a class whose set-up failed counts as one
failed test.
"""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[^:\s]+): (?P<text>.*)")
STARTING = re.compile(r"^Starting (?P<test>\w+\.\w+) \.\.\.")
SKIPPED = re.compile(r"^skipped (?P<test>\S+)")
BROKEN = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>[\w.]+)(?: \((?P<class>[\w.]+)\))?")
ADDON_TEST = re.compile(r"^odoo\.addons\.(\w+)\.tests\.([\w.]+)$")
SPENT = re.compile(r"^\t(\w+)\.(\w+)\.(\w+): ([\d.]+)s", re.MULTILINE)
HOOT = re.compile(r"Passed (?P<count>\d+) tests \(\d+ assertions")
# Lines that only sum up failures which were reported on lines of their own.
SUMMARY = re.compile(
    r"^(?:Module \w+: \d+ failures, \d+ errors of \d+ tests"
    r"|\d+ failed, \d+ error\(s\) of \d+ tests"
    r"|At least one test failed when loading the modules"
    r"|Test suite halted: max failed tests already reached)"
)


@dataclass
class Outcome:
    """What one runner did. `failed`: {what: the lines that explain it}; `skipped`: {test: the whole line}."""

    passed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)  # ERROR and CRITICAL records outside a failed test
    javascript: int = 0  # unit tests that ran inside a browser, all passed
    seconds: dict[str, float] = field(default_factory=dict)  # {class or file of tests: what it took}
    when: str = ""  # it was, if that is not now

    def settle(self, allowed):
        """Turn into failures: skips and logged errors that `allowed` does not know."""
        expected = {test: line for test, line in self.skipped.items() if any(rule.search(line) for rule in allowed)}
        for test, line in self.skipped.items():
            if test not in expected:
                self.failed[test] = f"skipped, which nothing here may be: {line}"
        self.skipped = expected
        for text in self.logged:
            if not any(rule.search(text) for rule in allowed):
                first = text.splitlines()[0]
                self.failed[f"logged {first[:160]}"] = text
        return self


def never_ran(outcomes, declared: set[str]) -> dict[str, str]:
    """{test: why this is a failure} of the declared tests that are in none of the outcomes."""
    seen = {test for done in outcomes for test in (*done.passed, *done.failed, *done.skipped)}
    broken = {test.rpartition(".")[0] for test in seen if test.endswith(".setUpClass")}
    return {
        test: "never ran: not imported in tests/__init__.py, not tagged, or the runner ended before it"
        for test in declared - seen
        if test.rpartition(".")[0] not in broken
    }


def allowed(path: Path) -> list[re.Pattern]:
    """The rules of an allow list: one regular expression a line, each under a comment that says why.

    :raise ValueError: a rule without its reason
    """
    rules, reason = [], False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("#"):
            reason = True
        elif line.strip():
            if not reason:
                raise ValueError(f"{path}:{number}: says not why")
            rules.append(re.compile(line))
            reason = False
    return rules


def records(log: Path):
    """Yield (level, logger, text) of a log of Odoo's; the text includes further lines, such as a traceback."""
    level = logger = None
    lines: list[str] = []
    for line in log.read_text(errors="replace").splitlines():
        if match := RECORD.match(line):
            if level:
                yield level, logger, "\n".join(lines)
            level, logger, lines = match["level"], match["logger"], [match["text"]]
        elif level:
            lines.append(line)
    if level:
        yield level, logger, "\n".join(lines)


def odoo(log: Path) -> Outcome:
    """The outcome of Odoo's own runner, from its log at level info."""
    outcome = Outcome()
    current, started, errors = None, set(), []
    for level, logger, text in records(log):
        if (match := STARTING.match(text)) and (where := _where(logger)):
            current = f"{where}:{match['test']}"
            started.add(current)
        elif match := SKIPPED.match(text):
            outcome.skipped[_named(logger, match["test"])] = text
        elif (match := BROKEN.match(text)) and level == "ERROR":
            name = _named(match["class"] or logger, match["test"], whole=bool(match["class"]))
            outcome.failed[name] = "\n".join(filter(None, (outcome.failed.get(name), text)))
        elif level in ("ERROR", "CRITICAL") and not SUMMARY.match(text):
            errors.append((current, f"{level} {logger}: {text}"))
        elif text.startswith("Detailed Tests Report"):
            outcome.seconds = {f"{match[1]}/{match[2]}:{match[3]}": float(match[4]) for match in SPENT.finditer(text)}
        elif match := HOOT.search(text):
            outcome.javascript += int(match["count"])
    outcome.passed = started - set(outcome.failed) - set(outcome.skipped)
    outcome.logged = [text for test, text in errors if test not in outcome.failed]
    return outcome


def junit(report: Path, log: Path) -> Outcome:
    """The outcome of pytest, from its report and from the log that Odoo wrote meanwhile."""
    outcome = Outcome()
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        name, file = f"{case.get('classname')}.{case.get('name')}", case.get("classname")
        outcome.seconds[file] = outcome.seconds.get(file, 0) + float(case.get("time") or 0)
        if (skipped := case.find("skipped")) is not None:
            outcome.skipped[name] = f"skipped {name} : {skipped.get('message')}"
        elif problems := [*case.findall("failure"), *case.findall("error")]:
            outcome.failed[name] = "\n".join(problem.text or problem.get("message") or "" for problem in problems)
        else:
            outcome.passed.add(name)
    outcome.passed -= set(outcome.failed)
    if log.exists() and not outcome.failed:  # a failed test explains what was logged
        outcome.logged = [
            f"{level} {logger}: {text}" for level, logger, text in records(log) if level in ("ERROR", "CRITICAL")
        ]
    return outcome


def declared(addons: list[Path]) -> set[str]:
    """The names of all tests that the sources of these add-ons declare; tests of a class that says that others run what
    they inherit are its heirs' in the same file.
    """
    return {
        f"{addon.name}/{path.stem}:{name}.{method.name}"
        for addon in addons
        for path in addon.glob("tests/**/test_*.py")
        for name, node in _test_classes(ast.parse(path.read_text()))
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name.startswith("test")
    }


def _test_classes(module):
    """Each class with the name under which its tests run."""
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    for node in classes:
        if any(ast.unparse(part) == "allow_inherited_tests_method = True" for part in node.body):
            heirs = [heir.name for heir in classes if node.name in map(ast.unparse, heir.bases)]
        else:
            heirs = [node.name]
        yield from ((name, node) for name in heirs)


def unrun_javascript(addons: list[Path]) -> list[Path]:
    """Unit tests of the browser's code in add-ons none of whose Python tests opens the page that runs them."""
    return [
        path
        for addon in addons
        if not any("/web/tests" in test.read_text() for test in addon.glob("tests/**/*.py"))
        for path in sorted(addon.glob("static/tests/**/*.test.js"))
    ]


def _where(logger):
    match = ADDON_TEST.match(logger)
    return f"{match[1]}/{match[2]}" if match else None


def _named(logger, test, whole=False):
    """The name of a test; with `whole`, `logger` is the dotted path of a class and `test` what failed in it."""
    if whole:
        logger, _dot, name = logger.rpartition(".")
        test = f"{name}.{test}"
    return f"{_where(logger) or logger}:{test}"
