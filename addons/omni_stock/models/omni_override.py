from odoo import fields, models

from ..tools.goods import in_words


class OmniOverride(models.Model):
    """An order that a manager confirmed beyond the promise, and why. Rows are only added, by ``omni.confirm``."""

    _name = "omni.override"
    _description = "Oversell Override"
    _order = "id desc"

    name = fields.Char("Order Reference", required=True, readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True, index=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    decided_at = fields.Datetime("Decided on", required=True, readonly=True, default=fields.Datetime.now)
    reason = fields.Char(required=True, readonly=True)
    goods = fields.Json("Quantities", readonly=True, help="[[product id, quantity], ...] that were missing.")
    goods_words = in_words("goods", "Missing")
