"""A database that has lived with the former add-ons is upgraded to today's, and nothing of it is lost.

The former add-ons, and what is lived through with them, are in ``former``: the add-ons as they were before the first
migration, without tests, translations and what browsers load. Every row of every table that people fill is looked at
before and after, column by column: what is new may come, what was there stays. What has moved is named here, with the
test that looks where it went. None of it is asked of the add-ons: PostgreSQL says it.
"""

import json
import re
import shutil
import subprocess
import tarfile
from collections import Counter
from pathlib import Path

import databases
import pytest
import sources

import database
import layers
import reports
import server

FORMER = Path(__file__).with_name("former")
LIVED, FRESH = "upgrade_lived", "upgrade_fresh"
ADDONS = sources.addons()

# Tables of what modules bring and each update writes anew, and of what is no data of anybody's.
NOT_DATA = (
    *("bus_", "digest_tip", "ir_act", "ir_asset", "ir_attachment", "ir_cron_", "ir_exports", "ir_logging"),
    *("ir_model", "ir_module", "ir_rule", "ir_ui_menu", "ir_ui_view", "orm_", "rel_server_actions", "res_users_log"),
    *("rule_group_rel", "theme_", "website_menu", "website_page"),
    # Counted anew: see test_what_is_available_is_counted_right.
    "omni_promise",
)
# Columns that each update writes.
WRITTEN = {"failure_count", "first_failure_date", "lastcall", "nextcall", "write_date", "write_uid"}
RENAMED = {"omni_stock_pace": "omni_sales_velocity"}
# See test_what_customers_were_told_is_kept.
MOVED = {"omni_pickup_message", "omni_pickup_push", "omni_pickup_push_note"}
ELSEWHERE = {
    # See test_refunds_are_kept_to_the_cent; the state follows from the rows: what a provider still works at is asked.
    *(("omni_pickup", f"refund_{name}") for name in ("amount", "by_hand", "due", "state")),
    ("payment_transaction", "omni_pickup_id"),
    # See test_settings_that_moved_say_the_same.
    ("omni_channel", "hold_minutes"),
    ("sale_order", "omni_home_id"),
    ("sale_order_line", "omni_sent_home"),
    *(("stock_warehouse", f"omni_{name}") for name in ("collect_cutoff", "cutoff_hour", "preparation_minutes")),
    # A request is over after a quarter of an hour; tries are counted by omni.rate.limit.
    ("omni_reserve_request", "address"),
    ("omni_reserve_request", "tries"),
    # How modules call their groups.
    ("res_groups", "name"),
}
# The job that told phones of pickups: there is one for all add-ons.
GONE = ("Pickups: tell phones by web push",)
# What a fresh install has otherwise, and why.
OTHERWISE = re.compile(
    "|".join(
        [
            # Both orders of two columns have an index; which of the two is the key depends on which model came first.
            r"(index|constraint) \S*omni_desk_user_rel_\S+:",
            # Numbers of transfers: each store that was opened has its own.
            r"table or view ir_sequence_\d+:",
            # The administrator has deleted it.
            r"record omni_clickcollect\.mail_template_pickup_reminder:",
            # What is Odoo's own is Odoo's: the journals of a till that was opened, for example.
            r"record (?!omni_)",
        ]
    )
)

