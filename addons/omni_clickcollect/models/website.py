from odoo import models


class Website(models.Model):
    _inherit = "website"

    def _omni_available(self, product, shops):
        """Return ``{(product_id, warehouse_id): quantity}`` that this website can promise; the basket that asks is in
        the context key ``omni_owner``.
        """
        availability = self.env["omni.availability"].sudo()  # a visitor may know what the shop shows
        return availability.available(product.ids, shops.ids, self.sudo().omni_channel_id)

    def _get_max_in_store_product_available_qty(self, product):
        """Override of `website_sale_collect`: one reading of the stock for all shops, not one a shop."""
        available = self._omni_available(product, self.sudo().in_store_dm_id._omni_shops())
        return max(available.values(), default=0)

    def _omni_shop_stock(self, product):
        """Return, for each shop where this product can be collected, what its page shows.

        :param product: ``product.product``, one record in sudo mode
        :return: ``[{"id", "name", "city", "level": "in" | "few" | "out", "quantity": whole units,
            "hours": [str] or None, "ready": when it can be ready, in words, or ""}]``, shops that have it first
        """
        shops = self.sudo().in_store_dm_id._omni_shops()
        available = self._omni_available(product, shops)
        hours = shops._omni_hours_today()
        ready = shops.filtered(lambda shop: available[product.id, shop.id] > 0)._omni_ready_at()
        rows = []
        for shop in shops:
            quantity = int(available[product.id, shop.id])
            few = quantity <= product.available_threshold
            rows.append(
                {
                    "id": shop.id,
                    "name": shop.partner_id.name or shop.name,
                    "city": shop.partner_id.city or "",
                    "level": "out" if quantity <= 0 else "few" if few else "in",
                    "quantity": max(quantity, 0),
                    "hours": hours[shop.id],
                    "ready": shop._omni_when(ready[shop]) if shop in ready and quantity > 0 else "",
                }
            )
        return sorted(rows, key=lambda row: (row["level"] == "out", row["name"]))
