"""Running other programs: their output goes to a log, they die with us, and a failure shows the lines that matter."""

import errno
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from progress import Problem

# A child must not outlive a killed parent: it would go on writing into what the next run cleans up.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"]

SHOWN = 15  # lines of a log worth showing
TAIL = 20_000  # characters at the end of a log that are of this failure
NOTHING = 10_000_000  # bytes free of a disk that is full: then not even the log could say so
FULL = (errno.ENOSPC, errno.EDQUOT)


def run(command, failure, log, **popen):
    """Runs `command` to its end with all output in the file `log`; raises the Problem `failure` unless it returns 0."""
    log = Path(log)
    log.parent.mkdir(parents=True, exist_ok=True)
    popen.setdefault("stdin", subprocess.DEVNULL)
    for program in (WITH_PARENT[0], command[0]):
        if not shutil.which(program):
            raise Problem(f"The program {program} is missing: install it and run the same command again.")
    with log.open("w") as output:
        command = [*WITH_PARENT, *map(str, command)]
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, **popen).returncode
    if code:
        raise failed(failure, log)


def failed(failure, log):
    """The Problem to raise when what wrote `log` failed: a full disk is told apart, whatever broke because of it."""
    log = Path(log)
    if disk_is_full(log.parent, log.read_text(errors="replace")):
        return full_disk(log.parent)
    return Problem(f"{failure}, and run the same command again (log: {log}).", _telling(log))


def disk_is_full(logs, text=""):
    """Whether `text`, PostgreSQL's log in the folder `logs`, or the disk of that folder say that the disk is full."""
    server = logs / "postgresql.log"  # Odoo only says that it lost the connection
    text += server.read_text(errors="replace")[-TAIL:] if server.exists() else ""
    return (
        bool(re.search("No space left on device|Disk quota exceeded", text)) or shutil.disk_usage(logs).free < NOTHING
    )


def full_disk(path):
    """The Problem to raise when there is no space left at `path`."""
    return Problem(
        f"The disk is full ({path}): free about 4 GB, or set OMNI_CACHE to a folder on another disk, and run the same "
        "command again; it goes on from here."
    )


def _telling(log):
    """The lines of a log that tell why it failed: from the last error on, else the last ones."""
    lines = log.read_text(errors="replace").splitlines()
    lines = [line for line in lines if not re.search(r" INFO ", line)] or lines
    errors = [number for number, line in enumerate(lines) if re.search(r" (ERROR|CRITICAL) |^(E:|ERROR:|FATAL:)", line)]
    part = lines[errors[-1] if errors else -SHOWN :]
    part = part if len(part) <= 2 * SHOWN else [*part[:3], "...", *part[-SHOWN:]]
    return "\n".join(f"  {line}" for line in part)


def alive(pid, *words):
    """Whether process `pid` runs and all `words` are in its command line: the number may have passed to another one."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return False
    return bool(command) and all(str(word) in command for word in words)


def orderly_end():
    """Makes every request to end the command do so in the orderly way of Ctrl-C, even started in the background."""

    def stop(number, frame):
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def clean_environment(**extra):
    """The environment for Python programs of ours: nothing of the caller's own Python leaks in."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "ODOO_RC")
    }
    return {**kept, **extra}
