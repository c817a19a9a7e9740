from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route
from odoo.tools import format_amount

from odoo.addons.website_sale.controllers.delivery import Delivery
from odoo.addons.website_sale.controllers.main import WebsiteSale
from odoo.addons.website_sale.controllers.payment import PaymentPortal


class SplitBasket(Delivery):
    """What of this very basket is collected, brought to the store, or sent home; no other basket is asked for."""

    @route("/shop/parts", type="jsonrpc", auth="public", website=True)
    def parts(self, **_kwargs):
        """Return what can be chosen, see ``sale.order._omni_parts``, with the ``summary`` of the order."""
        return self._parts(request.cart)

    @route("/shop/parts/line", type="jsonrpc", auth="public", website=True)
    def parts_line(self, line_id=None, is_sent=None, **_kwargs):
        """Send a line of the basket home, or collect it."""
        lines = request.cart.order_line if request.cart else ()
        line = next((line for line in lines if type(line_id) is int and line.id == line_id), None)
        if not line or line not in line.order_id._omni_parted_lines() or type(is_sent) is not bool:
            return self._refuse(request.env._("This cannot be chosen. Load the page again."))
        return self._change(lambda: line.order_id._omni_send_home(line, is_sent))

    @route("/shop/parts/carrier", type="jsonrpc", auth="public", website=True)
    def parts_carrier(self, carrier_id=None, **_kwargs):
        """Choose who brings what is sent home."""
        order = request.cart
        carriers = order._omni_home_rates() if order and order._omni_home_lines() else ()
        carrier = next((one for one in carriers if type(carrier_id) is int and one.id == carrier_id), None)
        if not carrier:
            return self._refuse(request.env._("This cannot be chosen. Load the page again."))
        return self._change(lambda: order._omni_charge_home(carrier))

    def _parts(self, order):
        if not (parts := order._omni_parts() if order else {}):
            return {}
        # The price as the shop shows it, with or without taxes.
        part = order._omni_home_part() if parts["sent"] else None
        for method in parts["carriers"]:
            rate = self._get_rate(request.env["delivery.carrier"].sudo().browse(method["id"]), part)
            price = rate.get("price")
            method["price"] = format_amount(request.env, price, order.currency_id) if price else request.env._("Free")
        return parts | {"summary": self._order_summary_values(order)}

    def _refuse(self, message):
        return self._parts(request.cart) | {"message": message}

    def _change(self, change):
        try:
            with request.env.cr.savepoint():
                change()
        except UserError as error:
            request.env.invalidate_all()
            return self._refuse(str(error))
        return self._parts(request.cart)


class SplitPayment(PaymentPortal):
    def _validate_transaction_for_order(self, transaction, sale_order):
        super()._validate_transaction_for_order(transaction, sale_order)
        if transaction.provider_id.custom_mode == "on_site" and sale_order._omni_home_lines():
            raise ValidationError(
                request.env._("Part of your order is delivered: it is paid online, not in the store.")
            )


class SplitSale(WebsiteSale):
    def order_2_return_dict(self, order):
        """Override of `website_sale`, which tells its trackers of one delivery line and knows no order with two."""
        delivery = order.order_line.filtered("is_delivery")
        if len(delivery) < 2:
            return super().order_2_return_dict(order)
        part = order.new(origin=order)
        part.order_line = part.order_line.filtered(lambda line: line._origin not in delivery[1:])
        return super().order_2_return_dict(part) | {
            "transaction_id": order.id,
            "value": order.amount_total,
            "tax": order.amount_tax,
            "shipping": sum(delivery.mapped("price_unit")),
        }
