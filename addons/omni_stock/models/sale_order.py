from collections import defaultdict
from contextlib import suppress
from math import floor

from odoo import api, models
from odoo.tools import float_is_zero, format_list

from odoo.addons.omni_base.exceptions import Busy, OutOfStock
from odoo.addons.omni_base.models.omni_availability import PRECISION
from odoo.addons.omni_base.models.sale_order import REPORT_ONLY
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.allocation import allocate, allocate_goods

from .omni_availability import LEASE


def same_quantities(left, right):
    """Whether two ``{key: quantity}`` say the same, but for rounding."""
    return left.keys() == right.keys() and all(
        float_is_zero(quantity - right[key], precision_digits=5) for key, quantity in left.items()
    )


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "omni.routed"]

    # -- what a basket sees ------------------------------------------------------------------------------------------

    def _get_free_qty(self, product):
        """What this basket can have, its own hold included."""
        if not product._omni_is_counted():
            return super()._get_free_qty(product)
        warehouses = self._omni_sells_from(product)
        return sum(self._omni_contract().available(product.ids, warehouses.ids, self.omni_channel_id).values())

    def _omni_sells_from(self, product=None):
        """Return the warehouses whose stock this basket may have, maybe of one ``product``."""
        shop = self._get_shop_warehouse_id()
        places = (self._omni_fixed_warehouse_ids(product) if product else []) or ([shop] if shop else [])
        # sudo: a visitor may not read warehouses; only what they can give comes out
        return self.env["stock.warehouse"].sudo().browse(places) or self.omni_channel_id._omni_warehouses()

    def _omni_fixed_warehouse_ids(self, product):
        """Return the ids of the only warehouses that may serve the lines of ``product``; empty: any that may."""
        lines = self.order_line.filtered(lambda line: line.product_id == product)
        return list(dict.fromkeys(place for line in lines for place in line._omni_source_warehouse_ids()))

    def _omni_contract(self):
        # sudo: a shopper promises nothing by himself, the shop does it for his basket
        return self.env["omni.availability"].sudo().with_context(omni_owner=f"{self._name},{self.id}")

    def _omni_holds(self):
        return self.env["omni.hold"].sudo()

    def _omni_hold_seconds(self):
        """Return for how many seconds this basket's goods are kept, 0 if they are not."""
        return self._omni_holds()._seconds_left(self._name, self.id) if self.id else 0

    def _omni_cart_shortages(self, chosen=False):
        """Return which products can no longer be had as asked for; one query when nothing is missing.

        :param chosen: whether it is settled if they are shipped or collected
        :return: ``[{"product", "words": a sentence, "left": quantity that can be had, "offer": words of
            :meth:`_omni_reduce_to_available`, "shops": [name of a shop that has it all, where it cannot be had as
            chosen], "ships": whether another store that has it all sends parcels}]``
        """
        asked = defaultdict(float)
        for line in self.order_line:
            if line.product_id._omni_is_counted() and not line.product_id.allow_out_of_stock_order:
                asked[line.product_id] += line._omni_quantity()
        channel, anywhere = self.omni_channel_id, self._omni_sells_from()
        places = {product: anywhere.browse(self._omni_fixed_warehouse_ids(product)) or anywhere for product in asked}
        stores = channel._omni_warehouses()
        products = self.env["product.product"].union(*asked)
        promise = self._omni_contract()._left(products, stores.union(*places.values()).ids, channel)
        missing = []
        for product, quantity in asked.items():
            sells = places[product]
            left, shared, wanted = 0.0, 0.0, quantity  # shared: with what other lines are made of
            for store in sells.ids:
                there = promise.of(product, store)
                left += there
                shared += promise.available[product.id, store] - there
                taken = min(there, wanted)
                promise.allocate(product, store, taken)
                wanted -= taken
            if product.uom_id.compare(quantity, left) > 0 and not chosen:
                left = self._omni_available_qty(product) - shared
            if product.uom_id.compare(quantity, left) > 0:
                others = stores.browse(
                    store
                    for store in (stores - sells).ids
                    if product.uom_id.compare(promise.of(product, store), quantity) >= 0
                )
                missing.append(
                    {
                        "product": product,
                        "words": self._omni_words(product, left),
                        "left": left,
                        "offer": self._omni_offer_words(left),
                        "shops": others._omni_serving("collect").mapped("name"),
                        "ships": self.omni_fulfilment == "collect" and bool(others._omni_serving("ship")),
                    }
                )
        return missing

    def _omni_offer_words(self, left):
        if left >= 2:
            return self.env._("Take the %s that are left", floor(left + PRECISION))
        return self.env._("Take the last one") if left >= 1 else self.env._("Go on without it")

    def _omni_available_qty(self, product, chosen=False):
        """Return how much of ``product`` this basket can have; see :meth:`_omni_cart_shortages`."""
        left = self._get_free_qty(product)
        if chosen:
            return left
        # Whether it is shipped or collected is chosen later: it must be sold out for both.
        website = self.website_id.with_context(omni_owner=f"{self._name},{self.id}")
        return max(left, website._get_product_available_qty(product.sudo()))

    def _omni_reduce_to_available(self, product, chosen=False):
        """Ask for no more of ``product`` than can be had, in whole units of each line, and for none of it if none."""
        left = max(self._omni_available_qty(product, chosen), 0.0)
        for line in self.order_line.filtered(lambda line: line.product_id == product and line._omni_quantity() > 0):
            whole = floor(product.uom_id._compute_quantity(left, line.product_uom_id, round=False) + PRECISION)
            quantity = min(line.product_uom_qty, whole)
            left -= line.product_uom_id._compute_quantity(quantity, product.uom_id, round=False)
            sold = line.linked_line_id if line.combo_item_id else line
            self.with_context(skip_cart_verification=True)._cart_update_line_quantity(sold.id, quantity)
        self._verify_cart_after_update()

    def _verify_updated_quantity(self, order_line, product_id, new_qty, uom_id, **kwargs):
        """What cannot be had is limited, in plain words; what is in the basket already is not thrown out of it."""
        allowed, warning = super()._verify_updated_quantity(order_line, product_id, new_qty, uom_id, **kwargs)
        product = self.env["product.product"].browse(product_id)
        if order_line and product._omni_is_counted() and allowed < new_qty:
            warning = self._omni_words(product, self._get_free_qty(product))
            if allowed <= 0:
                allowed = min(order_line.product_uom_qty, new_qty)
        return allowed, warning

    def _omni_words(self, product, left):
        if product.uom_id.compare(left, 0) <= 0:
            return self.env._("Sorry, “%s” is sold out.", product.name)
        return self.env._("Sorry, only %(left)g left of “%(product)s”.", left=left, product=product.name)

    # -- keeping it --------------------------------------------------------------------------------------------------

    def _check_cart_is_ready_to_be_paid(self):
        super()._check_cart_is_ready_to_be_paid()
        self._omni_hold(self.omni_channel_id.sudo()._hold_seconds())

    def _verify_cart_after_update(self):
        super()._verify_cart_after_update()
        self._omni_hold_at_step("basket")

    def _omni_hold_at_step(self, step):
        """Keep this basket's goods, if its channel keeps them at ``step`` already: see ``omni.channel``.

        All or nothing: who misses something cannot pay, and keeps nothing from who could. Where goods are kept in the
        basket already, what can be had of them. Where that cannot be decided just now the shopper reads so, and goes
        on: the next step tries again.
        """
        channel = self.omni_channel_id.sudo()
        if self.state == "draft" and self.website_id and channel._holds_at(step):
            try:
                with suppress(OutOfStock):  # the payment page says so
                    self._omni_hold(partly=channel._holds_at("basket"))
            except Busy as error:
                self.shop_warning = str(error)

    def _omni_hold(self, seconds=None, partly=False, paid=False):
        """Keep what this basket asks for, all of it or nothing. What is more than a visitor may keep before he has
        ``paid`` is only looked for.

        What is there is read as of the beginning of the transaction; where others were faster, it is shared out again.

        :param seconds: for how long from now; None: what is kept already stays until its time
        :param partly: keep what there is, when something is missing
        :raises OutOfStock: in the shopper's words; nothing was changed
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line._omni_quantity() > 0)
        wanted, known = {line: line._omni_quantity() for line in lines}, {}
        while True:
            shares, missing = self._omni_allocate(wanted, known)
            if not partly:
                self._omni_check_missing(missing)
            demand = self._omni_demand_of(shares)
            held = self._omni_holds()._held(self._name, self.id)
            parts = self.env["product.product"]._omni_in_parts(demand)
            is_kept = same_quantities(parts, held)
            if is_kept and not (held and seconds):
                return
            if not demand or not (paid or self._omni_may_hold(parts, seconds)):
                self._omni_release()
                return
            if is_kept:
                self._omni_contract().extend(self, seconds)
                return
            self.env["omni.promise.news"]._note("pairs", held)  # what it gives back is news too
            rows = [(*pair, quantity) for pair, quantity in demand.items()]
            try:
                self._omni_contract().hold(self, rows, self.omni_channel_id, seconds)
                return
            except OutOfStock as error:
                known |= {pair: demand[pair] - lacking for pair, lacking in error.shortages.items()}

    def _omni_demand_of(self, shares):
        """Return ``{(product_id, warehouse_id): quantity}`` of what :meth:`_omni_allocate` shares out."""
        demand = defaultdict(float)
        for line, rows in shares.items():
            for warehouse, quantity in rows:
                demand[line.product_id.id, warehouse] += quantity
        return demand

    def _omni_check_missing(self, missing):
        """Refuse what is missing, but for products that are sold even when out of stock."""
        words, shortages = [], {}
        lines = (
            self.env["sale.order.line"]
            .concat(*missing)
            .filtered(lambda line: not line.product_id.allow_out_of_stock_order)
        )
        for product, short in lines.grouped("product_id").items():
            lacking = sum(missing[line] for line in short)
            asked = sum(line._omni_quantity() for line in self.order_line if line.product_id == product)
            words.append(self._omni_words(product, asked - lacking))
            shortages[product.id, short[:1].warehouse_id.id] = lacking
        if shortages:
            raise OutOfStock("\n".join(words), shortages)

    def _omni_try_hold(self):
        """Keep what this basket asks for, or tell who listens that it could not be.

        Where the channel keeps goods only when they are paid for, it is only looked whether they are there.

        :return: ``""`` when it is kept, else why not, in the shopper's words
        :raises Busy: it could not be decided just now
        """
        try:
            if self.omni_channel_id.sudo()._holds_at("checkout"):
                self._omni_hold()
            else:
                lines = self.order_line.filtered(lambda line: line._omni_quantity() > 0)
                _shares, missing = self._omni_allocate({line: line._omni_quantity() for line in lines})
                self._omni_check_missing(missing)
        except OutOfStock as error:
            self.env["omni.event"].emit("hold.refused", self, values={"shortages": error.shortages})
            return str(error)
        return ""

    def _omni_hold_for_confirmation(self, wanted):
        """Hold what can be had of ``wanted``, at least until this transaction has ended.

        What is there is read as of the beginning of the transaction; where others were faster, it is shared out again.
        An order that may leave from any store leaves from where routing decides.

        :param wanted: ``{line: quantity}``, in the product's unit of measure
        :return: as :meth:`_omni_allocate`
        """
        if wanted and all(line._omni_is_routed() for line in wanted):
            return self._omni_hold_routed(wanted)
        known = {}
        while True:
            shares, missing = self._omni_allocate(wanted, known)
            demand = self._omni_demand_of(shares)
            rows = [(*pair, quantity) for pair, quantity in demand.items()]
            try:
                if demand and not self._omni_extend_matching_hold(demand):
                    self._omni_contract().hold(self, rows, self.omni_channel_id, LEASE)
                return shares, missing
            except Busy:
                if self._omni_may_refuse():
                    raise
                return shares, missing  # its moves count without a hold, too
            except OutOfStock as error:
                known |= {pair: demand[pair] - lacking for pair, lacking in error.shortages.items()}

    def _omni_hold_routed(self, wanted):
        demand = [(line.product_id.id, quantity) for line, quantity in wanted.items()]
        return self._omni_allocate_legs(self._omni_route(demand, "confirmed"), wanted)

    def _omni_allocate_legs(self, legs, wanted):
        """Share what these legs bring out to the lines that want it: gives as :meth:`_omni_allocate`."""
        shares, left = defaultdict(list), dict(wanted)
        for leg in legs:
            if leg["warehouse_id"]:
                for line, quantity in allocate_goods(leg["lines"], left):
                    shares[line].append((leg["warehouse_id"], quantity))
        return shares, {line: rest for line, rest in left.items() if line.product_id.uom_id.compare(rest, 0) > 0}

    def _omni_extend_matching_hold(self, demand):
        """Keep what is held for this order until the transaction has ended, if it is just ``demand``."""
        held = self._omni_holds()._held(self._name, self.id)
        if not same_quantities(self.env["product.product"]._omni_in_parts(demand), held):
            return False
        return len(self._omni_holds()._extend(self._name, self.id, LEASE, at_least=True)) == len(held)

    def _omni_allocate(self, wanted, known=()):
        """Choose where the goods leave from: where they are kept, else one place that has it all, else several.

        :param wanted: ``{line: quantity}``, in the product's unit of measure
        :param known: ``{(product_id, warehouse_id): quantity}`` that is left there, known better than by reading
        :return: ``({line: [(warehouse_id, quantity), ...]}, {line: missing})``
        """
        self.ensure_one()
        held = self._omni_holds()._held(self._name, self.id)
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
        shares, missing = {}, {}
        for line, quantity in wanted.items():
            product, unit = line.product_id, line.product_id.uom_id
            stores = sorted(
                places[line], key=lambda place: ((product.id, place) not in held, left[product.id, place] < quantity)
            )
            shares[line], rest = allocate(quantity, [(store, left[product.id, store]) for store in stores], unit)
            for store, taken in shares[line]:
                left[product.id, store] -= taken
            if unit.compare(rest, 0) > 0:
                missing[line] = rest
        return shares, missing

    def _omni_follow_payment(self, state):
        """Keep the goods while a payment is under way, and no longer than usual once it failed."""
        for order in self.filtered(lambda order: order.website_id and order.state in ("draft", "sent")):
            channel = order.omni_channel_id.sudo()
            if state in ("pending", "authorized", "done"):
                # Paying goes on even when the time was up and the goods went: confirming the order says so.
                with suppress(OutOfStock, Busy):
                    order._omni_hold(channel._payment_seconds(), paid=state != "pending")
            elif state in ("cancel", "error"):
                with suppress(Busy):
                    order._omni_contract().extend(order, channel._hold_seconds())

    @api.model_create_multi
    def create(self, vals_list):
        # Who brings in an order as confirmed already (an import, another system) reports a sale, and asks for none.
        if any(vals.get("state") == "sale" for vals in vals_list):
            reported = self.with_context(omni_report_only=REPORT_ONLY)
            return super(SaleOrder, reported).create(vals_list).with_env(self.env)
        return super().create(vals_list)

    # -- giving it back ----------------------------------------------------------------------------------------------

    def _omni_release(self):
        for order_id in self._omni_holds()._owners_with_holds(self._name, self.ids):
            order = self.browse(order_id)
            order._omni_contract().release(order)

    def _omni_release_changed(self):
        """Give back what baskets keep that no longer ask for the same."""
        for order_id in self._omni_holds()._owners_with_holds(self._name, self.ids):
            order = self.browse(order_id)
            held, asked = defaultdict(float), defaultdict(float)
            for (product, _warehouse), quantity in self._omni_holds()._held(self._name, order_id).items():
                held[product] += quantity
            elastic = set()
            for line in order.order_line.filtered(lambda line: line._omni_quantity() > 0):
                for part, each in line.product_id._omni_made_of():
                    asked[part] += line._omni_quantity() * each
                    if line.product_id.allow_out_of_stock_order:
                        elastic.add(part)
            # Of products sold even when out of stock, less may be kept than asked for.
            for part in elastic:
                asked[part] = min(asked[part], held.get(part, 0.0))
            if not same_quantities({product: quantity for product, quantity in asked.items() if quantity}, held):
                order._omni_release()

    def _action_cancel(self):
        result = super()._action_cancel()
        self._omni_release()
        return result

    def unlink(self):
        self._omni_release()
        return super().unlink()

    # -- confirming --------------------------------------------------------------------------------------------------

    def _omni_baskets(self):
        return self.filtered(lambda order: order.state in ("draft", "sent"))

    def action_confirm(self):
        try:
            return super().action_confirm()
        except OutOfStock as error:
            if len(self) == 1:
                # The form offers the ways out, see `confirm/out_of_stock_handler.js`; any other caller reads the error.
                error.context |= {"omni_order": self.id}
            raise

    def action_omni_ask(self):
        """Open what can be done about a quotation that asks for more than can be promised."""
        inputs.called_on_one(self).check_access("write")
        return self.env["omni.confirm"]._open(self)

    def _omni_shortages(self):
        """Return ``{line: missing}`` for which confirming this quotation would be refused; nothing is held."""
        lines = self._omni_baskets().order_line.filtered(lambda line: line._omni_quantity() > 0)
        wanted = {line: line._omni_quantity() for line in lines}
        if wanted and all(line._omni_is_routed() for line in wanted):
            return self._omni_allocate_legs(self._omni_legs_of(lines), wanted)[1]
        return lines._omni_blocking_shortages(self._omni_allocate(wanted)[1])

    def _omni_shortage_words(self, missing):
        """Return for the staff which products are missing, and how much of each."""
        return format_list(
            self.env,
            [
                self.env._("%(missing)g of %(product)s", missing=quantity, product=line.product_id.display_name)
                for line, quantity in missing.items()
            ],
        )
