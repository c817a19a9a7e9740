"""For processes that a process with Odoo loaded forks."""

import os
import time

from odoo import sql_db
from odoo.tools import config

PATIENCE = 30  # seconds that PostgreSQL may take to notice that a process is dead


def own_connections(registry):
    """Forget the connections that were inherited, which are the parent's, and open new ones when asked."""
    sql_db._Pool = sql_db._Pool_readonly = None
    registry._db = sql_db.db_connect(registry.db_name)
    registry._db_readonly = None


def reap(race, pid):
    """Wait until process `pid` has ended and PostgreSQL has ended what it left open; return its status.

    A killed process leaves its transaction, and the locks of it, until PostgreSQL finds that its connection is closed.

    :raises TimeoutError: its connections stay
    """
    _pid, status = os.waitpid(pid, 0)
    name = config["db_app_name"].replace("{pid}", str(pid))

    def connections(env):
        env.cr.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        return env.cr.fetchone()[0]

    end = time.monotonic() + PATIENCE
    while race.commit(connections):
        if time.monotonic() > end:
            raise TimeoutError(f"The connections of the ended process {pid} are still open")
        time.sleep(0.01)
    return status
