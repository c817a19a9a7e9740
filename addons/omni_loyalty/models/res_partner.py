from odoo import api, models
from odoo.fields import Domain

from .loyalty_card import card_key

PROFILE_ENTRIES = 10  # movements shown to a seller


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _omni_identity_domains(self, email=None, phone=None, card=None):
        domains = super()._omni_identity_domains(email=email, phone=phone, card=card)
        if card and card_key(card):
            # sudo: who holds a card may be recognised by it at any till; only their identity comes out
            cards = self.env["loyalty.card"].sudo()._omni_find_accounts(card)
            domains.append(Domain("id", "in", cards.partner_id.ids))
        return domains

    def _omni_loyalty_cards(self):
        """Return the accounts of this customer that run, the first one their loyalty card if they have one."""
        cards = self.env["loyalty.card"].search(
            Domain("partner_id", "=", self.id)
            & Domain("omni_account", "=", True)
            & Domain("program_id.active", "=", True)
            & Domain("company_id", "in", [False, *self.env["res.company"]._omni_mine().ids])
        )
        return cards.sorted(lambda card: (card.program_type != "loyalty", card.program_id.sequence, card.id))

    def _omni_profile_sections(self):
        return super()._omni_profile_sections() | {"loyalty": self._omni_profile_loyalty()}

    def _omni_profile_loyalty(self):
        """Balance (of the first card), cards and last movements, newest first; ``rows`` says it all in words."""
        cards = self._omni_loyalty_cards()
        entries = self.env["omni.loyalty.entry"].search([("card_id", "in", cards.ids)], limit=PROFILE_ENTRIES)
        return {
            "label": self.env._("Loyalty"),
            "balance": cards[:1].points,
            "display": cards[0].points_display if cards else "",
            "cards": [
                {
                    "code": card.code,
                    "name": card.program_id.name,
                    "balance": card.points,
                    "display": card.points_display,
                }
                for card in cards
            ],
            "entries": [entry._omni_profile_entry() for entry in entries],
            "rows": [
                *({"label": card.program_id.name, "value": card.points_display} for card in cards),
                *({"label": entry._omni_words(), "value": entry.points_display} for entry in entries),
            ],
        }
