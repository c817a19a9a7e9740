from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    omni_desk_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "omni_desk_user_rel",
        "user_id",
        "warehouse_id",
        string="Own Stores",
        context={"active_test": False},  # a store that closes does not open all others to its staff
        ondelete="restrict",  # nor does one that is deleted
        help="Stores where this user works, at the pickup desk and at the till. None: all stores of their companies.",
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

    def _omni_store_domain(self):
        """Who is named in some stores may name these; a manager, and who is named in none, all of their companies."""
        domain, own = super()._omni_store_domain(), self.sudo().omni_desk_warehouse_ids  # sudo: one's own stores
        if not own or self.has_group("omni_base.group_manager"):
            return domain
        return domain & Domain("id", "in", own.ids)
