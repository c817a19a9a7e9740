from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _omni_store_domain(self):
        """Return the domain of the stores that this user may name: where he works, at a till as at a desk.

        Default: all of the companies that he works for just now. Who knows better narrows it.
        """
        return Domain("company_id", "in", self.env["res.company"]._omni_mine().ids)