# What shelves, orders and open tickets leave, and what is on hold, in figures of Odoo's own tables.
COUNTED = """
    WITH place AS (
        SELECT w.id AS store, l.id AS location
          FROM stock_warehouse AS w
          JOIN stock_location AS v ON v.id = w.view_location_id
          JOIN stock_location AS l ON l.parent_path LIKE v.parent_path || '%' AND l.usage = 'internal'
    ), part AS (
        SELECT q.product_id, p.store, q.quantity - q.reserved_quantity AS free, 0 AS held
          FROM stock_quant AS q JOIN place AS p ON p.location = q.location_id
        UNION ALL
        SELECT m.product_id, p.store,
               COALESCE((SELECT SUM(r.quantity_product_uom) FROM stock_move_line AS r WHERE r.move_id = m.id), 0)
               - m.product_qty, 0
          FROM stock_move AS m JOIN place AS p ON p.location = m.location_id
         WHERE m.state IN ('confirmed', 'partially_available')
        UNION ALL
        SELECT l.product_id, t.warehouse_id, -l.qty, 0
          FROM pos_order_line AS l
          JOIN pos_order AS o ON o.id = l.order_id AND o.state IN ('paid', 'done')
          JOIN pos_session AS s ON s.id = o.session_id AND s.state <> 'closed' AND s.update_stock_at_closing
          JOIN pos_config AS c ON c.id = s.config_id
          JOIN stock_picking_type AS t ON t.id = c.picking_type_id
        UNION ALL
        SELECT product_id, warehouse_id, 0, quantity FROM omni_hold
         WHERE ended IS NULL AND expires_at > now() AT TIME ZONE 'UTC'
    )
    SELECT (x.name ->> 'en_US') || ' in ' || w.name, SUM(part.free)::float8, SUM(part.held)::float8
      FROM part
      JOIN product_product AS v ON v.id = part.product_id
      JOIN product_template AS x ON x.id = v.product_tmpl_id
      JOIN stock_warehouse AS w ON w.id = part.store
     WHERE x.is_storable
     GROUP BY 1 HAVING SUM(part.free) <> 0 OR SUM(part.held) <> 0
"""
SAID = """
env["omni.promise"]._cron_settle()
env.cr.commit()
availability, company = env["omni.availability"], env.company
products, stores = env["product.product"].search([("is_storable", "=", True)]), env["stock.warehouse"].search([])
web = env["website"].search([("company_id", "=", company.id)], limit=1).omni_channel_id
said = {
    name: {
        f"{env['product.product'].browse(product).name} in {env['stock.warehouse'].browse(there).name}": quantity
        for (product, there), quantity in availability.available(products.ids, stores.ids, channel).items()
    }
    for name, channel in (("", None), ("web", web), ("phone", company.omni_phone_channel_id))
}
rows = {
    f"{row.product_id.name} in {row.warehouse_id.name}": [row.free, row.held]
    for row in env["omni.promise"].search([("product_id", "in", products.ids)]) if row.free or row.held
}
print(json.dumps({"audit": availability.audit(), "available": said, "rows": rows}))
"""
MENUS = """
import importlib
import unittest
from odoo.addons.omni_base.tests.menu_walk import MenuWalk

for addon in WALKS:
    importlib.import_module(f"odoo.addons.{addon}.tests.test_menus")
wrong, opened = [], {}
# Staff read of all stores what they decide of their own alone; the words say so.
REFUSED = "You do not work in this store."

class Walk(MenuWalk, unittest.TestCase):
    client_actions = {tag: ask for case in MenuWalk.__subclasses__() for tag, ask in case.client_actions.items()}

for login in ("boss", "omni", "desk", "desk_lyon"):
    walk = Walk()
    walk.env = env
    for addon in ADDONS:
        try:
            opened |= walk.walk(env["res.users"].search([("login", "=", login)]), addon)
        except AssertionError:
            wrong += [f"{login}: {line}" for line in walk.wrong if not line.endswith(REFUSED)]
print(json.dumps({"wrong": wrong, "opened": opened}))
"""


def former():
    """The environment of the former add-ons, and the template of databases that have them."""
    env = databases.env()
    folder = env.work / "former"
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(FORMER / "addons.tar.xz") as archive:
        archive.extractall(env.work, filter="data")
    env = env.beside(folder)
    *below, today = database.layers(ADDONS)
    content = layers.content(folder / addon for addon in today.modules)
    return env, database.template(env, [*below, layers.Layer("Former add-ons", today.modules, content)])


def photograph(name):
    """``{table: {id: {column: value}}}`` of what people have filled in; a row without an id is its own."""
    tables = [table for (table,) in databases.query(name, databases.LASTING) if not table.startswith(NOT_DATA)]
    rows = (f"SELECT '{table}', to_jsonb(t) FROM \"{table}\" AS t" for table in tables)
    found = {table: {} for table in tables}
    for table, text in databases.query(name, " UNION ALL ".join(rows)):
        row = json.loads(text)
        found[table][row.get("id") or text] = row
    return found


