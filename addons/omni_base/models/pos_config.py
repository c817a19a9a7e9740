from odoo import api, fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    omni_channel_id = fields.Many2one(
        "omni.channel", string="Sales Channel", copy=False, index=True, ondelete="restrict", check_company=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        configs = super().create(vals_list)
        configs._omni_create_channel()
        return configs

    def _omni_store(self):
        """Return the store in which this till stands: the one whose goods it sells."""
        return self.picking_type_id.warehouse_id

    def _omni_create_channel(self):
        """Give each till that has none a channel of its own."""
        configs = self.filtered(lambda config: not config.omni_channel_id)
        channels = (
            self.env["omni.channel"]
            .sudo()  # who may create a till need not manage channels
            .create([{"name": config.name, "kind": "store", "company_id": config.company_id.id} for config in configs])
        )
        for config, channel in zip(configs, channels, strict=True):
            config.omni_channel_id = channel
