from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    # What is promised is read all the time: the few open moves of a product must not be searched among all its history.
    _omni_open_demand_idx = models.Index(
        "(product_id, location_id) WHERE state IN ('confirmed', 'partially_available')"
    )
