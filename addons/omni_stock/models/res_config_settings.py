from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    omni_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of prices")
    omni_km_price = fields.Monetary(
        related="company_id.omni_km_price", readonly=False, currency_field="omni_currency_id"
    )
    omni_split_price = fields.Monetary(
        related="company_id.omni_split_price", readonly=False, currency_field="omni_currency_id"
    )
    omni_transfer_price = fields.Monetary(
        related="company_id.omni_transfer_price", readonly=False, currency_field="omni_currency_id"
    )
    omni_transfer_days = fields.Integer(related="company_id.omni_transfer_days", readonly=False)
    omni_load_price = fields.Monetary(
        related="company_id.omni_load_price", readonly=False, currency_field="omni_currency_id"
    )
    omni_slow_price = fields.Monetary(
        related="company_id.omni_slow_price", readonly=False, currency_field="omni_currency_id"
    )
    omni_priority_price = fields.Monetary(
        related="company_id.omni_priority_price", readonly=False, currency_field="omni_currency_id"
    )
    omni_max_legs = fields.Integer(related="company_id.omni_max_legs", readonly=False)
    omni_buffer_auto = fields.Boolean(related="company_id.omni_buffer_auto", readonly=False)
