from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _omni_come_later(self, promised_at, promised_before, warehouse):
        """Override: who collects it hears by the mail of his pickup, which moves."""
        waiting = self.sudo().omni_pickup_ids.filtered(  # sudo: who moves goods need not read pickups
            lambda pickup: pickup.warehouse_id == warehouse and pickup.state in ("to_prepare", "preparing")
        )
        if waiting:
            waiting._come_later(promised_at)
        else:
            super()._omni_come_later(promised_at, promised_before, warehouse)
