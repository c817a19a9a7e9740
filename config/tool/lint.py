"""`make lint`: every linter over every tracked file. `FIX=1` first lets those that can put things right."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import apt
import database
import environment
import lint_sources
import lint_xml
import node
import progress
import python
import server
from progress import Problem

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
PLACE = re.compile(r"^[^\s:]+:\d+:")  # how a problem begins: file:line:


def main(fix=False):
    """Run all checks, print every problem as `file:line: what`, and return the exit status: 0 if there is none."""
    checks = [
        ("ruff", ruff),
        ("pylint-odoo", pylint),
        ("eslint", eslint),
        ("prettier", prettier),
        ("XML", xml),
        ("manifests and sources", sources),
        ("docker-compose", compose),
    ]
    addons = sorted(path.parent.name for path in ROOT.glob("addons/*/__manifest__.py"))
    progress.expect(len(checks) + environment.STEPS + len(database.layers(addons)) + 2)
    started, found = time.monotonic(), []

    def run(title, check, *arguments):
        with progress.step(title):
            problems = check(fix, *arguments)
            progress.say(f"{len(problems)} problems" if problems else "clean")
        found.extend(problems)

    for title, check in checks:
        run(title, check)
    try:
        env = environment.ready()
        database.build(env, "lint", addons)
        run("translations", translations, env)
        database.drop(env, "lint")
    except Problem as problem:  # what was found until here is worth knowing
        found.append(f"translations: {problem}")
    print(*sorted(found), sep="\n")
    print(f"Lint: {len(found) or 'no'} problems in {time.monotonic() - started:.0f} s")
    return 1 if found else 0


def output(command, **popen):
    """The completed process of a linter, run from the repository's root; its exit status is for the caller to read."""
    command = [str(part) for part in command]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, **popen)


def places(result):
    """The lines of a linter's output that name a place; its last words when it failed without naming any."""
    lines = [line for line in result.stdout.splitlines() if PLACE.match(line)]
    if result.returncode and not lines:
        lines = [f"{Path(result.args[0]).name}: {line}" for line in (result.stderr or result.stdout).splitlines()[-5:]]
    return lines


def tool(name):
    """A program of the linters' own Python environment."""
    return python.venv([CONFIG / "requirements-lint.txt"]) / "bin" / name


def ruff(fix):
    program = tool("ruff")
    if fix:
        output([program, "check", "--fix", "--quiet", "."])
        output([program, "format", "--quiet", "."])
    concise = ["--quiet", "--output-format", "concise", "."]
    return places(output([program, "check", *concise])) + places(output([program, "format", "--check", *concise]))


def pylint(fix):
    addons = sorted(path.parent for path in ROOT.glob("addons/*/__manifest__.py"))
    return places(
        output([tool("pylint"), f"--rcfile={CONFIG}/lint/pylintrc", *(path.relative_to(ROOT) for path in addons)])
    )


def javascript(program, *arguments):
    """Run eslint or prettier."""
    run, folder = node.packages()
    entry = {"eslint": "eslint/bin/eslint.js", "prettier": "prettier/bin/prettier.cjs"}[program]
    configuration = {"eslint": "eslint.config.js", "prettier": "prettier.json"}[program]
    return output([run, folder / "node_modules" / entry, "--config", folder / configuration, *arguments])


def eslint(fix):
    files = lint_sources.tracked(ROOT, "addons/**/static/**/*.js")
    if not files:
        return []
    result = javascript("eslint", "--format", "json", *(["--fix"] if fix else []), *files)
    if result.returncode > 1 or not result.stdout.strip():
        return [f"eslint: {line}" for line in (result.stderr or result.stdout).splitlines()[:5]]
    return [
        f"{Path(file['filePath']).relative_to(ROOT)}:{found.get('line', 1)}: {found['message']} ({found['ruleId']})"
        for file in json.loads(result.stdout)
        for found in file["messages"]
    ]


def prettier(fix):
    files = lint_sources.tracked(ROOT, "addons/**/static/**/*.js", "addons/**/static/**/*.scss")
    files = [path for path in files if "/static/lib/" not in str(path)]
    if not files:
        return []
    result = javascript("prettier", "--write" if fix else "--list-different", *files)
    broken = [f"prettier: {line}" for line in result.stderr.splitlines() if line.startswith("[error]")]
    return broken + ([] if fix else [f"{path}:1: not formatted as prettier does" for path in result.stdout.split()])


def xml(fix):
    files = lint_sources.tracked(ROOT, "addons/**/*.xml")
    if fix:
        for path in files:
            lint_xml.fix(ROOT / path)
    return [f"{path}:{line}: {message}" for path in files for line, message in lint_xml.problems(ROOT / path)]


def sources(fix):
    return lint_sources.manifests(ROOT) + lint_sources.strays(ROOT) + lint_sources.papers(ROOT)


def compose(fix):
    """The compose file must be refused as long as a secret is not set, and be sound once all are."""
    sample = CONFIG / "env.sample"
    secrets = re.findall(r"^(\w+)=$", sample.read_text(), re.MULTILINE)
    command = [*compose_program(), "--env-file", sample, "-f", "docker-compose.yml", "config", "-q"]
    bare = {name: value for name, value in os.environ.items() if name not in secrets}
    filled = output(command, env=bare | dict.fromkeys(secrets, "x"))
    found = [f"docker-compose.yml:1: {line}" for line in filled.stderr.splitlines()] if filled.returncode else []
    for name in secrets:
        if not output(command, env=bare | dict.fromkeys(set(secrets) - {name}, "x")).returncode:
            found.append(f"docker-compose.yml:1: starts although {name} is not set")
    return found


def compose_program():
    if shutil.which("docker") and not output(["docker", "compose", "version"]).returncode:
        return ["docker", "compose"]
    sentence = "docker-compose is missing: install your system's package docker-compose"
    if not shutil.which("docker-compose") and os.geteuid() == 0 and shutil.which("apt-get"):
        progress.say("installing docker-compose")
        apt.install("docker-compose", sentence)
    if not shutil.which("docker-compose"):
        raise Problem(f"{sentence} and run the same command again.")
    return ["docker-compose"]


def translations(fix, env):
    script = f"ADDONS, FIX = 'addons', {fix}\n" + (CONFIG / "tool/lint_translations.py").read_text()
    command = server.script_command(env, "lint")
    result = subprocess.run(
        command, input=script, capture_output=True, text=True, cwd=ROOT, env=env.variables(), check=False
    )
    if result.returncode:
        return [f"translations: {line}" for line in result.stderr.splitlines()[-5:]]
    return [line for line in result.stdout.splitlines() if PLACE.match(line)]
