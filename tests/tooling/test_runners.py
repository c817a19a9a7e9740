"""A run of the tests: side by side as far as there are seats, nothing is proved twice, and the sum is honest."""

import threading
import time
from types import SimpleNamespace

import pytest

import proved
import runners
import summary
from reports import Outcome


@pytest.fixture
def env(tmp_path):
    return SimpleNamespace(work=tmp_path, odoo_source=SimpleNamespace(key="19.0"))


def part(name, **values):
    return runners.Part(name, [], None, None, **values)


def test_side_by_side_as_far_as_there_are_seats():
    """given parts with one seat each and one that takes all, then the former meet and the latter is alone"""
    parts = [part("a"), part("b"), part("all", seats=runners.SEATS), part("c"), part("d")]
    running, met, lock = set(), {}, threading.Lock()

    def run(one):
        with lock:
            running.add(one.name)
            met[one.name] = sum(two.seats for two in parts if two.name in running)
        time.sleep(0.05)
        with lock:
            running.discard(one.name)
        return one.name

    assert runners.run_all(run, parts) == ["a", "b", "all", "c", "d"]
    assert met["all"] == runners.SEATS
    assert met["b"] == met["d"] == 2


def test_what_passed_is_proved_until_something_changes(env, tmp_path):
    """given a part that passed, then it is proved while its files are the same; what failed never is"""
    (tmp_path / "tests").mkdir()
    file = tmp_path / "tests/test_x.py"
    file.write_text("one")
    keys = lambda: proved.key(env, [tmp_path / "tests"], "omni_a")
    one = part("addons/a", key=keys())
    assert proved.read(env, one) is None
    proved.write(env, one, Outcome({"a", "b"}, javascript=3))
    known = proved.read(env, one)
    assert (known.passed, known.javascript, bool(known.when)) == ({"a", "b"}, 3, True)
    file.write_text("two")
    assert proved.read(env, part("addons/a", key=keys())) is None
    proved.write(env, one, Outcome({"a"}, {"b": "why"}))
    assert proved.read(env, one) is None


def test_the_sum_counts_what_ran(capsys):
    """given a part that ran and one that was proved before, then the sum is of the former, and the latter is named"""
    parts = [part("addons/a", seconds=5.0), part("e2e")]
    now = {"addons/a": Outcome({"a", "b"}, javascript=3, seconds={"omni_a/test_x:TestSlow": 4.0})}
    assert summary.show(parts, now, {"e2e": Outcome({"c"}, when="yesterday")}, 6.0) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 0 failed, 0 skipped"
    assert any("omni_a/test_x:TestSlow" in line for line in lines)
    assert any(line.startswith("e2e") and "yesterday" in line for line in lines)
    assert any(line.startswith("1 proved before") for line in lines)


def test_nothing_to_run(capsys):
    """given parts that are all proved, then the sum is of nothing"""
    assert summary.show([part("e2e")], {}, {"e2e": Outcome({"c"}, when="yesterday")}, 1.0) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed, 0 skipped"


def test_what_failed_stands_beside_the_sum(capsys):
    """given tests that failed, then their names and why stand right before the sum"""
    pytest_says = (
        "    assert a == b\nE   AssertionError: index b: absent\nE     index c: absent\n\ntest_a.py:2: AssertionError"
    )
    now = {"addons/a": Outcome({"a"}, {"b": "Traceback\nValueError: no\n", "c": pytest_says, "d": ""})}
    assert summary.show([part("addons/a", seconds=1.0)], now, {}, 1.0) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-4:] == [
        "failed: addons/a: b: ValueError: no",
        "failed: addons/a: c: AssertionError: index b: absent index c: absent",
        "failed: addons/a: d: ",
        "1 passed, 3 failed, 0 skipped",
    ]


def test_over_the_budget_is_named_and_fails_nothing(capsys, tmp_path, monkeypatch):
    """given a budget, when a part takes longer, then it is named, and the exit status is as it was"""
    (tmp_path / "budget.toml").write_text('[seconds]\nall = 100\n"addons/a" = 10\n')
    monkeypatch.setattr(summary, "BUDGET", tmp_path / "budget.toml")
    parts = [part("addons/a", seconds=11.0), part("e2e", seconds=500.0)]
    assert summary.show(parts, {"addons/a": Outcome({"a"}), "e2e": Outcome({"b"})}, {}, 90.0) == 0
    over = [line for line in capsys.readouterr().out.splitlines() if line.startswith("over its budget")]
    assert over == ["over its budget: addons/a took 11 s of 10 s"]
