"""Databases made of modules, in seconds: each is a copy of a template that is named by what went into it.

A template that exists in the PostgreSQL server is copied; one that another clone has built is restored from its dump in
the cache; only then is it built, layer upon layer (see layers.py).
"""

import os
import re
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import cache
import layers as parts
import process
import progress
import server
from environment import CLONE
from layers import GENERATOR, PREFIX, layers
from progress import Problem
from python import RUN

__all__ = ["build", "check", "copy", "drop", "exists", "layers", "lead_to", "query", "remark", "template"]

ASIDE = "omni_aside_"  # begins the name of what is being built
MARK = "omnichannel"  # begins the comment of every database made here
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")
LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1)(:\d+)?")
LETTERS = {"mail_message": "body", "mail_mail": "body_html"}  # what links stand in
KEPT = 2  # contents of each kind of template, the last used ones
SPACE = 1_000_000_000


def build(env, name, modules, demo=False):
    """Makes the database `name` with these modules, replacing one of that name."""
    check(name)
    made = template(env, layers(modules, demo))
    with progress.step(f"Database {name}"):
        copy(env, made, name)


def copy(env, source, target):
    """Copies a database with its files, replacing one of that name."""
    with cache.lock(f"copy-{cache.key(env.work, env.pg, target)}"):
        drop(env, target)
        _link(env.filestore / source, env.filestore / target)
        _create(env, target, source)
        note(env, target)


