from odoo.addons.omni_base.tools.logs import hide_secrets

from . import controllers, models
from .hooks import post_init_hook, uninstall_hook

hide_secrets("omni_pickup", "omni_reserve_request")
