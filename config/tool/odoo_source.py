"""Odoo 19: the one that `ODOO_HOME` names, else the cached one, else fetched from the distribution's package.

The package is unpacked into the cache and never installed, so an ordinary user can do it and the system stays as it is.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cache
import progress
from apt import Apt
from progress import Problem

PACKAGE = "odoo-19"
TESTED = "19.0.0+dfsg-1"
SUITE = "sid"
# The package replaces fonts and some JavaScript by links into these.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
)
# What the package leaves out although Odoo bundles it: an empty file in its place keeps pages from logging an error.
ABSENT = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
# Links of the package to what its companion calls otherwise. A till waits five seconds for a font that is not there.
RENAMED = {
    "point_of_sale/static/src/fonts/Inconsolata.otf": "usr/share/fonts/opentype/inconsolata/Inconsolata-Regular.otf",
}
IMPORTED = "usr/lib/python3/dist-packages"  # the folder of a package that Python imports from
SPACE = 2_000_000_000
OTHERWISE = "or set ODOO_HOME to an Odoo 19 source tree"


@dataclass(frozen=True)
class Odoo:
    """An Odoo to run: the folder that Python imports it from, its add-on folders, its version, a key of its content."""

    path: Path
    addons: tuple[Path, ...]
    version: str
    key: str


def ready():
    """The Odoo to use, fetched if need be."""
    home = os.environ.get("ODOO_HOME")
    if home:
        found = _at(Path(home).expanduser().absolute())
    else:
        root = cache.cached("odoo", _key(), _fetch, space=SPACE)
        found = _at(root, (root / "VERSION").read_text().strip())
        if found.version != TESTED:
            progress.warn(f"Odoo {found.version} is not the version tested here, {TESTED}.")
    progress.say(found.version)
    return found


def place():
    """The folder that Python imports Odoo from, known before Odoo is there."""
    home = os.environ.get("ODOO_HOME")
    return _at(Path(home).expanduser().absolute()).path if home else cache.root() / f"odoo-{_key()}" / IMPORTED


def _key():
    return cache.key(PACKAGE, COMPANIONS, ABSENT, RENAMED)


def _at(home, version=None):
    """The Odoo in `home`: a source tree, an unpacked package, or the folder of an installed one."""
    for path in (home, home / IMPORTED, home.parent):
        if (path / "odoo/release.py").is_file():
            break
    else:
        raise Problem(f"ODOO_HOME is {home}, where there is no Odoo: name the folder that holds odoo-bin, or unset it.")
    release = (path / "odoo/release.py").read_text()
    series = re.search(r"version_info = \((\d+), *(\d+)", release)
    if not series or series.groups() != ("19", "0"):
        raise Problem(f"ODOO_HOME is {home}, which is not Odoo 19.0: name an Odoo 19.0 source tree, or unset it.")
    version = version or f"19.0 in {home}"
    places = (path / "addons", path / "odoo/addons")
    addons = tuple(folder for folder in places if (folder / "web").is_dir() or (folder / "base").is_dir())
    return Odoo(path, addons, version, cache.key(version, release, _commit(path)))


def _commit(path):
    """The commit of a source tree, so that what was built from another one is not reused."""
    if not (path / ".git").exists():
        return ""
    return subprocess.run(["git", "-C", path, "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout


def _fetch(folder):
    """Downloads the packages with the machine's own apt, which checks their signature, and unpacks them here."""
    apt = Apt(folder / "apt", OTHERWISE, SUITE)
    for package in apt.fetch(PACKAGE, *COMPANIONS):
        apt.unpack(package, folder)
        if package.name.startswith(f"{PACKAGE}_"):
            version = package.name.split("_")[1].replace("%3a", ":")
    addons = folder / IMPORTED / "odoo/addons"
    for name in ABSENT:
        stand_in = addons / name
        stand_in.parent.mkdir(parents=True, exist_ok=True)
        stand_in.touch()
    for name, target in RENAMED.items():
        link = addons / name
        if link.is_symlink() and not link.exists():
            link.unlink()
            link.symlink_to(os.path.relpath(folder / target, link.parent))
    (folder / "VERSION").write_text(version + "\n")
    shutil.rmtree(apt.folder)
