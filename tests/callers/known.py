"""Every public method and route of ours, each in one class. What is added is classed here first, or the tests fail.

``METHODS``: ours, and what a call that makes sense looks like: on which record of a house (see house.py), with which
arguments. ``CORES``: they override Odoo's own with the same arguments, and leave it to Odoo what these may be.
``ROUTES``: ours, or Odoo's that ours override, and the values of a request that makes sense.
"""

from datetime import date, timedelta

from odoo.addons.omni_clickcollect.models.omni_pickup_desk import STEPS
from odoo.addons.omni_clickcollect.models.omni_pickup_missing import DECISIONS

TODAY, NEXT_WEEK = (date.today() + timedelta(days=days) for days in (0, 7))
DAYS = {"date_from": str(TODAY), "date_to": str(NEXT_WEEK)}


def wizard(model, **values):
    """The wizard ``model`` that the caller has opened; ``values``: names of what is in the house."""

    def make(env, house):
        known = {field: house[name] for field, name in values.items()}
        # sudo: who may not open it is refused by the method, too
        return env[model].sudo().create(known).id

    return make


def on(name, /, **arguments):
    """Called on this record of a house; “@name” stands for what the house has by that name."""
    return (name if callable(name) else lambda env, house: house[name]), arguments


def at_once(**arguments):
    """Called on the model."""
    return None, arguments


HAND_OVER = {"code": "@code", "quantities": {"@line": 1}, "back": {"@line": 1}, "cashier": "Alex"}
DESK = {
    "prepare": {},
    "take_over": {},
    "count": {"line_id": "@line", "quantity": 1},
    "missing": {"line_id": "@line", "quantity": 1, "reason": "damaged"},
    "decide": {"line_id": "@line", "decision": "store", "store_id": "@depot"},
    "ready": {"bin": "7"},
    "hand_over": HAND_OVER | {"signature": "QUJD", "signed_by": "Alex", "identity": "Passport"},
    "extend": {},
    "release": {"reason": "Nobody came."},
}

