from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What a customer was told follows the record that stays. Odoo moves their consents: of two answers the newest
    counts, as of one customer, see `omni.consent`.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        super()._update_reference_fields(src_partners, dst_partner)
        # sudo: who merges customers need not read what they were told
        for model in (self.env["omni.message"], self.env["omni.push.device"]):
            model.sudo()._follow_merge(src_partners, dst_partner)
