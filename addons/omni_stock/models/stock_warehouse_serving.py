from odoo import fields, models


class StockWarehouse(models.Model):
    """In which ways a store serves customers."""

    _inherit = "stock.warehouse"

    omni_ships = fields.Boolean("Ships Orders", default=True, help="To customers and to other stores.")
    omni_collects = fields.Boolean("Offers Pickup", default=True, help="Customers can collect here what they bought.")

    def _omni_serving(self, mode):
        setting = {"ship": "omni_ships", "collect": "omni_collects"}[mode]
        stores = super()._omni_serving(mode)
        stores.fetch([setting])  # not the dozens of columns of a store: product pages ask for fifty
        return stores.filtered(setting)
