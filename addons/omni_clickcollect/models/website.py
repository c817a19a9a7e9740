import itertools
from math import isinf

from odoo import fields, models

MAX_QUANTITY = 999  # of one product, reserved at a time


class Website(models.Model):
    _inherit = "website"

    def _omni_available(self, product, shops):
        """Return ``{(product_id, warehouse_id): quantity}`` that this website can promise; the basket that asks is in
        the context key ``omni_owner``, what was read for the same page before in ``omni_read_before``.
        """
        known = self.env.context.get("omni_read_before", {})
        pairs = list(itertools.product(product.ids, shops.ids))
        if all(pair in known for pair in pairs):
            return {pair: known[pair] for pair in pairs}
        availability = self.env["omni.availability"].sudo()  # a visitor may know what the shop shows
        return availability.available(product.ids, shops.ids, self.sudo().omni_channel_id)

    def _omni_senders(self):
        """Return the warehouses from which this website sends parcels: its own, else those of its channel that do."""
        website = self.sudo()  # a visitor may not read warehouses; only what they can give comes out
        return website.warehouse_id or website.omni_channel_id._omni_warehouses()._omni_serving("ship")

    def _omni_to_try(self, product):
        """Return ``{shop: how many}`` of the shops where a customer can reserve this product, to try and pay there."""
        if product.type != "consu":
            return {}
        shops = self.sudo().in_store_dm_id._omni_shops().filtered("omni_reserve")
        available = self._omni_available(product, shops)
        most = {
            shop: min(available[product.id, shop.id], shop.omni_reserve_max_quantity or MAX_QUANTITY, MAX_QUANTITY)
            for shop in shops
        }
        return {shop: int(quantity) for shop, quantity in most.items() if quantity >= 1}

    def _omni_in_shop(self, products, shop):
        """Return which of these products (``product.template``) a visitor can have in ``shop``, by one reading."""
        counted = products.filtered(lambda product: product._omni_is_counted())
        variants = counted.product_variant_ids
        available = self._omni_available(variants, shop)
        there = variants.filtered(lambda variant: available[variant.id, shop.id] >= 1).product_tmpl_id
        return products.filtered(
            lambda product: product in there or (product not in counted and product.type == "consu")
        )

    def _get_max_in_store_product_available_qty(self, product):
        """Override of `website_sale_collect`: one reading of the stock for all shops, not one a shop."""
        available = self._omni_available(product, self.sudo().in_store_dm_id._omni_shops())
        return max(available.values(), default=0)

    def _omni_shop_stock(self, product, mine, near, limit=None):
        """Return, for each shop where this product can be collected, what its page shows.

        :param product: ``product.product``, one record in sudo mode
        :param mine: the shop that the visitor chose, or empty
        :param near: :class:`Near` the visitor looks for shops
        :param limit: no more shops than that, by default all
        :return: ``[{"id", "name", "city", "level": "in" | "few" | "out", "quantity": whole units, None without
            end, "mine": bool, "distance": words or "", "open": see ``stock.warehouse._omni_open_now``,
            "ready": when it can be ready, in words, or "", "ready_at": that moment as text, "brought": by when another
            one brings it to the visitor's own shop, in words, or ""}]``, the visitor's own shop first, then the
            nearest; where no place is known, those that have it
        """
        shops = self.sudo().in_store_dm_id._omni_shops()
        available = self._omni_available(product, shops)
        empty = {shop.id for shop in shops if available[product.id, shop.id] < 1}
        nearest, found = shops._omni_nearest(near, mine, last=empty)
        nearest = nearest[:limit]
        listed = shops.browse(shop.id for shop, _away in nearest)
        opening = listed._omni_open_now()
        ready_at = listed.filtered(lambda shop: shop.id not in empty)._omni_ready_times()
        rows = []
        for shop, away in nearest:
            left = available[product.id, shop.id]
            few = left <= product.available_threshold
            rows.append(
                {
                    "id": shop.id,
                    "name": shop._omni_name(),
                    "city": shop.partner_id.city or "",
                    "level": "out" if left < 1 else "few" if few else "in",
                    "quantity": None if isinf(left) else max(int(left), 0),
                    "mine": shop == mine,
                    "distance": shop._omni_distance_words(away, near, found),
                    "open": opening[shop.id],
                    "ready": shop._omni_when(ready_at[shop]) if shop in ready_at else "",
                    "ready_at": fields.Datetime.to_string(ready_at[shop]) if shop in ready_at else "",
                    "brought": self._omni_brought_words(product, shop) if left < 1 and shop == mine else "",
                }
            )
        return rows

    def _omni_brought_words(self, product, shop):
        """Return by when other stores bring one of this product to ``shop``, in words, or "": they do not."""
        shop = shop.with_context(omni_owner=self.env.context.get("omni_owner"))
        # sudo: the channel of the visitor's own web shop
        moment = shop._omni_ready_at([(product.id, 1)], channel=self.sudo().omni_channel_id)
        return shop._omni_when(moment) if moment else ""
