from contextlib import contextmanager

from odoo import models
from odoo.fields import Command

from .omni_pickup import OPEN_STATES

FOLLOWED = {"carrier_id", "warehouse_id", "pickup_location_data", "omni_fulfilment", "order_line"}
ONCE = object()  # in the context: the pickups follow when all is changed; nobody outside can say so


class SaleOrder(models.Model):
    """The pickups of an order ask for what it asks for, both ways, whatever is done to it and by whoever."""

    _inherit = "sale.order"

    def write(self, vals):
        if not FOLLOWED & vals.keys():
            return super().write(vals)
        with self._omni_followed() as orders:
            return super(SaleOrder, orders).write(vals)

    def _omni_open_pickups(self):
        # sudo: who pays, confirms or cancels an order need not be at the desk
        return self.env["omni.pickup"].sudo().search([("order_id", "in", self.ids), ("state", "in", OPEN_STATES)])

    # -- made --------------------------------------------------------------------------------------------------------

    def _omni_create_pickups(self, ready_times=()):
        """Give each order that is to be collected its pickup; one that was cancelled before comes back to life.

        :param ready_times: ``{order: naive UTC datetime}``, default: the goods are in the store
        """
        ready_times = dict(ready_times)
        for order in self.sudo():
            known = order.omni_pickup_ids.warehouse_id
            for store, lines in order._omni_collected_parts().items():
                # Of what was collected before, or sold at a till, nothing is left to come for.
                if order._omni_open_pickings(store) if store in known else not order._omni_is_settled():
                    promised_at = ready_times.get(order) if store == order.warehouse_id else None
                    order._omni_create_pickup(store, lines, promised_at)

    def _omni_create_pickup(self, store, lines, promised_at=None):
        pickup = self.omni_pickup_ids.filtered(lambda pickup: pickup.warehouse_id == store)
        if pickup.state in OPEN_STATES:
            self._omni_add_to_pickup(pickup, lines)
            return pickup
        dates = self._omni_pickup_dates(store, promised_at)
        if pickup:
            pickup._begin_again(dates)
        else:
            pickup = self.env["omni.pickup"].with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            about = {"order_id": self.id, "warehouse_id": store.id, "partner_id": self.partner_id.id}
            pickup = pickup.create(dates | about)
        self._omni_add_to_pickup(pickup, lines)
        pickup.line_ids._begin_with_what_is_gone()
        pickup._keep_chosen_slot()
        return pickup

    def _omni_add_to_pickup(self, pickup, lines):
        self.env["omni.pickup.line"].sudo().create(
            [
                {"pickup_id": pickup.id, "sale_line_id": line.id, "product_id": line.product_id.id}
                for line in lines - pickup.line_ids.sale_line_id
            ]
        )

    def _omni_collected_parts(self):
        """Return ``{store: lines}`` of what is collected."""
        split = self._omni_split().items()
        return {store: lines for (way, store, _partner), lines in split if way == "collect" and store}

    def _omni_open_pickings(self, store):
        """Return the transfers by which what is collected in ``store`` is still to leave it."""
        return self.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.picking_type_code != "incoming"
                and picking.picking_type_id.warehouse_id == store
                and not picking.move_ids._omni_is_sent_home()
            )
        )

    # -- changed -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _omni_followed(self, tell=True):
        """Let the pickups of these orders follow what is changed within, once.

        :param bool tell: the customers are told of it; else whoever changes it does
        :return: the orders, to change them by
        """
        sold = self.filtered(lambda order: order.state == "sale")
        if not sold or self.env.context.get("omni_followed") is ONCE:
            yield self
            return
        asked = {line: line.quantity for line in sold._omni_open_pickups().line_ids}
        changing = self.with_context(omni_followed=ONCE)
        yield changing
        (changing & sold)._omni_follow(asked, tell)

    def _omni_follow(self, asked, tell):
        """Bring the pickups of these orders in line with them.

        :param asked: ``{omni.pickup.line: quantity}`` of the open ones before
        """
        # sudo: who changes an order need not be at the desk, nor move goods
        for order in self.sudo().filtered(lambda order: order.state == "sale"):
            pickups, parts = order.omni_pickup_ids, order._omni_collected_parts()
            waiting = pickups.filtered(lambda pickup: pickup.state in OPEN_STATES)
            emptied = order._omni_change_stores(parts)
            # What is not collected any more goes to the customer, not to the store.
            if order.omni_fulfilment != "collect" and order.partner_shipping_id.is_pickup_location:
                order.with_context(update_delivery_shipping_partner=True).partner_shipping_id = order.partner_id
            for store, lines in parts.items():
                waits = store in waiting.warehouse_id
                if waits or order._omni_open_pickings(store):
                    pickup = order._omni_create_pickup(store, lines)
                    if tell and not waits:
                        pickup._tell("rebooked" if emptied else "received")
            for pickup in waiting:
                pickup._follow(asked, tell and pickup not in emptied)

    def _omni_change_stores(self, parts):
        """Let what is collected in another store than before leave from there.

        :param parts: see :meth:`_omni_collected_parts`
        :return: the pickups of which nothing is left to collect by that
        :raises OutOfStock: it is not there
        """
        left = self.omni_pickup_ids.browse()
        for store, lines in parts.items():
            moved = self.omni_pickup_ids.filtered(
                lambda pickup, store=store: pickup.state in OPEN_STATES and pickup.warehouse_id != store
            ).line_ids.filtered(lambda line, lines=lines: line.sale_line_id in lines and line._leaves_from_here())
            left |= moved.pickup_id
            if moved:
                self._omni_leave_from_store(moved, store)
        return left.filtered(lambda pickup: all(line._is_collected() for line in pickup.line_ids))

    def _omni_leave_from_store(self, moved, store):
        """Let these lines of pickups leave from ``store`` instead of theirs."""
        lines, availability = moved.sale_line_id, self.env["omni.availability"]
        leaving = lines.move_ids.filtered(lambda move: move.picking_type_id.code != "incoming")
        leaving.filtered(lambda move: move.state not in ("done", "cancel"))._action_cancel()
        left = {line: line._omni_left_to_procure() for line in self._omni_counted(lines)}
        demand = [(line.product_id.id, store.id, quantity) for line, quantity in left.items() if quantity]
        if demand:
            availability.hold(self, demand, self.omni_channel_id)
        with self._omni_unlocked():
            elsewhere = lines.filtered(lambda line: line.warehouse_id != store)
            elsewhere.route_ids = [Command.set(store.delivery_route_id.ids)]
            if store == self.warehouse_id:
                location = store._omni_location()
                if location and (self.pickup_location_data or {}).get("id") != store.id:
                    self.pickup_location_data = location
                self.omni_slot_id = self.omni_slot_id.filtered(lambda slot: slot.warehouse_id == store)
                self._omni_ship_to(store)
            lines._action_launch_stock_rule()
            availability.commit(self)
