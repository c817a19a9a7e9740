"""Rows that PostgreSQL inserts: of many at the same moment, its unique indexes let one have each."""

from odoo import fields
from odoo.tools import SQL


def insert_new(model, rows):
    """Insert rows, but for those that a unique index has already, and return the new records.

    :param model: the empty set that they belong to
    :param rows: list of ``{column: value}``, the same columns in each
    """
    now = fields.Datetime.now()
    log = {"create_uid": model.env.uid, "create_date": now, "write_uid": model.env.uid, "write_date": now}
    rows = [row | log for row in rows]
    query = SQL(
        "INSERT INTO %s (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
        SQL.identifier(model._table),
        SQL(", ").join(map(SQL.identifier, rows[0])),
        SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
    )
    return model.browse(row_id for (row_id,) in model.env.execute_query(query))
