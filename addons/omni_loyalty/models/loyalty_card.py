from typing import NamedTuple
from uuid import uuid4

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tools import float_round, formatLang

from odoo.addons.omni_base.tools import inputs

POINT_DIGITS = 2  # to which core rounds what an order earns
KEPT_DIGITS = 6  # beyond them is nothing but what adding up fractions leaves


def card_key(code):
    """Return a card number as it is compared: letters and digits alone, whatever the case and what sets them apart."""
    return "".join(sign for sign in code.casefold() if sign.isalnum())


class Movement(NamedTuple):
    """Why points move. It travels in the context, as a type that no call from outside can make.

    ``origin`` is ``"model,id"`` of the order; ``net``: the change is what the whole order earned less what it spent;
    ``key``: the order moves a card's points once; ``reverses``: id of the entry that this one corrects.
    """

    reason: str | None = None
    origin: str | None = None
    net: bool = False
    key: str | None = None
    note: str | None = None
    reverses: int | None = None


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

    def write(self, vals):
        if "points" not in vals:
            return super().write(vals)
        before = {card.id: card.points for card in self}
        # Sums of fractions end in 158.99999999999997, which is 159.
        result = super().write(vals | {"points": round(vals["points"] or 0.0, KEPT_DIGITS)})
        self._omni_log(before)
        return result

    def unlink(self):
        for card in self:
            card._omni_move(-card.points, "cancelled")
        return super().unlink()

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

    # -- ledger ------------------------------------------------------------------------------------------------------

    def _omni_move(self, points, reason, **movement):
        """Add ``points`` (below 0: take them) for ``reason``, with what else :class:`Movement` says of it."""
        self.ensure_one()
        if points:
            self.with_context(omni_movement=Movement(reason=reason, **movement)).points += points

    def _omni_log(self, before):
        """Enter in the ledger what changed since ``before``: ``{card id: points}``, and tell the listeners."""
        movement = self.env.context.get("omni_movement")
        if not isinstance(movement, Movement):
            movement = Movement()
        origin = self._omni_origin(movement)
        values = []
        for card in self.sudo():
            balance = before[card.id]
            if movement.key and card.points == balance and self._omni_entered(movement, card):
                continue  # sent again: core lets a repeat through that leaves the balance where it is
            for reason, points in card._omni_parts(movement, origin, card.points - balance):
                balance += points
                values.append(card._omni_entry(movement, origin, reason, points, balance))
        for entry in self.env["omni.loyalty.entry"].sudo().create(values):
            if entry.reason in ("earned", "spent"):
                self.env["omni.event"].emit(
                    f"points.{entry.reason}",
                    self.browse(entry.card_id.id),
                    channel=entry.channel_id,
                    values={"points": abs(entry.points), "balance": entry.balance, "entry_id": entry.id},
                )

    def _omni_entered(self, movement, card):
        """Return whether the order of this movement has moved the points of ``card`` already."""
        key = f"{movement.key},{card.id},%"
        return self.env["omni.loyalty.entry"].sudo().search_count([("key", "=like", key)], limit=1)

    def _omni_origin(self, movement):
        """Return the order of a movement, one record or None."""
        if not movement.origin:
            return None
        model, origin_id = movement.origin.split(",")
        return self.env[model].sudo().browse(int(origin_id))

    def _omni_parts(self, movement, origin, change):
        """Return ``[(reason, points)]``, the movements that make up one change of this card."""
        if movement.reason or not origin:
            parts = [(movement.reason or "adjusted", change)]
        else:
            spent = origin._omni_points_spent(self) if movement.net else 0.0
            earned = change + spent
            # below 0 with nothing spent: an order that was paid gives back what it had earned
            parts = [("earned" if earned > 0 or spent else "spent", earned), ("spent", -spent)]
        return [(reason, points) for reason, points in parts if abs(points) > 1e-6]

    def _omni_entry(self, movement, origin, reason, points, balance):
        return {
            "card_id": self.id,
            "code": self.code,
            "partner_id": self.partner_id.id,
            "program_id": self.program_id.id,
            "company_id": (origin.company_id if origin else self.company_id).id,
            "channel_id": origin.omni_channel_id.id if origin else False,
            "points": points,
            "balance": balance,
            "reason": reason,
            "note": movement.note,
            "origin_model": origin._name if origin else False,
            "origin_id": origin.id if origin else False,
            "origin_name": origin.display_name if origin else False,
            "key": f"{movement.key},{self.id},{reason}" if movement.key else uuid4().hex,
            "reverses_id": movement.reverses,
        }

    def action_open_ledger(self):
        inputs.called_on_one(self)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("omni_loyalty.omni_loyalty_entry_action"),
            "domain": [("card_id", "=", self.id)],
            "context": {},
        }
