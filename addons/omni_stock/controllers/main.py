from odoo.http import request

from odoo.addons.website_sale.controllers.main import WebsiteSale


class OmniStockWebsiteSale(WebsiteSale):
    def _get_shop_payment_errors(self, order):
        """Keep the basket's goods from the moment the payment page shows, or say what has just been sold."""
        errors = super()._get_shop_payment_errors(order)
        under_way = order.get_portal_last_transaction().state in ("pending", "authorized", "done")
        if not (errors or under_way) and (why := order._omni_try_keep()):
            errors.append((request.env._("Part of your basket has just been sold or is kept for somebody else."), why))
        return errors

    def _get_shop_payment_values(self, order, **kwargs):
        values = super()._get_shop_payment_values(order, **kwargs)
        return {**values, "omni_hold_seconds": order._omni_hold_seconds()}
