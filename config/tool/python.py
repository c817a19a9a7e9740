"""Python environments in the cache, one for each set of requirements."""

import importlib.util
import shutil
import sys
import sysconfig
from pathlib import Path

import cache
import process
from apt import Apt

CONFIG = Path(__file__).parents[1]
RUN = CONFIG / "requirements.txt"
TEST = CONFIG / "requirements-test.txt"
PATHS = "omnichannel.pth"
# `python -m odoo` would do, were it not that Odoo starts its websocket process by the path of what was started.
LAUNCHER = "from odoo.cli.command import main\n\nmain()\n"
SPACE = 700_000_000


def venv(requirements, path=None):
    """The folder of an environment with these packages; its programs are in `bin`.

    :param requirements: requirements files; each is an environment of its own laid over that of those before it, so
        that what only tests need adds seconds and nothing is installed twice
    :param path: a further folder to import from (Odoo's)
    """
    *below, last = requirements
    base = venv(below, path) if below else None
    if base:
        imported = f"{packages(base)}\n{(packages(base) / PATHS).read_text()}"
    else:
        imported = f"{path}\n" if path else ""
    key = cache.key(Path(last).read_text(), sys.version, sys.base_prefix, imported, LAUNCHER)

    def build(folder):
        pip = _pip(folder)
        (packages(folder) / PATHS).write_text(imported)
        (folder / "bin/odoo").write_text(LAUNCHER)
        process.run(
            [
                *pip,
                "install",
                "--no-input",
                "--prefer-binary",
                "--disable-pip-version-check",
                "--no-warn-script-location",
                "--no-compile",  # what is imported is compiled then
                "-r",
                last,
            ],
            f"Installing the Python packages of {Path(last).name} failed: check the network and pip's settings",
            cache.root() / "log" / f"pip-{Path(last).stem}.log",
            env=process.clean_environment(PIP_USER="0"),
        )
        shutil.rmtree(folder / "apt", ignore_errors=True)
        _settle(folder, cache.root() / f"python-{key}")

    return cache.cached("python", key, build, space=0 if below else SPACE)


def packages(environment):
    """The folder that an environment's packages are in."""
    return environment / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"


def _settle(folder, place):
    """Makes the scripts in `bin` name the interpreter where it will be, in `place`."""
    for script in (folder / "bin").iterdir():
        if script.is_file() and not script.is_symlink() and (text := script.read_bytes()).startswith(b"#!"):
            script.write_bytes(text.replace(str(folder).encode(), str(place).encode()))


def _pip(folder):
    """Makes a bare environment in `folder` and returns the command that is its pip.

    Debian's Python comes without the module that would bring pip; the same pip is in a package of its own, which needs
    no installing.
    """
    python = folder / "bin/python"
    log = cache.root() / "log" / "venv.log"
    bundled = importlib.util.find_spec("ensurepip") is not None
    process.run(
        [sys.executable, "-m", "venv", *([] if bundled else ["--without-pip"]), folder],
        "Making a Python environment failed: check that this Python is complete",
        log,
        env=process.clean_environment(),
    )
    if bundled:
        return [python, "-m", "pip"]
    wheels = sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        apt = Apt(folder / "apt", "or install python3-venv")
        for package in apt.fetch("python3-pip-whl"):
            apt.unpack(package, apt.folder)
        wheels = list(apt.folder.glob("usr/share/python-wheels/pip-*.whl"))
    return [python, wheels[-1] / "pip"]
