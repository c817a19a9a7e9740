from odoo import fields, models


class OmniRefund(models.Model):
    _inherit = "omni.refund"

    pickup_id = fields.Many2one("omni.pickup", readonly=True, index="btree_not_null", ondelete="set null")
