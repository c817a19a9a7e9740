"""What the person at the terminal sees: numbered steps with the time so far, and one sentence when something fails.

Everything here goes to the error output, so that a command's standard output holds its result alone. Under `make -s` a
step appears only when it takes long enough to be wondered about.
"""

import os
import sys
import threading
import time
from contextlib import contextmanager


class Problem(Exception):
    """A failure that was foreseen. Its text is one sentence that says what to do; `details` are shown before it."""

    def __init__(self, text, details=""):
        super().__init__(text)
        self.details = details


SILENT = "s" in os.environ.get("MAKEFLAGS", "").partition(" ")[0].partition("--")[0]
PATIENCE = 2  # seconds before a silent run shows what it is doing
HEARTBEAT = 30  # seconds between signs of life where the line cannot be rewritten

_total = 0
_number = 0
_here = threading.local()  # the running step of each thread


def expect(steps):
    """Announces that `steps` more steps are to come: the second number of `[3/7]`."""
    global _total
    _total += steps


def skip(steps):
    """Counts steps that turned out to be done already."""
    global _number
    _number += steps


def say(text):
    """Adds a remark to the running step, such as a version or what it waits for."""
    if line := getattr(_here, "line", None):
        line.say(text)


def warn(text):
    """Prints a warning on a line of its own."""
    if line := getattr(_here, "line", None):
        line.after.append(text)
    else:
        print(f"Warning: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Shows `[3/7] title ... 12 s` while its body runs."""
    global _number
    _number += 1
    _here.line = line = _Line(f"[{_number}/{max(_total, _number)}] {title} ...")
    line.start()
    try:
        yield line
    except BaseException:
        line.say("failed")
        raise
    finally:
        line.end()
        _here.line = None
    for text in line.after:
        warn(text)


class _Line(threading.Thread):
    """One step's line, kept moving by a thread of its own."""

    def __init__(self, label):
        super().__init__(daemon=True)
        self.label = label
        self.after = []
        self.remark = ""
        self.started = time.monotonic()
        self.done = threading.Event()
        self.shown = False
        self.live = sys.stderr.isatty()

    def say(self, text):
        self.remark = f" {text},"

    def run(self):
        if SILENT and self.done.wait(PATIENCE):
            return
        self.shown = True
        self._write("" if self.live else self.label)
        while not self.done.wait(1 if self.live else HEARTBEAT):
            self._write("" if self.live else f" {self._seconds()} ...")

    def end(self):
        self.done.set()
        self.join()
        if self.shown:
            self._write(f"{self.remark} {self._seconds()}\n")

    def _seconds(self):
        return f"{time.monotonic() - self.started:.0f} s"

    def _write(self, text):
        if self.live:  # rewrite the whole line
            text = f"\r\x1b[K{self.label}{text or f'{self.remark} {self._seconds()}'}"
        print(text, end="", file=sys.stderr, flush=True)
