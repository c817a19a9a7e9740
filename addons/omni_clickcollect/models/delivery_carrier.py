from odoo import models

from odoo.addons.omni_base.tools import inputs, outputs
from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.website_sale_collect import utils


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _in_store_get_close_locations(self, partner_address, product_id=None, near=None):
        """Override of `website_sale_collect`: the same answer, with one reading of the stock for all shops, and no call
        to a geocoder. The visitor's own shop first, unless they search elsewhere, then the nearest.

        :param near: :class:`Near` the customer looks for shops, by default at ``partner_address``
        """
        visit, shops = self.env["ir.http"], self._omni_shops()
        basket = visit._omni_basket()
        product = self.env["product.product"].browse(inputs.id_or_none(product_id) or [])
        short = {} if product else basket._omni_short_lines_by_warehouse(shops.ids)
        if product:
            stock = self._omni_product_stock(product, shops, basket)
        else:
            stock = {shop.id: {"in_stock": not short[shop.id]} for shop in shops}
        near = near or shops._omni_near_address(partner_address)
        mine = visit._omni_my_shop()
        # Who chose a shop and then looks for another one sees that one first.
        first = mine if not near.search or mine in shops._omni_matching(near.search) else None
        locations = []
        for shop, away in shops._omni_nearest(near, first)[0]:
            if not (location := shop._omni_location()):
                continue  # its address is not complete
            location["additional_data"] = {"in_store_stock_data": stock[shop.id]}
            location["distance"] = False if away is None else away
            locations.append(location)
        if not product:
            basket._omni_offer_shops(locations, short)
        return locations

    def _omni_describe(self, locations, near, mine):
        """Add to the additional data of each location what a shopper wants to know of it, as ``omni_shop``: ``{"mine":
        bool, "located": bool, "distance": words, "open": see ``stock.warehouse._omni_open_now``, "ready": words}``.

        :param locations: of :meth:`_in_store_get_close_locations`
        :param near: :class:`Near` they were asked for
        :param mine: the shop that the visitor chose, or empty
        """
        shops = self._omni_shops()
        found = shops._omni_matching(near.search)
        opening = shops._omni_open_now()
        stock = {location["id"]: location["additional_data"]["in_store_stock_data"] for location in locations}
        # An offer says by itself when that would be.
        there = [
            shop_id
            for shop_id, kept in stock.items()
            if "omni_offer" not in kept and kept["in_stock"] and kept.get("quantity") != 0
        ]
        ready = shops.filtered(lambda shop: shop.id in there)._omni_ready_words()
        by_id = {shop.id: shop for shop in shops}
        for location in locations:
            shop, away = by_id[location["id"]], location["distance"]
            location["additional_data"]["omni_shop"] = {
                "mine": shop == mine,
                "located": shop._omni_is_located(),
                "distance": shop._omni_distance_words(None if away is False else away, near, found),
                "open": opening[shop.id],
                "ready": ready.get(shop, ""),
            }

    def _omni_shops(self):
        """Return the stores where customers can collect."""
        return self.warehouse_ids._omni_serving("collect")

    def _omni_product_stock(self, product, shops, basket):
        website = self.env["website"].get_current_website().with_context(omni_owner=owner_of(basket))
        available = website._omni_available(product, shops)
        return {
            shop.id: utils.format_product_stock_values(product, free_qty=left) | {"quantity": outputs.with_end(left)}
            for shop in shops
            for left in [available[product.id, shop.id]]
        }

    def _omni_to_the_door(self):
        """Return those of these that bring goods to the customer's own door."""
        return self.filtered(lambda carrier: carrier.delivery_type != "in_store" and not carrier._omni_uses_locations())

    def _omni_uses_locations(self):
        """Whether this carrier brings to its own pickup points, not to a door."""
        uses = f"{self.delivery_type}_use_locations"
        return uses in self._fields and self[uses]
