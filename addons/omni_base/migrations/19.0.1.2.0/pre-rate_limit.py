from odoo.addons.omni_base.tools.migration import rename_model


def migrate(cr, version):
    """What was counted goes on being counted under the new name."""
    rename_model(cr, "omni_base", "omni.rate", "omni.rate.limit")
