from odoo import models


class ResLang(models.Model):
    _inherit = "res.lang"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active"):
            # sudo: whoever may add a language adds the words of what is there already
            self.env["loyalty.reward"].sudo().search([])._omni_describe()
        return result
