from . import controllers, models, tools, wizard
from .hooks import post_init_hook, uninstall_hook
from .tools.logs import hide_secrets

hide_secrets("omni_message", "omni_push")
