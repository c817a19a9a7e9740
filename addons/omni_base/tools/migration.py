from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


def add_columns(model, *names):
    """Add the columns of these fields that are not there yet, and return their names: Odoo would else compute the field
    of every row one by one. Called before ``super()._auto_init()``.
    """
    new = [name for name in names if not column_exists(model.env.cr, model._table, name)]
    for name in new:
        create_column(model.env.cr, model._table, name, model._fields[name].column_type[1])
    return new


def rename_model(cr, module, old, new):
    """Rename a model of an add-on before it is loaded: its table and what PostgreSQL named after it, and what Odoo
    knows of it, the ids in XML included. What is not there is no reason to stop.

    :param str module: name of the add-on
    :param str old: name of the model until now
    :param str new: its name from now on
    """
    before, after = old.replace(".", "_"), new.replace(".", "_")
    _rename_table(cr, before, after)
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


def empty_extensions(cr, module):
    """Empty the views of an add-on that are laid over others: they are written anew when it is loaded. Until then they
    would be checked as they were, over views and models that have changed, and stop the upgrade.
    """
    cr.execute(
        SQL(
            """
            UPDATE ir_ui_view AS v SET arch_db = jsonb_build_object('en_US', '<data/>')
              FROM ir_model_data AS d
             WHERE d.model = 'ir.ui.view' AND d.res_id = v.id AND d.module = %s AND NOT d.noupdate
               AND v.inherit_id IS NOT NULL
            """,
            module,
        )
    )


def _rename_table(cr, before, after):
    """Rename a table, its constraints, its other indexes and the sequence of its ids."""
    table = SQL.identifier(after)
    cr.execute(SQL("ALTER TABLE IF EXISTS %s RENAME TO %s", SQL.identifier(before), table))
    cr.execute(
        SQL(
            """
            SELECT conname, 'CONSTRAINT' FROM pg_constraint WHERE conrelid = to_regclass(%(table)s)
             UNION ALL
            SELECT c.relname, 'INDEX' FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
             WHERE i.indrelid = to_regclass(%(table)s)
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
             UNION ALL
            SELECT relname, 'SEQUENCE' FROM pg_class WHERE oid = to_regclass(%(sequence)s)
            """,
            table=after,
            sequence=f"{before}_id_seq",
        )
    )
    for name, kind in cr.fetchall():
        if name.startswith(f"{before}_"):
            names = SQL.identifier(name), SQL.identifier(after + name.removeprefix(before))
            if kind == "CONSTRAINT":
                cr.execute(SQL("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, *names))
            else:
                cr.execute(SQL("ALTER %s %s RENAME TO %s", SQL(kind), *names))
