from odoo import models

from ..models.loyalty_card_ledger import Movement


class LoyaltyCardUpdateBalance(models.TransientModel):
    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        movement = Movement(reason="adjusted", note=self.description)
        moving = self.with_context(omni_movement=movement)
        return super(LoyaltyCardUpdateBalance, moving).action_update_card_point()
