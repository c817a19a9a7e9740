"""What customers and desks did last in the demo: times were chosen, goods reserved, given up and cancelled, and one
order is being prepared."""

from datetime import timedelta

RESERVED = 3  # shops in which somebody reserved by phone
CHOSEN = 0.8  # share of customers who choose a time where a shop has times


def today(env, random, moment):
    """Leave a case of each kind for whoever opens the demo.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    desk = env.ref("omni_base.demo_user_desk", raise_if_not_found=False) or env.user
    env["omni.pickup.slot"]._cron_make()
    waiting = env["omni.pickup"].search([("state", "in", ("to_prepare", "preparing", "ready"))], order="id")
    given_up = waiting.filtered(lambda pickup: pickup.state == "ready")[:1]
    given_up.with_user(desk).action_release("The customer called: they do not come.")
    _change_minds(waiting - given_up, desk)
    waiting = waiting.filtered(lambda pickup: pickup.state in ("to_prepare", "preparing", "ready"))
    for pickup in waiting:
        slots = _free_slots(pickup.warehouse_id, moment)
        if slots and random.random() < CHOSEN:
            pickup.action_change_slot(random.choice(slots[:8]).id)
    shops = waiting.warehouse_id.filtered("omni_reserve").sorted("id")
    for shop in shops[:RESERVED]:
        _reserve(env(user=desk.id), random, shop, _free_slots(shop, moment))


def _change_minds(pickups, desk):
    """Cancel one that nobody has begun, begin another one, and have a customer ask whether they may still cancel."""
    new = pickups.filtered(lambda pickup: pickup.state == "to_prepare")
    new[1:][-1:].with_user(desk).action_prepare()
    for pickup in new[:1] + pickups.filtered(lambda pickup: pickup.state == "ready")[-1:]:
        pickup._cancel_or_ask()


def _free_slots(shop, moment):
    slots = shop.omni_slots(moment, moment + timedelta(days=10)) if shop.omni_slot_rule_ids else ()
    return [slot for slot in slots if slot.left > 0]


def _reserve(env, random, shop, slots):
    """Reserve what a shop has for somebody who lives nearby."""
    people = env["res.partner"].search(
        [
            ("phone", "!=", False),
            ("city", "=", shop.partner_id.city),
            ("type", "=", "contact"),
            ("user_ids", "=", False),
        ],
        order="id",
    )
    goods = env["product.product"].search([("is_storable", "=", True), ("website_published", "=", True)], order="id")
    left = env["omni.availability"].available(goods.ids, shop.ids)
    there = [product for product in goods.ids if left[product, shop.id] >= 2]
    lines = [(product, 1) for product in random.sample(there, 2)]
    slot = slots[0].id if slots else None
    env["omni.pickup"].reserve(random.choice(people.ids), shop.id, lines, slot)
