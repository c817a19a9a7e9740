from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from .omni_pickup_slot import SlotTaken
from .sale_order_slot import CHOICE_TTL

SLACK = timedelta(minutes=15)  # the clock runs while they read: that much later is still what they read
PAYING = timedelta(hours=1)  # and while they pay


class SaleOrder(models.Model):
    """What the shopper last read of their pickup before they pay, and whether it still holds."""

    _inherit = "sale.order"

    omni_told = fields.Json(
        string="Pickup as Shown",
        readonly=True,
        copy=False,
        help="What the customer last read before they paid: store, slot, ready time, whether another store transfers.",
    )

    def _omni_pickup_now(self, slot, ready_at):
        """Return how this basket is collected now: ``{"store": id, "slot": id or 0, "ready": moment as text or "",
        "brought": whether others transfer a part}``.
        """
        store = self.warehouse_id
        places = {place for line in self._omni_pickup_lines() for place, _quantity in line.omni_sources or ()}
        ready = fields.Datetime.to_string(ready_at) if ready_at else ""
        return {"store": store.id, "slot": slot.id or 0, "ready": ready, "brought": bool(places - {store.id})}

    def _omni_note_told(self, told):
        if (self.omni_told or {}) != told:
            self.sudo().omni_told = told or False  # sudo: what was shown, and written by nobody else

    def _omni_read_told(self):
        """Note how this basket is collected now as what its shopper reads.

        :return: see :meth:`_omni_told_words`; ``()``: it is not collected
        """
        if not self._omni_is_collected():
            return ()
        slot = self.omni_slot_id.filtered(lambda slot: slot.warehouse_id == self.warehouse_id)
        now = self._omni_pickup_now(slot, self._omni_ready_at())
        self._omni_note_told(now)
        return self._omni_told_words(now)

    def _omni_told_words(self, told):
        """Return where and when that is, in the shopper's words: ``(store, when)``."""
        store = self.env["stock.warehouse"].sudo().browse(told["store"])  # sudo: stores that were offered to them
        slot = self.env["omni.pickup.slot"].sudo().browse(told["slot"] or []).exists()
        if slot:
            return store._omni_name(), store._omni_span(slot.start, slot.end)
        return store._omni_name(), told["ready"] and store._omni_when(fields.Datetime.to_datetime(told["ready"]))

    def _omni_told_key(self):
        """Return how the goods reach the customer, as a page shows it, in a short text to compare: its end is when."""
        if not self._omni_is_collected() or not self.omni_told:
            return f"ship-{self.carrier_id.id}-{self.partner_shipping_id.id}-"
        store, slot = self.omni_told["store"], self.omni_told["slot"]
        moment = "".join(filter(str.isdigit, self.omni_told["ready"])) if not slot else ""  # the slot is what is read
        home = ".".join(map(str, self._omni_home_lines().ids))
        return f"collect-{store}-{slot}-{home}-{moment}"

    def _omni_is_as_shown(self, shown):
        """Whether the goods still reach the customer as the page with the key ``shown`` said, or sooner."""
        (way, _, moment), (way_then, _, moment_then) = self._omni_told_key().rpartition("-"), shown.rpartition("-")
        return way == way_then and bool(moment) == bool(moment_then) and moment <= moment_then

    # -- does it still hold ------------------------------------------------------------------------------------------

    def _omni_look_told(self):
        """Compare what the shopper read with what holds now; what is no worse is what they read from now on.

        :return: ``(title, text)`` in their words if it got worse, else ``()``
        """
        if not self._omni_is_collected():
            self._omni_note_told({})
            return ()
        now = self._omni_pickup_now(self._omni_kept_slot(), self._omni_ready_at())
        told = self.omni_told or now
        if reason := self._omni_why_worse(told, now):
            return reason, self._omni_instead(told, now)
        if now["slot"] == told["slot"] and now["ready"] > told["ready"]:
            now["ready"] = told["ready"]  # only the clock ran
        self._omni_note_told(now)
        return ()

    def _omni_why_worse(self, told, now):
        if told["store"] != now["store"]:
            return self.env._("Another store was chosen in the meantime.")
        if not now["ready"]:
            return ""  # what cannot be had is said elsewhere
        is_later = bool(told["slot"]) and told["slot"] != now["slot"]
        if not is_later and not now["slot"] and told["ready"]:
            before, after = (fields.Datetime.to_datetime(moment["ready"]) for moment in (told, now))
            is_later = after > before + SLACK
        if not is_later:
            return ""
        if now["brought"] and not told["brought"]:
            return self.env._("Somebody was faster in %s.", self._omni_told_words(told)[0])
        if told["slot"]:
            return self.env._("This pickup time is no longer free.")
        return self.env._("The pickup time has changed.")

    def _omni_instead(self, told, now):
        (former, before), (store, when) = self._omni_told_words(told), self._omni_told_words(now)
        if store == former:
            return self.env._("Collect %(when)s instead of %(before)s.", when=when, before=before)
        words = {"store": store, "when": when, "former": former, "before": before}
        return self.env._("Collect in %(store)s %(when)s instead of in %(former)s %(before)s.", **words)

    def _omni_kept_slot(self):
        """Return the chosen slot, if it can still be had."""
        slot = self.omni_slot_id
        try:
            if slot:
                self._omni_check_slot(slot.sudo(), slack=CHOICE_TTL)  # sudo: the shopper's own slot
        except SlotTaken:
            return slot.browse()
        return slot

    def _omni_agree(self):
        """The shopper takes what holds now."""
        slot = self._omni_kept_slot()
        if slot != self.omni_slot_id:
            self._omni_choose_slot(slot)
        self._omni_note_told(self._omni_pickup_now(slot, self._omni_ready_at()))

    def _omni_check_told(self):
        """Refuse to pay for less than what the shopper read."""
        if self.omni_told and (worse := self._omni_look_told()):
            raise ValidationError("\n".join([*worse, self.env._("Load the page again to choose.")]))

    def _omni_as_told(self, ready_at):
        """Return when this order is promised: as the shopper read it when they paid, if only the clock ran since."""
        told = self.omni_told or {}
        moment = fields.Datetime.to_datetime(told.get("ready") or None)
        if not (ready_at and moment) or told["store"] != self.warehouse_id.id:
            return ready_at
        return moment if moment <= ready_at <= moment + PAYING else ready_at
