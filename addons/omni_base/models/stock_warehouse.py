from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _omni_calendar(self):
        """Return the opening hours of this store, a ``resource.calendar``, or empty: always open."""
        self.ensure_one()
        return self.env["resource.calendar"]

    def _omni_offers(self, way):
        """Return those of these stores that serve customers in this way.

        :param str way: ``ship`` (sends parcels) or ``collect`` (hands over what was ordered before)
        """
        return self
