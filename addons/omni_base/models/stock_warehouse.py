from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _omni_calendar(self):
        """Return the opening hours of this store, a ``resource.calendar``, or empty: always open."""
        self.ensure_one()
        return self.env["resource.calendar"]
