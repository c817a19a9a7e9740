"""The commands. Their settings are make's variables, which come as environment variables; empty is not given."""

import argparse
import os
import shutil
import sys
import traceback

import cache
import database
import demo
import environment
import postgres
import process
import progress
import server
import unprivileged
from progress import Problem


def main(arguments):
    """Runs one command and returns its exit status. Every failure ends with one sentence on the error output."""
    process.orderly_end()
    parser = argparse.ArgumentParser(prog="config/tool", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = COMMANDS[parser.parse_args(arguments).command]
    try:
        return command() or 0
    except Problem as problem:
        print(*filter(None, [problem.details, problem]), sep="\n", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted: run the same command again, it goes on from here.", file=sys.stderr)
        return 130
    except Exception as error:
        if isinstance(error, OSError) and error.errno in process.FULL:
            print(process.full_disk(error.filename or environment.WORK), file=sys.stderr)
        else:
            print(
                f"This should not happen ({error}): please report it with {_keep(traceback.format_exc())}.",
                file=sys.stderr,
            )
    return 1


def db():
    """A fresh database."""
    name, modules, data = variable("DB"), variable("MODULES").replace(",", " ").split(), bool(variable("DEMO"))
    database.check(name)
    if not modules:
        raise Problem(
            "MODULES names the add-ons to install, with commas between: for example MODULES=omni_stock,omni_pos."
        )
    progress.expect(environment.STEPS + len(database.layers(modules, data)) + 1)
    database.build(environment.ready(), name, modules, data)


def shell():
    """A script, or a console where there is none, in a database."""
    name = variable("DB")
    env = _having(name)
    if sys.stdin.isatty():
        _become(env, env.command("shell", "-d", name, "--no-http", "--log-level=warn"))
    _become(env, server.script_command(env, name))


def serve():
    """The server on a database, in front."""
    name, port, workers = variable("DB"), number("PORT", server.PORT), number("WORKERS", 0)
    server.check_port(port)
    env = _having(name)
    database.lead_to(env, name, port)
    if workers:
        return server.serve_workers(env, name, port, workers)
    server.record(env.work, os.getpid(), port)
    _become(env, server.command(env, name, port))


def drop():
    """A database is removed."""
    name = variable("DB")
    database.check(name)
    progress.expect(environment.STEPS)
    database.drop(environment.ready(), name)


def stop():
    """What this clone started ends."""
    stopped = server.stop_all(environment.WORK)
    stopped += postgres.Server(environment.WORK).stop()
    print("Stopped." if stopped else "Nothing of this clone was running.", file=sys.stderr)


def clean():
    """What this clone made outside git is removed, and on demand the shared cache."""
    server.stop_all(environment.WORK)
    postgres.Server(environment.WORK).remove()
    shutil.rmtree(environment.WORK, ignore_errors=True)
    if variable("CACHE"):
        shutil.rmtree(cache.root(), ignore_errors=True)
        unprivileged.remove_programs()


def test():
    import testing

    return testing.main()


def bench():
    import testing

    return testing.bench()


def test_core():
    import core_tests

    return core_tests.main()


def lint():
    import lint

    return lint.main(bool(variable("FIX")))


COMMANDS = {
    "demo": lambda: demo.main(number("PORT", server.PORT)),
    "test": test,
    "lint": lint,
    "bench": bench,
    "test-core": test_core,
    "db": db,
    "shell": shell,
    "serve": serve,
    "drop": drop,
    "stop": stop,
    "clean": clean,
}


def variable(name):
    """What make's variable `name` was set to, or the empty text."""
    return os.environ.get(name, "").strip()


def number(name, default):
    """The number that make's variable `name` was set to."""
    try:
        return int(variable(name) or default)
    except ValueError:
        raise Problem(f"{name}={variable(name)} is no number: write it like {name}={default}.") from None


def _having(name):
    """The environment, with a database of that name in its server."""
    database.check(name)
    progress.expect(environment.STEPS)
    env = environment.ready()
    if not database.exists(env, name):
        raise Problem(f"There is no database {name}: make it with `make db DB={name} MODULES=...`.")
    return env


def _become(env, command):
    """Turns this process into `command`, so that signals, output and exit status are its own."""
    os.chdir(env.work)
    os.execve(command[0], command, env.variables())


def _keep(text):
    """Keeps the details of a failure that nobody foresaw, and says where."""
    path = environment.WORK / "log/failure.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