def lost(before, after):
    """One line for whatever is not there any more, or says something else."""
    secrets = {
        key: [row["access_token"], row["code"], row["delegate_code"] or row["code"]]
        for key, row in before["omni_pickup"].items()
    }
    for table, rows in before.items():
        target = RENAMED.get(table, table)
        if target not in after and target not in MOVED and rows:
            yield f"{table}: gone"
        for key, row in rows.items() if target in after else ():
            if row.get("cron_name") in GONE or row.get("model") in ("ir.actions.server", "ir.cron"):
                continue
            now = after[target].get(key)
            if now is None:
                yield f"{target} {key}: gone"
                continue
            if table == "mail_message" and row["model"] == "omni.pickup":
                for secret in secrets[row["res_id"]]:  # a history does not keep them any more
                    row = row | {"body": row["body"].replace(secret, "…")}
            for column, value in row.items():
                is_empty = not value and not now.get(column)  # an update fills in what a number is when it is empty
                if not is_empty and now.get(column) != value and not {column, (target, column)} & (WRITTEN | ELSEWHERE):
                    yield f"{target}.{column} of {key}: {value} -> {now.get(column, 'absent')}"


@pytest.fixture(scope="module")
def lived():
    """What was photographed and said on both sides of the upgrade: ``{"before": {...}, "after": {...}, "log"}``."""
    env, template = former()
    today, log = databases.env(), databases.env().work / "log/architecture-upgrade.log"
    database.copy(env, template, LIVED)
    try:
        story = subprocess.run(
            server.script_command(env, LIVED, FORMER / "story.py"),
            capture_output=True,
            text=True,
            env=env.variables(),
            check=False,
        )
        assert not story.returncode, story.stderr[-4000:]
        before = json.loads(story.stdout.splitlines()[-1]) | {"rows": photograph(LIVED)}
        with log.open("w") as output:
            upgraded = today.odoo(
                ["-d", LIVED, "-u", "all", "--stop-after-init", "--no-http"], stdout=output, stderr=subprocess.STDOUT
            )
        assert not upgraded.returncode, log.read_text()[-4000:]
        after = {"rows": photograph(LIVED), "schema": databases.schema(LIVED), "said": databases.script(LIVED, SAID)}
        after["counted"] = databases.query(LIVED, COUNTED)
        yield {"before": before, "after": after, "log": log}
    finally:
        databases.drop(LIVED)


def test_the_upgrade_says_nothing_wrong(lived):
    outcome = reports.odoo(lived["log"]).settle(reports.allowed(databases.ALLOWED))
    assert not outcome.failed, "\n".join(outcome.failed.values())


def test_nothing_is_lost(lived):
    """given rows that people and customers made, when it is upgraded, then each is there and says the same"""
    found = list(lost(lived["before"]["rows"], lived["after"]["rows"]))
    assert not found, "\n".join(found)


def test_what_is_available_is_counted_right(lived):
    """given stock, orders, tickets and holds, when they are counted without help, then that is what is available"""
    before, after = lived["before"], lived["after"]["said"]
    assert after["rows"] == {name: [float(free), float(held)] for name, free, held in lived["after"]["counted"]}
    assert (before["audit"], after["audit"]) == ([], [])
    # What an open till has sold is not available any more; of that, 20 % were kept for the web shop.
    sold = {"": 2, "web": 2, "phone": 2 * 0.8}
    for channel, available in before["available"].items():
        available["Lamp in Lyon"] -= sold[channel]
        assert after["available"][channel] == pytest.approx(available)
    assert min(available["Lamp in Lyon"] for available in after["available"].values()) > 0


def test_the_schema_is_that_of_a_fresh_install(lived):
    databases.fresh(FRESH, ADDONS)
    try:
        fresh = databases.schema(FRESH)
    finally:
        databases.drop(FRESH)
    found = [line for line in databases.differences(fresh, lived["after"]["schema"]) if not OTHERWISE.match(line)]
    assert not found, "\n".join(found)


def test_what_customers_were_told_is_kept(lived):
    """given messages about pickups, phones and what still waits for them, then the one outbox has all of it"""
    before, after = lived["before"]["rows"], lived["after"]["rows"]
    told = {(row["res_model"], row["res_id"], row["code"], row["key"]): row for row in after["omni_message"].values()}
    assert before["omni_pickup_message"] and before["omni_pickup_push_note"]
    for row in before["omni_pickup_message"].values():
        now = told["omni.pickup", row["pickup_id"], f"pickup.{row['kind']}", row["occasion"]]
        for name in ("at", "by_mail", "by_sms", "by_push", "error", "mail_message_id"):
            assert (now[name] or None) == (row[name] or None)
    phones = {(row["res_id"], row["endpoint"]): row["keys"] for row in after["omni_push_device"].values()}
    assert phones == {(row["pickup_id"], row["endpoint"]): row["keys"] for row in before["omni_pickup_push"].values()}
    was, now = (
        [(row["payload"], row["tries"], row["next_at"]) for row in rows.values()]
        for rows in (before["omni_pickup_push_note"], after["omni_push_note"])
    )
    assert now == was


