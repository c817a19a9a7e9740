from odoo.http import request, route

from odoo.addons.omni_base.exceptions import Busy
from odoo.addons.website_sale.controllers.cart import Cart
from odoo.addons.website_sale.controllers.main import WebsiteSale

# Where a shopper may read that something is missing, and goes back to.
PAGES = ("/shop/cart", "/shop/checkout", "/shop/payment")
FAILED = ("cancel", "error")  # states of a payment that took nothing


class OmniStockCart(Cart):
    @route()
    def cart(self, id=None, access_token=None, revive_method="", **post):
        if order := request.cart:
            order._omni_hold_at_step("basket")
        return super().cart(id=id, access_token=access_token, revive_method=revive_method, **post)

    def _cart_values(self, **post):
        """Read once what the whole basket can have; its page asks line by line."""
        values = super()._cart_values(**post)
        return values | {"website_sale_order": request.cart._omni_read_at_once()} if request.cart else values

    @route("/shop/cart/take_left", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def omni_take_left(self, product_id="", back="", **_post):
        """Let the visitor's own basket ask for no more of one product than can be had, and show its page again.

        :param str product_id: id of ``product.product``
        :param str back: one of PAGES
        """
        page = back if back in PAGES else PAGES[0]
        order = request.cart
        if order and order.state == "draft":
            product = order.order_line.product_id.filtered(lambda product: str(product.id) == str(product_id))
            if product._omni_is_counted() and not product.allow_out_of_stock_order:
                order._omni_reduce_to_available(product, chosen=page == "/shop/payment")
        return request.redirect(page)


class OmniStockWebsiteSale(WebsiteSale):
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

    # -- products ----------------------------------------------------------------------------------------------------

    def _get_additional_shop_values(self, values, **kwargs):
        """Say what is left of the products of a listing, and let nothing on it ask again, product by product."""
        result = super()._get_additional_shop_values(values, **kwargs)
        notes, known = values["products"]._omni_stock_notes(request.website)
        for cell in (cell for row in values["bins"] for cell in row if cell):
            cell["product"] = cell["product"].with_context(omni_prefetched=known)
        variants = {
            product: variant.with_context(omni_prefetched=known)
            for product, variant in values["product_variants"].items()
        }
        return {**result, "omni_stock_notes": notes, "product_variants": variants}

    def _prepare_product_values(self, product, category, **kwargs):
        """Read what is left of all variants of a product at once."""
        if product._omni_is_counted() and not product.allow_out_of_stock_order:
            availability = request.website._omni_availability(product.product_variant_ids)
            product = product.with_context(omni_prefetched=request.website._omni_prefetched(availability))
        values = super()._prepare_product_values(product, category, **kwargs)
        known = product.env.context.get("omni_prefetched", {})
        return {**values, "product_variant": values["product_variant"].with_context(omni_prefetched=known)}
