from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    omni_profile_days = fields.Integer(related="company_id.omni_profile_days", readonly=False)
