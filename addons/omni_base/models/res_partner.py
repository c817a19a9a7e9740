from odoo import api, models

from ..tools.names import without_links


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._omni_without_links(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._omni_without_links(vals))

    @api.model
    def _omni_without_links(self, vals):
        """A name that a visitor types goes into mails, to any address that they type: nothing in it becomes a link."""
        if vals.get("name") and self.env.user.share:
            return vals | {"name": without_links(vals["name"])}
        return vals
