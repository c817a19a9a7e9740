from odoo import fields, models
from odoo.exceptions import UserError


class OmniPickupStep(models.Model):
    """What happened to a pickup: appended, never rewritten."""

    _name = "omni.pickup.step"
    _description = "Pickup Step"
    _order = "at, id"

    pickup_id = fields.Many2one("omni.pickup", required=True, index=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="pickup_id.company_id", store=True)
    state = fields.Selection(selection=lambda self: self.env["omni.pickup"]._fields["state"].selection, required=True)
    at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Who", readonly=True, ondelete="set null")
    warehouse_id = fields.Many2one("stock.warehouse", string="Where", readonly=True, ondelete="set null")
    note = fields.Char(readonly=True)
    proof = fields.Selection(
        [("code", "Code shown"), ("identity", "Identity checked"), ("spent", "Handed over in part")],
        readonly=True,
        help="What proved that the goods may be handed over; after a partial hand-over a new proof is needed.",
    )
    config_id = fields.Many2one("pos.config", string="Till", readonly=True, ondelete="set null")

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The history of a pickup is not rewritten."))
        return super().write(vals)
