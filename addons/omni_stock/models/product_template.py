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
