from odoo.http import request, route

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.website_sale.controllers.main import WebsiteSale

FAILED = ("cancel", "error")  # states of a payment that took nothing


class OmniStockCheckout(WebsiteSale):
    def _check_cart(self, order_sudo):
        """Keep the basket's goods from the checkout's first step on."""
        if redirection := super()._check_cart(order_sudo):
            return redirection
        is_held = order_sudo._omni_hold_at_step("checkout")
        request.held_basket = is_held and order_sudo._omni_wanted_from()  # for the rest of this request
        return None

    @staticmethod
    def _omni_is_held(order):
        """Whether this request has found all of the basket, as it is now, to be there."""
        return bool(held := getattr(request, "held_basket", None)) and held == order._omni_wanted_from()

    # The page asks when it is rendered: until then a delivery method may choose another store.

    def _prepare_checkout_page_values(self, order_sudo, **kwargs):
        values = super()._prepare_checkout_page_values(order_sudo, **kwargs)
        return values | {"omni_is_held": lambda: self._omni_is_held(order_sudo)}

    def _get_shop_payment_values(self, order, **kwargs):
        values = super()._get_shop_payment_values(order, **kwargs)
        payment = order.get_portal_last_transaction()
        failed = payment if payment.state in FAILED else payment.browse()
        return values | {"omni_is_held": lambda: self._omni_is_held(order), "omni_failed": failed}

    @route()
    def shop_payment_validate(self, sale_order_id=None, **post):
        """Who comes back from a payment that failed pays again: basket and hold are as they were."""
        order = request.cart
        if order and order.amount_total and order.get_portal_last_transaction().state in FAILED:
            return request.redirect("/shop/payment")
        return super().shop_payment_validate(sale_order_id=sale_order_id, **post)

    def _get_shop_payment_errors(self, order):
        """Keep the basket's goods on the payment page, or say what has just been sold."""
        errors = super()._get_shop_payment_errors(order)
        under_way = order.get_portal_last_transaction().state in ("pending", "authorized", "done")
        if errors or under_way or self._omni_is_held(order):
            return errors
        try:
            if why := order._omni_try_hold():
                words = request.env._("Part of your basket has just been sold or is held for someone else.")
                errors.append((words, why))
        except Busy as error:
            errors.append(
                (request.env._("We could not check just now whether everything is still available."), str(error))
            )
        return errors
