from odoo import fields, models

from ..tools.goods import in_words

REASONS = [("not_found", "Not found"), ("damaged", "Damaged"), ("busy", "Too busy")]


class OmniRoutingRefusal(models.Model):
    """A store that could not serve what it was asked to. Rows are only added; they are counted by store."""

    _name = "omni.routing.refusal"
    _description = "Rejected Leg"
    _order = "id desc"
    _rec_name = "order_name"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, index=True, ondelete="cascade")
    order_name = fields.Char("Order Reference", related="order_id.name")  # who reads it need not read orders
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, ondelete="set null")
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Store", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    reason = fields.Selection(REASONS, required=True, readonly=True)
    note = fields.Char(readonly=True)
    goods = fields.Json(
        "Quantities", readonly=True, help="[[product id, quantity], ...] that were missing, or were rejected."
    )
    goods_words = in_words("goods", "Goods")
    outcome = fields.Selection(
        [
            ("kept", "Another store, on time"),
            ("late", "Another store, later"),
            ("lost", "No other store"),
        ],
        readonly=True,
    )
    refused_at = fields.Datetime("Rejected on", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "By", readonly=True, default=lambda self: self.env.user)

    def _stores_not_asked(self, order):
        """Return the stores that this order does not ask again: each that refused some of it, for whatever reason."""
        return self.search([("order_id", "=", order.id)]).warehouse_id
