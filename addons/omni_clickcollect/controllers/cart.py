from odoo.http import request

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
    """A cart that stayed open in another window still has the button: it finds nobody who delivers."""

    @classmethod
    def _get_delivery_methods_express_checkout(cls, order_sudo):
        if order_sudo.carrier_id.delivery_type == "in_store":
            return {}
        return super()._get_delivery_methods_express_checkout(order_sudo)
