from odoo import models
from odoo.http import request

from odoo.addons.website_sale_collect import utils

SHORT_LIST = 5  # shops that a product's page shows before "show all", which asks for the others


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _get_additionnal_combination_info(self, product_or_template, quantity, uom, date, website):
        """Override of `website_sale`: the stock of the first shops, under ``omni_shops``, and how many there are."""
        collects = bool(request and website.sudo().in_store_dm_id)
        if collects:
            website = website.with_context(omni_owner=request.cart._omni_owner())
            if product_or_template.is_product_variant and product_or_template._omni_is_counted():
                shops = website.sudo().in_store_dm_id._omni_shops()
                website = website.with_context(omni_available=website._omni_available(product_or_template, shops))
        info = super()._get_additionnal_combination_info(product_or_template, quantity, uom, date, website)
        if collects and info.get("show_click_and_collect_availability"):
            product, mine = product_or_template.sudo(), website._omni_my_shop()
            info["omni_shops"] = website._omni_shop_stock(product, mine, SHORT_LIST)
            info["omni_shop_count"] = len(shops)
            if mine:
                available = website._omni_available(product, mine)
                info["in_store_stock_data"] = utils.format_product_stock_values(
                    product, free_qty=available.get((product.id, mine.id), 0.0)
                )
        return info
