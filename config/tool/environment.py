"""All that a command needs to run Odoo with our add-ons: Odoo, Python, PostgreSQL and their settings, put together."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import browser as chromium
import cache
import odoo_source
import postgres
import process
import progress
import python
from progress import Problem

CLONE = Path(__file__).resolve().parents[2]
ADDONS = CLONE / "addons"
WORK = CLONE / ".omni"
TESTS = Path(__file__).with_name("addon_tests.py")
STEPS = 3  # that ready() shows; one more with a browser


@dataclass(frozen=True)
class Environment:
    """What `ready` found or made."""

    odoo_source: odoo_source.Odoo
    python: Path  # the interpreter of the environment with all packages
    postgres: postgres.Postgres
    mark: object = field(repr=False)  # keeps PostgreSQL from being stopped under us by another command
    work: Path = WORK  # the clone's own folder, ignored by git
    cache: Path = field(default_factory=cache.root)
    addons: Path = ADDONS  # the folder of our add-ons

    @property
    def pg(self):
        """The PG* variables that lead to the server."""
        return self.postgres.variables

    @property
    def addons_path(self):
        return ",".join(map(str, (*self.odoo_source.addons, self.addons)))

    @property
    def config(self):
        """Odoo's configuration file."""
        return self.work / ("odoo.conf" if self.addons == ADDONS else f"odoo-{self.addons.name}.conf")

    @property
    def filestore(self):
        return self.work / "data/filestore"

    def beside(self, addons):
        """The same environment with the add-ons of another folder, such as those of a former version."""
        env = replace(self, addons=addons)
        _configure(env)
        return env

    def variables(self):
        """The environment variables for programs that talk to PostgreSQL or are Odoo."""
        return process.clean_environment(**self.pg)

    def command(self, *args):
        """The command line that runs Odoo with these further arguments."""
        return [str(self.python), str(self.python.with_name("odoo")), "-c", str(self.config), *map(str, args)]

    def tests(self, *args):
        """The command line that runs tests of add-ons to their end, on whatever port is free then."""
        options = ["--http-port", "0", "--log-handler", "odoo.tests.stats:DEBUG", "--stop-after-init"]
        return [*map(str, (self.python, "-P", TESTS, "-c", self.config, *args)), *options]

    def odoo(self, args, **popen):
        """Runs Odoo with `args` to its end. Returns the subprocess.CompletedProcess; raises nothing for a failure."""
        popen = {"cwd": self.work, "env": self.variables(), **popen}
        return subprocess.run([*process.WITH_PARENT, *self.command(*args)], check=False, **popen)


def ready(test=False, browser=False):
    """Gets everything ready, from the cache or from outside, and returns the Environment.

    :param test: with the packages that only tests need
    :param browser: with Chromium
    """
    if WORK.exists() and WORK.stat().st_uid != os.getuid():
        raise Problem(f"{WORK} was made by the user {WORK.owner()}: become that user, or remove it.")
    (WORK / "log").mkdir(parents=True, exist_ok=True)
    mark = postgres.hold(WORK)
    with ThreadPoolExecutor() as pool:  # what comes from elsewhere comes side by side
        packages = pool.submit(_packages, test)
        chrome = pool.submit(chromium.ready) if browser else None
        with progress.step("Odoo"):
            source = odoo_source.ready()
        with progress.step("Python packages"):
            run, used = packages.result()
        if browser:
            with progress.step("Chromium"):
                chrome.result()
    with progress.step("PostgreSQL"):
        server = postgres.ready(WORK, python.packages(run))
    env = Environment(source, used / "bin/python", server, mark)
    _configure(env)
    return env


def _packages(test):
    """The Python environments of those who run Odoo, and of those who test it, which may be the same."""
    place = odoo_source.place()
    run = python.venv([python.RUN], place)
    used = python.venv([python.RUN, python.TEST], place) if test else run
    cache.prune("python", keep=6)
    return run, used


def _configure(env):
    """Writes Odoo's configuration, unless it is there already."""
    options = {
        "addons_path": env.addons_path,
        "data_dir": env.work / "data",
        "db_host": env.pg["PGHOST"],
        "db_port": env.pg.get("PGPORT"),
        "db_user": env.pg.get("PGUSER"),
        "http_interface": "127.0.0.1",
        "limit_time_cpu": 1200,
        "limit_time_real": 1800,
    }
    text = "[options]\n" + "".join(f"{name} = {value}\n" for name, value in options.items() if value)
    if not env.config.exists() or env.config.read_text() != text:
        aside = env.config.with_suffix(".new")
        aside.write_text(text)
        aside.rename(env.config)
