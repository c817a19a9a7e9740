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
        """Read what is left of all variants of a product at once."""
        if product._omni_is_counted() and not product.allow_out_of_stock_order:
            availability = request.website._omni_availability(product.product_variant_ids)
            product = product.with_context(omni_prefetched=request.website._omni_prefetched(availability))
        values = super()._prepare_product_values(product, category, **kwargs)
        known = product.env.context.get("omni_prefetched", {})
        return {**values, "product_variant": values["product_variant"].with_context(omni_prefetched=known)}
