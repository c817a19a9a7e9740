import logging

from odoo.tools import SQL
from odoo.tools.sql import table_columns

_logger = logging.getLogger("odoo.addons.omni_base.upgrade")  # a script is loaded under the name of its file


def migrate(cr, version):
    """Routing and pickups had a time of preparation and an hour of last orders each. There is one of each now: the
    pickups' where there are pickups, else that of routing.
    """
    known = table_columns(cr, "stock_warehouse")
    if "omni_last_orders" in known or not known.keys() & {"omni_collect_cutoff", "omni_cutoff_hour"}:
        return
    hours, last = SQL("omni_preparation_minutes / 60.0"), SQL("omni_cutoff_hour")
    if "omni_collect_cutoff" in known:
        if "omni_cutoff_hour" in known:
            _tell_what_differs(cr)
        hours, last = SQL("omni_preparation_hours"), SQL("omni_collect_cutoff")
    cr.execute(
        SQL(
            "ALTER TABLE stock_warehouse ADD COLUMN IF NOT EXISTS omni_preparation_hours float8,"
            " ADD COLUMN omni_last_orders float8"
        )
    )
    cr.execute(
        SQL(
            "UPDATE stock_warehouse SET omni_preparation_hours = LEAST(GREATEST(%s, 0), 8760),"
            " omni_last_orders = CASE WHEN %s < 24 THEN %s ELSE 0 END",
            hours,
            last,
            last,
        )
    )


def _tell_what_differs(cr):
    cr.execute(
        SQL(
            """
            SELECT name, omni_preparation_minutes, omni_cutoff_hour, omni_preparation_hours, omni_collect_cutoff
              FROM stock_warehouse
             WHERE omni_preparation_minutes <> ROUND(omni_preparation_hours * 60)
                OR omni_cutoff_hour <> omni_collect_cutoff
             ORDER BY id
            """
        )
    )
    for name, minutes, cutoff, hours, last in cr.fetchall():
        _logger.info(
            "%s prepares parcels as it prepares pickups from now on: in %g hours, not %g minutes, with last orders at"
            " %g o'clock, not %g (0: none).",
            name,
            hours or 0,
            minutes or 0,
            last or 0,
            cutoff or 0,
        )
