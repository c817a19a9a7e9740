from odoo import models

from .stock_warehouse import ALL_AT_ONCE


def variant_name(product):
    """Return what sets a variant apart from the others, as the customer chooses it."""
    values = product.product_template_attribute_value_ids.sorted("attribute_line_id")
    return ", ".join(values.mapped("name")) or product.display_name


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def get_product_info_pos(self, price, quantity, pos_config_id, product_variant_id=False):
        """As core's, with what can be promised now in each store, this till's first, instead of what lies there.

        ``warehouses`` is of the variant asked for, or of all variants together; empty for a product whose stock is not
        counted. ``omni_variants``: ``[{"id", "name", "warehouses"}]``, all together (id False) and each alone, where
        there are several; ``omni_variant_id``: the one asked for.
        """
        # Core would ask about three times for each store.
        at_once = self.with_context(omni_all_stores_at_once=ALL_AT_ONCE)
        info = super(ProductTemplate, at_once).get_product_info_pos(price, quantity, pos_config_id, product_variant_id)
        asked = self.env["product.product"].browse(product_variant_id or [])
        counted = (self.product_variant_ids | asked).filtered(lambda product: product._omni_is_counted())
        promise = self._omni_promise_by_store(counted, self.env["pos.config"].browse(pos_config_id))
        shown = asked or counted
        info["warehouses"] = promise(shown) if shown <= counted else []
        info["omni_variant_id"] = asked.id
        info["omni_variants"] = (
            [
                {"id": False, "name": self.env._("All variants"), "warehouses": promise(counted)},
                *({"id": one.id, "name": variant_name(one), "warehouses": promise(one)} for one in counted),
            ]
            if len(counted) > 1
            else []
        )
        return info

    def _omni_promise_by_store(self, products, config):
        """Return a function that gives what can be promised of some of these products together, a row a store."""
        if not products:
            return lambda _products: []
        config._omni_check_mine()
        own = config._omni_store()
        stores = self.env["stock.warehouse"].search([("company_id", "=", config.company_id.id)])
        # Of no channel: what the other stores can promise counts, though this till may not sell from them.
        promise = self.env["omni.availability"].available(products.ids, stores.ids)

        def rows(some):
            left = {store: sum(promise[product.id, store.id] for product in some) for store in stores}
            return [
                {
                    "id": store.id,
                    "name": store.name,
                    "free_qty": left[store],
                    "available_quantity": left[store],
                    "uom": self.uom_name,
                }
                for store in stores.sorted(lambda store: store != own)
            ]

        return rows
