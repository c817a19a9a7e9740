from odoo import models


class Website(models.Model):
    _inherit = "website"

    def _get_product_available_qty(self, product, **kwargs):
        """What the channel can promise: in the website's warehouse, or in all that the channel sells from."""
        free = super()._get_product_available_qty(product, **kwargs)
        if not product._omni_is_counted():
            return free
        channel = self.sudo().omni_channel_id
        warehouses = self.sudo().warehouse_id or channel._omni_warehouses()
        # sudo: every visitor may see what he can buy
        contract = self.env["omni.availability"].sudo()
        promise = sum(contract.available(product.ids, warehouses.ids, channel).values())
        # Other add-ons count more places than the website's own warehouse (stores to collect in): that stays.
        if free > product.with_context(warehouse_id=self.warehouse_id.id).free_qty:
            return max(promise, free)
        return promise
