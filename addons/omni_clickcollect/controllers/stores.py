from odoo import http
from odoo.http import request

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.website_sale_collect.controllers.main import WebsiteSaleCollect

from ..models.ir_http import NEAR, SHOP_COOKIE, WAY
from ..models.stock_warehouse_nearby import Near
from .reservation import Reserve

MAX_SEARCH = 60
DIGITS = 3  # of a position: some hundred metres, to sort shops by


def near(search=None, latitude=None, longitude=None):
    """Return where to look for shops, of what a browser sent; what makes no sense is nothing."""
    position = [
        float(value)
        for value, most in ((latitude, 90), (longitude, 180))
        if inputs.is_number(value) and -most <= value <= most
    ]
    position = tuple(round(value, DIGITS) for value in position) if len(position) == 2 else ()
    return Near("" if position else inputs.text_of(search, MAX_SEARCH), position)


def remember(shop):
    """Keep for a year which shop this visitor chose: they asked for it, so no consent is needed."""
    request.future_response.set_cookie(SHOP_COOKIE, str(shop.id), httponly=True, samesite="Lax")
    if not (request.session.get(NEAR) or {}).get("position"):
        request.session.pop(NEAR, None)  # they found what they searched for


class Stores(http.Controller):
    """The shops of this website, for who looks for one; nothing is asked of anybody outside."""

    @http.route("/shop/shops", type="jsonrpc", auth="public", methods=["POST"], website=True, readonly=True)
    def shops(self, product_id=None, search=None, latitude=None, longitude=None, **_other):
        """Return the shops for what was typed, or for a position, and remember that for the visit; without either, all
        shops for what was asked before.

        :return: ``{"shops": [...], "message": words or ""}``, see ``website._omni_shop_stock``
        """
        where = near(search, latitude, longitude)
        if any(where) or search is not None:
            request.session[NEAR] = where._asdict()
        message = ""
        shops = request.website.sudo().in_store_dm_id._omni_shops()
        if where.search and not (shops._omni_matching(where.search) or shops._omni_position_of(where.search)):
            message = request.env._("No store matches “%s”. These are all our stores.", where.search)
        return {"shops": self._rows(product_id), "message": message}

    @http.route("/shop/shops/choose", type="jsonrpc", auth="public", methods=["POST"], website=True)
    def choose(self, shop_id=None, product_id=None, **_other):
        """Remember a shop as the visitor's own, where they collect: what is in the basket, too.

        :return: as :meth:`shops`, with the location that Odoo's pages show as ``chosen``
        """
        carrier = request.website.sudo().in_store_dm_id
        shop = carrier._omni_shops().filtered(lambda shop: shop.id == inputs.id_or_none(shop_id))
        location = shop and shop._omni_location()
        if not location:
            return {"shops": self._rows(product_id), "message": request.env._("Choose one of the stores.")}
        remember(shop)
        request.session[WAY] = "collect"
        if request.cart:
            request.cart._omni_collect_in(shop)
        return {"shops": self._rows(product_id, shop), "message": "", "chosen": location}

    @http.route("/shop/shops/deliver", type="jsonrpc", auth="public", methods=["POST"], website=True)
    def deliver(self, product_id=None, **_other):
        """The visitor wants it delivered: what is in the basket, too.

        :return: as :meth:`shops`
        """
        request.session[WAY] = "deliver"
        if request.cart:
            request.cart._omni_have_delivered()
        return {"shops": self._rows(product_id), "message": ""}

    @staticmethod
    def _rows(product_id, mine=None):
        product = Reserve._product(product_id)
        if not product:
            return []
        website = request.website.with_context(omni_owner=owner_of(request.cart))
        visit = request.env["ir.http"]
        return website._omni_shop_stock(product, mine or visit._omni_my_shop(), visit._omni_near())


class ShopPage(WebsiteSaleCollect):
    def _prepare_product_values(self, product, category, **kwargs):
        """Override of `website_sale_collect`: its box shows the shop that was chosen before there was a basket."""
        values = super()._prepare_product_values(product, category, **kwargs)
        carrier = request.website.sudo().in_store_dm_id
        values["omni_way"] = request.env["ir.http"]._omni_way()
        values["omni_is_free"] = bool(carrier) and not carrier.product_id.list_price
        if not values.get("selected_location_data") and (mine := request.env["ir.http"]._omni_my_shop()):
            values["selected_location_data"] = mine._omni_location()
        return values


class StoreListing(WebsiteSaleCollect):
    """What of a listing is in the visitor's own store, and that alone if they want (``in_store`` in the address)."""

    def _shop_lookup_products(self, options, post, search, website):
        term, count, products = super()._shop_lookup_products(options, post, search, website)
        if post.get("in_store") and (mine := request.env["ir.http"]._omni_my_shop()):
            products = website._omni_in_shop(products, mine)
            count = len(products)
        return term, count, products

    def _shop_get_query_url_kwargs(self, search, min_price, max_price, in_store=None, **kwargs):
        kept = super()._shop_get_query_url_kwargs(search, min_price, max_price, **kwargs)
        return kept | {"in_store": in_store and 1}

    def _get_additional_shop_values(self, values, **kwargs):
        result = super()._get_additional_shop_values(values, **kwargs)
        if mine := request.env["ir.http"]._omni_my_shop():
            products, only_there = values["products"], bool(kwargs.get("in_store"))
            there = products if only_there else request.website._omni_in_shop(products, mine)
            result |= {"omni_my_shop": mine, "omni_in_my_shop": there, "omni_only_there": only_there}
        return result
