from odoo import models


class SaleOrder(models.Model):
    """Whether a basket is collected, all of it, and what its shopper need not be asked then."""

    _inherit = "sale.order"

    def _omni_is_collected(self):
        return self.carrier_id.delivery_type == "in_store" and bool(self.pickup_location_data)

    def _omni_is_all_collected(self):
        return self._omni_is_collected() and not self._omni_home_lines()

    def _omni_is_decided(self):
        """Whether its store has all of it, so that its shopper need choose nothing more of how they get it."""
        if not self._omni_is_all_collected() or self._omni_parts():
            return False
        store = self.sudo().warehouse_id  # sudo: of their own order
        return not self._omni_short_lines_by_warehouse(store.ids)[store.id]

    def _needs_customer_address(self):
        """Override of `website_sale`: not of who collects everything."""
        return super()._needs_customer_address() and not self._omni_is_all_collected()

    def _omni_door_carrier(self):
        """Return who could bring all of this basket to the customer's door, or empty."""
        carriers = self._get_delivery_methods()._omni_to_the_door()
        return next((carrier for carrier in carriers if carrier.rate_shipment(self).get("success")), carriers.browse())
