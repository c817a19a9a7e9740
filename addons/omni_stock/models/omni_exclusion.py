from odoo import api, fields, models
from odoo.exceptions import AccessError


class OmniExclusion(models.AbstractModel):
    """What channels may be told not to sell. Products and categories may be shared by companies: whoever changes one
    speaks for the channels that they may read, and not for another company's.
    """

    _name = "omni.exclusion"
    _description = "Not Sold On"

    omni_excluded_channel_ids = fields.Many2many("omni.channel", string="Not Sold On")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if any(vals.get("omni_excluded_channel_ids") for vals in vals_list):
            records._omni_check_excluded(self.env["omni.channel"])
        return records

    def write(self, vals):
        if "omni_excluded_channel_ids" not in vals:
            return super().write(vals)
        before = self._omni_all_excluded()
        result = super().write(vals)
        self._omni_check_excluded(before)
        return result

    def _omni_all_excluded(self):
        """Return the channels that these exclude, those that the caller may not read, too."""
        self.invalidate_recordset(["omni_excluded_channel_ids"])
        channels = self.sudo().omni_excluded_channel_ids  # sudo: only compared
        self.invalidate_recordset(["omni_excluded_channel_ids"])  # and nothing that the caller reads, or replaces
        return channels.with_env(self.env)

    def _omni_check_excluded(self, before):
        """:raises AccessError: these exclude a channel that the caller may not read, and that was not ``before``"""
        added = self._omni_all_excluded() - before
        if added._filtered_access("read") != added:
            raise AccessError(self.env._("Choose sales channels of your own company."))
