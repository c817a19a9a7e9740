"""What passed, kept with a key of all that it depends on: what passed with the same content need not be run again."""

import json
import re
import time

import cache
import layers
from environment import CLONE
from reports import Outcome

ALWAYS = ("config/tool", "config/requirements.txt", "config/requirements-test.txt", "tests/allowed_errors.txt")


def key(env, paths, *more):
    """A key of the files in `paths`, of the tool, Odoo and the packages, and of what else is said."""
    paths = [*(CLONE / path for path in ALWAYS), *paths]
    return cache.key(layers.content(paths, without=re.compile("__pycache__/")), env.odoo_source.key, *map(str, more))


def read(env, part):
    """The outcome of the part when it last passed with the same content, or None."""
    path = _path(env, part)
    kept = json.loads(path.read_text()) if path.exists() else {}
    if not part.key or kept.pop("key", "") != part.key:
        return None
    return Outcome(**kept | {"passed": set(kept["passed"])})


def write(env, part, outcome):
    """Keeps what became of the part, if nothing in it failed."""
    path = _path(env, part)
    path.unlink(missing_ok=True)
    if not outcome.failed:
        path.parent.mkdir(exist_ok=True)
        when = time.strftime("%Y-%m-%d %H:%M")
        kept = {"passed": sorted(outcome.passed), "skipped": outcome.skipped, "javascript": outcome.javascript}
        path.write_text(json.dumps(kept | {"when": when, "key": part.key}))


def _path(env, part):
    return env.work / "proved" / f"{part.name.replace('/', '-')}.json"
