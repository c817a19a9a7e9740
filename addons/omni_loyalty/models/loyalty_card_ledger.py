"""Every change of a card's points is entered in the ledger, whoever makes it."""

from typing import NamedTuple
from uuid import uuid4

from odoo import models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import open_list

KEPT_DIGITS = 6  # beyond them is nothing but what adding up fractions leaves


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
        return open_list(self.env, "omni_loyalty.omni_loyalty_entry_action", [("card_id", "=", self.id)])
