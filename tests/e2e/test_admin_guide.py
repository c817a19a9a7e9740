"""`docs/admin.md`, typed as it stands: an administrator installs, backs up, restores and upgrades, in both ways."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import database
import environment
import layers
import lint

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/admin.md").read_text()
# Two of the add-ons, so that it takes seconds; Odoo's own modules are there already.
INSTALLED = ["omni_base", "omni_stock"]
BOXED, OWN = "omni_guide_boxed", "omni_guide_own"


def commands(title, kind=""):
    """What the chapter `title` has to be typed, block by block."""
    level = re.search(rf"^(#+) {title}$", GUIDE, re.MULTILINE)
    chapter = re.split(rf"^#{{1,{len(level[1])}}} ", GUIDE[level.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    if level[1] == "##" and title == "With containers":
        chapter = chapter.split("\n### ")[0]
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)
    return [text for found, text in blocks if found == kind]


class Machine:
    """Where the guide is followed: a folder with the project, and a shell that finds `odoo` and `docker`."""

    def __init__(self, env, folder):
        self.env, self.folder = env, folder
        folder.mkdir(parents=True)
        shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "docker-compose.yml", folder)
        (folder / "addons").symlink_to(ROOT / "addons")
        self.programs = folder / "bin"
        self.programs.mkdir()
        odoo = env.command()[:2]
        config = f"""case "$*" in *"-c "*) ;; *) set -- "$@" -c "{env.config}" ;; esac"""
        self._program("odoo", f'{config}\nexec {" ".join(odoo)} "$@"')
        self._program("python3", f'exec {env.python} "$@"')
        self._program("docker", f'exec {sys.executable} {Path(__file__).with_name("fake_docker.py")} "$@"')
        for name in ("git", "pip3"):
            self._program(name, f'echo "$@" >> {folder}/{name}.log')

    def _program(self, name, text):
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def type(self, blocks, **variables):
        """Type these blocks into one shell, which stops at the first command that fails; return how it ended."""
        path = os.pathsep.join(map(str, (self.programs, self.env.postgres.programs, os.environ["PATH"])))
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail"],
            input="\n".join(blocks),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env={
                **self.env.variables(),
                "PATH": path,
                "ODOO_RC": str(self.env.config),
                "GUIDE_COMPOSE": " ".join(lint.compose_program()),
                "GUIDE_DATA": str(self.env.work / "data"),
                **variables,
            },
        )

    def words(self):
        """All that the settings could call a database; others of other names come and go beside."""
        files = [self.folder / name for name in (".env", "docker-compose.yml", "config/setup.sh", "config/odoo.conf")]
        return {self.env.pg.get("PGUSER"), *re.findall(r"[\w-]+", " ".join(path.read_text() for path in files))}

    def fill_in(self, **values):
        """Fill in `.env`, as the guide says."""
        path = self.folder / ".env"
        text = path.read_text()
        for name, value in values.items():
            text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            assert found == 1, f"{name} is not in env.sample"
        path.write_text(text)


@pytest.fixture(scope="module")
def env():
    return environment.ready(test=True)


@pytest.fixture(scope="module")
def made(env):
    """The databases that stand for new ones: with Odoo's own modules, so that only ours are installed."""
    names = (BOXED, OWN)
    base = database.template(env, layers.layers(INSTALLED)[:-1])
    for name in names:
        database.copy(env, base, name)
    yield
    for name in (*names, "check", f"{OWN}_check"):
        database.query(env, "postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(env.filestore / name, ignore_errors=True)


@pytest.fixture
def machine(env, tmp_path):
    return Machine(env, tmp_path / "omnichannel")


def databases(env):
    """The names of all databases."""
    return {name for (name,) in database.query(env, "postgres", "SELECT datname FROM pg_database")}


def passed(done):
    assert not done.returncode, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def test_containers(env, made, machine):
    """given an empty machine, when the guide is followed to the letter, then the one database that the server serves is
    made, with the add-ons and the administrator's password; backed up, it comes back, under another name and its own
    """
    first, *others = commands("With containers")
    passed(machine.type([first]))
    assert "OMNI_DB_PASSWORD" in machine.type(others).stderr, "it must not start while nothing is filled in"
    secrets = {"OMNI_DB_PASSWORD": "one", "OMNI_ADMIN_PASSWORD": "a-secret-of-ours", "OMNI_DB": BOXED}
    machine.fill_in(**secrets, OMNI_ADDONS="omni_stokc,omni_base")
    wrong = machine.type(others)
    assert wrong.returncode and "omni_stokc" in wrong.stderr.splitlines()[-1], wrong.stderr
    before = databases(env)
    machine.fill_in(OMNI_ADDONS=", ".join(INSTALLED))
    passed(machine.type(others))
    assert not (databases(env) - before) & machine.words(), "it makes a second database"
    assert installed(env, BOXED) == INSTALLED
    assert _logs_in(env, BOXED, "a-secret-of-ours") == "True False"

    said = passed(machine.type(commands("Backup")))
    [folder] = (machine.folder / "backup").iterdir()
    assert {path.name for path in folder.iterdir()} == {"database.dump", "files.tar.gz"}
    assert f"backup/{folder.name}\n" in said
    files = stored(env, BOXED)
    assert f"files {len(files)}\n" in said and "customers 0" not in said
    assert not database.exists(env, "check")

    database.query(env, BOXED, "UPDATE res_partner SET name = 'spoilt'")
    shutil.rmtree(env.filestore / BOXED)
    passed(machine.type(commands("Restore")))
    assert database.query(env, BOXED, "SELECT 1 FROM res_partner WHERE name = 'spoilt'") == []
    assert all((env.filestore / BOXED / name).exists() for name in files)
    assert installed(env, BOXED) == INSTALLED


def test_other_chapters_of_containers(machine):
    """when the chapters about upgrades are followed, then each names services, volumes, options, files that are there;
    the server is stopped and backed up before anything changes
    """
    shutil.copy(machine.folder / "config/env.sample", machine.folder / ".env")
    machine.fill_in(OMNI_DB_PASSWORD="one", OMNI_ADMIN_PASSWORD="two")
    for title in ("Backup", "Upgrade", "A new major version of PostgreSQL"):
        passed(machine.type(commands(title), GUIDE_DRY="1"))
    steps = "".join(commands("Upgrade")).splitlines()
    assert steps[:2] == ["docker compose stop odoo", "sh config/backup.sh"]
    assert steps.index("docker compose up -d") > max(
        number for number, step in enumerate(steps) if "-u omni_base" in step
    )
    [line] = commands("Backup", "crontab")
    assert re.fullmatch(r"[\d*]+ [\d*]+ [\d*]+ [\d*]+ [\d*]+ +cd \S+ && sh config/backup.sh >> .*\n", line)


def test_own_odoo(env, made, machine):
    """given a database of Odoo's own, when the guide is followed, then the add-ons are installed, and among the apps,
    the restored copy counts what the original counts and is neutralized, and an update goes through
    """
    conf, folder = machine.folder / "odoo.conf", machine.folder / "own"
    folder.mkdir()
    core = ",".join(map(str, env.odoo_source.addons))
    conf.write_text(env.config.read_text().replace(env.addons_path, f"{core},{folder}"))
    names, *blocks = commands("In an Odoo that you have")
    values = {
        "DB": OWN,
        "CONF": conf,
        "DATA": env.work / "data",
        "FOLDER": folder,
        "BACKUP": machine.folder / "kept",
        "ADDONS": ",".join(INSTALLED),
    }
    given = dict(re.findall(r"^(\w+)=(\S+)", names, re.MULTILINE))
    assert given.keys() == values.keys()
    assert set(given["ADDONS"].split(",")) | {"omni_base"} == {path.name for path in ROOT.glob("addons/omni_*")}
    own = [f"{name}={value}" for name, value in values.items()]
    said = passed(machine.type([*own, *blocks]))
    assert installed(env, OWN) == INSTALLED
    counted = re.findall(r"^\d+$", said, re.MULTILINE)
    assert len(counted) == 2 and counted[0] == counted[1]
    copy = f"{OWN}_check"
    [[flag]] = database.query(env, copy, "SELECT value FROM ir_config_parameter WHERE key = 'database.is_neutralized'")
    assert flag
    assert all((env.filestore / copy / name).exists() for name in stored(env, copy))
    assert database.query(env, copy, "SELECT count(*) FROM res_partner") == database.query(
        env, OWN, "SELECT count(*) FROM res_partner"
    )
    apps = database.query(
        env, OWN, "SELECT name FROM ir_module_module WHERE application AND name LIKE 'omni%' ORDER BY 1"
    )
    assert [name for (name,) in apps] == sorted(path.name for path in ROOT.glob("addons/omni_*"))
    paths = [row[0].split(" > ") for row in database.query(env, OWN, MENUS)]
    named = set(re.findall(r"\*([A-Z][^*|]* > [^*|]+)\*", GUIDE))
    assert len(named) > 5
    for menu in named:
        assert any(_leads(menu.split(" > "), path) for path in paths), f"There is no menu {menu}"
    for asked in re.findall(r'"([^"]+)"', next(block for block in blocks if "pip3" in block).split("pip3", 1)[1]):
        assert asked.startswith(("phonenumbers", "highspy", "$"))


def test_what_is_named_is_there(env):
    """each file, option, variable and menu that the guide names exists, under that very name"""
    files = re.findall(r"`((?:config|docs|addons)/[\w./-]+|docker-compose\.yml)`", GUIDE)
    assert len(files) > 5
    assert not [name for name in files if not (ROOT / name).exists()]
    sample = (ROOT / "config/env.sample").read_text()
    compose = (ROOT / "docker-compose.yml").read_text()
    for name in set(re.findall(r"OMNI_\w+", GUIDE + compose + (ROOT / "config/setup.sh").read_text())):
        assert f"\n{name}=" in sample, f"{name} is not in env.sample"
    settings = (ROOT / "config/odoo.conf").read_text()
    used = set(re.findall(r"^(\w+) =", settings, re.MULTILINE))
    known = subprocess.run(
        [env.python, "-c", "from odoo.tools import config; print(*config.options)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert used <= set(known)
    assert set(re.findall(r"`(workers|\w+_\w+)`", GUIDE)) & set(known) <= used | {"data_dir", "gevent_port"}


def test_what_is_pinned_is_what_was_tested():
    """the packages in the container are those of the tests, and no image floats from one major version to the next"""
    tested = (ROOT / "config/requirements.txt").read_text().splitlines()
    asked = re.findall(r"\w+==[\d.]+", (ROOT / "config/Dockerfile").read_text())
    assert len(asked) == 2 and set(asked) <= set(tested)
    compose = (ROOT / "docker-compose.yml").read_text()
    images = dict(re.findall(r"\$\{(OMNI_\w+_IMAGE):-([\w:.]+)\}", compose))
    assert images == dict(
        re.findall(r"^(OMNI_\w+_IMAGE)=(.+)$", (ROOT / "config/env.sample").read_text(), re.MULTILINE)
    )
    assert all(re.search(r":\d+\.\d+", image) for image in images.values())
    assert len(re.findall(r"^ +image: \$", compose, re.MULTILINE)) == 2, "an image is named beside the variables"


MENUS = """
WITH RECURSIVE menu AS (
    SELECT id, name ->> 'en_US' AS path FROM ir_ui_menu WHERE parent_id IS NULL
    UNION ALL
    SELECT m.id, menu.path || ' > ' || (m.name ->> 'en_US') FROM ir_ui_menu AS m JOIN menu ON m.parent_id = menu.id
)
SELECT path FROM menu
"""


def _leads(named, path):
    """Whether a menu's path is the one named; headings between, which nobody clicks, may be left out."""
    steps = iter(path)
    return named[0] == path[0] and named[-1] == path[-1] and all(step in steps for step in named)


def installed(env, name):
    rows = database.query(
        env, name, "SELECT name FROM ir_module_module WHERE state = 'installed' AND name LIKE 'omni%' ORDER BY 1"
    )
    return [name for (name,) in rows]


def stored(env, name):
    rows = database.query(env, name, "SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL")
    return [file for (file,) in rows]


def _logs_in(env, name, password):
    """Whether the administrator logs in with this password, and whether with the one that everybody knows."""
    done = subprocess.run(
        [
            env.python,
            "-c",
            CHECK,
            password,
            database.query(env, name, "SELECT password FROM res_users WHERE id = 2")[0][0],
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


CHECK = """
import sys
from passlib.context import CryptContext
known = CryptContext(["pbkdf2_sha512"])
print(known.verify(sys.argv[1], sys.argv[2]), known.verify("admin", sys.argv[2]))
"""
