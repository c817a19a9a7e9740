from odoo import fields, models

DEFAULT_MINUTES = 15


class OmniChannel(models.Model):
    _inherit = "omni.channel"

    hold_minutes = fields.Integer(
        "Keep at checkout",
        default=DEFAULT_MINUTES,
        required=True,
        help="How many minutes stock is kept for a customer from the payment page on.",
    )
    hold_payment_hours = fields.Integer(
        "Keep while paying",
        default=24,
        required=True,
        help="How many hours stock is kept, at most, for a payment that the provider has not confirmed yet.",
    )
    leave_from = fields.Selection(
        [("order", "The warehouse of the order"), ("best", "Where it is best")],
        "Orders leave from",
        default="order",
        required=True,
        help="Orders made in the back office, by phone for example. Where it is best: routing decides among the stores "
        "of this channel. Web shops decide with the warehouse of their website.",
    )

    _hold_minutes_positive = models.Constraint(
        "CHECK (hold_minutes > 0 AND hold_payment_hours > 0)", "Stock must be kept for some time: at least 1."
    )

    def _hold_seconds(self):
        """Return how long a hold of this channel lasts, in seconds; without a channel, the usual time."""
        return (self.hold_minutes or DEFAULT_MINUTES) * 60

    def _payment_seconds(self):
        """Return how long a hold of this channel waits for a payment under way, in seconds."""
        return (self.hold_payment_hours or 24) * 3600
