from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give every store with a till, open or not, and every store where something was collected, its channel."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    stores = env["pos.config"].with_context(active_test=False).search([])._omni_store()
    stores |= env["sale.order"].search([("omni_fulfilment", "=", "collect"), ("state", "=", "sale")]).warehouse_id
    stores._omni_create_channel()
