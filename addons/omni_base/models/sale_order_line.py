from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def read_converted(self):
        if not self.has_access("read") and self.sudo().order_id._omni_served_at_tills():
            # sudo: core asks for the lines of the order that the seller is putting on his ticket
            return super(SaleOrderLine, self.sudo()).read_converted()
        return super().read_converted()

    @api.model
    def _load_pos_data_search_read(self, data, config):
        if not self.has_access("read"):
            # sudo: limited by its domain to the orders that were loaded
            return super(SaleOrderLine, self.sudo())._load_pos_data_search_read(data, config)
        return super()._load_pos_data_search_read(data, config)

    def _omni_places(self):
        """Return the ids of the only warehouses that may serve this line, the preferred first; empty: any that may.

        This default binds a web basket to the shop that it names, if it names one.
        """
        order = self.order_id
        shop = order._get_shop_warehouse_id() if order.website_id and self.state != "sale" else False
        return [shop] if shop else []
