"""What the demo's stores do in a day's afternoon: on Mondays they count a shelf, at times one gives an order back."""

from odoo.addons.omni_base.demo.roles import by_manager, shops_of

SHELF = 6  # products that a store counts
LOST = 0.35  # share of them of which one is missing
REFUSED = 0.25  # share of the parcels that a shop cannot send


def each_day(env, random, moment):
    """Count, and refuse what cannot be sent.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    env = by_manager(env)
    shops = shops_of(env)
    if moment.weekday() == 0:
        _count(env, random, shops)
    _refuse(env, random, shops)


def _count(env, random, shops):
    """Count a shelf of what sells well in each shop, and put the books right."""
    for shop in shops:
        quants = env["stock.quant"].search(
            [("location_id", "=", shop.lot_stock_id.id), ("quantity", ">=", 3), ("reserved_quantity", "=", 0)],
            order="quantity desc, id",
            limit=5 * SHELF,
        )
        counted = env["stock.quant"].browse(random.sample(quants.ids, min(SHELF, len(quants))))
        for quant in counted:
            quant.inventory_quantity = quant.quantity - (random.random() < LOST)
        counted.action_apply_inventory()


def _refuse(env, random, shops):
    """Give back orders that a shop was to send, each for a reason of its own."""
    pickings = env["stock.picking"].search(
        [
            ("picking_type_id", "in", shops.out_type_id.ids),
            ("state", "in", ("confirmed", "assigned")),
            ("sale_id.omni_decision_ids", "!=", False),
        ],
        order="id",
    )
    for picking in pickings.filtered("omni_refusable"):
        if random.random() < REFUSED:
            reason = random.choice(("not_found", "not_found", "damaged", "busy"))
            note = "The seams are torn." if reason == "damaged" else ""
            missing = [] if reason == "busy" else [(random.choice(picking.move_ids).product_id.id, 1)]
            picking.omni_refuse(reason, note, missing)
