from odoo import api, models

ALL_AT_ONCE = object()  # in the context: all stores are asked at once; nobody outside can say so


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        """Find nothing for a caller that will ask all stores at once, and not one by one as core does for it."""
        if self.env.context.get("omni_all_stores_at_once") is ALL_AT_ONCE:
            return self.browse()
        return super().search(domain, offset=offset, limit=limit, order=order)
