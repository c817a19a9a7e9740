from odoo import models
from odoo.fields import Domain
from odoo.tools import OrderedSet


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _free_reservation(self, product_id, location_id, *args, ml_ids_to_ignore=None, **kwargs):
        """As core's, but what is prepared stays with its order: who took more than was free did not take that."""
        others = self.search(
            Domain("state", "not in", ("done", "cancel"))
            & Domain("product_id", "=", product_id.id)
            & Domain("location_id", "=", location_id.id)
            & Domain("picked", "=", False)
            & Domain("quantity_product_uom", ">", 0)
            & Domain("id", "not in", [*(ml_ids_to_ignore or ()), *self.ids])
        )
        prepared = others.filtered(lambda line: line._omni_is_prepared())
        kept = OrderedSet([*(ml_ids_to_ignore or ()), *prepared.ids])
        return super()._free_reservation(product_id, location_id, *args, ml_ids_to_ignore=kept, **kwargs)
