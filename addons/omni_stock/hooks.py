from odoo.tools import SQL, file_open


def post_init_hook(env):
    """Bring the promise in step with the stock and the orders of before the install."""
    env.flush_all()
    env.cr.execute(SQL("UPDATE stock_move SET state = state WHERE state IN ('confirmed', 'partially_available')"))
    env.cr.execute(SQL("SELECT omni_promise_repair()"))


def uninstall_hook(env):
    """Take along what PostgreSQL does for this add-on, and the names that Odoo gave, in its own modules, to what the
    incident inherits. The tables go by themselves.
    """
    with file_open("omni_stock/sql/drop.sql") as file:
        env.cr.execute(file.read())
    env["ir.model.data"].search(
        [("model", "=", "ir.model.inherit"), ("name", "=like", "model_inherit__omni_incident__%")]
    ).unlink()
