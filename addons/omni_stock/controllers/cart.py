from odoo.http import request, route

from odoo.addons.website_sale.controllers.cart import Cart

# Where a shopper may read that something is missing, and goes back to.
PAGES = ("/shop/cart", "/shop/checkout", "/shop/payment")


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
