from odoo.tools import SQL


def rename_model(cr, module, old, new):
    """Rename a model of an add-on before it is loaded: its table and what PostgreSQL named after it, and what Odoo
    knows of it, the ids in XML included. What is not there is no reason to stop.

    :param str module: name of the add-on
    :param str old: name of the model until now
    :param str new: its name from now on
    """
    before, after = old.replace(".", "_"), new.replace(".", "_")
    cr.execute(SQL("ALTER TABLE IF EXISTS %s RENAME TO %s", SQL.identifier(before), SQL.identifier(after)))
    cr.execute(
        SQL(
            """
            SELECT 'INDEX', c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
             WHERE i.indrelid = to_regclass(%(table)s) AND starts_with(c.relname, %(before)s)
             UNION ALL SELECT 'SEQUENCE', relname FROM pg_class WHERE oid = to_regclass(%(sequence)s)
            """,
            table=after,
            before=f"{before}_",
            sequence=f"{before}_id_seq",
        )
    )
    for kind, name in cr.fetchall():
        renamed = after + name.removeprefix(before)
        cr.execute(SQL("ALTER %s %s RENAME TO %s", SQL(kind), SQL.identifier(name), SQL.identifier(renamed)))
    known_by_name = (
        ("ir_model", "model"),
        ("ir_model_fields", "model"),
        ("ir_model_fields", "relation"),
        ("ir_model_data", "model"),
    )
    for table, column in known_by_name:
        column = SQL.identifier(column)
        cr.execute(SQL("UPDATE %s SET %s = %s WHERE %s = %s", SQL.identifier(table), column, new, column, old))
    for table, of_module in (
        ("ir_model_data", SQL("module = %s", module)),
        ("ir_model_constraint", SQL("module = (SELECT id FROM ir_module_module WHERE name = %s)", module)),
    ):
        cr.execute(
            SQL(
                "UPDATE %s SET name = replace(name, %s, %s) WHERE position(%s IN name) > 0 AND %s",
                SQL.identifier(table),
                before,
                after,
                before,
                of_module,
            )
        )
