from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    omni_excluded_channel_ids = fields.Many2many(
        "omni.channel",
        "omni_excluded_category_rel",
        "category_id",
        "channel_id",
        string="Not Sold On",
        help="Channels that never sell products of this category or of its subcategories.",
    )
