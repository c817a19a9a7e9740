"""What the demo's customers and staff settled last: what customers agreed to, and what goes back to them by hand."""

from datetime import timedelta

from odoo.addons.omni_base.demo.roles import by_manager

ANSWERED = 60  # customers who were asked
AGREED = {"marketing": 0.6, "reminder": 0.5, "recommendation": 0.4, "profile": 0.7}
CHANGED = 0.15  # share of those who agreed and think better of it
GIVEN_BACK = 3  # orders of which something goes back, the first two by now


def today(env, random, moment):
    """Leave a case of each kind for whoever opens the demo.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    _consent(env, random, moment)
    _give_back(env, by_manager(env))


def _consent(env, random, moment):
    """Have customers with an account answer what they are asked, in their language; some change their minds."""
    people = env["res.partner"].search([("user_ids.share", "=", True)], order="id")
    for partner in people.browse(random.sample(people.ids, min(ANSWERED, len(people)))):
        partner = partner.with_user(partner.user_ids[:1]).with_context(lang=partner.lang)
        at = moment - timedelta(days=random.randint(10, 300), minutes=random.randrange(600))
        for purpose, channels, words in partner.env["omni.consent"].sudo()._questions():
            channel = random.choice(channels)
            given = random.random() < AGREED[purpose]
            partner._omni_give_consent(purpose, channel, given, "website", words, at)
            if given and random.random() < CHANGED:
                later = at + timedelta(days=random.randint(1, 9))
                partner._omni_give_consent(purpose, channel, False, "website", words, later)


def _give_back(env, own):
    """Give a part of some orders back that came by transfer, which a person sends back."""
    orders = env["sale.order"].search(
        [("state", "=", "sale"), ("picking_ids.state", "=", "done"), ("transaction_ids.state", "=", "done")],
        order="date_order desc, id desc",
        limit=GIVEN_BACK,
    )
    reasons = ("A button was missing.", "The parcel came a week late.", "One colour was not as in the picture.")
    for number, (order, reason) in enumerate(zip(orders, reasons, strict=False)):
        refunds = order._omni_pay_back(round(order.amount_total * 0.1, 2), f"demo,{number}", reason)
        if number < GIVEN_BACK - 1:
            refunds.with_env(own).action_done_by_hand()
