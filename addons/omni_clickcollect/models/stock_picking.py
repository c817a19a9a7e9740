from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        if not self.env.su:  # desk and till have asked for the code, and do it as superuser
            self._omni_check_pickups()
        result = super()._action_done()
        gone = self.filtered(lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing")
        # sudo: who validates a transfer need not read its order
        gone.sudo().sale_id._omni_open_pickups()._sync_collected()
        return result

    def _omni_check_pickups(self):
        """:raises UserError: one of these is a pickup's, which the caller may not give out without a code"""
        # sudo: who validates a transfer need not read its order
        leaving = self.sudo().filtered(
            lambda picking: picking.picking_type_code == "outgoing" and not picking.move_ids._omni_is_sent_home()
        )
        pickups, stores = leaving.sale_id._omni_open_pickups(), leaving.picking_type_id.warehouse_id
        pickups.filtered(lambda pickup: pickup.warehouse_id in stores)._check_leaves_by_stock()

    def _omni_set_quantities(self, wanted):
        """Fill what leaves, from ``{sale order line: quantity in the product's unit of measure}``."""
        left = {
            line: {part: quantity * each for part, each in line._omni_takes().items()}
            for line, quantity in wanted.items()
        }
        for move in self.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            uom, line, part = move.product_id.uom_id, move.sale_line_id, move.product_id.id
            quantity = move.product_uom._compute_quantity(move.product_uom_qty, uom)
            if part in line._omni_takes():
                asked = left.get(line, {}).get(part, 0.0)
                quantity = min(quantity, asked)
                if asked:
                    left[line][part] -= quantity
            elif not wanted.get(line):  # what goes with a kit and is not counted leaves with the first one
                quantity = 0.0
            move.quantity = uom._compute_quantity(quantity, move.product_uom)
            move.picked = bool(quantity)
