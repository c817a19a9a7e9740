from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from odoo.addons.omni_base.tools.owners import owner_of

from .omni_pickup_slot import SlotBusy, SlotTaken

CHOICE_TTL = 15 * 60  # seconds that a shopper's slot is kept while they pay
CHOICE_DAYS = 7
MOST_PLACES = 5  # in slots, that one visitor keeps before they have paid; and of one slot no more than half


class SaleOrder(models.Model):
    """When the customer collects: when the order is ready, and the slot that was chosen."""

    _inherit = "sale.order"

    omni_slot_id = fields.Many2one(
        "omni.pickup.slot", string="Pickup Slot", copy=False, readonly=True, index="btree_not_null"
    )

    def _omni_ready_at(self):
        """Return when this order can be ready in the store where it is collected (naive UTC), or False: not at all."""
        # sudo: the shopper's own order
        order = self.sudo()
        store = order.warehouse_id.with_context(omni_owner=owner_of(self))
        demand = self._omni_pickup_lines()._omni_demand()
        return store._omni_ready_at(demand, channel=order.omni_channel_id) if store and demand else False

    def _omni_ready_times(self):
        """Return ``{order: ready time}`` of those to collect, before their goods are reserved for themselves."""
        collected = self.filtered(lambda order: order.omni_fulfilment == "collect")
        return {order: order._omni_as_told(order._omni_ready_at()) for order in collected}

    def _omni_pickup_dates(self, store, promised_at=None):
        """Return what a pickup of this order in ``store`` is made with: when it is promised, and in which slot.

        What is sold without stock is promised as if it came from another store.
        """
        slot = self._omni_book_slot(store)
        if slot:
            promised_at = slot.start
        elif not promised_at:
            promised_at = store._omni_ready_times(brought=promised_at is False)[store]
        return {"promised_at": promised_at, "slot_id": slot.id} | self._omni_keeping(promised_at, store)

    def _omni_book_slot(self, store):
        """Return the chosen slot, booked. An order that is paid does not fail for it: else the next one with room."""
        slot = self.omni_slot_id
        if slot.warehouse_id != store:
            return slot.browse()
        self.env["omni.quota"]._end(f"slot,{self._omni_owner()}")
        try:
            slot._book(self._omni_owner(), CHOICE_TTL)
        except SlotBusy:
            return slot if slot._is_booked_by(self._omni_owner()) else slot.browse()
        except SlotTaken as taken:
            begin = taken.following
            later = store.omni_slots(begin, begin + timedelta(days=1)) if begin else slot.browse()
            return later._book_first(self._omni_owner(), CHOICE_TTL)
        return slot

    # -- the shopper's choice ----------------------------------------------------------------------------------------

    def _omni_choose_slot(self, slot):
        """Keep a place in ``slot``, or none, for the shopper while they pay.

        :return: whether it is kept: who keeps many already has it when they have paid, if there is room
        :raises SlotTaken: it is full or over; the message names the next free one
        """
        is_kept = True
        if slot:
            is_kept = self._omni_check_slot(slot)
        elif self.omni_slot_id:
            self.env["omni.pickup.booking"]._free([self._omni_owner()])
        self.sudo().omni_slot_id = slot  # sudo: checked and booked here, and written by nobody else
        return is_kept

    def _omni_check_slot(self, slot, slack=0):
        """Book ``slot`` for the shopper if it is offered to them: the store is open, the goods can be ready.

        :param slack: seconds that it may start too early, for who chose it a moment ago
        :return: whether it is booked, see :meth:`_omni_choose_slot`
        :raises SlotTaken: it is not, or full, or over
        """
        ready = self._omni_ready_at() or None
        late = not ready or slot.start + timedelta(seconds=slack) < ready
        if late or slot not in slot.warehouse_id.omni_slots(slot.start, slot.start + timedelta(seconds=1)):
            raise slot._taken_error(ready)
        owner = self._omni_owner()
        if self._omni_may_keep_place(slot):
            slot._book(owner, CHOICE_TTL, ready)
            return True
        if slot.left <= 0 and not slot._is_booked_by(owner):
            raise slot._taken_error(ready)
        self.env["omni.pickup.booking"]._free([owner])
        return False

    def _omni_may_keep_place(self, slot):
        """Whether this basket's shopper may keep a place in ``slot`` before paying: nobody fills a store's day."""
        visitor = self.env["ir.http"]._omni_visitor(self)

        def allows(others):
            half = max(slot.capacity // 2, 1)
            return sum(others.values()) < MOST_PLACES and others.get(str(slot.id), 0) < half

        # sudo: counts, of whatever visitor
        quota, owner = self.env["omni.quota"].sudo(), f"slot,{self._omni_owner()}"
        return not visitor or quota._keep(f"slot:{visitor}", owner, {str(slot.id): 1}, CHOICE_TTL, allows)

    def _omni_pickup_times(self):
        """Return what the shopper can choose from, in their words and the store's time, and note that they read it.

        :return: ``{"soon": str, "chosen": slot id or 0, "days": [{"id", "label", "slots": [slot]}]}``, a slot:
            ``{"id", "label", "full"}``; ``{}``: nothing is collected in a store
        """
        if not self._omni_is_collected():
            return {}
        store = self.warehouse_id
        promised_at = self._omni_ready_at()
        times = {"soon": store._omni_when(promised_at) if promised_at else "", "chosen": 0, "days": []}
        chosen = self.omni_slot_id.filtered(lambda slot: slot.warehouse_id == store)
        self._omni_note_told(self._omni_pickup_now(chosen, promised_at))
        if not promised_at:
            return times
        times["chosen"] = chosen.id or 0
        times["days"] = store.omni_slots(promised_at, promised_at + timedelta(days=CHOICE_DAYS))._by_day(chosen)
        return times

    def _omni_drop_slot(self):
        """Let go a slot of a store where this order is not collected any more."""
        slot = self.omni_slot_id
        if slot and (self.carrier_id.delivery_type != "in_store" or self.warehouse_id != slot.warehouse_id):
            self._omni_choose_slot(slot.browse())

    def _omni_keep_slot_to_pay(self):
        slot = self.omni_slot_id.sudo()  # sudo: the shopper's own slot
        if slot and self.carrier_id.delivery_type == "in_store":
            try:
                self._omni_check_slot(slot, slack=CHOICE_TTL)
            except SlotTaken as error:
                raise ValidationError(str(error)) from error
