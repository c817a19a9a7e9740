from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _omni_is_prepared(self):
        """Return whether somebody has put these goods aside already: picked, packed, or on a printed picking list.

        Goods that lie in a package on the shelf, and leave in it, are not packed for anybody.
        """
        self.ensure_one()
        return bool(self.picked or self.result_package_id - self.package_id or self.picking_id.printed)
