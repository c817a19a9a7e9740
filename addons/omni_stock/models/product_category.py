from odoo import fields, models


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "omni.exclusion"]

    omni_excluded_channel_ids = fields.Many2many(
        relation="omni_excluded_category_rel",
        column1="category_id",
        column2="channel_id",
        help="Channels that never sell products of this category or of its subcategories.",
    )
