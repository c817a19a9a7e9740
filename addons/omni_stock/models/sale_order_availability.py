from math import floor

from odoo import models

from odoo.addons.omni_base.models.omni_availability import PRECISION
from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.omni_base.tools.quantities import add_up


class SaleOrder(models.Model):
    """What a basket can have, and what is said of it when that is less than it asks for."""

    _inherit = "sale.order"

    def _get_free_qty(self, product):
        """What this basket can have, its own hold included."""
        if not product._omni_is_counted():
            return super()._get_free_qty(product)
        if product.id in (known := self.env.context.get("omni_free", {})):
            return known[product.id]
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

    def _omni_asked(self):
        """Return what must be there: ``{product: quantity}``, in its own unit of measure."""
        return add_up(
            (line.product_id, line._omni_quantity())
            for line in self.order_line
            if line.product_id._omni_is_counted() and not line.product_id.allow_out_of_stock_order
        )

    def _omni_stores_for(self, asked):
        """Return from where this basket may have each product: ``{product: warehouses}``."""
        anywhere = self._omni_sells_from()
        return {product: anywhere.browse(self._omni_fixed_warehouse_ids(product)) or anywhere for product in asked}

    def _omni_read_at_once(self):
        """Return this basket with what it can have in its context: the stock of all lines is read in one query."""
        asked = self._omni_asked()
        places = self._omni_stores_for(asked)
        left_in = self._omni_left_in(asked, places)
        free = {
            product.id: sum(left_in.available[product.id, store] for store in places[product].ids) for product in asked
        }
        return self.with_context(omni_free=free, omni_has_all=self._omni_has_all(asked, places, left_in))

    def _omni_left_in(self, asked, places, stores=()):
        products = self.env["product.product"].union(*asked)
        warehouses = self.env["stock.warehouse"].union(*places.values(), *stores)
        return self._omni_contract()._left(products, warehouses.ids, self.omni_channel_id)

    def _omni_has_all(self, asked, places, left_in):
        for product, quantity in asked.items():
            for store in places[product].ids:
                quantity -= left_in.allocate(product, store, quantity)
            if product.uom_id.compare(quantity, 0) > 0:
                return False
        return True

    def _omni_cart_shortages(self, chosen=False):
        """Return which products can no longer be had as asked for; one query when nothing is missing.

        :param chosen: whether it is settled if they are shipped or collected
        :return: ``[{"product", "words": a sentence, "left": quantity that can be had, "offer": words of
            :meth:`_omni_reduce_to_available`, "shops": [name of a shop that has it all, where it cannot be had as
            chosen], "ships": whether another store that has it all sends parcels}]``
        """
        if self.env.context.get("omni_has_all"):
            return []
        asked = self._omni_asked()
        places = self._omni_stores_for(asked)
        if self._omni_has_all(asked, places, self._omni_left_in(asked, places)):
            return []
        stores = self.omni_channel_id._omni_warehouses()
        left_in = self._omni_left_in(asked, places, stores)
        missing = []
        for product, quantity in asked.items():
            sells = places[product]
            left, shared, wanted = 0.0, 0.0, quantity  # shared: with what other lines are made of
            for store in sells.ids:
                there = left_in.of(product, store)
                left += there
                shared += left_in.available[product.id, store] - there
                wanted -= left_in.allocate(product, store, wanted)
            if product.uom_id.compare(quantity, left) > 0 and not chosen:
                left = self._omni_available_qty(product) - shared
            if product.uom_id.compare(quantity, left) > 0:
                others = stores.browse(
                    store
                    for store in (stores - sells).ids
                    if product.uom_id.compare(left_in.of(product, store), quantity) >= 0
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
        return self.env._("Take the last one") if left >= 1 else self.env._("Continue without it")

    def _omni_available_qty(self, product, chosen=False):
        """Return how much of ``product`` this basket can have; see :meth:`_omni_cart_shortages`."""
        left = self._get_free_qty(product)
        if chosen:
            return left
        # Whether it is shipped or collected is chosen later: it must be sold out for both.
        website = self.website_id.with_context(omni_owner=owner_of(self))
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