METHODS = {
    # What other programs call: docs/api.md.
    "omni.availability.available_rows": at_once(
        product_ids=["@lamp", "@card"], warehouse_ids=["@store"], channel="@channel"
    ),
    "omni.availability.hold": at_once(owner="@owner", demand=[["@lamp", "@store", 1]], channel="@channel", ttl=60),
    "omni.availability.extend": at_once(owner="@owner", ttl=60),
    "omni.availability.release": at_once(owner="@owner"),
    "omni.availability.commit": at_once(owner="@owner"),
    "omni.availability.audit": at_once(),
    "omni.availability.repair": at_once(),
    "omni.routing.plan": at_once(
        demand=[["@lamp", 1]], destination="@customer", channel="@channel", collect_at="@store"
    ),
    "omni.pickup.reserve": at_once(partner="@customer", warehouse="@store", lines=[["@lamp", 1]], slot="@slot"),
    "stock.warehouse.omni_openings": on("store", start=f"{TODAY} 00:00:00", end=f"{NEXT_WEEK} 00:00:00"),
    "stock.warehouse.omni_ready_at": on("store", demand=[["@lamp", 1]], start=f"{TODAY} 00:00:00"),
    "stock.warehouse.omni_promise": on("store", demand=[["@lamp", 1]]),
    "stock.warehouse.omni_slots": on("store", **DAYS),
    "stock.warehouse.action_omni_locate": on("store"),
    "res.company.action_omni_settings": at_once(),
    # Money that goes back.
    "sale.order.action_omni_refunds": on("sent"),
    "omni.refund.action_done_by_hand": on("refund"),
    "omni.refund.action_open_order": on("refund"),
    # What people decide.
    "omni.task.action_open_record": on("task"),
    "omni.task.action_take_care": on("task"),
    "omni.task.action_do": on("task", name="_done", value=None),
    "omni.task.action_ask_dismiss": on("task"),
    "omni.task.action_dismiss": on("task"),
    # Customers.
    "omni.message.action_send_again": on("message"),
    "omni.consent.answer.action_note": on(wizard("omni.consent.answer", partner_id="customer", wording="order")),
    "res.partner.omni_identify": at_once(email="quint@arnhem.example.com", phone="+31201234567", card="@code"),
    "res.partner.omni_profile": on("customer"),
    "res.partner.omni_load_customers": at_once(config_id="@till", query="Quint", offset=0),
    "omni.timeline.omni_timeline": on(lambda env, house: 1),
    "sale.order.omni_timeline": on("collected"),
    "pos.order.omni_timeline": on(lambda env, house: 1),
    # At the till.
    "pos.config.omni_available": on("till", product_ids=["@lamp", "@card"]),
    "pos.config.omni_taken_from": on("till", product_id="@lamp", quantity=60, ticket="a-ticket"),
    "pos.config.omni_web_orders": on("till", query="@order"),
    "pos.config.omni_web_order_count": on("till"),
    "pos.config.omni_open_web_order": on("till", order_id="@sent"),
    "pos.config.omni_hand_over": on("till", order_id="@sent", key="a-key-of-its-own", partial=True),
    "pos.config.omni_claim_orders": on("till", ticket="a-ticket", order_ids=["@sent"], how="open", cashier="Alex"),
    "pos.config.omni_park_ticket": on(
        "till", ticket="a-ticket", demand=[["@lamp", 1]], name="7", partner_id="@customer", ship=True
    ),
    "pos.config.omni_refund_notice": on("till", refunds=[[1, 10.0]]),
    "omni.pickup.till.pickups": at_once(config_id="@till", search="@order"),
    "omni.pickup.till.open_by_code": at_once(config_id="@till", code="@code"),
    "omni.pickup.till.hand_over": at_once(
        config_id="@till", key="a-key-of-its-own", pickup_id="@pickup", values=HAND_OVER
    ),
    "omni.pickup.till.take_payment": at_once(
        config_id="@till", pickup_id="@pickup", code="@code", values={"identity": "Passport", "cashier": "Alex"}
    ),
    "omni.pickup.till.give_up": at_once(config_id="@till", pickup_id="@pickup", values={"code": "@code"}),
    # At the pickup desk.
    "omni.pickup.desk.stores": at_once(),
    "omni.pickup.desk.queue": at_once(warehouse_id="@store", search="@order"),
    "omni.pickup.desk.step": at_once(key="a-key-of-its-own", pickup_id="@pickup", step="prepare", values={}),
    "omni.pickup.desk.missing_options": at_once(pickup_id="@pickup", line_id="@line"),
    "omni.pickup.action_prepare": on("pickup"),
    "omni.pickup.action_take_over": on("pickup"),
    "omni.pickup.action_ready": on("pickup"),
    "omni.pickup.action_extend": on("pickup"),
    "omni.pickup.action_hand_over": on("pickup", code="@code", quantities={"@line": 1}, identity="Passport"),
    "omni.pickup.action_release": on("pickup", reason="Nobody came."),
    "omni.pickup.action_missing": on("pickup", line_id="@line", quantity=1, reason="damaged"),
    "omni.pickup.action_decide": on("pickup", line_id="@line", decision="store", store_id="@depot", product_id="@card"),
    "omni.pickup.action_change_slot": on("pickup", slot_id="@slot"),
    "omni.pickup.line.action_put_back": on("line"),
    # Stock by store.
    "omni.stock.page.read_page": at_once(
        search="Lamp", category_id="@category", channel_id="@channel", offset=0, limit=5
    ),
    "omni.stock.page.read_cell": at_once(product_id="@lamp", warehouse_id="@store"),
    "omni.stock.page.move": at_once(product_id="@lamp", from_id="@store", to_id="@depot", quantity=1),
    "omni.hold.action_release": on("hold"),
    "omni.hold.action_open_owner": on("hold"),
    "omni.incident.action_take_from": on("incident", warehouse_id="@depot"),
    "omni.incident.action_told": on("incident"),
    "omni.incident.action_ask_dismiss": on("incident"),
    "omni.incident.action_dismiss": on("incident"),
    "omni.incident.action_take_care": on("incident"),
    "omni.incident.action_look_again": on("incident"),
    "omni.incident.action_open_owner": on("incident"),
    "omni.incident.action_open_cause": on("incident"),
    "omni.confidence.buffer.action_apply": on("buffer"),
    "omni.confidence.buffer.action_do_not_apply": on("buffer"),
    "omni.confidence.buffer.action_look": on("buffer"),
    "omni.promise.check.action_repair": on(wizard("omni.promise.check")),
    "omni.confirm.action_route": on(wizard("omni.confirm", order_id="draft")),
    "omni.confirm.action_reduce": on(wizard("omni.confirm", order_id="draft")),
    "omni.confirm.action_override": on(wizard("omni.confirm", order_id="draft")),
    "omni.refuse.action_refuse": on(wizard("omni.refuse", picking_id="picking")),
    "omni.routing.decision.action_open": on("decision"),
    "omni.routing.simulation.action_run": on(wizard("omni.routing.simulation", company_id="company")),
    "sale.order.action_omni_decisions": on("sent"),
    "sale.order.action_omni_ask": on("draft"),
    "stock.picking.action_omni_refuse": on("picking"),
    "stock.picking.omni_refuse": on("picking", reason="damaged", note="Broken.", missing=[["@lamp", 1]]),
    # Points, figures.
    "loyalty.card.action_open_ledger": on("points"),
    "omni.loyalty.entry.action_reverse": on("entry"),
    "omni.loyalty.entry.action_open_origin": on("entry"),
    "omni.loyalty.entry.action_audit": on("entry"),
    "omni.loyalty.entry.audit": at_once(),
    "omni.sales.page.read_page": at_once(period="month"),
}

