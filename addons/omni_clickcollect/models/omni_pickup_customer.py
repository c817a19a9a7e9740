import json
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES

BAY_LENGTH, PLATE_LENGTH = 10, 15


class OmniPickup(models.Model):
    """What customers change on their page. Each method locks, checks, and refuses in their words."""

    _inherit = "omni.pickup"

    arrived_at = fields.Datetime(string="Customer Arrived", readonly=True, copy=False)
    bay = fields.Char(string="Parking Bay", readonly=True, copy=False)
    plate = fields.Char(string="Number Plate", readonly=True, copy=False)
    cancel_asked_at = fields.Datetime(string="Cancellation Requested", readonly=True, copy=False)

    def _check_open(self):
        if self.state not in OPEN_STATES:
            raise UserError(self.env._("This cannot be changed any more: your pickup has ended."))
        return self

    # -- "I am here" -------------------------------------------------------------------------------------------------

    def _drives_in(self):
        return self.state == "ready" and self.warehouse_id.omni_drive_in

    def _set_arrived(self, bay="", plate=""):
        """Tell the desk that the customer waits outside."""
        pickup = self._lock()
        if not pickup._drives_in():
            raise UserError(self.env._("This order is not brought to the car. Come in and show your code."))
        now = fields.Datetime.now()
        if not pickup.warehouse_id.omni_openings(now, now + timedelta(seconds=1)):
            raise UserError(self.env._("The store is closed now. Come when it is open."))
        bay, plate = inputs.one_line(bay, BAY_LENGTH), inputs.one_line(plate, PLATE_LENGTH).upper()
        if not bay and not plate:
            raise UserError(self.env._("Enter your parking bay or your number plate, so that we find you."))
        if not pickup.arrived_at:
            pickup._log_step(self.env._("The customer has arrived."))
        pickup.write({"arrived_at": pickup.arrived_at or now, "bay": bay or False, "plate": plate or False})
        pickup._notify_desk()

    # -- cancel ------------------------------------------------------------------------------------------------------

    def _is_untouched(self):
        """Whether nobody has prepared or handed over anything of this pickup, which is all of its order."""
        order = self.order_id
        return (
            self.state == "to_prepare"
            and not any(self.line_ids.mapped("quantity_collected"))
            and order.omni_pickup_ids == self
            and order._omni_pickup_lines() == self.line_ids.sale_line_id
            and not any(line._omni_is_prepared() for line in self._open_pickings().move_line_ids)
        )

    def _can_cancel(self):
        """Whether customers cancel by themselves: nothing is begun, here or for their home, nor invoiced."""
        order = self.order_id
        return (
            self._is_untouched()
            and not any(move.state == "done" or move._omni_is_prepared() for move in order._omni_home_lines().move_ids)
            and "posted" not in order.invoice_ids.mapped("state")  # a person credits it
        )

    def _cancel_or_ask(self):
        """Cancel what nobody has begun to prepare, and pay back what was paid; else ask the shop, once."""
        pickup = self._lock()
        if pickup.state == "cancelled":
            return
        pickup._check_open()
        if pickup._can_cancel():
            pickup._log_step(self.env._("Cancelled by the customer."))
            pickup.cancel_asked_at = fields.Datetime.now()
            pickup.order_id._action_cancel()
        elif not pickup.cancel_asked_at:
            pickup.cancel_asked_at = fields.Datetime.now()
            note = self.env._("The customer asks to cancel.")
            pickup._log_and_notify(note)
            pickup._tell_managers(lambda pickup: pickup._wish_to_cancel())
            pickup._ask_to_cancel()

    # -- another shop ------------------------------------------------------------------------------------------------

    def _can_move(self):
        return bool(self.order_id) and self.order_id.state == "sale" and self._is_untouched()

    def _other_shops(self):
        """Return the other shops that have all of this pickup now; one reading of the stock for all."""
        if not self._can_move():
            return self.warehouse_id.browse()
        order = self.order_id
        shops = (order.carrier_id._omni_shops() - self.warehouse_id).filtered(
            lambda shop: shop.company_id == self.company_id and shop.partner_id.street and shop.partner_id.city
        )
        short = order._omni_short_lines_by_warehouse(shops.ids)
        return shops.filtered(lambda shop: not short[shop.id])

    def _move_to(self, shop_id):
        """Collect in another shop: its goods are kept, those of the former shop are free again, the dates are new.

        :raises OutOfStock: somebody else was faster
        :raises UserError: not a shop that can take it over
        """
        pickup = self._lock()
        shop = pickup._other_shops().filtered(lambda shop: shop.id == shop_id)
        location = shop and shop._omni_location()
        if not location:
            raise UserError(self.env._("This store can no longer take your order. Choose another."))
        former = pickup.warehouse_id
        with pickup.order_id._omni_followed(tell=False) as order:
            # by the order's own transfers
            with order._omni_unlocked():
                order._set_pickup_location(json.dumps(location))
                order._omni_leave_from_store(pickup.with_env(order.env).line_ids, shop)
            pickup._notify_desk()
            promised_at = shop._omni_ready_times()[shop]
            keeping = pickup.order_id._omni_keeping(promised_at)
            moved = {"warehouse_id": shop.id, "extensions": 0, "promised_at": promised_at, "slot_id": False}
            pickup.write(moved | keeping)
        words = {"new": shop.name, "old": former.name}
        pickup._log_and_notify(self.env._("Changed by the customer: %(new)s instead of %(old)s.", **words))
        pickup._tell_step("rebooked")