def test_refunds_are_kept_to_the_cent(lived):
    """given what is due, asked for, left to a person and paid back of pickups, then rows say the same sums"""
    before, after = lived["before"]["rows"], lived["after"]["rows"]
    was, now = Counter(), Counter()
    for key, row in before["omni_pickup"].items():
        was[key, "asked" if row["refund_state"] == "asked" else "due"] += row["refund_due"] or 0
        was[key, "by_hand"] += row["refund_by_hand"] or 0
    for row in before["payment_transaction"].values():
        if key := row["omni_pickup_id"]:
            was[key, "done" if row["state"] == "done" else "asked"] -= row["amount"]
    for row in after["omni_refund"].values():
        now[row["pickup_id"], row["state"]] += row["amount"]
    assert now == +was
    assert {state for _pickup, state in now} == {"due", "asked", "by_hand", "done"}


def test_places_in_slots_are_those_that_are_booked(lived):
    after = lived["after"]["rows"]
    booked = Counter(row["slot_id"] for row in after["omni_pickup_booking"].values())
    assert booked == {key: row["booked"] for key, row in after["omni_pickup_slot"].items() if row["booked"]}
    assert max(booked.values()) > 1


def test_settings_that_moved_say_the_same(lived):
    """given last orders, ways of lines and how long channels hold, then new fields say what the old ones did"""
    before, after = lived["before"]["rows"], lived["after"]["rows"]
    for key, row in before["stock_warehouse"].items():
        assert after["stock_warehouse"][key]["omni_last_orders"] == (row["omni_collect_cutoff"] or 0)
    week = 7 * 24 * 60  # minutes that goods can be held at most, from now on
    for key, row in before["omni_channel"].items():
        assert after["omni_channel"][key]["hold_minutes"] == min(row["hold_minutes"], week)
    assert max(row["hold_minutes"] for row in before["omni_channel"].values()) > week
    sent = 0
    for key, row in before["sale_order_line"].items():
        order, now = before["sale_order"][row["order_id"]], after["sale_order_line"][key]
        if row["omni_sent_home"]:
            home = order["omni_home_id"] or order["partner_shipping_id"]
            assert (now["omni_way"], now["omni_ship_partner_id"]) == ("ship", home)
            sent += 1
        elif order["omni_fulfilment"] == "collect" and row["product_id"] and not row["is_delivery"]:
            assert (now["omni_way"], now["omni_collect_warehouse_id"]) == ("collect", order["warehouse_id"])
    assert sent


def test_what_waits_for_a_person_is_a_task(lived):
    """given wishes to cancel, oversold orders and refunds by hand, then each is among the tasks, once"""
    before, after = lived["before"]["rows"], lived["after"]["rows"]
    expected = [
        *(("cancel", key) for key, row in before["omni_pickup"].items() if row["cancel_asked_at"]),
        *(("oversold", key) for key, row in before["omni_incident"].items() if row["state"] == "open"),
        *(("refund", key) for key, row in after["omni_refund"].items() if row["state"] == "by_hand"),
    ]
    assert sorted((row["kind"], row["res_id"]) for row in after["omni_task"].values()) == sorted(expected)
    assert {kind for kind, _key in expected} == {"cancel", "oversold", "refund"}


def test_every_menu_opens(lived):
    """given what was there before, when each role opens their menus and all that these lead to, then nothing fails"""
    walks = [addon for addon in ADDONS if (sources.ADDONS / addon / "tests/test_menus.py").exists()]
    walked = databases.script(LIVED, f"ADDONS, WALKS = {ADDONS}, {walks}" + MENUS)
    assert not walked["wrong"], "\n".join(walked["wrong"])
    assert {"omni.pickup", "omni.hold", "omni.incident", "omni.refund", "omni.message"} <= walked["opened"].keys()
