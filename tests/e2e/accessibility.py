"""A basket that lacks something, and pickups in each state, of the retailer's shopper.

Run with `env` on the retailer's database; prints the paths that lead to them, as JSON.
"""

import json

env = env(context=dict(env.context, mail_notify_force_send=False))  # noqa: F821 - given
shopper = env["res.users"].search([("login", "=", "shopper")]).partner_id
store = env["stock.warehouse"].search([("name", "=", "Lyon shop")])
store.omni_reserve_max_open = 0
website = env["website"].search([], limit=1)
carrier = env["delivery.carrier"].search([("delivery_type", "=", "in_store")], limit=1)


def goods(name, stock):
    """Return a product of which the store has ``stock``."""
    product = env["product.product"].create(
        {
            "name": name,
            "is_storable": True,
            "allow_out_of_stock_order": False,
            "show_availability": True,
            "list_price": 25.0,
            "taxes_id": False,
            "is_published": True,
        }
    )
    if stock:
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, stock)
    return product


def order(product, quantity=1, **values):
    return env["sale.order"].create(
        {
            "partner_id": shopper.id,
            "website_id": website.id,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity})],
            **values,
        }
    )


def pickup(state):
    """Return a pickup with nothing paid, in ``state``."""
    made = order(stool, carrier_id=carrier.id, pickup_location_data=store._omni_location())
    made.action_confirm()
    made.omni_pickup_ids._move(state)
    return made.omni_pickup_ids


stool, rare, gone = goods("Camp Stool", 50), goods("Rare Kettle", 2), goods("Gone Tent", 0)
STATES = ("preparing", "ready", "collected", "released", "cancelled")
pickups = {state: pickup(state) for state in STATES}
pickups["reservation"] = env["omni.pickup"].reserve(shopper, store, [(stool.id, 1)])
pickups["reservation"].action_ready()
pickups["received"] = pickup("to_prepare")
order(rare, quantity=5)
env.cr.commit()
env.registry.signal_changes()
print(
    json.dumps(
        {
            "product": stool.website_url,
            "few": rare.website_url,
            "sold_out": gone.website_url,
            "pickups": {name: made._page_path() for name, made in pickups.items()},
            "orders": {name: made.order_id.name for name, made in pickups.items()},
        }
    )
)
