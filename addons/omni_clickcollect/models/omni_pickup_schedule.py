from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES
from .omni_pickup_slot import NEXT_DAYS, SlotTaken
from .sale_order_slot import CHOICE_DAYS

STEP_TTL = 300  # seconds that a step may take until it is saved


class OmniPickup(models.Model):
    """When a pickup is promised: as soon as ready, or in a slot; and who moves it: the desk, the customer, goods that
    come later, a closing day.
    """

    _inherit = "omni.pickup"

    slot_id = fields.Many2one("omni.pickup.slot", readonly=True, index="btree_not_null", copy=False)

    def _leave_slot(self):
        """Give back the places of pickups that have ended."""
        if booked := self.filtered("slot_id"):
            # What was not collected may come back to life, and then books anew.
            booked.filtered(lambda pickup: pickup.state != "collected").slot_id = False
            self.env["omni.pickup.booking"]._free([pickup._slot_owner() for pickup in booked])

    def _slot_owner(self):
        return self.order_id._omni_owner() or f"omni.pickup,{self.id}"

    def _promise_words(self):
        """Return what was promised, in the reader's words: ``"Collect on Friday 6 March, 15:00 - 16:00"``."""
        if self.slot_id:
            return self.env._("Collect on %s", self.slot_id.display_name)
        return self.env._("Ready by %s", self._local(self.promised_at))

    # -- slots -------------------------------------------------------------------------------------------------------

    def action_change_slot(self, slot_id):
        """Move this pickup to another slot of its store. Idempotent.

        :param slot_id: id of an ``omni.pickup.slot``, or False: as soon as it is ready
        :raises UserError: it is over, or the slot is of another store, full (then it names the next free one) or over
        """
        inputs.called_on_one(self)
        pickup = self._lock()
        if pickup.state not in OPEN_STATES:
            raise UserError(self.env._("%s is not waiting to be collected any more.", pickup.display_name))
        asked = inputs.record(pickup.env["omni.pickup.slot"], slot_id)
        slot = asked.exists()
        if asked and slot.warehouse_id != pickup.warehouse_id:
            raise UserError(self.env._("Choose one of the times of this store."))
        if slot == pickup.slot_id:
            return True
        if slot:
            slot._book(pickup._slot_owner(), STEP_TTL)
            promised_at = slot.start
        else:
            promised_at = fields.Datetime.now() if pickup.state == "ready" else pickup._as_soon_as_ready()
        pickup._reschedule(promised_at, slot, self.env._("The time was changed."))
        pickup._tell_step("rebooked")
        return True

    def _as_soon_as_ready(self):
        return self.warehouse_id._omni_ready_times()[self.warehouse_id]

    def _reschedule(self, promised_at, slot, note, deadline=None):
        """Promise this pickup for another moment, in ``slot`` or none, and say why in the history."""
        left = self.filtered(lambda pickup: pickup.slot_id and pickup.slot_id != slot)
        self.write(
            {
                "promised_at": promised_at,
                "deadline": deadline or self.order_id._omni_keeping(promised_at, self.warehouse_id)["deadline"],
                "slot_id": slot.id,
            }
        )
        self.env["omni.pickup.booking"]._free([pickup._slot_owner() for pickup in left])
        self._log_and_notify(note)

    def _come_later(self, promised_at):
        """Promise what another store still brings for when it is here, and tell the customer; a slot that is too early
        becomes the next one that has room.
        """
        for pickup in self:
            slot, moment = pickup.slot_id, promised_at
            if slot and slot.start < promised_at:
                slot = pickup._next_slot(promised_at)
                moment = slot.start or promised_at
            elif slot or pickup.promised_at >= promised_at:
                continue
            pickup._reschedule(moment, slot, self.env._("Part of it comes from another store first."))
            if pickup.order_id.warehouse_id == pickup.warehouse_id:
                pickup.order_id.omni_slot_id = slot
            pickup._tell_step("moved")

    def _keep_chosen_slot(self):
        """Compare with what the customers chose in the shop: where another took it, they hear of the new time."""
        for pickup in self:
            chosen = pickup.order_id.omni_slot_id
            if chosen.warehouse_id == pickup.warehouse_id and pickup.slot_id != chosen:
                pickup._log_step(self.env._("The chosen time was taken."))
                pickup.order_id.omni_slot_id = pickup.slot_id
                pickup._tell_step("moved")

    # -- closing days ------------------------------------------------------------------------------------------------

    @api.model
    def _reschedule_for_closure(self, closure):
        """Move what was promised for a time at which its store is closed now, and tell the customers once each.

        :param closure: ``resource.calendar.leaves``, one record
        """
        now = fields.Datetime.now()
        begin, end = max(closure.date_from, now), closure.date_to
        if begin >= end:
            return
        # sudo: who closes a store need not see its pickups
        pickups = self.sudo().search(
            Domain("warehouse_id", "in", closure._omni_closed_stores().ids)
            & Domain("state", "in", OPEN_STATES)
            & (
                (Domain("promised_at", ">=", begin) & Domain("promised_at", "<", end))
                | (Domain("slot_id.start", "<", end) & Domain("slot_id.end", ">", begin))
                | (Domain("deadline", ">=", begin) & Domain("deadline", "<", end))
            )
        )
        for pickup in pickups:
            pickup._reschedule_around(closure, begin, end)

    def _reschedule_around(self, closure, begin, end):
        store, slot = self.warehouse_id, self.slot_id
        promised_at, deadline = self.promised_at, None
        if slot and slot.start < end and slot.end > begin:
            slot = self._next_slot(end)
            promised_at = slot.start or store._omni_add_hours(end, 0)
        elif not slot and begin <= promised_at < end:
            work = 0.0
            if self.state != "ready":
                calendar = store._omni_calendar()
                others = [*calendar._omni_closures(store.company_id), ("id", "!=", closure.id)]
                work = calendar.get_work_hours_count(begin, promised_at, domain=others)
            promised_at = store._omni_add_hours(end, work)
        if promised_at == self.promised_at:
            deadline = store._omni_add_hours(self.deadline + (end - begin), 0)
        if closure.name:
            note = self.env._("The store is closed: %s", closure.name)
        else:
            note = self.env._("The store is closed.")
        self._reschedule(promised_at, slot, note, deadline)
        if not deadline or self.state == "ready":  # else the mail that it is ready will say until when
            self._tell_step("moved", closure.name or "")

    def _next_slot(self, moment):
        """Return the first slot of the store from ``moment`` on with room, booked, or empty."""
        slots = self.warehouse_id.omni_slots(moment, moment + timedelta(days=NEXT_DAYS))
        return slots._book_first(self._slot_owner(), STEP_TTL)

    # -- what the customer can choose from ---------------------------------------------------------------------------

    def _can_change_time(self):
        return self.state in OPEN_STATES and bool(self.slot_id or self.warehouse_id.omni_slot_rule_ids)

    def _latest_change(self):
        """Return the moment (naive UTC) before which the customer has to come, or None: it moves along with the slot.

        What somebody has begun to prepare, and what is not paid, is not kept longer by that: more time is asked for.
        """
        return None if self.state == "to_prepare" and not self.amount_due else self.deadline

    def _ready_from(self):
        """Return from when on the customer can come, as the store knows it now (naive UTC)."""
        now = fields.Datetime.now()
        if self.state == "ready":
            return now
        ready = self._as_soon_as_ready()
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
        with ``day``, the one to begin with: that of the slot, else the first with room.
        """
        begin, chosen = self._ready_from(), self.slot_id.id or 0
        days = self._slots_from(begin)._by_day(self.slot_id)
        own = [day["id"] for day in days if any(slot["id"] == chosen for slot in day["slots"])]
        free = [day["id"] for day in days if not all(slot["full"] for slot in day["slots"])]
        return {
            "soon": self.warehouse_id._omni_when(begin),
            "chosen": chosen,
            "days": days,
            "day": (own + free + [0])[0],
        }

    def _slots_from(self, begin):
        limit, horizon = self._latest_change(), begin + timedelta(days=CHOICE_DAYS)
        slots = self.warehouse_id.omni_slots(begin, min(limit or horizon, horizon))
        return slots.filtered(lambda slot: not limit or slot.end <= limit)

    # -- what the customer chooses -----------------------------------------------------------------------------------

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
        words = {"new": slot.display_name or soon, "old": former.display_name or soon}
        note = self.env._("Changed by the customer: %(new)s instead of %(old)s.", **words)
        pickup._reschedule(slot.start or begin, slot, note, pickup._latest_change())
        pickup._tell_step("rebooked")
        if pickup.order_id.warehouse_id == pickup.warehouse_id:
            pickup.order_id.omni_slot_id = slot

    def _book_instead(self, slot, begin):
        limit = self._latest_change()
        try:
            if slot not in self._slots_from(begin):
                raise slot._taken_error(begin)
            slot._book(self._slot_owner(), STEP_TTL, begin)
        except SlotTaken as taken:
            if limit and taken.following and taken.following >= limit:  # a time that is not for them
                raise SlotTaken(self.env._("This time is taken. Choose another one."), None) from taken
            raise
