from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    omni_desk_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "omni_desk_user_rel",
        "user_id",
        "warehouse_id",
        string="Pickup Desk Stores",
        help="Stores whose pickups this user handles. None: all stores of his companies.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        if any("omni_desk_warehouse_ids" in vals for vals in vals_list):
            self.env.registry.clear_cache()  # record rules are kept with the stores of each user
        return users

    def write(self, vals):
        result = super().write(vals)
        if "omni_desk_warehouse_ids" in vals:
            self.env.registry.clear_cache()
        return result

    def _omni_desk_domain(self):
        """Return the domain of the stores whose desk this user may work at."""
        if self.has_group("omni_base.group_manager") or not self.sudo().omni_desk_warehouse_ids:
            return Domain.TRUE
        return Domain("id", "in", self.sudo().omni_desk_warehouse_ids.ids)