# What else makes sense in a call: other values of some of its arguments.
OTHERWISE = {
    "omni.pickup.desk.step": [{"step": step, "values": DESK[step]} for step in STEPS],
    "omni.pickup.action_decide": [{"decision": decision} for decision in DECISIONS],
}

# Odoo's own by name, on whichever model, where ours overrides it.
CORES = {
    "create": "Odoo's",
    "write": "Odoo's",
    "unlink": "Odoo's",
    "search": "Odoo's; nothing is looked at but a key of the context",
    "action_confirm": "no arguments",
    "action_pos_order_paid": "no arguments",
    "action_update_card_point": "no arguments",
    "confirm_coupon_programs": "tickets of a till, whose form is Odoo's",
    "get_loyalty_card_partner_by_code": "a code, which Odoo looks for too",
    "get_product_info_pos": "Odoo reads the arguments first",
    "onchange": "what a form shows, whose shape is Odoo's",
    "read_converted": "no arguments",
    "sync_from_ui": "tickets of a till, whose form is Odoo's",
}

LINK = "/pickup/<string:pickup_id>/<string:access_token>"
OWN = {"pickup_id": "@pickup", "access_token": "@token"}
ROUTES = {
    LINK: OWN | {"changed": "slot"},
    f"{LINK}/state": OWN,
    f"{LINK}/pickup.ics": OWN,
    f"{LINK}/code.png": OWN,
    f"{LINK}/app.webmanifest": OWN,
    f"{LINK}/shops": OWN,
    f"{LINK}/times": OWN,
    f"{LINK}/delegate": OWN | {"name": "Alex"},
    f"{LINK}/here": OWN | {"bay": "1", "plate": "AA"},
    f"{LINK}/shop": OWN | {"shop_id": "@depot"},
    f"{LINK}/slot": OWN | {"slot_id": "@slot"},
    f"{LINK}/cancel": OWN,
    f"{LINK}/extend": OWN | {"until": "2026-03-02 10:00:00"},
    f"{LINK}/push": OWN,
    f"{LINK}/push/start": OWN | {"endpoint": "https://push.example.com/1", "p256dh": "x", "auth": "x"},
    f"{LINK}/push/stop": OWN | {"endpoint": "https://push.example.com/1"},
    "/pickup/service-worker.js": {},
    "/shop/parts": {},
    "/shop/parts/line": {"line_id": 1, "is_sent": True},
    "/shop/parts/carrier": {"carrier_id": "@carrier"},
    "/shop/pickup_times": {},
    "/shop/pickup_slot": {"slot_id": "@slot"},
    "/shop/reserve/offer": {"product_id": "@lamp"},
    "/shop/reserve": {
        "product_id": "@lamp",
        "shop_id": "@store",
        "quantity": 1,
        "name": "Alex",
        "contact": "alex@example.com",
    },
    "/shop/reserve/confirm": {"token": "x", "code": "123456"},
    "/shop/shops": {"product_id": "@card", "search": "Arnhem", "latitude": 52.0, "longitude": 5.9},
    "/shop/shops/choose": {"shop_id": "@store", "product_id": "@card"},
    "/shop/shops/deliver": {"product_id": "@card"},
    "/shop/payment/pickup": {"choice": "agree"},
    # What these are told is Odoo's alone.
    "/shop/checkout": {},
    "/shop/payment": {},
    "/shop/payment/validate": {},
    "/stores": {"search": "Arnhem"},
    "/stores/<string:key>": {"key": "@store"},
    "/stores/<string:key>/mine": {"key": "@store"},
    "/shop/set_click_and_collect_location": {"pickup_location_data": '{"id": 1}'},
    "/website_sale/set_pickup_location": {"pickup_location_data": '{"id": 1}'},
    "/website_sale/get_pickup_locations": {
        "zip_code": "6811",
        "product_id": "@card",
        "latitude": 52.0,
        "longitude": 5.9,
    },
    "/shop/cart": {},  # what it is told is Odoo's alone
    "/shop/cart/take_left": {"product_id": "@lamp", "back": "/shop/cart"},
    "/my/pickups": {},
    "/my/pickups/page/<int:page>": {"page": 1},
    "/my/pickups/<string:pickup_id>": {"pickup_id": "@pickup"},
    "/my/data": {"marketing.mail": "1"},
    "/my/points": {},
    "/my/points/page/<int:page>": {"page": 1},
}
