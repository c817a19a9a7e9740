"""For processes that a process with Odoo loaded forks."""

from odoo import sql_db


def own_connections(registry):
    """Forget the connections that were inherited, which are the parent's, and open new ones when asked."""
    sql_db._Pool = sql_db._Pool_readonly = None
    registry._db = sql_db.db_connect(registry.db_name)
    registry._db_readonly = None
