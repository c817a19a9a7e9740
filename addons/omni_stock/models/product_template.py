from odoo import fields, models
from odoo.tools import format_date


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "omni.exclusion"]

    omni_excluded_channel_ids = fields.Many2many(
        relation="omni_excluded_template_rel",
        column1="template_id",
        column2="channel_id",
        help="Channels that never sell this product.",
    )

    def get_product_info_pos(self, price, quantity, pos_config_id, product_variant_id=False):
        """As core's, but with what is available in each store now instead of what lies there.

        ``warehouses`` is empty for a product whose stock is not counted.
        """
        info = super().get_product_info_pos(price, quantity, pos_config_id, product_variant_id)
        product = self.env["product.product"].browse(product_variant_id) or self.product_variant_id
        if not product._omni_is_counted():
            info["warehouses"] = []
        # Core's own rows; whoever fills them otherwise has asked the contract already.
        if stores := {row["id"]: row for row in info["warehouses"] if "forecasted_quantity" in row}:
            config = self.env["pos.config"].browse(pos_config_id)
            config._omni_check_mine()
            company = config.company_id
            available = self.env["omni.availability"].with_company(company).available(product.ids, list(stores))
            for store, row in stores.items():
                row["free_qty"] = row["available_quantity"] = available[product.id, store]
        return info

    def _omni_stock_notes(self, website):
        """Return what a listing says of the stock of these products, and what it knows of their variants.

        One query for the stock of all. Numbers are shown where *Show availability Qty* says so.

        :return: ``({template_id: {"sold_out", "left": if few, "shops": if several}}, {product_id: quantity})``: words
            for the shopper, empty where nothing is said; and the context key ``omni_prefetched`` of the variants
        """
        noted = self.filtered(
            lambda product: (
                product._omni_is_counted() and (product.show_availability or not product.allow_out_of_stock_order)
            )
        )
        availability = website._omni_availability(noted.product_variant_ids)
        notes = {}
        for product in noted.filtered("product_variant_ids"):
            variants = [availability[variant] for variant in product.product_variant_ids.ids]
            left = int(sum(variant.left for variant in variants))
            nowhere = left <= 0 and not any(variant.elsewhere for variant in variants)
            shops = max(variant.shops for variant in variants)
            few = product.show_availability and 0 < left <= product.available_threshold
            notes[product.id] = {
                "sold_out": self.env._("Sold out") if nowhere and not product.allow_out_of_stock_order else "",
                "left": self.env._("%s left", left) if few else "",
                "shops": product._omni_shops_words(shops),
            }
        return notes, website._omni_prefetched(availability)

    def _omni_shops_words(self, shops):
        return self.env._("In %s stores", shops) if self.show_availability and shops > 1 else ""

    def _get_additionnal_combination_info(self, product_or_template, quantity, uom, date, website):
        """Add ``omni_shops_words``, in how many shops it is if several, and ``omni_expected_words``, for when a product
        can be had that is sold although none is left.
        """
        variant = product_or_template.is_product_variant and product_or_template.is_storable
        if not (variant and self.env.context.get("website_sale_stock_get_quantity")):
            return super()._get_additionnal_combination_info(product_or_template, quantity, uom, date, website)
        product = product_or_template.sudo()  # what its page shows
        website = website._omni_having_read(website._omni_available_by_store(product))
        availability = website._omni_availability(product)
        known = product_or_template.with_context(omni_prefetched=website._omni_prefetched(availability))
        info = super()._get_additionnal_combination_info(known, quantity, uom, date, website)
        available = availability[product.id]
        info["omni_shops_words"] = product.product_tmpl_id._omni_shops_words(available.shops)
        if product.allow_out_of_stock_order and available.left <= 0:
            expected = product._omni_expected_on(website._omni_sells_from())[product.id]
            day = expected and format_date(self.env, expected)
            info["omni_expected_words"] = day and self.env._("Out of stock: expected on %s", day)
        return info
