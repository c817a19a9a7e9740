from odoo import models
from odoo.http import request

from .stock_warehouse_nearby import Near

NEAR = "omni_near"  # in the session: where the visitor looks for shops
SHOP_COOKIE = "omni_shop"  # the id of the shop that the visitor chose
CHECKOUT = ("/shop/cart", "/shop/checkout", "/shop/address", "/shop/payment", "/shop/confirmation", "/shop/extra_info")
OF_A_PICKUP = ("/my/", "/pickup/")  # pages that speak of another store, maybe
WAY = "omni_way"  # in the session: "collect" or "deliver", as the visitor chose on a product's page


class IrHttp(models.AbstractModel):
    """What is known of the visitor who waits for an answer; outside of a page of the shop, nothing."""

    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        return [*super()._get_translation_frontend_modules_name(), "omni_clickcollect"]

    def _omni_basket(self):
        """Return this visitor's basket, in sudo mode, or empty."""
        return (getattr(request, "cart", None) if request else None) or self.env["sale.order"].sudo()

    def _omni_my_shop(self):
        """Return the shop that this visitor chose, in the basket or on this browser, if it still offers collection."""
        website = getattr(request, "website", None) if request else None
        if not website:
            return self.env["stock.warehouse"].sudo()
        basket = self._omni_basket()
        kept = str(basket.warehouse_id.id) if basket._omni_is_collected() else request.cookies.get(SHOP_COOKIE)
        shops = website.sudo().in_store_dm_id._omni_shops() if kept else self.env["stock.warehouse"].sudo()
        return shops.filtered(lambda shop: str(shop.id) == kept)

    def _omni_header_store(self):
        """Return what the header says of the store that this visitor chose: ``{"name", "path", "open"}``; ``{}``: of
        none, and nothing is asked of the database; None: not on this page, which says itself where it is collected.
        """
        if not request or request.httprequest.path.startswith(CHECKOUT + OF_A_PICKUP):
            return None
        shop = self._omni_my_shop() if request.cookies.get(SHOP_COOKIE) else None
        if not shop:
            return {}
        opening = shop._omni_open_now()[shop.id].get("label", "")
        return {"name": shop._omni_name(), "path": shop._omni_page_path(), "open": opening}

    def _omni_way(self):
        """Return how this visitor wants to get what they buy: "collect", "deliver", or "": they did not say."""
        basket = self._omni_basket()
        if basket._omni_is_collected():
            return "collect"
        if basket.carrier_id and basket.carrier_id.delivery_type != "in_store":
            return "deliver"
        return (request.session.get(WAY) if request else "") or ""

    def _omni_near(self):
        """Return where this visitor looks for shops: as they said, else at their address, as :class:`Near`."""
        kept, basket = (request.session.get(NEAR) if request else None) or {}, self._omni_basket()
        near = Near(kept.get("search") or "", tuple(kept.get("position") or ()))
        if any(near) or (self.env.user._is_public() and not basket):
            return near
        address = basket.partner_shipping_id or self.env.user.partner_id
        return self.env["stock.warehouse"]._omni_near_address(address.sudo())  # sudo: the visitor's own
