from odoo import Command, api, fields, models

from odoo.addons.omni_base.tools import inputs

from ..models.omni_routing_refusal import REASONS


class OmniRefuse(models.TransientModel):
    """Why a store refuses its part of an order, and what of it is not there."""

    _name = "omni.refuse"
    _description = "Reject a Leg"

    picking_id = fields.Many2one("stock.picking", required=True, readonly=True)
    reason = fields.Selection(REASONS, required=True, default="not_found")
    note = fields.Char(help="What your colleagues should know.")
    line_ids = fields.One2many(
        "omni.refuse.line", "refuse_id", "Missing", compute="_compute_line_ids", store=True, readonly=False
    )

    @api.constrains("picking_id")
    def _check_picking(self):
        self.sudo(False).picking_id.check_access("read")  # constraints are run in sudo mode

    @api.depends("picking_id")
    def _compute_line_ids(self):
        """Of one product all of it is missing, until somebody says else; of several nobody can know."""
        for refuse in self:
            refuse.picking_id.sudo(False).check_access("read")  # this is sudo mode, and a caller names any transfer
            asked = refuse.picking_id._omni_asked()
            refuse.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "product_id": product.id,
                            "asked": quantity,
                            "missing": quantity if len(asked) == 1 else 0.0,
                        }
                    )
                    for product, quantity in asked.items()
                ),
            ]

    def action_refuse(self):
        lines = inputs.called_on_one(self).line_ids
        missing = [(line.product_id.id, line.missing) for line in lines if line.missing]
        self.picking_id.omni_refuse(self.reason, self.note or "", missing)
        return {"type": "ir.actions.act_window_close"}


class OmniRefuseLine(models.TransientModel):
    _name = "omni.refuse.line"
    _description = "Missing Goods of a Rejected Leg"

    refuse_id = fields.Many2one("omni.refuse", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    asked = fields.Float(digits="Product Unit", readonly=True)
    missing = fields.Float(digits="Product Unit", help="How many are missing or damaged.")
