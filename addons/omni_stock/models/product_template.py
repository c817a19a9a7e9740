from odoo import fields, models
from odoo.tools import format_date


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

    def _omni_stock_notes(self, website):
        """Return what a listing says of the stock of these products, and what it knows of their variants.

        One query for the stock of all. Numbers are shown where *Show availability Qty* says so.

        :return: ``({template_id: {"sold_out": bool, "left": whole units if few, else 0, "shops": number if several,
            else 0}}, {product_id: quantity})``, the latter for the context key ``omni_promised``
        """
        noted = self.filtered(
            lambda product: product.is_storable and (product.show_availability or not product.allow_out_of_stock_order)
        )
        promises = website._omni_promises(noted.product_variant_ids)
        notes = {}
        for product in noted.filtered("product_variant_ids"):
            variants = [promises[variant] for variant in product.product_variant_ids.ids]
            left = int(sum(promise.left for promise in variants))
            nowhere = left <= 0 and not any(promise.elsewhere for promise in variants)
            shops = max(promise.shops for promise in variants)
            shown = product.show_availability
            notes[product.id] = {
                "sold_out": nowhere and not product.allow_out_of_stock_order,
                "left": left if shown and 0 < left <= product.available_threshold else 0,
                "shops": shops if shown and shops > 1 else 0,
            }
        return notes, website._omni_known(promises)

    def _get_additionnal_combination_info(self, product_or_template, quantity, uom, date, website):
        """Add ``omni_shops_count``, the number of shops that have it if several, and ``omni_expected``, the day for
        which a product is promised that is sold although none is left.
        """
        variant = product_or_template.is_product_variant and product_or_template.is_storable
        if not (variant and self.env.context.get("website_sale_stock_get_quantity")):
            return super()._get_additionnal_combination_info(product_or_template, quantity, uom, date, website)
        product = product_or_template.sudo()  # what its page shows
        promises = website._omni_promises(product)
        known = product_or_template.with_context(omni_promised=website._omni_known(promises))
        info = super()._get_additionnal_combination_info(known, quantity, uom, date, website)
        promise = promises[product.id]
        if product.show_availability and promise.shops > 1:
            info["omni_shops_count"] = promise.shops
        if product.allow_out_of_stock_order and promise.left <= 0:
            expected = product._omni_expected_on(website._omni_sells_from())[product.id]
            info["omni_expected"] = expected and format_date(self.env, expected)
        return info
