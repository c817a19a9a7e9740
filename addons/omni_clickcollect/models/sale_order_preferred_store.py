import json

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_in_store_default_location_data(self):
        """Override of `website_sale_collect`: a basket without a shop begins with the one that its visitor chose, if
        that has everything.
        """
        result = super()._prepare_in_store_default_location_data()
        mine = self and self.env["ir.http"]._omni_my_shop()
        if not mine:
            return result
        for carrier in self._get_delivery_methods().filtered(lambda carrier: carrier.delivery_type == "in_store"):
            chosen = carrier == self.carrier_id and self.pickup_location_data
            if chosen or carrier.id in result["default_pickup_locations"] or mine not in carrier._omni_shops():
                continue
            location = mine._omni_location()
            if location and not self._omni_short_lines_by_warehouse(mine.ids)[mine.id]:
                result["default_pickup_locations"][carrier.id] = {
                    "pickup_location_data": location,
                    "insufficient_stock_data": {},
                }
        return result

    def _set_delivery_method(self, delivery_method, rate=None):
        """Override of `website_sale`: a basket has the shop that it begins with as soon as it is collected. Odoo's page
        shows that shop at once, and lets its visitor go on to pay while the browser still asks for it.
        """
        default = self._omni_begins_with(delivery_method)
        result = super()._set_delivery_method(delivery_method, rate=rate)
        if default:
            self._set_pickup_location(json.dumps(default))
        self._omni_drop_slot()
        return result

    def _omni_begins_with(self, carrier):
        """Return the location data of the shop that a basket begins with when it changes to this carrier, or None."""
        if carrier.delivery_type != "in_store":
            return None
        if carrier == self.carrier_id and self.pickup_location_data:
            return self.pickup_location_data  # core forgets it when another address is written
        defaults = self._prepare_in_store_default_location_data()
        default = defaults["default_pickup_locations"].get(carrier.id)
        return default and default["pickup_location_data"]

    def _omni_begin_collected(self):
        """A new basket is collected where its visitor chose to collect, on the page of a product."""
        visit = self.env["ir.http"]
        if not self.carrier_id and visit._omni_basket() == self and visit._omni_way() == "collect":
            self._omni_collect_in(visit._omni_my_shop())

    def _get_preferred_delivery_method(self, available_delivery_methods):
        """Override of `website_sale`: a basket without a delivery method begins as its visitor wants to get it."""
        methods, visit = available_delivery_methods, self.env["ir.http"]
        way = visit._omni_way() if not self.carrier_id and visit._omni_basket() == self else ""
        if way:
            methods = methods.filtered(lambda method: (method.delivery_type == "in_store") == (way == "collect"))
        return super()._get_preferred_delivery_method(methods or available_delivery_methods)

    def _omni_have_delivered(self):
        """Have this basket delivered instead of collected. As long as nobody is known who could come, it has no way:
        its shopper chooses one at the checkout.
        """
        if self.carrier_id.delivery_type == "in_store":
            carrier = self._omni_door_carrier()
            self._set_delivery_method(carrier)
            if not carrier:
                self.carrier_id = False

    def _omni_collect_in(self, shop):
        """Collect this basket in ``shop``, if it has an address."""
        carrier, location = self.website_id.sudo().in_store_dm_id, shop and shop._omni_location()
        if not (location and self._has_deliverable_products()):
            return
        if self.carrier_id != carrier:
            self._set_delivery_method(carrier)
        self._set_pickup_location(json.dumps(location))
