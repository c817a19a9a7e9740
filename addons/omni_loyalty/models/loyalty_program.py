from odoo import api, models


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    @api.depends("company_id.currency_id")
    def _compute_currency_id(self):
        """Follow the company when it sets its currency: a till only loads the programs of its own."""
        super()._compute_currency_id()
