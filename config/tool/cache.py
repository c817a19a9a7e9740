"""The folder that all clones share: downloads, Python environments, dumps of built databases.

What is in it is named by a key of what went into it, is built aside and appears at once by a rename, and is never
changed afterwards. So a run that is cut off leaves only a hidden folder, which the next run clears away.
"""

import fcntl
import hashlib
import os
import shutil
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import process
import progress
from progress import Problem

OLD = 30 * 24 * 3600  # seconds without use after which something superseded or not is dropped


def root():
    """The cache folder: `OMNI_CACHE`, else `omnichannel` in the user's own."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "omnichannel"
    return Path(os.environ.get("OMNI_CACHE") or default).absolute()


def key(*parts):
    """A short name for what went into something: equal parts, equal key."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def cached(name, key, build, space=0):
    """The folder `name-key`, made by `build(folder)` in an empty folder if there is none.

    :param space: bytes that building needs, checked before it starts
    :raise Problem: the disk is full or the cache cannot be written
    """
    path = root() / f"{name}-{key}"
    if path.exists():
        os.utime(path)
        return path
    _sweep()
    with lock(path.name):
        if path.exists():
            return path
        require(space, root())
        aside = root() / f".{path.name}.{uuid.uuid4().hex[:8]}"
        try:
            aside.mkdir()
            build(aside)
            aside.rename(path)
        except OSError as error:
            if error.errno in process.FULL:
                raise process.full_disk(root()) from error
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return path


def require(space, folder):
    """Refuses to start what cannot end: `space` bytes must be free on the disk of `folder`."""
    free = shutil.disk_usage(_made(folder)).free
    if free < space:
        elsewhere = ", or set OMNI_CACHE to a folder on another disk," if folder == root() else ""
        raise Problem(
            f"The disk of {folder} has {free / 1e9:.1f} GB free and {space / 1e9:.1f} GB are needed: "
            f"free some{elsewhere} and run the same command again."
        )


@contextmanager
def lock(name):
    """Holds the lock `name` among all runs that share this cache; it falls with its holder, however that ends."""
    with (_made(root() / "locks") / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("waiting for another run that builds the same")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prune(name, keep):
    """Drops all but the `keep` last used folders `name-*`, and what nobody used for a month."""
    folders = sorted(root().glob(f"{name}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for rank, path in enumerate(folders):
        if rank >= keep or time.time() - path.stat().st_mtime > OLD:
            remove(path)


def remove(path):
    """Removes a folder of the cache at once for every reader: renamed first, deleted then."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return
    shutil.rmtree(aside, ignore_errors=True)


def _sweep():
    """Clears away what killed runs left: hidden folders whose lock nobody else holds."""
    for path in root().glob(".*-*.*"):
        name = path.name[1:].rpartition(".")[0]
        with (root() / "locks" / name).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(path, ignore_errors=True)


def _made(path):
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The cache folder {path} cannot be made ({error.strerror}): set OMNI_CACHE to a folder of yours."
        ) from error
    return path
