from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    omni_decision_ids = fields.One2many("omni.routing.decision", "order_id", "Routing Decisions", readonly=True)
    omni_decision_count = fields.Integer(compute="_compute_omni_leg_ids")
    omni_leg_ids = fields.Many2many(
        "omni.routing.candidate", string="Legs", compute="_compute_omni_leg_ids", help="Of the newest decision."
    )

    @api.depends("omni_decision_ids.leg_ids")
    def _compute_omni_leg_ids(self):
        for order in self:
            order.omni_decision_count = len(order.omni_decision_ids)
            order.omni_leg_ids = order.omni_decision_ids[:1].leg_ids
