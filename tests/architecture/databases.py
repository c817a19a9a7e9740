"""Databases for the tests of installing: made by the project's own commands, and photographed before and after."""

import json
import subprocess
from functools import cache
from pathlib import Path

import database
import environment
import process
import reports
import server

ALLOWED = Path(__file__).resolve().parents[1] / "allowed_errors.txt"

# A definition without casts, brackets and spaces: PostgreSQL sets them otherwise once it has been dumped and restored.
PLAIN = r"regexp_replace({}, '::(character varying|\w+)(\[\])?|[][()\s]', '', 'g')".format

# What a database is made of: {kind: its names, and what is compared of each}.
SCHEMA = {
    "schema": "SELECT nspname, '' FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
    "table or view": f"""
        SELECT relname, relkind::text || CASE WHEN relkind IN ('v', 'm') THEN {PLAIN("pg_get_viewdef(oid)")} ELSE '' END
          FROM pg_class WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
           AND relkind IN ('r', 'v', 'm', 'S', 'p', 'f')""",
    "column": """
        SELECT table_name || '.' || column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default)
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "index": f"SELECT indexname, {PLAIN('indexdef')} FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": f"""
        SELECT conrelid::regclass::text || '.' || conname, {PLAIN("pg_get_constraintdef(oid)")}
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "trigger": f"""
        SELECT tgrelid::regclass::text || '.' || tgname, {PLAIN("pg_get_triggerdef(oid)")}
          FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """
        SELECT p.oid::regprocedure::text, md5(prosrc) FROM pg_proc p
         WHERE pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "type": """
        SELECT typname, typtype::text
          FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')""",
    "record": "SELECT module || '.' || name, model FROM ir_model_data WHERE model <> 'ir.module.module'",
}

# Tables whose rows come and go with any install, whoever is installed.
PASSING = {
    "bus_bus": "messages on their way to browsers",
    "ir_attachment": "bundles of assets, made again when somebody asks for them",
    "ir_cron_trigger": "jobs that Odoo itself puts off until after an install",
    "ir_cron_progress": "what jobs that ran reported",
    "ir_logging": "the log",
    "ir_model_data": "compared name by name",
    "ir_module_module": "the list of what could be installed",
    "ir_module_module_dependency": "the same",
    "mail_message": "notes on records that Odoo keeps",
    "mail_tracking_value": "the same",
    "orm_signaling_registry": "tells other processes that something was installed",
    "product_value": "the history of costs, which Odoo keeps beyond the product, for its own modules too",
    "res_users_log": "who logged in",
}

# The tables whose rows are meant to last: one that is not logged keeps what is soon forgotten.
LASTING = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relpersistence = 'p' ORDER BY 1"""

# The rows that count, where not all of a table do.
COUNTED = {
    # Odoo keeps its note of a foreign key after the field and the key itself have gone, for its own modules too.
    "ir_model_constraint": "EXISTS (SELECT FROM pg_constraint WHERE conname = name)",
}


@cache
def env() -> environment.Environment:
    return environment.ready(test=True, browser=True)


def fresh(name: str, modules: list[str]) -> None:
    database.build(env(), name, modules)


def drop(name: str) -> None:
    database.drop(env(), name)


def tested(name: str, addon: str | None, tags: str) -> reports.Outcome:
    """Install the add-on, if any, on database `name`, run tests with these tags; nothing fails, skips or is logged."""
    log = env().work / f"log/architecture-{name}.log"
    install = ["-i", addon] if addon else []
    command = [*process.WITH_PARENT, *env().tests("-d", name, *install, "--test-tags", tags)]
    with log.open("w") as output:
        done = subprocess.run(
            command,
            cwd=env().work,
            env=env().variables(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    outcome = reports.odoo(log).settle(reports.allowed(ALLOWED))
    assert not outcome.failed, "\n\n".join(f"{test}\n{text}" for test, text in outcome.failed.items())
    assert not done.returncode, log.read_text()[-4000:]
    return outcome


def script(name: str, text: str):
    """Run a script with `env` on database `name`; what it prints last, read as JSON."""
    command = server.script_command(env(), name)
    done = subprocess.run(
        command, input="import json\n" + text, capture_output=True, text=True, env=env().variables(), check=False
    )
    assert not done.returncode, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def query(name: str, sql: str) -> list[list[str]]:
    return database.query(env(), name, sql)


def schema(name: str) -> dict[str, str]:
    """{what: how it is defined} of everything in the database's schema, and of every record with a name of its own."""
    return {f"{kind} {key}": text for kind, sql in SCHEMA.items() for key, text in query(name, sql)}


def rows(name: str) -> dict[str, str]:
    """{table: number of its rows}."""
    tables = [table for (table,) in query(name, LASTING) if table not in PASSING]
    counts = " UNION ALL ".join(
        f"""SELECT '{table}', count(*) FROM "{table}" WHERE {COUNTED.get(table, "true")}""" for table in tables
    )
    return dict(query(name, counts))


def differences(before: dict, after: dict) -> list[str]:
    """One line for each key that came, went or changed."""
    return [
        f"{key}: {before.get(key, 'absent')} -> {after.get(key, 'absent')}"
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]
