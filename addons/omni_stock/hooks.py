from odoo.exceptions import UserError
from odoo.tools import SQL

OLDEST = 15  # UNIQUE NULLS NOT DISTINCT; 14 would do for the rest


def pre_init_hook(env):
    check_postgresql(env, env.cr._cnx.server_version)


def check_postgresql(env, version):
    """Refuse a PostgreSQL that is too old, before anything is made.

    :param int version: as PostgreSQL counts it: 150004 is 15.4
    :raises UserError: it is older than what this add-on is built on
    """
    if version // 10000 < OLDEST:
        raise UserError(
            env._(
                "Omnichannel Stock needs PostgreSQL %(needed)s or later, and this database runs on %(found)s. "
                "Please upgrade PostgreSQL, then install again. Nothing was changed.",
                needed=OLDEST,
                found=f"{version // 10000}.{version % 10000}",
            )
        )


def post_init_hook(env):
    """Bring the promise in step with the stock and the orders of before the install."""
    env.flush_all()
    env["stock.warehouse"]._omni_init_preparation()
    env.cr.execute(SQL("UPDATE stock_move SET state = state WHERE state IN ('confirmed', 'partially_available')"))
    env.cr.execute(
        SQL(
            "INSERT INTO omni_promise_change (product_id, warehouse_id, free)"
            " SELECT product_id, warehouse_id, free FROM omni_promise.differences() WHERE free <> 0"
        )
    )


def uninstall_hook(env):
    """Take along what PostgreSQL does for this add-on, and the names that Odoo gave, in its own modules, to what the
    incident inherits. The tables go by themselves.
    """
    env.cr.execute(SQL("DROP SCHEMA IF EXISTS omni_promise CASCADE"))
    env["ir.model.data"].search(
        [("model", "=", "ir.model.inherit"), ("name", "=like", "model_inherit__omni_incident__%")]
    ).unlink()
