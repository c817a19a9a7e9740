from odoo import api, fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    omni_collect_days = fields.Integer(
        string="Days Kept", default=7, help="Days that a pickup is kept for its customer after the promised time."
    )
    omni_collect_queue_minutes = fields.Integer(
        string="Minutes per Pickup Ahead",
        default=5,
        help="How much later the next pickup is ready for each one that waits to be prepared. 0: no delay.",
    )
    omni_collect_per_hour = fields.Integer(
        string="Pickups per Hour", help="The most pickups that are promised for one hour. 0: no limit."
    )
    omni_collect_transfer_days = fields.Integer(
        string="Days from Another Store",
        default=2,
        help="How long goods take that come from another store, where its routing does not say.",
    )
    omni_slot_rule_ids = fields.One2many("omni.pickup.slot.rule", "warehouse_id", string="Pickup Slots")
    omni_desk_user_ids = fields.Many2many(
        "res.users",
        "omni_desk_user_rel",
        "warehouse_id",
        "user_id",
        string="Staff",
        domain="[('share', '=', False)]",
        help="They work in this store, at the pickup desk and at the till. Staff assigned to no store work in all.",
    )
    omni_reserve = fields.Boolean(
        string="Reservations", default=True, help="Customers can reserve, try and pay in this store."
    )
    omni_reserve_hours = fields.Float(
        string="Reserved For",
        default=24.0,
        help="Hours that a reservation is kept after the promised time. It never ends while the store is closed.",
    )
    omni_reserve_max_open = fields.Integer(
        string="Open Reservations",
        default=3,
        help="How many a customer may have at a time, in all stores. 0: no limit.",
    )
    omni_reserve_max_amount = fields.Float(
        string="Value of a Reservation", default=500.0, help="In the currency of the company. 0: no limit."
    )
    omni_reserve_max_quantity = fields.Float(
        string="Quantity of One Product", default=3.0, help="In one reservation. 0: no limit."
    )
    omni_no_show_limit = fields.Integer(
        string="Pay First After",
        default=3,
        help="Customers with this many no-shows must pay before they reserve. 0: no limit.",
    )
    omni_no_show_months = fields.Integer(string="Within Months", default=6)
    omni_reminder_hours = fields.Float(
        string="Reminder", default=48.0, help="Hours before the last moment of a pickup. 0: none."
    )
    omni_last_day_hours = fields.Float(
        string="Last Day",
        default=10.0,
        help="Hours before the last moment at which the customer is told. 0: not at all.",
    )
    omni_extend_times = fields.Integer(
        string="Extensions", default=1, help="How many times a pickup can be extended. 0: never."
    )
    omni_extend_hours = fields.Float(string="Hours of an Extension", default=24.0)
    omni_sms = fields.Boolean(
        string="Text Messages", help="Send the messages of this store by SMS too, to customers with a phone number."
    )

    _omni_deadlines_positive = models.Constraint(
        "CHECK (omni_reserve_hours > 0 AND omni_extend_hours > 0 AND omni_no_show_months > 0)",
        "How long goods are kept, and for how long no-shows count, is more than zero.",
    )

    omni_drive_in = fields.Boolean(
        string="Drive-in",
        help="Customers can say that they have arrived, and in which bay; their goods are brought to the car.",
    )
    omni_link_days = fields.Integer(
        string="Link Lifetime",
        default=30,
        help="Days after the end of a pickup until its link expires.",
    )
    omni_privacy_months = fields.Integer(
        string="Personal Data Kept For",
        default=12,
        help="Months after the end of a pickup before names, number plates, notes and messages are removed from it.",
    )

    _omni_collect_settings = models.Constraint(
        "CHECK (omni_collect_queue_minutes >= 0 AND omni_collect_per_hour >= 0 AND omni_collect_transfer_days >= 0)",
        "Minutes, days and pickups of a store cannot be below zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        if any("omni_desk_user_ids" in vals for vals in vals_list):
            self.env.registry.clear_cache()  # record rules are kept with the stores of each user
        return warehouses

    def write(self, vals):
        result = super().write(vals)
        if "omni_desk_user_ids" in vals:
            self.env.registry.clear_cache()
        return result

    def _omni_settings(self):
        return super()._omni_settings() | {"opening_hours"}
