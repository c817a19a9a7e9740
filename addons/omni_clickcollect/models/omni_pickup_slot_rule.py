from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OmniPickupSlotRule(models.Model):
    """From when to when a store offers slots on a day of the week, how long each is, and for how many customers."""

    _name = "omni.pickup.slot.rule"
    _inherit = ["omni.kept"]
    _description = "Pickup Slot Rule"
    _order = "warehouse_id, dayofweek, hour_from, id"

    warehouse_id = fields.Many2one("stock.warehouse", string="Store", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    dayofweek = fields.Selection(
        selection=lambda self: (
            self.env["resource.calendar.attendance"]._fields["dayofweek"]._description_selection(self.env)
        ),
        string="Day",
        required=True,
        default="0",
    )
    hour_from = fields.Float(string="From", required=True, default=9.0)
    hour_to = fields.Float(string="To", required=True, default=18.0)
    minutes = fields.Integer(string="Minutes per Slot", required=True, default=60)
    capacity = fields.Integer(string="Customers per Slot", required=True, default=10)

    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)", "A day has slots between 0:00 and 24:00."
    )
    _minutes = models.Constraint("CHECK (minutes BETWEEN 5 AND 1440)", "A slot has at least 5 minutes.")
    _capacity = models.Constraint("CHECK (capacity > 0)", "A slot is for at least one customer.")

    @api.constrains("warehouse_id", "dayofweek", "hour_from", "hour_to")
    def _check_overlap(self):
        for rule in self:
            if self.search_count(
                [
                    ("id", "!=", rule.id),
                    ("warehouse_id", "=", rule.warehouse_id.id),
                    ("dayofweek", "=", rule.dayofweek),
                    ("hour_from", "<", rule.hour_to),
                    ("hour_to", ">", rule.hour_from),
                ],
                limit=1,
            ):
                raise ValidationError(self.env._("The store has slots at this time of the day already."))

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._apply()
        return rules

    def write(self, vals):
        if {"warehouse_id", "dayofweek", "hour_from", "hour_to", "minutes"} & vals.keys():
            self.env["omni.pickup.slot"]._withdraw(self)
        result = super().write(vals)
        self._apply()
        return result

    def unlink(self):
        self.env["omni.pickup.slot"]._withdraw(self)
        return super().unlink()

    def _apply(self):
        self.flush_recordset()  # what makes no sense is refused first
        self.env["omni.pickup.slot"]._adopt(self.warehouse_id)
        # sudo: who plans the slots of a store need not know of jobs
        self.env.ref("omni_clickcollect.ir_cron_make_slots").sudo()._trigger()
