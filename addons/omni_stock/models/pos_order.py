from odoo import api, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        # A till has already sold and handed over: the quotation that it settles is never refused.
        return super(PosOrder, self.with_context(omni_never_refuse=True)).sync_from_ui(orders)
