"""Programs that test, each a part of one run: started side by side as far as there are seats, watched to their end."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import process
from environment import CLONE
from reports import Outcome

SEATS = 3  # on two cores: who clicks through pages waits for a third of the time
HEARTBEAT = 30  # seconds between signs of life
SHOWN = 40  # lines of a failure
LOCK = threading.Lock()  # the terminal, and whatever else is for one at a time
RUNNING = []  # the processes that run now
_free = threading.Semaphore(SEATS)
_turn = threading.Lock()  # one waits for seats at a time, so that who needs all gets them


@dataclass
class Part:
    """One runner: the command that runs it, where it logs, and how its outcome is read.

    :param kind: what ONLY calls it
    :param database: the one that it needs, made of all add-ons
    :param seats: that it takes, one for each process of Odoo that it runs at a time; a race takes all, to be alone
    :param key: of all that its outcome depends on
    """

    name: str
    command: list
    log: Path
    outcome: Callable[[], Outcome]
    kind: str = ""
    database: str = ""
    seats: int = 1
    key: str = ""
    seconds: float = 0
    code: int = 0


def run_all(function, parts):
    """The results of `function` for each part, run in their order; ends all when interrupted."""

    def one(part):
        with _seats(part.seats):
            return function(part)

    with ThreadPoolExecutor(SEATS) as pool:
        try:
            return list(pool.map(one, parts))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for runner in RUNNING:
                runner.terminate()
            raise


@contextmanager
def _seats(number):
    with _turn:
        for _seat in range(number):
            _free.acquire()
    try:
        yield
    finally:
        _free.release(number)


def run(env, part):
    """Run one part to its end, saying now and then how far it is, and return its outcome."""

    def say(text):
        with LOCK:
            print(f"  {part.name}: {text}", file=sys.stderr, flush=True)

    say("started")
    began = time.monotonic()
    variables = env.variables() | {"PYTHONUNBUFFERED": "1"}
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
        RUNNING.append(running)
        try:
            while running.poll() is None:
                try:
                    running.wait(HEARTBEAT)
                except subprocess.TimeoutExpired:
                    say(f"{time.monotonic() - began:.0f} s, {_last(part.log)}")
        finally:
            running.terminate()  # if we were interrupted
            RUNNING.remove(running)
    part.code = running.returncode
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
