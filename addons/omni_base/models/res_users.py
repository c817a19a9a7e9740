from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

HOUR = 3600
PROFILES = 600  # of customers that one user may open in an hour; the system parameter says otherwise
PARAMETER = "omni_base.profiles_an_hour"
LOOKS = {"profile": 30, "search": 10, "list": 1}  # what each look at customers costs of that


class ResUsers(models.Model):
    _inherit = "res.users"

    def _omni_store_domain(self):
        """Return the domain of the stores that this user may name: where they work, at a till as at a desk.

        Default: all of the companies that they work for just now. Who knows better narrows it.
        """
        return Domain("company_id", "in", self.env["res.company"]._omni_mine().ids)

    @api.model
    def _omni_look(self, kind):
        """Count that the caller looks at customers; no person meets the limit, who copies them all does.

        :param str kind: one of LOOKS
        :raises UserError: too often within an hour
        """
        if self.env.su:
            return
        # sudo: a number
        most = int(self.env["ir.config_parameter"].sudo().get_param(PARAMETER, PROFILES)) * LOOKS["profile"]
        looks = self.env["omni.rate.limit"]._count(f"look:{self.env.uid}", most, HOUR, LOOKS[kind])
        if not looks.allowed:
            moment = format_datetime(self.env, looks.until, tz=self.env.user.tz or "UTC", dt_format="HH:mm")
            raise UserError(self.env._("You have looked at too many customers. Try again after %s.", moment))
