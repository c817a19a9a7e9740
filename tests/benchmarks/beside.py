"""Stock Odoo beside: a process that runs a script on a database of Odoo's modules alone, made from the cache."""

import subprocess
import sys
from pathlib import Path

DATABASE = "bench_plain"
CLONE = Path(__file__).resolve().parents[2]
# Where `make bench` finds what the tests share, and they the tool.
sys.path += [str(CLONE / "tests"), str(CLONE / "config/tool")]

# Makes the database, and becomes the process that measures there.
LAUNCH = """
import os, sys
sys.path.insert(0, "config/tool")
import database, environment, layers, server
env = environment.ready()
if sys.argv[1] == "drop":
    database.drop(env, sys.argv[2])
else:
    database.copy(env, database.template(env, layers.layers(["omni_stock"])[:1]), sys.argv[2])
    command = server.script_command(env, sys.argv[2], sys.argv[1])
    os.execve(command[0], command, env.variables())
"""


def start(script):
    """Start ``script`` with ``env`` of stock Odoo; its standard input and output are pipes. Call :func:`drop` after."""
    return _launch(script, subprocess.PIPE)


def drop():
    """Drop the database of stock Odoo."""
    _launch("drop", None).wait()


def _launch(what, pipe):
    arguments = [sys.executable, "-c", LAUNCH, str(what), DATABASE]
    return subprocess.Popen(arguments, stdin=pipe, stdout=subprocess.PIPE, text=True, cwd=CLONE)
