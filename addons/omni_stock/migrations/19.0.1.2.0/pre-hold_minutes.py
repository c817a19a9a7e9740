import logging

from odoo.tools import SQL

from odoo.addons.omni_stock.models.omni_channel import LONGEST

_logger = logging.getLogger("odoo.addons.omni_stock.upgrade")  # a script is loaded under the name of its file


def migrate(cr, version):
    """No channel holds goods for longer than a week any more: one that did holds them for a week."""
    longest = LONGEST // 60
    cr.execute(
        SQL(
            "UPDATE omni_channel SET hold_minutes = %s WHERE hold_minutes > %s RETURNING COALESCE(name->>'en_US', '')",
            longest,
            longest,
        )
    )
    for (name,) in cr.fetchall():
        _logger.info("%s holds goods for %s minutes from now on: longer is not possible any more.", name, longest)
