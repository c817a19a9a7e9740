from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What tills have sold and move at their closing was promised until now. The tickets of open sessions count from
    here on, once it is known what their kits are made of; who keeps the promise counts it anew. Every ticket keeps the
    store where its till stood.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["pos.order"]._omni_fill_stores()
    env["pos.order.line"]._omni_know_parts()
