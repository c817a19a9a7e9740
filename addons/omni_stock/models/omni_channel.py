from odoo import fields, models

DEFAULT_MINUTES = 15
LONGEST = 7 * 24 * 3600  # seconds that goods are kept for who has not paid, whoever asks for it
STEPS = ["basket", "checkout", "payment"]  # of buying, in their order


class OmniChannel(models.Model):
    _inherit = "omni.channel"

    hold_moment = fields.Selection(
        [
            ("basket", "When added to the basket"),
            ("checkout", "When checkout begins"),
            ("payment", "Only when paying"),
        ],
        "Hold Stock",
        default="checkout",
        required=True,
        help="The earlier, the surer customers are to get what they chose, and the longer others find it sold out.",
    )
    hold_minutes = fields.Integer(
        "Hold For",
        default=DEFAULT_MINUTES,
        required=True,
        help="How many minutes stock is held for a customer, from the moment chosen above.",
    )
    hold_payment_hours = fields.Integer(
        "Hold during Payment",
        default=24,
        required=True,
        help="How many hours at most stock is held for a payment that the provider has not confirmed yet.",
    )
    hold_of_one = fields.Integer(
        "Most of One Product",
        default=6,
        required=True,
        help="How many pieces of one product are held for one visitor before payment, over all their baskets. A "
        "visitor who has signed in counts alone, all others at one address count together. If half of what "
        "is left is more, up to half. More can be ordered as usual: it is checked at each step and held "
        "once it is paid. 0: no limit.",
    )
    hold_in_all = fields.Integer(
        "Most in Total",
        default=60,
        required=True,
        help="How many pieces of all products together are held for one visitor before payment. 0: no limit.",
    )
    leave_from = fields.Selection(
        [("order", "The warehouse of the order"), ("best", "The best store")],
        "Orders Leave From",
        default="order",
        required=True,
        help="For orders entered in the back office, by phone for example. The best store: routing chooses among "
        "the stores of this channel. For web shops, the warehouse of the website decides.",
    )

    _hold_minutes_positive = models.Constraint(
        f"CHECK (hold_minutes > 0 AND hold_minutes <= {LONGEST // 60} AND hold_payment_hours > 0)",
        "A hold lasts at least 1, and at most 7 days.",
    )

    _hold_limits = models.Constraint(
        "CHECK (hold_of_one >= 0 AND hold_in_all >= 0)", "A limit on holds cannot be below 0."
    )

    def _holds_at(self, step):
        """Whether this channel keeps goods at ``step`` (one of STEPS) already; without a channel, as by default."""
        return STEPS.index(self.hold_moment or "checkout") <= STEPS.index(step)

    def _hold_seconds(self):
        """Return how long a hold of this channel lasts, in seconds; without a channel, the usual time."""
        return min((self.hold_minutes or DEFAULT_MINUTES) * 60, LONGEST)
