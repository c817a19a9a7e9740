"""Copies of one real document, by the thousand: a year of history in seconds.

A document is made once, by everything that Odoo and the add-ons do for it; its rows are then copied in the database, with what
differs from one to the next. So a column that an add-on filled is filled in every copy.
"""

from datetime import date

from psycopg2.extras import Json

from odoo.tools import SQL


def ids(env, table, count):
    """Return that many new ids of a table."""
    rows = env.execute_query(SQL("SELECT nextval(%s) FROM generate_series(1, %s)", f"{table}_id_seq", count))
    return [row[0] for row in rows]


def clone(env, table, template_id, rows):
    """Insert a copy of row ``template_id`` of ``table`` for each dict of ``rows``: what it says in place of the template's."""
    if rows:
        env.flush_all()
        env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s
                SELECT copy.*
                  FROM %(table)s AS template, jsonb_array_elements(%(rows)s) AS row,
                       LATERAL jsonb_populate_record(template, row) AS copy
                 WHERE template.id = %(template_id)s
                """,
                table=SQL.identifier(table),
                rows=Json([{name: _plain(value) for name, value in row.items()} for row in rows]),
                template_id=template_id,
            )
        )


def link(env, model, field, pairs):
    """Insert pairs of ids into the table of a many-to-many field."""
    if pairs:
        relation = env[model]._fields[field]
        env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::int[], %s::int[])",
                SQL.identifier(relation.relation),
                SQL.identifier(relation.column1),
                SQL.identifier(relation.column2),
                [pair[0] for pair in pairs],
                [pair[1] for pair in pairs],
            )
        )


def numbers(sequence, count):
    """Return the next ``count`` names that an ``ir.sequence`` gives, and let it go on after them."""
    sequence.invalidate_recordset(["number_next_actual"])  # the database counts, the cache may be behind
    first = sequence.number_next_actual
    sequence.number_next_actual = first + count
    return [sequence.get_next_char(number) for number in range(first, first + count)]


def stamped(moment):
    """Return what every copy says of when it was made and changed."""
    return {"create_date": moment, "write_date": moment}


def _plain(value):
    return str(value) if isinstance(value, date) else value
