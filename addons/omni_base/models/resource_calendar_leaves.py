from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._omni_forget_hours()
        return leaves

    def write(self, vals):
        self._omni_forget_hours()
        result = super().write(vals)
        self._omni_forget_hours()
        return result

    def unlink(self):
        self._omni_forget_hours()
        return super().unlink()

    def _omni_forget_hours(self):
        if not all(leave.resource_id for leave in self):
            self.env.registry.clear_cache()  # see resource.calendar._omni_block

    def _omni_closed_stores(self):
        """Return the stores that this closing day closes, in sudo mode; none of somebody's own leave."""
        self.ensure_one()
        stores = self.env["stock.warehouse"].sudo().search([])  # sudo: who closes stores need not see them all
        closure = self.sudo()  # sudo: as above
        return stores.filtered(
            lambda store: (
                (calendar := store._omni_calendar())
                and closure.filtered_domain(calendar._omni_closures(store.company_id))
            )
        )