def drop(env, name):
    """Removes a database with its files; nothing happens when there is none."""
    if exists(env, name):
        if not (env.postgres.own or name.startswith((PREFIX, ASIDE)) or remark(env, name).startswith(MARK)):
            raise Problem(
                f"The database {name} on {env.pg['PGHOST']} was not made by this project: choose another name, or drop "
                "it yourself."
            )
        query(env, "postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(env.filestore / name, ignore_errors=True)


def exists(env, name):
    """Whether there is a database of that name."""
    return bool(query(env, "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def check(name):
    """Refuses a name that Odoo would, or that is not for people to use."""
    if not NAME.fullmatch(name):
        raise Problem("DB names the database, in letters, digits, dots, dashes and underscores: for example DB=try.")
    if name.startswith((PREFIX, ASIDE, "template")) or name == "postgres":
        raise Problem(f"The database name {name} is taken by the machinery: choose another DB=name.")


def query(env, name, sql):
    """The rows that `sql` returns in database `name`, each a list of strings."""
    options = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R", "\x1e"]
    found = _client(env, "psql", *options, "-d", name, "-c", sql)
    return [row.split("\x1f") for row in found.removesuffix("\n").split("\x1e")] if found else []


def note(env, name, text=""):
    """Notes on a database that it was made here, when it was last used, and `text`."""
    query(env, "postgres", f"COMMENT ON DATABASE \"{name}\" IS '{MARK} {time.time():.0f} {text}'")


def lead_to(env, name, port):
    """Makes links lead to the server on this port: in mails, codes and documents to come, and in letters that led to
    another server of this machine."""
    address = f"http://127.0.0.1:{port}"
    parameters = dict(query(env, name, "SELECT key, value FROM ir_config_parameter WHERE key LIKE 'web.base.url%'"))
    former = parameters.get("web.base.url", "")
    if "web.base.url.freeze" in parameters or former == address:
        return
    query(env, name, f"UPDATE ir_config_parameter SET value = '{address}' WHERE key = 'web.base.url'")
    for table, column in LETTERS.items() if LOCAL.fullmatch(former) else ():
        if query(env, name, f"SELECT to_regclass('{table}')")[0][0]:
            text = f"replace({column}, '{former}/', '{address}/')"
            query(env, name, f"UPDATE {table} SET {column} = {text} WHERE position('{former}/' IN {column}) > 0")


def remark(env, name):
    """What is noted on a database."""
    rows = query(
        env, "postgres", f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
    )
    return rows[0][0]


# ------------------------------------------------------------------------------------------------------------ templates


def template(env, stack):
    """The name of the template made of these layers, built if it is nowhere. Shows a step for each layer."""
    *below, layer = stack
    name = template_name(env, stack)
    dump = cache.root() / name.replace(PREFIX, "database-").replace("_", "-")
    with cache.lock(name):
        if exists(env, name) and (env.filestore / name).exists():
            progress.skip(len(stack))
        elif env.postgres.own and dump.exists():
            progress.skip(len(below))
            with progress.step(f"{layer.title}, from the cache"):
                os.utime(dump)
                _appear(env, name, lambda aside: _restore(env, dump, aside))
        else:
            base = template(env, below) if below else None
            with progress.step(layer.title):
                cache.require(SPACE, env.work)
                _appear(env, name, lambda aside: _install(env, base, aside, layer, dump))
                _prune(env, name, dump)
    note(env, name)
    return name


def template_name(env, stack):
    """What the template made of these layers is called in this environment."""
    files = None if env.postgres.own else str(env.work)  # on a server that clones share, each has its own
    return parts.name(stack, env.odoo_source.key, RUN.read_text(), files)


def _appear(env, name, make):
    """Makes the template `name` by `make(aside)` under another name; it takes its own only when it is complete."""
    aside = ASIDE + name.rpartition("_")[2]
    for leftover in (aside, name):
        drop(env, leftover)
    try:
        make(aside)
        (env.filestore / aside).rename(env.filestore / name)
        query(env, "postgres", f'ALTER DATABASE "{aside}" ALLOW_CONNECTIONS false')
        query(env, "postgres", f'ALTER DATABASE "{aside}" RENAME TO "{name}"')
    except BaseException:
        with suppress(Problem):
            drop(env, aside)
        raise


def _install(env, base, aside, layer, dump):
    """Makes the database `aside` of the template `base` and one more layer, and puts its dump into the cache."""
    if base:
        copy(env, base, aside)
    else:
        _create(env, aside, "template0")
    log = env.work / "log" / f"{re.sub('[^a-z]+', '-', layer.title.lower())}.log"
    if layer.modules:
        _install_modules(env, aside, layer, log)
    if layer.generated:
        _generate(env, aside, layer, log)
    (env.filestore / aside).mkdir(parents=True, exist_ok=True)
    query(env, aside, "VACUUM ANALYZE")
    if env.postgres.own:
        cache.cached(*dump.name.rsplit("-", 1), lambda folder: _save(env, aside, folder))


def _install_modules(env, name, layer, log):
    for module in layer.modules:
        if not any((Path(folder) / module / "__manifest__.py").exists() for folder in env.addons_path.split(",")):
            raise Problem(
                f"There is no add-on named {module}: MODULES takes names of folders in addons/, or of Odoo's modules, "
                "with commas between."
            )
    # An add-on gets its demo data only if all that it depends on has its own, and Odoo's own is not wanted.
    if layer.demo:
        query(env, name, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
    names = ", ".join(layer.modules)
    demo = ["--with-demo"] if layer.demo else []
    process.run(
        env.command("-d", name, "-i", ",".join(layer.modules), "--stop-after-init", "--no-http", *demo),
        f"Installing {names} failed: correct the error above",
        log,
        cwd=env.work,
        env=env.variables(),
    )
    installed = {row[0] for row in query(env, name, "SELECT name FROM ir_module_module WHERE state = 'installed'")}
    if not installed.issuperset(layer.modules):
        raise process.failed(f"Not all of {names} did install: correct the error above", log)
    if layer.demo:
        query(
            env,
            name,
            "UPDATE ir_module_module SET demo = false WHERE name NOT IN ('{}')".format("', '".join(layer.modules)),
        )


def _generate(env, name, layer, log):
    lead_to(env, name, server.PORT)
    process.run(
        server.script_command(env, name, layer.script),
        f"{layer.title}: making it failed, correct {layer.script.parent.relative_to(CLONE)}",
        log,
        cwd=env.work,
        env=env.variables(),
    )
    if layer.script == GENERATOR:  # people visit it
        server.warm_up(env, name)
        lead_to(env, name, server.PORT)


def _prune(env, name, dump):
    """Drops what stale content left of the same kind of template: all but the last used ones."""
    rows = query(env, "postgres", f"SELECT datname FROM pg_database WHERE starts_with(datname, '{parts.kind(name)}_')")
    others = sorted((row[0] for row in rows if row[0] != name), key=lambda other: remark(env, other), reverse=True)
    for stale in others[KEPT - 1 :]:
        drop(env, stale)
    cache.prune(dump.name.rpartition("-")[0], KEPT)


# -------------------------------------------------------------------------------------------- databases and their files


def _create(env, name, source):
    # Where nothing is synced this is the quick way. The other one lets sequences fall behind their rows when the server
    # is stopped at once, as tests do. Older servers know no choice.
    quickly = " STRATEGY FILE_COPY" if env.postgres.own else ""
    query(env, "postgres", f'CREATE DATABASE "{name}" TEMPLATE "{source}"{quickly}')


def _save(env, name, folder):
    """Writes a dump of a database and its files into a folder of the cache."""
    _client(env, "pg_dump", "-Fd", "-j2", "-Z1", "--statistics", "--no-owner", "-f", folder / "data", name)
    _link(env.filestore / name, folder / "files")


def _restore(env, folder, name):
    """Makes a database from what `_save` wrote."""
    _link(folder / "files", env.filestore / name)
    _create(env, name, "template0")
    _client(env, "pg_restore", "-j2", "--no-owner", "-d", name, folder / "data")


def _link(source, target):
    """Copies a tree of files that are never written to again: by links, where the disk allows it."""
    shutil.rmtree(target, ignore_errors=True)
    source.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, target, copy_function=_link_file)


def _link_file(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _client(env, program, *args):
    """The output of one of PostgreSQL's client programs."""
    command = [env.postgres.programs / program, *args]
    done = subprocess.run(command, env=env.variables(), capture_output=True, text=True, check=False)
    if done.returncode:
        error = done.stderr.strip()
        if process.disk_is_full(env.work / "log", error):
            raise process.full_disk(env.work)
        raise Problem(f"PostgreSQL failed at `{program}`: run `make stop` and the same command again.", error)
    return done.stdout
