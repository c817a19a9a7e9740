from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def get_product_info_pos(self, price, quantity, pos_config_id, product_variant_id=False):
        """As core's, with what can be promised now in each store, this till's first, instead of what lies there.

        ``warehouses`` is empty for a product whose stock is not counted.
        """
        # Core would ask about three times for each store.
        at_once = self.with_context(omni_all_stores_at_once=True)
        info = super(ProductTemplate, at_once).get_product_info_pos(price, quantity, pos_config_id, product_variant_id)
        product = self.env["product.product"].browse(product_variant_id) or self.product_variant_id
        info["warehouses"] = self._omni_promise_by_store(product, self.env["pos.config"].browse(pos_config_id))
        return info

    def _omni_promise_by_store(self, product, config):
        if not product._omni_is_counted():
            return []
        config._omni_check_mine()
        own = config._omni_store()
        stores = self.env["stock.warehouse"].search([("company_id", "=", config.company_id.id)])
        # Of no channel: what the other stores can promise counts, though this till may not sell from them.
        promise = self.env["omni.availability"].available(product.ids, stores.ids)
        return [
            {
                "id": store.id,
                "name": store.name,
                "free_qty": promise[product.id, store.id],
                "available_quantity": promise[product.id, store.id],
                "uom": product.uom_name,
            }
            for store in stores.sorted(lambda store: store != own)
        ]
