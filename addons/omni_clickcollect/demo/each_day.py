"""What the desks of the demo's shops do in a day's afternoon: they prepare what was ordered up to noon."""

from datetime import timedelta

SLOW = 0.1  # share of pickups that wait for the next day


def each_day(env, random, moment):
    """Prepare the pickups that wait, and tell their customers.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    desk = env.ref("omni_base.demo_user_desk", raise_if_not_found=False) or env.user
    waiting = (
        env["omni.pickup"]
        .with_user(desk)
        .search([("state", "in", ("to_prepare", "preparing")), ("create_date", "<", moment - timedelta(hours=2))])
    )
    for pickup in waiting:
        if random.random() >= SLOW:
            pickup.action_prepare()
            pickup.action_ready()
