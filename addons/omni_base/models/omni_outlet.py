from odoo import api, models


class OmniOutlet(models.AbstractModel):
    """A till or a store: where a channel sells. The channel closes with the last of them, and opens with the first."""

    _name = "omni.outlet"
    _description = "Outlet of a Channel"

    @api.model_create_multi
    def create(self, vals_list):
        outlets = super().create(vals_list)
        self.env["omni.channel"]._omni_forget_warehouses()
        return outlets

    def write(self, vals):
        result = super().write(vals)
        self.env["omni.channel"]._omni_forget_warehouses()
        if "active" in vals:
            self.sudo().omni_channel_id._follow(vals["active"])  # who closes an outlet need not manage channels
        return result

    def unlink(self):
        channels = self.sudo().omni_channel_id  # who removes an outlet need not manage channels
        result = super().unlink()
        channels._omni_forget_warehouses()
        channels._follow(False)
        return result
