from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.addresses import visitor
from odoo.addons.omni_base.tools.names import without_links

from ..models.omni_reserve_request import MAX_NAME
from ..models.website_store_stock import MAX_QUANTITY

MAX_TEXT = 200


class Reserve(http.Controller):
    """Reserve, try and pay in store: from a product's page, with or without an account."""

    @http.route("/shop/reserve/offer", type="jsonrpc", auth="public", methods=["POST"], website=True, readonly=True)
    def offer(self, product_id=None, **_other):
        """Return where the product can be reserved: ``{"guest": bool, "shops": [{"id", "name", "quantity", "sms"}]}``,
        quantity: the most that can be asked for.
        """
        product = self._product(product_id)
        most = request.website._omni_to_try(product) if product else {}
        mine = request.env["ir.http"]._omni_my_shop()
        rows = [
            {"id": shop.id, "name": shop.partner_id.name or shop.name, "quantity": most[shop], "sms": shop.omni_sms}
            for shop in sorted(most, key=lambda shop: (shop != mine, shop.name))
        ]
        return {"guest": request.env.user._is_public(), "shops": rows}

    @http.route("/shop/reserve", type="jsonrpc", auth="public", methods=["POST"], website=True)
    def reserve(self, product_id=None, shop_id=None, quantity=None, name=None, contact=None, **_other):
        """Reserve at once for who is logged in; send a code to anybody else.

        :return: ``{"url"}``, ``{"token", "sent_to"}`` of what the code confirms, or ``{"error": words}``
        """
        product, shop = self._product(product_id), self._shop(shop_id)
        quantity = inputs.whole_or_none(quantity, MAX_QUANTITY)
        if not (product and shop and quantity):
            return {"error": request.env._("Choose a store and how many you want.")}
        if not request.env.user._is_public():
            lines = [(product.id, quantity)]
            partner = request.env.user.partner_id
            # sudo: customers reserve for themselves, within the limits of the store
            pickups = request.env["omni.pickup"].sudo()
            return self._answer(
                lambda: pickups._reserve(partner.sudo(), shop, lines, order_values=self._order_values())
            )
        values = {
            "name": without_links(inputs.text_of(name, MAX_NAME)),  # the mail goes to any address
            "lang": request.env.lang,
            "website_id": request.website.id,
            "warehouse_id": shop.id,
            "product_id": product.id,
            "quantity": quantity,
        }
        if not values["name"]:
            return {"error": request.env._("Please give your name.")}
        try:
            with request.env.cr.savepoint():
                # sudo: a visitor may have a code sent; how often, the model counts
                requests, who = request.env["omni.reserve.request"].sudo(), visitor(request.httprequest.remote_addr)
                asked = requests._ask(inputs.text_of(contact, MAX_TEXT), who, values)
        except UserError as error:
            return {"error": str(error)}
        return {"token": asked.token, "sent_to": asked.contact}

    @http.route("/shop/reserve/confirm", type="jsonrpc", auth="public", methods=["POST"], website=True)
    def confirm(self, token=None, code=None, **_other):
        """Reserve what the code was sent for: ``{"url"}`` or ``{"error": words}``."""
        code = "".join(sign for sign in inputs.text_of(code) if sign.isdecimal())
        # sudo: who knows token and code may have what they were made for
        asked = request.env["omni.reserve.request"].sudo()._verify(inputs.text_of(token), code)
        if not asked:
            return {"error": request.env._("This code is wrong, or too old. Enter it again, or ask for a new one.")}
        return self._answer(lambda: asked._reserve(self._order_values()))

    # -- helpers -----------------------------------------------------------------------------------------------------

    @staticmethod
    def _product(product_id):
        """Return the product, in sudo mode, if this website sells it."""
        domain = Domain("id", "=", inputs.id_or_none(product_id)) & Domain("is_published", "=", True)
        domain &= Domain("type", "=", "consu") & Domain(request.website.sale_product_domain())
        return request.env["product.product"].search(domain, limit=1).sudo()

    @staticmethod
    def _shops():
        return request.website.sudo().in_store_dm_id._omni_shops().filtered("omni_reserve")

    def _shop(self, shop_id):
        return self._shops().filtered(lambda shop: shop.id == inputs.id_or_none(shop_id))

    @staticmethod
    def _order_values():
        return request.website._prepare_sale_order_values(request.env.user.partner_id.sudo())

    @staticmethod
    def _answer(work):
        try:
            with request.env.cr.savepoint():
                pickup = work()
        except UserError as error:
            return {"error": str(error)}
        return {"url": pickup._page_path()}
