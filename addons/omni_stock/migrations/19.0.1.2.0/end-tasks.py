from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Oversold orders that are still open wait among the tasks, too."""
    for incident in api.Environment(cr, SUPERUSER_ID, {})["omni.incident"].search([("state", "=", "open")]):
        incident._ask_to_decide()
