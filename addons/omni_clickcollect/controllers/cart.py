from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.website_sale.controllers.cart import Cart
from odoo.addons.website_sale_collect.controllers.delivery import InStoreDelivery


class CollectCart(Cart):
    """The cart says where and when it is collected, and offers no express payment then: these know addresses and
    parcels alone.
    """

    def _cart_values(self, **post):
        values = super()._cart_values(**post)
        return values | {"omni_told": request.cart._omni_read_told()} if request.cart else values

    def _get_express_shop_payment_values(self, order, **kwargs):
        values = super()._get_express_shop_payment_values(order, **kwargs)
        if order.carrier_id.delivery_type == "in_store":
            values["providers_sudo"] = values["providers_sudo"].browse()
        return values


class ExpressDelivery(InStoreDelivery):
    """A cart that stayed open in another window still has the button."""

    @classmethod
    def _get_delivery_methods_express_checkout(cls, order_sudo):
        if order_sudo.carrier_id.delivery_type == "in_store":
            return {}
        return super()._get_delivery_methods_express_checkout(order_sudo)

    @route()
    def process_express_checkout(self, billing_address=None, shipping_address=None, shipping_option=None, **kwargs):
        if not request.cart:
            raise ValidationError(request.env._("Your basket is empty."))
        if request.cart.carrier_id.delivery_type == "in_store":
            raise ValidationError(request.env._("Your order is collected in a store. Load the page again to pay it."))
        return super().process_express_checkout(billing_address, shipping_address, shipping_option, **kwargs)
