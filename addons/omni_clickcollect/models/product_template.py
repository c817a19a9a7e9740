from odoo import models

from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.website_sale_collect import utils

SHORT_LIST = 5  # shops that a product's page shows before "show all", which asks for the others


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _get_additionnal_combination_info(self, product_or_template, quantity, uom, date, website):
        """Override of `website_sale`: what shops and delivery can promise, in one reading of the stock; the first shops
        under ``omni_shops``, how many there are and have it, and under ``omni_reserve`` whether one has it to try.
        """
        visit, collects = self.env["ir.http"], bool(website.sudo().in_store_dm_id)
        is_variant = product_or_template.is_product_variant
        if collects:
            website = website.with_context(omni_owner=owner_of(visit._omni_basket()))
            if is_variant and product_or_template._omni_is_counted():
                shops = website.sudo().in_store_dm_id._omni_shops()
                places = shops | website._omni_senders()
                website = website._omni_having_read(website._omni_available(product_or_template, places))
        info = super()._get_additionnal_combination_info(product_or_template, quantity, uom, date, website)
        if collects and is_variant:
            info["omni_reserve"] = bool(website._omni_to_try(product_or_template.sudo()))
        if collects and info.get("show_click_and_collect_availability"):
            product, mine = product_or_template.sudo(), visit._omni_my_shop()
            info["omni_shops"] = website._omni_shop_stock(product, mine, visit._omni_near(), SHORT_LIST)
            info["omni_shop_count"] = len(shops)
            there = website._omni_available(product, shops)
            info["omni_shop_having"] = sum(quantity >= 1 for quantity in there.values())
            kept = website._omni_available(product, mine or shops)
            most = max(kept.values(), default=0.0)
            info["in_store_stock_data"] = utils.format_product_stock_values(product, free_qty=most)
            if info.get("delivery_stock_data"):
                sent = website._omni_available(product, website._omni_senders())
                info["delivery_stock_data"] = utils.format_product_stock_values(product, free_qty=sum(sent.values()))
        return info
