from contextlib import suppress

from odoo import models

from odoo.addons.omni_base.exceptions import Busy, OutOfStock
from odoo.addons.omni_base.tools.allocation import allocate
from odoo.addons.omni_base.tools.quantities import add_up

from ..tools.holds import allocate_and_hold, same_quantities
from .omni_availability import LEASE


class SaleOrder(models.Model):
    """What is held for a basket and for an order that is being confirmed, and where it is held."""

    _inherit = "sale.order"

    def _omni_holds(self):
        return self.env["omni.hold"].sudo()

    def _omni_hold_seconds(self):
        """Return for how many seconds this basket's goods are held, 0 if they are not."""
        return self._omni_holds()._seconds_left(self._name, self.id) if self.id else 0

    # -- holding -----------------------------------------------------------------------------------------------------

    def _check_cart_is_ready_to_be_paid(self):
        super()._check_cart_is_ready_to_be_paid()
        self._omni_hold(self.omni_channel_id.sudo()._hold_seconds())

    def _verify_cart_after_update(self):
        super()._verify_cart_after_update()
        self._omni_hold_at_step("basket")

    def _set_pickup_location(self, pickup_location_data):
        former = self.warehouse_id
        super()._set_pickup_location(pickup_location_data)
        self._omni_hold_anew(former)

    def _set_delivery_method(self, delivery_method, rate=None):
        former = self.warehouse_id
        super()._set_delivery_method(delivery_method, rate=rate)
        self._omni_hold_anew(former)

    def _omni_hold_anew(self, former):
        """Hold where the goods leave from now what this basket holds already; if they are not there, it keeps what it
        has until its shopper has decided.
        """
        if self.warehouse_id != former and self._omni_holds()._held(self._name, self.id):
            self._omni_hold_at_step("checkout")

    def _omni_hold_at_step(self, step):
        """Hold this basket's goods, if its channel holds them at ``step`` already: see ``omni.channel``.

        All or nothing: a shopper who misses something cannot pay, and holds nothing that others could have. Where goods
        are held in the basket already, what can be had of them. Where that cannot be decided just now the shopper reads
        so, and goes on: the next step tries again.

        :return: whether nothing is missing, as far as it was asked
        """
        channel = self.omni_channel_id.sudo()
        if self.state == "draft" and self.website_id and channel._holds_at(step):
            try:
                with suppress(OutOfStock):  # the payment page says so
                    partly = channel._holds_at("basket")
                    self._omni_hold(partly=partly)
                    return not partly
            except Busy as error:
                self.shop_warning = str(error)
        return False

    def _omni_hold(self, seconds=None, partly=False, paid=False):
        """Hold what this basket asks for, all of it or nothing. What is more than a visitor may hold before it is
        ``paid`` is only looked for.

        :param seconds: for how long from now; None: what is held already stays until its time
        :param partly: hold what there is, when something is missing
        :raises OutOfStock: in the shopper's words; nothing was changed
        """
        self.ensure_one()
        wanted, held = self._omni_wanted(), self._omni_holds()._held(self._name, self.id)

        def attempt(known):
            allocation, missing = self._omni_allocate(wanted, known, held)
            if not partly:
                self._omni_check_missing(missing)
            return allocation, self._omni_demand_of(allocation)

        allocate_and_hold(attempt, lambda demand: self._omni_hold_demand(demand, held, seconds, paid))

    def _omni_hold_demand(self, demand, held, seconds, paid):
        """Hold ``demand`` in place of what is ``held``, if that is not the same; see :meth:`_omni_hold`."""
        parts = self.env["product.product"]._omni_in_parts(demand)
        is_held = same_quantities(parts, held)
        if is_held and not (held and seconds):
            return
        if not demand or not (paid or self._omni_may_hold(parts, seconds)):
            self._omni_release()
        elif is_held:
            self._omni_contract().extend(self, seconds)
        else:
            self.env["omni.promise.push"]._queue("pairs", held)  # what it gives back changes, too
            rows = [(*pair, quantity) for pair, quantity in demand.items()]
            self._omni_contract().hold(self, rows, self.omni_channel_id, seconds)

    def _omni_check_missing(self, missing):
        """Refuse what is missing, but for products that are sold even when out of stock."""
        words, shortages = [], {}
        lines = self.env["sale.order.line"].concat(*missing)
        lines = lines.filtered(lambda line: not line.product_id.allow_out_of_stock_order)
        for product, short in lines.grouped("product_id").items():
            lacking = sum(missing[line] for line in short)
            asked = sum(line._omni_quantity() for line in self.order_line if line.product_id == product)
            words.append(self._omni_words(product, asked - lacking))
            shortages[product.id, short[:1].warehouse_id.id] = lacking
        if shortages:
            raise OutOfStock("\n".join(words), shortages)

    def _omni_try_hold(self):
        """Hold what this basket asks for, or tell whoever listens that it could not be.

        Where the channel holds goods only when they are paid for, it is only looked whether they are there.

        :return: ``""`` when it is held, else why not, in the shopper's words
        :raises Busy: it could not be decided just now
        """
        try:
            if self.omni_channel_id.sudo()._holds_at("checkout"):
                self._omni_hold()
            else:
                _allocation, missing = self._omni_allocate(self._omni_wanted())
                self._omni_check_missing(missing)
        except OutOfStock as error:
            self.env["omni.event"].emit("hold.refused", self, values={"shortages": error.shortages})
            return str(error)
        return ""

    def _omni_follow_payment(self, state):
        """Hold the goods while a payment is under way, and no longer than usual once it failed."""
        super()._omni_follow_payment(state)
        for order in self.filtered(lambda order: order.website_id and order.state in ("draft", "sent")):
            channel = order.omni_channel_id.sudo()
            if state in ("pending", "authorized", "done"):
                # Paying goes on even when the time was up and the goods went: confirming the order says so.
                with suppress(OutOfStock, Busy):
                    order._omni_hold((channel.hold_payment_hours or 24) * 3600, paid=state != "pending")
            elif state in ("cancel", "error"):
                with suppress(Busy):
                    order._omni_contract().extend(order, channel._hold_seconds())

    # -- confirming --------------------------------------------------------------------------------------------------

    def _omni_hold_for_confirmation(self, wanted):
        """Hold what can be had of ``wanted``, at least until this transaction has ended. An order that may leave from
        any store leaves from where routing decides.

        :param wanted: ``{line: quantity}``, in the product's unit of measure
        :return: as :meth:`_omni_allocate`
        """
        if wanted and all(line._omni_is_routed() for line in wanted):
            demand = [(line.product_id.id, quantity) for line, quantity in wanted.items()]
            return self._omni_allocate_legs(self._omni_route(demand, "confirmed"), wanted)

        def attempt(known):
            allocation, missing = self._omni_allocate(wanted, known)
            return (allocation, missing), self._omni_demand_of(allocation)

        return allocate_and_hold(attempt, self._omni_hold_until_saved)

    def _omni_hold_until_saved(self, demand):
        """Hold ``demand``, at least until this transaction has ended."""
        try:
            if demand and not self._omni_extend_matching_hold(demand):
                rows = [(*pair, quantity) for pair, quantity in demand.items()]
                self._omni_contract().hold(self, rows, self.omni_channel_id, LEASE)
        except Busy:
            if self._omni_may_refuse():
                raise  # else its moves count without a hold, too

    def _omni_extend_matching_hold(self, demand):
        """Extend what is held for this order until the transaction has ended, if it is just ``demand``."""
        held = self._omni_holds()._held(self._name, self.id)
        if not same_quantities(self.env["product.product"]._omni_in_parts(demand), held):
            return False
        return len(self._omni_holds()._extend(self._name, self.id, LEASE, at_least=True)) == len(held)

    # -- allocation --------------------------------------------------------------------------------------------------

    def _omni_wanted(self):
        """Return ``{line: quantity}`` of what these orders ask for, in the product's unit of measure."""
        quantities = {line: line._omni_quantity() for line in self.order_line}
        return {line: quantity for line, quantity in quantities.items() if quantity > 0}

    def _omni_wanted_from(self):
        """Return ``{line: (quantity, from where)}``, see :meth:`_omni_wanted`: another answer is another question."""
        return {
            line: (quantity, line._omni_source_warehouse_ids() or [line.warehouse_id.id, line._omni_is_routed()])
            for line, quantity in self._omni_wanted().items()
        }

    def _omni_allocate(self, wanted, known=(), held=None):
        """Choose where the goods leave from: where they are held, else one store that has it all, else several.

        :param wanted: ``{line: quantity}``, in the product's unit of measure
        :param known: ``{(product_id, warehouse_id): quantity}`` that is left there, known better than by reading
        :param held: what is held for it, where that has been read
        :return: ``({line: [(warehouse_id, quantity), ...]}, {line: missing})``
        """
        self.ensure_one()
        held = dict(self._omni_holds()._held(self._name, self.id) if held is None else held)
        for line in wanted:
            for part, _each in line.product_id._omni_made_of():
                held |= {(line.product_id.id, place): 0.0 for product, place in held if product == part}
        places = {line: line._omni_warehouses(held) for line in wanted}
        left = self._omni_contract().available(
            list({line.product_id.id for line in wanted}),
            list({warehouse for warehouses in places.values() for warehouse in warehouses}),
            self.omni_channel_id,
        )
        left.update(known)
        allocation, missing = {}, {}
        for line, quantity in wanted.items():
            product, unit = line.product_id, line.product_id.uom_id
            stores = sorted(
                places[line], key=lambda place: ((product.id, place) not in held, left[product.id, place] < quantity)
            )
            allocation[line], rest = allocate(quantity, [(store, left[product.id, store]) for store in stores], unit)
            for store, taken in allocation[line]:
                left[product.id, store] -= taken
            if unit.compare(rest, 0) > 0:
                missing[line] = rest
        return allocation, missing

    def _omni_demand_of(self, allocation):
        """Return an allocation, see :meth:`_omni_allocate`, as ``{(product_id, warehouse_id): quantity}``."""
        return add_up(
            ((line.product_id.id, warehouse), quantity)
            for line, rows in allocation.items()
            for warehouse, quantity in rows
        )

    # -- giving it back ----------------------------------------------------------------------------------------------

    def _omni_release(self):
        self._omni_holds()._end_all("release", self.sudo())  # sudo: as in :meth:`_omni_contract`

    def _omni_release_changed(self):
        """Give back what baskets hold that no longer ask for the same."""
        for order in self._omni_holds()._holders(self):
            kept = self._omni_holds()._held(order._name, order.id)
            held = add_up((product, quantity) for (product, _warehouse), quantity in kept.items())
            parts = [
                (line.product_id, part, quantity * each)
                for line, quantity in order._omni_wanted().items()
                for part, each in line.product_id._omni_made_of()
            ]
            asked = add_up((part, quantity) for _product, part, quantity in parts)
            # Of products sold even when out of stock, less may be held than asked for.
            for part in {part for product, part, _quantity in parts if product.allow_out_of_stock_order}:
                asked[part] = min(asked[part], held.get(part, 0.0))
            if not same_quantities({product: quantity for product, quantity in asked.items() if quantity}, held):
                order._omni_release()
