from odoo.exceptions import ValidationError
from odoo.http import request, route
from odoo.tools import str2bool

from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.addons.website_sale.controllers.payment import PaymentPortal

from ..models.ir_http import SHOP_COOKIE

SHOWN = "omni_told"  # in the address that a payment page pays at: what stands above its button


class Worse(tuple):
    """What became worse than what the shopper read, as the payment page shows errors."""


class ToldSale(WebsiteSale):
    """The payment page says where and when the goods are collected, and stops when that became worse. Who comes back to
    it, or to the checkout, sees how the basket is now: Odoo's script takes what an old page shows for a choice. Who has
    chosen a store themselves goes on to the payment page at once, and changes store or time from there.
    """

    @route()
    def shop_checkout(self, try_skip_step=None, **query_params):
        response = super().shop_checkout(try_skip_step=try_skip_step, **query_params)
        order, may_skip = request.cart, str2bool(try_skip_step or "false", False)
        following = response.qcontext.get("next_website_checkout_step_href")  # none where it leads elsewhere already
        is_theirs = request.cookies.get(SHOP_COOKIE) == str(order.warehouse_id.id)
        if may_skip and following and is_theirs and order._omni_is_decided():
            response = request.redirect(following)
        return self._omni_not_kept(response)

    @route()
    def shop_payment(self, **post):
        return self._omni_not_kept(super().shop_payment(**post))

    @staticmethod
    def _omni_not_kept(response):
        response.headers["Cache-Control"] = "no-store"
        return response

    def _get_shop_payment_errors(self, order):
        errors = super()._get_shop_payment_errors(order)
        under_way = order.get_portal_last_transaction().state in ("pending", "authorized", "done")
        if not errors and not under_way and (worse := order._omni_look_told()):
            errors.append(Worse(worse))
        return errors

    def _get_shop_payment_values(self, order, **kwargs):
        values = super()._get_shop_payment_values(order, **kwargs)
        values["transaction_route"] += f"?{SHOWN}={order._omni_told_key()}"
        if any(isinstance(error, Worse) for error in values["errors"]):
            values |= {"omni_worse": True, "omni_door_carrier": order._omni_door_carrier()}
        elif order._omni_is_collected() and order.omni_told:
            values["omni_told"] = order._omni_told_words(order.omni_told)
        return values

    @route("/shop/payment/pickup", type="http", auth="public", methods=["POST"], website=True, sitemap=False)
    def omni_pickup_decided(self, choice="", **_post):
        """Take what the pickup of the visitor's own basket has become, or have all of it delivered."""
        order = request.cart
        if order and order.state == "draft" and order._omni_is_collected():
            if choice == "agree":
                order._omni_agree()
            elif choice == "deliver":
                order._omni_have_delivered()
                return request.redirect("/shop/checkout")
        return request.redirect("/shop/payment")


class ToldPayment(PaymentPortal):
    def _validate_transaction_for_order(self, transaction, sale_order):
        super()._validate_transaction_for_order(transaction, sale_order)
        shown = request.httprequest.args.get(SHOWN)
        if shown is not None and not sale_order._omni_is_as_shown(shown):
            raise ValidationError(
                request.env._("How you get your order was changed in another window. Load the page again to see it.")
            )
