from odoo.http import request

from odoo.addons.website_sale.controllers.main import WebsiteSale


class OmniStockProductPages(WebsiteSale):
    def _get_additional_shop_values(self, values, **kwargs):
        """Say what is left of the products of a listing, and let nothing on it ask again, product by product."""
        result = super()._get_additional_shop_values(values, **kwargs)
        notes, known = values["products"]._omni_stock_notes(request.website)
        for cell in (cell for row in values["bins"] for cell in row if cell):
            cell["product"] = cell["product"].with_context(omni_prefetched=known)
        variants = {
            product: variant.with_context(omni_prefetched=known)
            for product, variant in values["product_variants"].items()
        }
        return {**result, "omni_stock_notes": notes, "product_variants": variants}

    def _prepare_product_values(self, product, category, **kwargs):
        """Read what is left of all variants of a product at once, for all that its page says of it."""
        if product._omni_is_counted() and not product.allow_out_of_stock_order:
            website, variants = request.website, product.product_variant_ids
            website = website._omni_having_read(website._omni_available_by_store(variants))
            product = product.with_context(
                omni_owner=website.env.context.get("omni_owner"),
                omni_prefetched=website._omni_prefetched(website._omni_availability(variants)),
                omni_read_before=website.env.context["omni_read_before"],
            )
        values = super()._prepare_product_values(product, category, **kwargs)
        known = product.env.context.get("omni_prefetched", {})
        return {**values, "product_variant": values["product_variant"].with_context(omni_prefetched=known)}
