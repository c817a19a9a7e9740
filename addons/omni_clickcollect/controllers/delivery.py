import json

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.omni_base.tools import inputs
from odoo.addons.website_sale_collect.controllers.delivery import InStoreDelivery

from ..models.ir_http import NEAR
from .reservation import Reserve
from .stores import near, remember


class CollectDelivery(InStoreDelivery):
    """The browser says which shop was chosen; what is known of that shop is read here, not believed."""

    @route()
    def shop_set_click_and_collect_location(self, pickup_location_data=None):
        location = self._omni_location(request.website.sudo().in_store_dm_id, pickup_location_data)
        if location != "null" or request.cart:  # nothing chosen needs no basket
            super().shop_set_click_and_collect_location(location)

    @route()
    def website_sale_set_pickup_location(self, pickup_location_data=None):
        if not request.cart:
            raise ValidationError(request.env._("Your basket is empty."))
        carrier = request.cart.carrier_id
        if carrier.delivery_type == "in_store":
            pickup_location_data = self._omni_location(carrier, pickup_location_data)
        return super().website_sale_set_pickup_location(pickup_location_data)

    @route()
    def website_sale_get_pickup_locations(self, zip_code=None, product_id=None, latitude=None, longitude=None, **other):
        """Return the shops near a postcode or town that the customer typed, or near them."""
        product = Reserve._product(product_id)
        carrier = request.website.sudo().in_store_dm_id if product else request.cart.carrier_id
        if carrier.delivery_type != "in_store":
            if not request.cart:
                return {"error": request.env._("Your basket is empty.")}
            return super().website_sale_get_pickup_locations(zip_code, **other)
        where = near(zip_code, latitude, longitude)
        if where.position:
            request.session[NEAR] = where._asdict()
        visit = request.env["ir.http"]
        where = where if any(where) else visit._omni_near()
        product = {"product_id": product.id} if product else {}
        answer = super().website_sale_get_pickup_locations(None, near=where, **product)
        carrier._omni_describe(answer.get("pickup_locations", ()), where, visit._omni_my_shop())
        return answer

    @staticmethod
    def _omni_location(carrier, chosen):
        """Return the location data (JSON) of the shop that ``chosen`` names, when it is one of the carrier's, and
        remember it. An empty choice takes the former one back.
        """
        try:
            chosen = json.loads(chosen or "null")
            if not chosen:
                return "null"
            shop_id = inputs.id_or_none(chosen["id"])
        except (KeyError, RecursionError, TypeError, ValueError) as error:
            raise ValidationError(request.env._("Choose one of the stores.")) from error
        shop = carrier._omni_shops().filtered(lambda shop: shop.id == shop_id)
        location = shop and shop._omni_location()
        if not location:
            raise ValidationError(request.env._("Your order cannot be collected in this store. Choose another."))
        remember(shop)
        return json.dumps(location)
