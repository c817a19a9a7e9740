from odoo import fields, models

DEFAULT_MINUTES = 15
LONGEST = 7 * 24 * 3600  # seconds that goods are kept for who has not paid, whoever asks for it
STEPS = ["basket", "checkout", "payment"]  # of buying, in their order


class OmniChannel(models.Model):
    _inherit = "omni.channel"

    hold_moment = fields.Selection(
        [
            ("basket", "As soon as it is in the basket"),
            ("checkout", "When the checkout begins"),
            ("payment", "Only when paying"),
        ],
        "Keep stock for a customer",
        default="checkout",
        required=True,
        help="The earlier, the surer the customer is to get what he chose, and the longer others find it sold out.",
    )
    hold_minutes = fields.Integer(
        "Keep it for",
        default=DEFAULT_MINUTES,
        required=True,
        help="How many minutes stock is kept for a customer, from the moment chosen above on.",
    )
    hold_payment_hours = fields.Integer(
        "Keep while paying",
        default=24,
        required=True,
        help="How many hours stock is kept, at most, for a payment that the provider has not confirmed yet.",
    )
    hold_of_one = fields.Integer(
        "Most of one product",
        default=6,
        required=True,
        help="How many pieces of a product one visitor keeps before he has paid, in all his baskets: who has signed in "
        "by himself, else everybody at one address together. Where there is more, up to half of what is left. Whoever "
        "wants more orders as usual: it is checked at each step, and kept once it is paid. 0: no limit.",
    )
    hold_in_all = fields.Integer(
        "Most in all",
        default=60,
        required=True,
        help="How many pieces of all products together one visitor keeps before he has paid. 0: no limit.",
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
        f"CHECK (hold_minutes > 0 AND hold_minutes <= {LONGEST // 60} AND hold_payment_hours > 0)",
        "Stock is kept for some time: at least 1, and at most 7 days.",
    )

    _hold_limits = models.Constraint(
        "CHECK (hold_of_one >= 0 AND hold_in_all >= 0)", "A limit of what is kept cannot be below 0."
    )

    def _holds_at(self, step):
        """Whether this channel keeps goods at ``step`` (one of STEPS) already; without a channel, as by default."""
        return STEPS.index(self.hold_moment or "checkout") <= STEPS.index(step)

    def _hold_seconds(self):
        """Return how long a hold of this channel lasts, in seconds; without a channel, the usual time."""
        return min((self.hold_minutes or DEFAULT_MINUTES) * 60, LONGEST)

    def _payment_seconds(self):
        """Return how long a hold of this channel waits for a payment under way, in seconds."""
        return (self.hold_payment_hours or 24) * 3600
