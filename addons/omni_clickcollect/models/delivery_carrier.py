import os
from math import inf

from odoo import models
from odoo.http import request

from odoo.addons.website_sale_collect import utils


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _in_store_get_close_locations(self, partner_address, product_id=None):
        """Override of `website_sale_collect`: the same answer, with one reading of the stock for all shops, and no call
        to a geocoder. Nearest first; where no distance is known, by how much of the postcode is the same.
        """
        shops = self._omni_shops()
        product = self.env["product.product"].browse(int(product_id) if str(product_id or "").isdecimal() else [])
        stock = self._omni_product_stock(product, shops) if product else self._omni_basket_stock(shops)
        locations = []
        for shop in shops:
            if not (location := shop._prepare_pickup_location_data()):
                continue  # its address is not complete
            known = partner_address.partner_latitude or partner_address.partner_longitude
            located = known and shop._omni_is_located()
            distance = utils.calculate_partner_distance(partner_address, shop.partner_id) if located else False
            location["additional_data"] = {"in_store_stock_data": stock[shop.id]}
            location["distance"] = distance
            common = len(os.path.commonprefix([partner_address.zip or "", location["zip_code"]]))
            locations.append((inf if distance is False else distance, -common, location["name"], shop.id, location))
        locations = [location for *_order, location in sorted(locations, key=lambda found: found[:-1])]
        if not product:
            request.cart._omni_offer_shops(locations)
        return locations

    def _omni_shops(self):
        """Return the stores where customers can collect."""
        return self.warehouse_ids._omni_offers("collect")

    def _omni_product_stock(self, product, shops):
        website = request.website.with_context(omni_owner=request.cart._omni_owner())
        available = website._omni_available(product, shops)
        return {
            shop.id: utils.format_product_stock_values(product, free_qty=available[product.id, shop.id])
            for shop in shops
        }

    def _omni_basket_stock(self, shops):
        short = request.cart._omni_short_lines(shops.ids)
        return {shop.id: {"in_stock": not short[shop.id]} for shop in shops}

    def _omni_uses_locations(self):
        """Whether this carrier brings to its own pickup points, not to a door."""
        uses = f"{self.delivery_type}_use_locations"
        return uses in self._fields and self[uses]
