"""Stands for `docker` where the guide for administrators is tried: what it asks of a service is done by this machine's
own programs, with the variables and files that `docker-compose.yml` gives to that service. With GUIDE_DRY nothing
is done, but what is asked must be sound all the same.

Run in the folder of `docker-compose.yml`. GUIDE_COMPOSE: a program that reads that file. GUIDE_DATA: what stands for
the volume of Odoo's files.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

# Where the server is, is this machine's affair.
OURS = {"HOST", "USER", "PASSWORD", "PGHOST", "PGUSER", "PGPASSWORD", "PGDATA"}


def main(args):
    if args[:2] == ["image", "inspect"]:
        print("odoo@sha256:0")
    elif args[:2] == ["volume", "rm"]:
        [name] = args[2:]
        if name.removeprefix(f"{Path.cwd().name}_") not in section("volumes"):
            raise SystemExit(f"There is no volume {name}.")
    elif args[0] == "compose" and args[1] in COMMANDS:
        COMMANDS[args[1]](args[2:])
    else:
        raise SystemExit(f"docker {' '.join(args)}: the guide needs nothing like that.")


def build(args):
    options(args, "--pull")
    if not Path("config/Dockerfile").exists():
        raise SystemExit("There is no config/Dockerfile.")


def up(args):
    options(args, "-d", "--wait", services="*")
    for source in mounts():
        if source.startswith(".") and not Path(source).exists():
            raise SystemExit(f"There is no {source}.")
    [command] = re.findall(r'command: \["sh", "(/[^"]+)"\]', Path("docker-compose.yml").read_text())
    execute("setup", ["sh", command])


def run(args):
    asked = options(args, "--rm", "-T", "--no-deps", "-e", services="command")
    execute(asked.service, asked.command, dict(pair.split("=", 1) for pair in asked.e or []))


def other(args):
    options(args, "-f", services="*")


COMMANDS = {"build": build, "up": up, "run": run, "exec": run} | dict.fromkeys(
    ("logs", "stop", "down", "restart"), other
)


def options(args, *flags, services=""):
    """The arguments of a command; refused are unknown options and services."""
    parser = argparse.ArgumentParser()
    for flag in flags:
        parser.add_argument(flag, **({"action": "append"} if flag == "-e" else {"action": "store_true"}))
    if services == "*":
        parser.add_argument("services", nargs="*")
    elif services:
        parser.add_argument("service")
        parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args(args)
    named = asked.services if services == "*" else [asked.service] if services else []
    for name in named:
        if name not in section("services"):
            raise SystemExit(f"There is no service {name}.")
    return asked


def execute(service, command, values=()):
    """Runs a command as this service would."""
    environment = {name: value for name, value in variables(service).items() if name not in OURS}
    if command[0] == "printenv":
        print(environment[command[1]])
    elif not os.environ.get("GUIDE_DRY"):
        command = [here(word) for word in command]
        done = subprocess.run(command, env={**os.environ, **environment, **dict(values)}, check=False)
        if done.returncode:
            raise SystemExit(done.returncode)


def here(text):
    """A text with the paths of a container, as they are called on this machine."""
    for source, target in mounts().items():
        text = text.replace(target, os.environ["GUIDE_DATA"] if source == "files" else str(Path(source).resolve()))
    return text


def mounts():
    """{source: path in the container}"""
    return dict(re.findall(r"^ +- (\./[^:]+|files):([^:\n]+)", Path("docker-compose.yml").read_text(), re.MULTILINE))


def section(name):
    """The names of one section of the compose file, as a program that knows the form reads it."""
    return set(re.findall(r"^  (\w+):", block(resolved(), name, ""), re.MULTILINE))


def variables(service):
    rows = block(block(block(resolved(), "services", ""), service, "  "), "environment", "    ")
    return {name: value.strip("'\"") for name, value in re.findall(r"^ +(\w+): (.*)$", rows, re.MULTILINE)}


def block(text, name, indent):
    """What stands below `name:` at this indent."""
    return re.search(rf"^{indent}{name}:\n((?:{indent} +.*\n|{indent}-.*\n)*)", text, re.MULTILINE)[1]


def resolved():
    """The compose file with the values of `.env`, kept for as long as both are the same."""
    read = [Path(name).read_text() for name in ("docker-compose.yml", ".env") if Path(name).exists()]
    kept = Path(f".resolved-{hashlib.sha256(repr(read).encode()).hexdigest()}")
    if not kept.exists():
        command = [*os.environ["GUIDE_COMPOSE"].split(), "config"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        kept.write_text(done.stdout)
    return kept.read_text()


if __name__ == "__main__":
    main(sys.argv[1:])
