from collections import defaultdict
from contextlib import suppress

from odoo import api, models
from odoo.tools import float_is_zero, format_list

from odoo.addons.omni_base.exceptions import OutOfStock

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
        shop = self._get_shop_warehouse_id()
        warehouses = [shop] if shop else self.omni_channel_id._omni_warehouses().ids
        return sum(self._omni_contract().available(product.ids, warehouses, self.omni_channel_id).values())

    def _omni_contract(self):
        # sudo: a shopper promises nothing by himself, the shop does it for his basket
        return self.env["omni.availability"].sudo().with_context(omni_owner=f"{self._name},{self.id}")

    def _omni_holds(self):
        return self.env["omni.hold"].sudo()

    def _omni_hold_seconds(self):
        """Return for how many seconds this basket's goods are kept, 0 if they are not."""
        return self._omni_holds()._seconds_left(self._name, self.id) if self.id else 0

    def _omni_sold_out_words(self):
        """Return, for the basket's page, one sentence a product that can no longer be had as asked for."""
        website = self.website_id.with_context(omni_owner=f"{self._name},{self.id}")
        words = []
        for product, lines in self.order_line.grouped("product_id").items():
            if not product._omni_is_counted() or product.allow_out_of_stock_order:
                continue
            asked = sum(line._omni_quantity() for line in lines)
            # Whether it is shipped or collected is chosen later: it must be sold out for both.
            left = max(self._get_free_qty(product), website._get_product_available_qty(product.sudo()))
            if product.uom_id.compare(asked, left) > 0:
                words.append(self._omni_words(product, left))
        return words

    def _omni_words(self, product, left):
        if product.uom_id.compare(left, 0) <= 0:
            return self.env._("Sorry, “%s” is sold out.", product.name)
        return self.env._("Sorry, only %(left)g left of “%(product)s”.", left=left, product=product.name)

    # -- keeping it --------------------------------------------------------------------------------------------------

    def _check_cart_is_ready_to_be_paid(self):
        super()._check_cart_is_ready_to_be_paid()
        self._omni_keep(self.omni_channel_id.sudo()._hold_seconds())

    def _omni_keep(self, seconds=None):
        """Keep what this basket asks for, all of it or nothing.

        :param seconds: for how long from now; None: what is kept already stays until its time
        :raises OutOfStock: in the shopper's words; nothing was changed
        """
        self.ensure_one()
        wanted = {line: line._omni_quantity() for line in self.order_line if line._omni_quantity() > 0}
        known = {}
        while True:
            shares, missing = self._omni_share_out(wanted, known)
            self._omni_check_missing(missing)
            demand = self._omni_demand_of(shares)
            held = self._omni_holds()._held(self._name, self.id)
            if same_quantities(self.env["product.product"]._omni_in_parts(demand), held):
                if held and seconds:
                    self._omni_contract().extend(self, seconds)
                return
            rows = [(*pair, quantity) for pair, quantity in demand.items()]
            try:
                return self._omni_contract().hold(self, rows, self.omni_channel_id, seconds)
            except OutOfStock as error:
                # Others were faster than what this transaction reads: share out again, or say so in plain words.
                known |= {pair: demand[pair] - lacking for pair, lacking in error.shortages.items()}

    def _omni_demand_of(self, shares):
        """Return ``{(product_id, warehouse_id): quantity}`` of what :meth:`_omni_share_out` shares out."""
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

    def _omni_try_keep(self):
        """Keep what this basket asks for, or tell who listens that it could not be.

        :return: ``""`` when it is kept, else why not, in the shopper's words
        """
        try:
            self._omni_keep()
        except OutOfStock as error:
            self.env["omni.event"].emit("hold.refused", self, values={"shortages": error.shortages})
            return str(error)
        return ""

    def _omni_hold_for(self, wanted):
        """Hold what can be had of ``wanted``, at least until this transaction has ended.

        What is there is read as of the beginning of the transaction; where others were faster, it is shared out again.
        An order that may leave from any store leaves from where routing decides.

        :param wanted: ``{line: quantity}``, in the product's unit of measure
        :return: as :meth:`_omni_share_out`
        """
        if wanted and all(line._omni_is_routed() for line in wanted):
            return self._omni_hold_routed(wanted)
        known = {}
        while True:
            shares, missing = self._omni_share_out(wanted, known)
            demand = self._omni_demand_of(shares)
            if not demand or self._omni_lease(demand):
                return shares, missing
            rows = [(*pair, quantity) for pair, quantity in demand.items()]
            try:
                self._omni_contract().hold(self, rows, self.omni_channel_id, LEASE)
                return shares, missing
            except OutOfStock as error:
                known |= {pair: demand[pair] - lacking for pair, lacking in error.shortages.items()}

    def _omni_hold_routed(self, wanted):
        demand = [(line.product_id.id, quantity) for line, quantity in wanted.items()]
        return self._omni_deal_out(self._omni_route(demand, "confirmed"), wanted)

    def _omni_deal_out(self, legs, wanted):
        """Share what these legs bring out to the lines that want it: gives as :meth:`_omni_share_out`."""
        shares, left = defaultdict(list), dict(wanted)
        for leg in legs:
            if leg["warehouse_id"]:
                for line, quantity in self._omni_share_leg(leg, left):
                    shares[line].append((leg["warehouse_id"], quantity))
        return shares, {line: rest for line, rest in left.items() if line.product_id.uom_id.compare(rest, 0) > 0}

    def _omni_lease(self, demand):
        """Keep what is held for this order until the transaction has ended, if it is just ``demand``."""
        held = self._omni_holds()._held(self._name, self.id)
        if not same_quantities(self.env["product.product"]._omni_in_parts(demand), held):
            return False
        return self._omni_holds()._extend(self._name, self.id, LEASE, at_least=True) == len(held)

    def _omni_share_out(self, wanted, known=()):
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
            product = line.product_id
            shares[line] = []
            for warehouse in sorted(
                places[line], key=lambda place: ((product.id, place) not in held, left[product.id, place] < quantity)
            ):
                taken = min(quantity, left[product.id, warehouse])
                if taken > 0:
                    shares[line].append((warehouse, taken))
                    left[product.id, warehouse] -= taken
                    quantity -= taken
            if product.uom_id.compare(quantity, 0) > 0:
                missing[line] = quantity
        return shares, missing

    def _omni_follow_payment(self, state):
        """Keep the goods while a payment is under way, and no longer than usual once it failed."""
        for order in self.filtered(lambda order: order.website_id and order.state in ("draft", "sent")):
            channel = order.omni_channel_id.sudo()
            if state in ("pending", "authorized", "done"):
                # Paying goes on even when the time was up and the goods went: confirming the order says so.
                with suppress(OutOfStock):
                    order._omni_keep(channel._payment_seconds())
            elif state in ("cancel", "error"):
                order._omni_contract().extend(order, channel._hold_seconds())

    @api.model_create_multi
    def create(self, vals_list):
        # Who brings in an order as confirmed already (an import, another system) reports a sale, and asks for none.
        if any(vals.get("state") == "sale" for vals in vals_list):
            reported = self.with_context(omni_never_refuse=True)
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

    def _omni_may_refuse(self):
        """Whether confirming may still be refused: not what a till has handed over, nor what is paid already."""
        # sudo: whoever confirms need not see payments
        paid = self.sudo().transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done"))
        return not (self.env.context.get("omni_never_refuse") or paid)

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
        self.ensure_one()
        self.check_access("write")
        return self.env["omni.confirm"]._open(self)

    def _omni_short(self):
        """Return ``{line: missing}`` for which confirming this quotation would be refused; nothing is held."""
        lines = self._omni_baskets().order_line.filtered(lambda line: line._omni_quantity() > 0)
        wanted = {line: line._omni_quantity() for line in lines}
        if wanted and all(line._omni_is_routed() for line in wanted):
            return self._omni_deal_out(self._omni_legs_of(lines), wanted)[1]
        return lines._omni_refused(self._omni_share_out(wanted)[1])

    def _omni_short_words(self, missing):
        """Return for the staff which products are missing, and how much of each."""
        return format_list(
            self.env,
            [
                self.env._("%(missing)g of %(product)s", missing=quantity, product=line.product_id.display_name)
                for line, quantity in missing.items()
            ],
        )
