"""The shared cache holds only what is complete, however a run ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import cache
from progress import Problem

TOOL = Path(cache.__file__).parent


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("OMNI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def visible(place):
    return sorted(path.name for path in place.glob("thing-*"))


def hidden(place):
    return sorted(path.name for path in place.glob(".thing-*"))


def test_built_once():
    """given something cached, when it is asked for again, then it is not built again"""
    calls = []

    def build(folder):
        calls.append(folder)
        (folder / "content").write_text("made")

    first = cache.cached("thing", "key", build)
    second = cache.cached("thing", "key", build)
    assert first == second
    assert len(calls) == 1
    assert (first / "content").read_text() == "made"


def test_another_content_is_another_folder():
    """given parts that differ, when a key is made of each, then the keys differ, and equal parts have equal keys"""
    assert cache.key("a", 1) != cache.key("a", 2)
    assert cache.key("ab", "c") != cache.key("a", "bc")
    assert cache.key("a", 1) == cache.key("a", 1)


def test_failed_build_leaves_nothing(place):
    """given a build that fails half-way, when it is over, then nothing of it is left and the next build succeeds"""

    def build(folder):
        (folder / "half").touch()
        raise Problem("no network")

    with pytest.raises(Problem):
        cache.cached("thing", "key", build)
    assert not visible(place) and not hidden(place)
    assert cache.cached("thing", "key", lambda folder: None).exists()


def test_killed_build_is_cleared_away(place):
    """given a run killed while it built, when the next one builds the same, then what was left is cleared away"""
    script = (
        f"import sys, time; sys.path.insert(0, {str(TOOL)!r}); import cache\n"
        "def build(folder): (folder / 'half').touch(); print('building', flush=True); time.sleep(60)\n"
        "cache.cached('thing', 'key', build)"
    )
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "building\n"
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert hidden(place) and not visible(place)

    made = cache.cached("thing", "key", lambda folder: (folder / "whole").touch())

    assert [path.name for path in made.iterdir()] == ["whole"]
    assert not hidden(place)


def test_two_runs_build_one():
    """given two runs that want the same at once, when both have it, then it was built once"""
    calls = []

    def build(folder):
        calls.append(folder)
        time.sleep(0.3)

    runs = [threading.Thread(target=cache.cached, args=("thing", "key", build)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(calls) == 1


def test_prune_keeps_the_last_used(place):
    """given three contents of one thing, when two are kept, then the one that was used longest ago goes"""
    for age, key in enumerate(("new", "middle", "old")):
        path = cache.cached("thing", key, lambda folder: None)
        os.utime(path, (time.time() - age * 60,) * 2)
    cache.prune("thing", keep=2)
    assert visible(place) == ["thing-middle", "thing-new"]


def test_what_does_not_fit_is_not_started(place):
    """given more than the disk has, when it is asked for, then a sentence says how much is needed, nothing was begun"""
    with pytest.raises(Problem, match=r"GB free and [\d.]+ GB are needed: .*OMNI_CACHE") as caught:
        cache.cached("thing", "key", lambda folder: None, space=10**18)
    assert str(caught.value).endswith(".")
    assert not visible(place)
