from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _omni_places(self):
        """Return the ids of the only warehouses that may serve this line, the preferred first; empty: any that may.

        This default binds a web basket to the shop that it names, if it names one.
        """
        order = self.order_id
        shop = order._get_shop_warehouse_id() if order.website_id and self.state != "sale" else False
        return [shop] if shop else []
