from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            # sudo: rewards say amounts; whoever sets the currency of the company changes them
            rewards = self.env["loyalty.reward"].sudo().search([("company_id", "in", [False, *self.ids])])
            rewards._omni_describe(renew=True)
        return result
