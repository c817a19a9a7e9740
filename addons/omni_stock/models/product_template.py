from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    omni_excluded_channel_ids = fields.Many2many(
        "omni.channel",
        "omni_excluded_template_rel",
        "template_id",
        "channel_id",
        string="Not sold on",
        help="Channels that never promise this product.",
    )

    def get_product_info_pos(self, price, quantity, pos_config_id, product_variant_id=False):
        """As core's, but with what each store can promise now instead of what lies there.

        ``warehouses`` is empty for a product whose stock is not counted.
        """
        info = super().get_product_info_pos(price, quantity, pos_config_id, product_variant_id)
        product = self.env["product.product"].browse(product_variant_id) or self.product_variant_id
        if not product.is_storable:
            info["warehouses"] = []
        # Core's own rows; whoever fills them otherwise has asked the contract already.
        if stores := {row["id"]: row for row in info["warehouses"] if "forecasted_quantity" in row}:
            company = self.env["pos.config"].browse(pos_config_id).company_id
            promise = self.env["omni.availability"].with_company(company).available(product.ids, list(stores))
            for store, row in stores.items():
                row["free_qty"] = row["available_quantity"] = promise[product.id, store]
        return info
