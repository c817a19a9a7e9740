"""What customers of the demo ordered by phone last: they come to the store for it, and pay there at the till."""

from odoo.addons.omni_base.demo.roles import by_manager, shops_of

ORDERS = 2  # in each store


def today(env, random, moment):
    """Leave orders that wait at each store's till.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    own = by_manager(env)
    shops = shops_of(own)
    goods = own["product.product"].search([("is_storable", "=", True), ("available_in_pos", "=", True)], order="id")
    left = own["omni.availability"].available(goods.ids, shops.ids)
    for shop in shops:
        near = [("city", "=", shop.partner_id.city), ("type", "=", "contact"), ("user_ids", "=", False)]
        people = own["res.partner"].search([("phone", "!=", False), *near], order="id").ids
        there = [product for product in goods.ids if left[product, shop.id] >= 3]
        for person in random.sample(people, ORDERS):
            lines = [(0, 0, {"product_id": product, "product_uom_qty": 1}) for product in random.sample(there, 2)]
            order = own["sale.order"].create({"partner_id": person, "warehouse_id": shop.id, "order_line": lines})
            order.action_confirm()
