from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tools import float_round, formatLang

from odoo.addons.omni_base.tools import inputs

POINT_DIGITS = 2  # to which core rounds what an order earns


def card_key(code):
    """Return a card number as it is compared: letters and digits alone, whatever the case and what sets them apart."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    omni_account = fields.Boolean(
        related="program_id.is_nominative",
        string="Customer's Account",
        store=True,
        precompute=True,
        help="Points add up on one card a customer, unlike a coupon.",
    )

    omni_key = fields.Char(
        "Searchable Number",
        compute="_compute_omni_key",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The number without case, blanks and hyphens: cards are found by it, however they are typed or scanned.",
    )

    _omni_account_uniq = models.UniqueIndex(
        "(partner_id, program_id) WHERE omni_account AND active AND partner_id IS NOT NULL",
        "This customer has a card of this program already.",
    )

    @api.depends("code")
    def _compute_omni_key(self):
        for card in self:
            card.omni_key = card_key(card.code or "") or False

    @api.model_create_multi
    def create(self, vals_list):
        self._omni_check_single(vals_list)
        try:
            cards = super().create(vals_list)
        except UniqueViolation as error:
            if error.diag.constraint_name != "loyalty_card_omni_account_uniq":
                raise
            # The till and the web made it at the same time: tried again, the second one finds the first one's card.
            raise ConcurrencyError("loyalty card made twice") from error
        cards.filtered("points")._omni_log(dict.fromkeys(cards.ids, 0.0))
        return cards

    @api.model
    def _omni_check_single(self, vals_list):
        partner_ids = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        if not partner_ids:
            return
        held = {
            (card.partner_id.id, card.program_id.id)
            for card in self.sudo().search([("partner_id", "in", partner_ids), ("omni_account", "=", True)])
        }
        if any((vals.get("partner_id"), vals.get("program_id")) in held for vals in vals_list):
            raise ValidationError(self.env._("This customer has a card of this program already."))

    # -- by its number ---------------------------------------------------------------------------------------------

    @api.model
    def _omni_find_accounts(self, code):
        """Return the customers' cards with exactly this number, in any writing; written just so, that one alone."""
        key = card_key(code)
        cards = self.search([("omni_key", "=", key), ("omni_account", "=", True)]) if key else self.browse()
        return cards.filtered(lambda card: card.code == code.strip()) or cards

    @api.model
    def get_loyalty_card_partner_by_code(self, code):
        """As core's, for the card in any writing: what tills scan is often in capitals, or without its hyphens."""
        code = inputs.text(self.env, code)
        partners = self._omni_find_accounts(code).filtered(lambda card: card.program_type == "loyalty").partner_id
        return super().get_loyalty_card_partner_by_code(code) or (len(partners) == 1 and partners)

    # -- in words ----------------------------------------------------------------------------------------------------

    def _format_points(self, points):
        """As core's, with the marks of the reader's language, and whole where they are whole."""
        self.ensure_one()
        if self.program_id.currency_id and self.point_name == self.program_id.currency_id.symbol:
            return super()._format_points(points)
        points = float_round(points, precision_digits=POINT_DIGITS) + 0.0  # no -0
        text = formatLang(self.env, points, digits=0 if points == int(points) else POINT_DIGITS)
        return f"{text} {self.point_name or ''}"
