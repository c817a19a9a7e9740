from odoo.addons.omni_base.tools.migration import empty_extensions


def migrate(cr, version):
    """Views that are laid over others say what they said before until they are loaded."""
    empty_extensions(cr, "omni_pos")
