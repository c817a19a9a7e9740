from odoo.addons.omni_base.tools.migration import switch_off_view


def migrate(cr, version):
    """What managers set has a page of its own, and stands among Odoo's settings no more."""
    switch_off_view(cr, "omni_base", "res_config_settings_view_form")
