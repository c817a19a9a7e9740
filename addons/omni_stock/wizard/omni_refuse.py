from odoo import fields, models

from odoo.addons.omni_base.tools import inputs

from ..models.omni_routing_refusal import REASONS


class OmniRefuse(models.TransientModel):
    """Why a store refuses its part of an order."""

    _name = "omni.refuse"
    _description = "Refuse a Leg"

    picking_id = fields.Many2one("stock.picking", required=True, readonly=True)
    reason = fields.Selection(REASONS, required=True, default="not_found")
    note = fields.Char(help="What your colleagues should know.")

    def action_refuse(self):
        inputs.called_on_one(self).picking_id.omni_refuse(self.reason, self.note or "")
        return {"type": "ir.actions.act_window_close"}
