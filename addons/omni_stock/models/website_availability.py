from typing import NamedTuple

from odoo import models


class Availability(NamedTuple):
    """What a website can sell of a product, in its own unit; the most that one other store has; shops that have it."""

    left: float
    elsewhere: float
    shops: int


class Prefetched(dict):
    """``{product_id: quantity}`` in a context, as a type that no call from outside can make."""


class Website(models.Model):
    _inherit = "website"

    def _omni_sells_from(self):
        """Return the warehouses whose stock this website sells: its own, else all of its channel."""
        website = self.sudo()  # a visitor may not read warehouses; only what they can give comes out
        return website.warehouse_id or website.omni_channel_id._omni_warehouses()

    def _omni_available_by_store(self, products):
        """Return ``{(product_id, warehouse_id): quantity}`` of ``product.product`` records in all that this website and
        its channel sell from: one query, however many there are.
        """
        return self._omni_available(products, self._omni_sells_from() | self.sudo().omni_channel_id._omni_warehouses())

    def _omni_availability(self, products):
        """Return ``{product_id: Availability}`` of ``product.product`` records, all by one reading."""
        sells, stores = self._omni_sells_from(), self.sudo().omni_channel_id._omni_warehouses()
        others, shops = (stores - sells).ids, stores._omni_serving("collect").ids
        left = self._omni_available_by_store(products)
        return {
            product: Availability(
                left=sum(left[product, store] for store in sells.ids),
                elsewhere=max((left[product, store] for store in others), default=0.0),
                shops=sum(left[product, store] > 0 for store in shops),
            )
            for product in products.ids
        }

    def _omni_prefetched(self, availability):
        """Return ``{product_id: quantity}`` for the context key ``omni_prefetched`` of products: it is not asked again.

        Where another store has more, add-ons that sell from there have their say each time.
        """
        return Prefetched({product: one.left for product, one in availability.items() if one.elsewhere <= one.left})

    def _get_product_available_qty(self, product, **kwargs):
        """What is available on the channel: in the website's warehouse, or in all that the channel sells from."""
        if not product._omni_is_counted():
            return super()._get_product_available_qty(product, **kwargs)
        known = product.env.context.get("omni_prefetched")
        if isinstance(known, Prefetched) and product.id in known:
            return known[product.id]
        available = self._omni_availability(product)[product.id].left
        if not self.sudo().warehouse_id:
            return available
        # Other add-ons count more places than the website's own warehouse (stores to collect in): that stays.
        free = super()._get_product_available_qty(product, **kwargs)
        if free > product.with_context(warehouse_id=self.warehouse_id.id).free_qty:
            return max(available, free)
        return available
