from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        """A store that closes moves what it promised for that time."""
        leaves = super().create(vals_list)
        leaves._omni_apply()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "date_to", "calendar_id", "company_id", "resource_id", "time_type"} & vals.keys():
            self._omni_apply()
        return result

    def _omni_apply(self):
        for closure in self:
            self.env["omni.pickup"]._reschedule_for_closure(closure)
