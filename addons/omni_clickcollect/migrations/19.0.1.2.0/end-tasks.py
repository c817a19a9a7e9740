from odoo import SUPERUSER_ID, api

from odoo.addons.omni_clickcollect.models.omni_pickup import OPEN_STATES


def migrate(cr, version):
    """What customers wished to cancel before there were tasks waits among these now; who decides was told of it."""
    env = api.Environment(cr, SUPERUSER_ID, {"mail_activity_automation_skip": True})
    waiting = [("cancel_asked_at", "!=", False), ("state", "in", OPEN_STATES)]
    for pickup in env["omni.pickup"].search(waiting):
        pickup._ask_to_cancel()
