from odoo import api, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        self.env["omni.promise.push"]._queue("stock.quant", quants.ids)
        return quants

    def write(self, vals):
        if "quantity" in vals or "reserved_quantity" in vals:
            self.env["omni.promise.push"]._queue("stock.quant", self.ids)
        return super().write(vals)
