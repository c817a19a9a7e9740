from odoo import models

from ..models.loyalty_card_ledger import Movement


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        movement = Movement(reason="adjusted", note=self.env._("Cards of one customer merged"))
        moving = self.with_context(omni_movement=movement)
        return super(BasePartnerMergeAutomaticWizard, moving)._merge_loyalty_cards(src_partners, dst_partner)
