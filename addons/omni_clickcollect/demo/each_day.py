"""What the desks of the demo's shops do in a day's afternoon: they prepare what was ordered up to noon, and put back
what nobody comes for.
"""

from datetime import timedelta

SLOW = 0.1  # share of pickups that wait for the next day
FORGONE = 0.05  # share of those that lie ready whose customer calls that they do not come


def each_day(env, random, moment):
    """Prepare the pickups that wait, and tell their customers.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    desk = env.ref("omni_base.demo_user_desk", raise_if_not_found=False) or env.user
    pickups, before = env["omni.pickup"].with_user(desk), moment - timedelta(hours=20)
    lines = env["omni.pickup.line"].with_user(desk)
    lines.search([("quantity_put_back", ">", 0), ("put_back_at", "=", False)]).action_put_back()
    for pickup in pickups.search([("state", "=", "ready"), ("create_date", "<", before)], order="id"):
        if random.random() < FORGONE:
            pickup.action_release("The customer called: they do not come.")
    waiting = pickups.search(
        [("state", "in", ("to_prepare", "preparing")), ("create_date", "<", moment - timedelta(hours=2))]
    )
    for pickup in waiting:
        if random.random() >= SLOW:
            pickup.action_prepare()
            pickup.action_ready()
