"""A basket that lacks something, and pickups in each state, of the retailer's shopper; what waits for a store's staff.

Run with `env` on the retailer's database; prints the paths that lead to them, as JSON.
"""

import json
from datetime import datetime, timedelta

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


def order(*products, quantity=1, **values):
    return env["sale.order"].create(
        {
            "partner_id": shopper.id,
            "website_id": website.id,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity}) for product in products],
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

# -- the staff of the store --

now = datetime.now().replace(microsecond=0)
env["res.lang"]._activate_lang("fr_FR")
bricks = [name for name in env["ir.module.module"]._installed() if name.startswith("omni_")]
env["ir.module.module"]._load_module_terms(bricks, ["fr_FR"])
regular = env["res.partner"].create(
    {
        "name": "Anne-Sophie Beauregard",
        "email": "anne-sophie@example.com",
        "phone": "+33 6 98 76 54 30",
        "city": "Lyon",
        "country_id": env.ref("base.fr").id,
        "partner_latitude": 45.75,
        "partner_longitude": 4.85,
    }
)
elsewhere = env["stock.warehouse"].search([("name", "=", "Paris shop")])
mug, plate = goods("Tin Mug", 60), goods("Tin Plate", 30)
late = goods("Late Rope", 0)
late.allow_out_of_stock_order = True
last = goods("Last Compass", 2)
(mug + plate + last).product_tmpl_id.available_in_pos = True
env["stock.quant"]._update_available_quantity(mug, elsewhere.lot_stock_id, 9)


def waits(*products, paid=False, **values):
    """Return a confirmed order of the regular customer."""
    made = order(*products, quantity=2, partner_id=regular.id, **values)
    made.warehouse_id = store
    made.action_confirm()
    if paid:
        pay(made)  # noqa: F821 - given
    return made


def to_collect(state=None, paid=False, **values):
    made = waits(mug, plate, paid=paid, carrier_id=carrier.id, pickup_location_data=store._omni_location())
    if state:
        made.omni_pickup_ids.action_prepare()
    if state == "ready":
        made.omni_pickup_ids.action_ready()
    made.omni_pickup_ids.write(values)
    return made


def staff(login, lang):
    """Return what somebody of the store finds, who has all roles and speaks ``lang``."""
    groups = (
        "base.group_user",
        "point_of_sale.group_pos_user",
        "omni_clickcollect.group_pickup_desk",
        "omni_base.group_manager",
        "stock.group_stock_user",
        "sales_team.group_sale_salesman_all_leads",
    )
    env["res.users"].create(
        {
            "name": login.capitalize(),
            "login": login,
            "password": login,
            "lang": lang,
            "group_ids": [env.ref(group).id for group in groups],
        }
    )
    fresh, paid = to_collect(promised_at=now - timedelta(hours=1)), to_collect("ready", paid=True, bin="12")
    return {"login": login, "fresh": fresh.name, "paid": paid.name, "pickup": paid.omni_pickup_ids.id}


people = {lang[:2]: staff(login, lang) for login, lang in (("clerk", "en_US"), ("commis", "fr_FR"))}
to_collect("ready", arrived_at=now, bay="4", plate="AB-123-CD", delegate_name="Paul", delegate_code="QWERTYUP")
to_collect("ready", deadline=now - timedelta(hours=1), cancel_asked_at=now, bin="7")
due = to_collect("ready")
open_order, part = waits(mug), waits(mug, late, paid=True)
waits(late)
waits(last)
order(mug, website_id=False, partner_id=regular.id).with_context(omni_leave_from_best=True).action_confirm()
till = env["pos.config"].search([("name", "=", "Lyon till")])
session = env["pos.session"].search([("config_id", "=", till.id), ("state", "!=", "closed")], limit=1) or env[
    "pos.session"
].create({"config_id": till.id, "user_id": env.uid})
env["pos.order"].create(
    {
        "session_id": session.id,
        "partner_id": regular.id,
        "amount_tax": 0,
        "amount_total": 25,
        "amount_paid": 25,
        "amount_return": 0,
        "state": "paid",
        "lines": [
            (0, 0, {"product_id": mug.id, "qty": 1, "price_unit": 25, "price_subtotal": 25, "price_subtotal_incl": 25})
        ],
    }
)
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
            "staff": people,
            "till": till.id,
            "regular": regular.id,
            "due": due.name,
            "open": open_order.name,
            "part": part.name,
            "store": store.id,
        }
    )
)
