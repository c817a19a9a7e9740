from math import isinf

from odoo import fields, models
from odoo.tools import SQL

MAX_QUANTITY = 999  # of one product, reserved at a time


class Website(models.Model):
    _inherit = "website"

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
        """Return which of these products (``product.template``) a visitor can have in ``shop``, by two queries, however
        many there are.
        """
        variants = self._omni_variants(products)
        counted = [variant for _product, variant, is_counted in variants if is_counted]
        # sudo: a visitor may know what the shop shows
        contract = self.env["omni.availability"].sudo()
        available = contract.available(counted, shop.ids, self.sudo().omni_channel_id)
        there = {
            product for product, variant, is_counted in variants if not is_counted or available[variant, shop.id] >= 1
        }
        return products.browse(product for product in products.ids if product in there)

    def _omni_variants(self, products):
        """Return the variants of those of these products that can be carried: ``[(product.template id, product.product
        id, whether its stock is counted)]``. A listing asks of all its products: no record is read.
        """
        products.flush_model(["type", "is_storable"])
        self.env["product.product"].flush_model(["product_tmpl_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.id, p.id, t.is_storable
                  FROM product_template AS t
                  LEFT JOIN product_product AS p ON p.product_tmpl_id = t.id AND p.active
                 WHERE t.id = ANY(%s) AND t.type = 'consu' AND (p.id IS NOT NULL OR t.is_storable IS NOT TRUE)
                """,
                products.ids,
            )
        )
        others = [variant for _product, variant, is_counted in rows if variant and not is_counted]
        kits = {*self.env["product.product"].browse(others)._omni_kits().ids}
        return [(product, variant, bool(is_counted) or variant in kits) for product, variant, is_counted in rows]

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
            end, "mine": bool, "near": whether it is known where from, "distance": words or "", "open": see
            ``stock.warehouse._omni_open_now``, "ready": when it can be ready, in words, or "", "ready_at": that moment
            as text, "brought": by when another one brings it to the visitor's own shop, in words, or ""}]``, the
            visitor's own shop first, then the nearest; where no place is known, those that have it
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
                    "near": shop in found or away is not None,
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
