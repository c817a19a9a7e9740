from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES
from .omni_pickup_schedule import STEP_TTL
from .omni_pickup_slot import SlotTaken
from .sale_order_slot import CHOICE_DAYS


class OmniPickup(models.Model):
    """When the customer comes: said in words everywhere, and changed by himself on his page."""

    _inherit = "omni.pickup"

    def _promise_words(self):
        """Return what was promised, in the reader's words: ``"Collect on Friday 6 March, 15:00 - 16:00"``."""
        if self.slot_id:
            return self.env._("Collect on %s", self.slot_id.display_name)
        return self.env._("Ready by %s", self._local(self.promised_at))

    def _open_parts(self):
        """Return the other pickups of this order that still wait for the customer: what another store gives."""
        return (self.order_id.omni_pickup_ids - self).filtered(lambda pickup: pickup.state in OPEN_STATES)

    def _desk_cards(self):
        cards = super()._desk_cards()
        for pickup, card in zip(self, cards, strict=True):
            edges = {name: fields.Datetime.to_string(pickup.slot_id[name]) for name in ("start", "end")}
            card["slot"] = edges if pickup.slot_id else None
        return cards

    # -- what there is to choose from ----------------------------------------------------------------------------------

    def _can_change_time(self):
        return self.state in OPEN_STATES and bool(self.slot_id or self.warehouse_id.omni_slot_rule_ids)

    def _come_before(self):
        """Return the moment (naive UTC) before which the customer has to come, or None: it moves along with his slot.

        What somebody has begun to prepare, and what is not paid, is not kept longer by that: more time is asked for.
        """
        return None if self.state == "to_prepare" and not self.amount_due else self.deadline

    def _ready_from(self):
        """Return from when on the customer can come, as the store knows it now (naive UTC)."""
        now = fields.Datetime.now()
        if self.state == "ready":
            return now
        ready = self.warehouse_id._omni_ready_times()[self.warehouse_id]
        if not self._goods_are_here():
            return max(ready, self.promised_at)
        return min(ready, self.promised_at) if self.promised_at > now else ready

    def _goods_are_here(self):
        """Whether all that is still to leave is reserved in this store: nothing has to be brought here first."""
        moves = self._open_pickings().move_ids
        moves |= moves.browse(moves._rollup_move_origs())
        first = moves.filtered(lambda move: not move.move_orig_ids and move.state not in ("done", "cancel"))
        return all(
            move.state == "assigned" and move.location_id.warehouse_id == self.warehouse_id
            for move in first.filtered(lambda move: move.product_id.is_storable)
        )

    def _times(self):
        """Return what the customer can choose from, as :meth:`sale.order._omni_pickup_times` does for a basket; and
        with ``day``, the one to begin with: that of his slot, else the first with room.
        """
        begin, chosen = self._ready_from(), self.slot_id.id or 0
        days = self._slots_from(begin)._by_day(self.slot_id)
        his = [day["id"] for day in days if any(slot["id"] == chosen for slot in day["slots"])]
        free = [day["id"] for day in days if not all(slot["full"] for slot in day["slots"])]
        return {
            "soon": self.warehouse_id._omni_when(begin),
            "chosen": chosen,
            "days": days,
            "day": (his + free + [0])[0],
        }

    def _slots_from(self, begin):
        limit, horizon = self._come_before(), begin + timedelta(days=CHOICE_DAYS)
        slots = self.warehouse_id.omni_slots(begin, min(limit or horizon, horizon))
        return slots.filtered(lambda slot: not limit or slot.end <= limit)

    # -- the change ----------------------------------------------------------------------------------------------------

    def _change_time(self, choice):
        """Come in another slot of this store. The former place is given back when this is saved. Idempotent.

        :param str choice: the id of an ``omni.pickup.slot``, or ``"soon"``: as soon as ready
        :raises SlotTaken: another was quicker; the message names the next free one
        :raises UserError: it cannot be chosen, it is over, or somebody else changes it right now
        """
        pickup = self._lock()
        pickup.invalidate_recordset(["slot_id", "promised_at", "deadline"])
        pickup._check_open()
        slots = pickup.env["omni.pickup.slot"]
        slot = slots.search(
            [("id", "=", inputs.id_or_none(choice)), ("warehouse_id", "=", pickup.warehouse_id.id)], limit=1
        )
        if not pickup._can_change_time() or (not slot and choice != "soon"):
            raise UserError(self.env._("This time cannot be chosen. Choose another one."))
        if slot == pickup.slot_id:
            return
        begin = pickup._ready_from()
        if slot:
            pickup._book_instead(slot, begin)
        soon, former = self.env._("As soon as ready"), pickup.slot_id
        note = self.env._(
            "Changed by the customer: %(new)s, not %(old)s.",
            new=slot.display_name or soon,
            old=former.display_name or soon,
        )
        pickup._reschedule(slot.start or begin, slot, note, pickup._come_before())
        if pickup.order_id.warehouse_id == pickup.warehouse_id:
            pickup.order_id.omni_slot_id = slot

    def _book_instead(self, slot, begin):
        slot, limit = slot.with_context(omni_ready=begin), self._come_before()
        try:
            if slot not in self._slots_from(begin):
                raise slot._taken_error()
            slot._book(self._slot_owner(), STEP_TTL)
        except SlotTaken as taken:
            if limit and taken.following and taken.following >= limit:  # a time that is not for him
                raise SlotTaken(self.env._("This time is taken. Choose another one."), None) from taken
            raise
