"""What `make test` says at the end: what failed and why, what took long, and the sum."""

import tomllib

from environment import CLONE
from runners import SHOWN

BUDGET = CLONE / "tests/budget.toml"
SLOWEST = 10  # classes that are named
REASON = 600  # characters of the reason of a failure that stand again beside the sum


def show(parts, now, before, seconds):
    """Print it and return the exit status; the sum is the last line, for those who count, and of what ran now.

    :param now: {part's name: outcome} of what ran
    :param before: the same of what was proved before
    :param seconds: what all of it took
    """
    ran = [part for part in parts if part.name in now]
    for part in ran:
        for test, text in sorted(now[part.name].failed.items()):
            lines = text.splitlines()
            lines = lines if len(lines) <= SHOWN else [*lines[:5], "...", *lines[-SHOWN + 6 :]]
            print(f"\n{part.name}: {test}", *(f"    {line}" for line in lines), f"    (log: {part.log})", sep="\n")
    _slowest(now.values())
    _table(parts, now, before, seconds)
    _over_budget(ran, seconds if len(ran) > 1 else 0)
    if before:
        print(f"{sum(map(_passed, before.values()))} proved before by the same content: make test FRESH=1 runs them")
    for part in ran:
        for test, text in sorted(now[part.name].failed.items()):
            print(f"failed: {part.name}: {test}: {_reason(text)}")
    passed, failed, skipped = _sum(now.values())
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def _reason(text):
    """What pytest marks as the error, else the last line, in one line."""
    marked = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return " ".join(marked or text.strip().splitlines()[-1:])[:REASON].strip()


def _passed(outcome):
    return len(outcome.passed) + outcome.javascript


def _sum(outcomes):
    counts = [(_passed(done), len(done.failed), len(done.skipped)) for done in outcomes]
    return [sum(column) for column in zip(*counts, strict=True)] or [0, 0, 0]


def _slowest(outcomes):
    seconds = {name: spent for outcome in outcomes for name, spent in outcome.seconds.items()}
    slowest = sorted(seconds, key=seconds.get, reverse=True)[:SLOWEST]
    if slowest:
        print("\nslowest classes", *(f"{seconds[name]:>8.0f} s  {name}" for name in slowest), sep="\n")


def _table(parts, now, before, seconds):
    print(f"\n{'part':<36}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>9}")
    for part in parts:
        if part.name in now:
            counts = "".join(f"{count:>8}" for count in _sum([now[part.name]]))
            print(f"{part.name:<36}{counts}{part.seconds:>9.0f}")
        else:
            done = before[part.name]
            print(f"{part.name:<36}proved before, on {done.when}: {_passed(done)}")
    print(f"{'all':<36}" + "".join(f"{count:>8}" for count in _sum(now.values())) + f"{seconds:>9.0f}\n")


def _over_budget(parts, whole):
    """Names the parts that took longer than they may; nothing fails for it."""
    budget = tomllib.loads(BUDGET.read_text())["seconds"]
    for name, spent in [*((part.name, part.seconds) for part in parts), ("all", whole)]:
        if spent > budget.get(name, float("inf")):
            print(f"over its budget: {name} took {spent:.0f} s of {budget[name]} s")
