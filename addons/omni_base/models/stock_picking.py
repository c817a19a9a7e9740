from odoo import api, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.model
    def _create_picking_from_pos_order_lines(self, location_dest_id, lines, picking_type, partner=False):
        """No goods leave, or come back, for a line that took the payment of an order once more."""
        lines = lines.filtered(lambda line: not line.omni_twice_order_id)
        return super()._create_picking_from_pos_order_lines(location_dest_id, lines, picking_type, partner)
