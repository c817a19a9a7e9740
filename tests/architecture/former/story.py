"""What a retailer has lived through with the former add-ons: run through Odoo's shell with these, never with today's.

Each part ends with a commit: what a job, a till or another customer does is a transaction of its own.
"""

import json
from datetime import timedelta

from odoo import Command, fields

from odoo.addons.omni_base.exceptions import OutOfStock

env = env  # noqa: F821 - given by the runner
now = fields.Datetime.now()
company = env.company
france = env.ref("base.fr")


def settle():
    env.cr.commit()
    env.cr.execute("SELECT omni_promise_settle()")
    env.cr.commit()


def person(login, *groups):
    values = {"name": login, "login": login, "email": f"{login}@example.com"}
    group_ids = [Command.set([env.ref(group).id for group in groups])]
    return env["res.users"].with_context(no_reset_password=True).create(values | {"group_ids": group_ids})


# ---- stores, each with settings of its own
def store(name, code, city, zip_code, latitude, longitude, **values):
    address = {"name": name, "street": "1 rue Neuve", "city": city, "zip": zip_code, "country_id": france.id}
    partner = env["res.partner"].create(address | {"partner_latitude": latitude, "partner_longitude": longitude})
    return env["stock.warehouse"].create({"name": name, "code": code, "partner_id": partner.id, **values})


calendar = env["resource.calendar"].create(
    {
        "name": "Lyon",
        "tz": "Europe/Paris",
        "attendance_ids": [
            Command.create({"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": end})
            for day in range(7)
            for start, end in ((8, 12), (13, 20))
        ],
    }
)
lyon = store(
    "Lyon",
    "LYO",
    "Lyon",
    "69002",
    45.764,
    4.8357,
    opening_hours=calendar.id,
    omni_preparation_hours=3,
    omni_collect_cutoff=17.5,
    omni_collect_days=9,
    omni_collect_queue_minutes=7,
    omni_collect_per_hour=40,
    omni_collect_transfer_days=3,
    omni_reserve_hours=30,
    omni_reserve_max_open=8,
    omni_reserve_max_amount=900,
    omni_reserve_max_quantity=6,
    omni_no_show_limit=4,
    omni_no_show_months=5,
    omni_reminder_hours=47,
    omni_last_day_hours=11,
    omni_extend_times=2,
    omni_extend_hours=26,
    omni_drive_in=True,
    omni_link_days=31,
    omni_privacy_months=13,
    omni_preparation_minutes=180,
    omni_cutoff_hour=17.5,
    omni_transit_days=3,
    omni_daily_capacity=70,
    omni_parcel_price=7,
    omni_line_price=0.75,
    omni_priority="1",
)
lille = store("Lille", "LIL", "Lille", "59000", 50.629, 3.057, omni_preparation_minutes=60, omni_cutoff_hour=15)
central = store("Roissy", "ROI", "Roissy", "95700", 49.009, 2.55, omni_collects=False, omni_sms=True)
env.cr.execute("UPDATE stock_warehouse SET omni_collect_cutoff = NULL WHERE id = %s", [central.id])
calendar.env["resource.calendar.leaves"].create(
    {
        "name": "Stocktaking",
        "calendar_id": calendar.id,
        "company_id": company.id,
        "date_from": now + timedelta(days=40),
        "date_to": now + timedelta(days=41),
    }
)
env["omni.pickup.slot.rule"].create(
    [
        {"warehouse_id": lyon.id, "dayofweek": str(day), "hour_from": 9, "hour_to": 12, "minutes": 60, "capacity": 3}
        for day in range(7)
    ]
)
env.cr.commit()

# ---- people
desk, desk_lyon = (person(login, "omni_clickcollect.group_pickup_desk") for login in ("desk", "desk_lyon"))
lyon.omni_desk_user_ids = desk_lyon
seller = person("office", "sales_team.group_sale_salesman_all_leads")
stock_user = person("stock", "stock.group_stock_user")
user = person("omni", "omni_base.group_user", "point_of_sale.group_pos_user")
manager = person(
    "boss",
    "omni_base.group_manager",
    "stock.group_stock_manager",
    "sales_team.group_sale_manager",
    "point_of_sale.group_pos_manager",
)
camille, ines, zoe = env["res.partner"].create(
    [
        {
            "name": name,
            "email": f"{name.lower()}@example.com",
            "phone": phone,
            "street": "3 rue Vieille",
            "city": "Lyon",
            "zip": "69003",
            "country_id": france.id,
            "partner_latitude": 45.75,
            "partner_longitude": 4.85,
        }
        for name, phone in (("Camille", "+33612345678"), ("Ines", "+33612345679"), ("Zoe", "+33612345680"))
    ]
)
home = env["res.partner"].create(
    {
        "name": "Camille at home",
        "parent_id": camille.id,
        "type": "delivery",
        "street": "5 rue Haute",
        "city": "Nice",
        "zip": "06000",
        "country_id": france.id,
    }
)
env.cr.commit()

# ---- channels, company, website, carriers
website = env["website"].search([("company_id", "=", company.id)], limit=1)
website.warehouse_id = central
web = website.omni_channel_id
web.write(
    {
        "warehouse_ids": [Command.set((lyon + lille + central).ids)],
        "hold_moment": "basket",
        "hold_minutes": 22,
        "hold_payment_hours": 30,
        "name": "Our web shop",
    }
)
phone = company.omni_phone_channel_id
phone.write({"leave_from": "best", "warehouse_ids": [Command.set((lyon + lille + central).ids)]})
kiosk = env["omni.channel"].create(
    {"name": "Kiosk", "kind": "kiosk", "sequence": 42, "hold_minutes": 20160, "active": False}
)
company.write(
    {
        "omni_km_price": 0.03,
        "omni_split_price": 2.5,
        "omni_transfer_price": 4.5,
        "omni_transfer_days": 2,
        "omni_load_price": 1.25,
        "omni_slow_price": 0.5,
        "omni_priority_price": 5.5,
        "omni_max_legs": 3,
        "omni_profile_days": 400,
    }
)
env["delivery.carrier"].search([]).is_published = False
service = env["product.product"].create({"name": "Collect", "type": "service", "list_price": 0, "taxes_id": False})
collect = env["delivery.carrier"].create({"name": "Collect", "delivery_type": "in_store", "product_id": service.id})
collect.write({"warehouse_ids": [Command.set((lyon + lille).ids)], "is_published": True})
postage = env["product.product"].create({"name": "Parcel", "type": "service", "taxes_id": False})
parcel = env["delivery.carrier"].create(
    {"name": "Parcel", "delivery_type": "fixed", "fixed_price": 6, "product_id": postage.id, "is_published": True}
)
env.cr.commit()

# ---- goods
category = env["product.category"].create({"name": "Light", "omni_excluded_channel_ids": [Command.set(kiosk.ids)]})
lamp, shade, bulb, vase, scarce = env["product.product"].create(
    [
        {
            "name": name,
            "is_storable": True,
            "list_price": price,
            "taxes_id": False,
            "allow_out_of_stock_order": False,
            "website_published": True,
            "available_in_pos": True,
            "categ_id": category.id,
        }
        for name, price in (("Lamp", 40), ("Shade", 25), ("Bulb", 5), ("Vase", 60), ("Scarce", 90))
    ]
)
vase.product_tmpl_id.omni_excluded_channel_ids = web
later = env["product.product"].create(
    {"name": "Later", "is_storable": True, "list_price": 12, "taxes_id": False, "allow_out_of_stock_order": True}
)
stock = env["stock.quant"]
for product, there, quantity in (
    (lamp, lyon, 40),
    (lamp, lille, 9),
    (lamp, central, 30),
    (shade, lyon, 20),
    (shade, lille, 20),
    (shade, central, 20),
    (bulb, lyon, 50),
    (bulb, central, 5),
    (vase, lyon, 8),
    (scarce, lille, 5),
    (later, lyon, 2),
):
    stock._update_available_quantity(product, there.lot_stock_id, quantity)
settle()

# ---- safety stock and routing rules
env["omni.safety.stock"].with_user(manager).create(
    [
        {"kind": "all", "quantity": 2, "product_tmpl_id": lamp.product_tmpl_id.id},
        {"kind": "all", "quantity": 1, "warehouse_id": lyon.id, "product_id": shade.id},
        {"kind": "for", "channel_id": web.id, "percent": 20, "quantity": 1, "categ_id": category.id},
        {"kind": "from", "channel_id": phone.id, "quantity": 3, "product_id": bulb.id},
    ]
)
env["omni.routing.rule"].with_user(manager).create(
    [
        {"name": "Never", "effect": "forbid", "warehouse_ids": [Command.set(lille.ids)], "zips": "97, 98"},
        {
            "name": "Rather",
            "effect": "prefer",
            "warehouse_ids": [Command.set(lyon.ids)],
            "amount": 5,
            "country_ids": [Command.set(france.ids)],
            "categ_ids": [Command.set(category.ids)],
        },
        {"name": "Few parcels", "effect": "legs", "max_legs": 2, "sequence": 3, "min_amount": 50},
        {"name": "Dear", "effect": "split", "split_price": 5, "channel_ids": [Command.set(web.ids)], "draft": True},
        {"name": "Past", "effect": "legs", "max_legs": 1, "active": False},
    ]
)
settle()

# ---- orders to collect
on_site = env.ref("website_sale_collect.payment_provider_on_site")
method = env.ref("website_sale_collect.payment_method_pay_on_site")


def order(partner, *lines, to=lyon, confirm=True, **values):
    if to:
        values |= {
            "carrier_id": collect.id,
            "website_id": website.id,
            "pickup_location_data": {
                "id": to.id,
                "name": to.name,
                "street": "1 rue Neuve",
                "city": to.name,
                "zip_code": to.partner_id.zip,
                "country_code": "FR",
            },
        }
    lines = [Command.create({"product_id": product.id, "product_uom_qty": quantity}) for product, quantity in lines]
    made = env["sale.order"].create({"partner_id": partner.id, "order_line": lines, **values})
    if confirm:
        made.action_confirm()
    return made


def pay(sale, amount=None, **values):
    return env["payment.transaction"].create(
        {
            "provider_id": on_site.id,
            "payment_method_id": method.id,
            "currency_id": sale.currency_id.id,
            "amount": sale.amount_total if amount is None else amount,
            "partner_id": sale.partner_id.id,
            "reference": f"{sale.name}-{len(sale.transaction_ids)}",
            "state": "done",
            "sale_order_ids": [Command.set(sale.ids)],
            **values,
        }
    )


def pickup(*lines, paid=True, state="to_prepare", partner=camille, **values):
    sale = order(partner, *lines, **values)
    if paid:
        pay(sale)
    [made] = sale.omni_pickup_ids.with_user(desk)
    if state != "to_prepare":
        made.action_prepare()
    if state == "ready":
        made.action_ready()
    env.cr.commit()
    return made.sudo()


waiting = pickup((lamp, 2), (shade, 1))
preparing = pickup((lamp, 1), state="preparing")
ready = pickup((shade, 2), state="ready")
collected = pickup((bulb, 4), state="ready")
collected.with_user(desk).action_hand_over(collected.code)
in_part = pickup((bulb, 6), state="ready")
in_part.with_user(desk).action_hand_over(in_part.code, {in_part.line_ids.id: 2})
unpaid = pickup((shade, 1), paid=False)
unpaid.with_user(desk).action_prepare()
given_up = pickup((lamp, 1), state="ready", partner=ines)
given_up.with_user(desk).action_release("The customer called")
cancelled = pickup((shade, 3), partner=ines)
cancelled.order_id.with_user(seller)._action_cancel()
late = pickup((lamp, 1), state="ready", paid=False, partner=zoe)
late.write({"no_show_at": now - timedelta(days=1)})
late.with_user(desk).action_release("Nobody came")
settle()

# ---- what customers do about their pickups
delegated = pickup((shade, 1), state="ready")
delegated._set_delegate("Ali Martin")
wish = pickup((shade, 1), state="ready", partner=zoe)
wish._cancel_or_ask()
here = pickup((bulb, 1), state="ready", partner=zoe)
here._set_arrived("4", "AB-123-CD")
longer = pickup((bulb, 2), state="ready", partner=ines)
longer.action_extend()
signed = pickup((bulb, 1), state="preparing", partner=ines)
signed.write({"bin": "12"})
settle()

# ---- slots
day = (now + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
slots = lyon.omni_slots(day, day + timedelta(days=2))
env.cr.commit()
for number, partner in enumerate((camille, ines, zoe)):
    basket = order(partner, (bulb, 1), confirm=False)
    env.cr.commit()
    basket._omni_choose_slot(slots[0 if number < 2 else 1])
    env.cr.commit()
    basket.action_confirm()
    pay(basket)
    env.cr.commit()
choosing = order(zoe, (bulb, 2), confirm=False)
env.cr.commit()
choosing._omni_choose_slot(slots[2])
env.cr.commit()
other_time = env["omni.pickup"].search([("slot_id", "=", slots[1].id)])
other_time._change_time(str(slots[2].id))
settle()

# ---- reservations, and those that wait for their code
reserved = env["omni.pickup"].with_user(desk).reserve(ines, lyon, [(vase.id, 1)])
settle()
tried = env["omni.pickup"].with_user(desk).reserve(camille, lyon, [(vase.id, 2)], slots[3])
tried.with_user(desk).action_prepare()
settle()
request = env["omni.reserve.request"]._ask(
    "nobody@example.com",
    {
        "name": "Nobody",
        "lang": "en_US",
        "address": "192.0.2.1",
        "website_id": website.id,
        "warehouse_id": lyon.id,
        "product_id": lamp.id,
        "quantity": 1,
    },
)
env.cr.commit()
request._verify(request.token, "wrong")
untried = env["omni.reserve.request"]._ask(
    "somebody@example.com",
    {
        "name": "Somebody",
        "lang": "en_US",
        "address": "192.0.2.2",
        "website_id": website.id,
        "warehouse_id": lyon.id,
        "product_id": lamp.id,
        "quantity": 1,
    },
)
env.cr.commit()
env["omni.rate"]._take("pickup,192.0.2.1", 20, 3600)
env.cr.commit()

# ---- parts sent home
mixed = order(camille, (bulb, 2), (shade, 1), confirm=False)
env.cr.commit()
mixed.omni_home_id = home
mixed._omni_send_home(mixed.order_line.filtered(lambda line: line.product_id == shade), True)
pay(mixed)
mixed.action_confirm()
settle()

# ---- refunds
card = env["payment.provider"].create(
    {"name": "Card", "code": "none", "state": "test", "payment_method_ids": [Command.set(method.ids)]}
)


def paid_back(state, due, by_hand=0.0):
    back = pickup((bulb, 4), state="ready", partner=ines, paid=False)
    payment = pay(back.order_id, provider_id=card.id)
    back.write({"refund_state": state, "refund_amount": due + by_hand, "refund_due": due, "refund_by_hand": by_hand})
    return back, payment


paid_back("due", 10.0)
paid_back("asked", 15.0)
paid_back("manual", 0.0, 5.0)
done, payment = paid_back("done", 0.0)
done.refund_amount = 12.0
for state, amount in (("done", 9.0), ("pending", 3.0)):
    pay(
        done.order_id,
        -amount,
        provider_id=card.id,
        state=state,
        operation="refund",
        omni_pickup_id=done.id,
        source_transaction_id=payment.id,
    )
settle()

# ---- messages to phones
told = env["omni.pickup.message"].search([("pickup_id", "=", ready.id)], limit=1)
device = env["omni.pickup.push"].create(
    {
        "pickup_id": ready.id,
        "number": 1,
        "endpoint": "https://push.example.com/v2/one",
        "keys": json.dumps({"auth": "a", "p256dh": "p"}),
    }
)
env["omni.pickup.push.note"].create(
    {"push_id": device.id, "message_id": told.id, "payload": "{}", "tries": 1, "next_at": now + timedelta(hours=1)}
)
env.cr.commit()

# ---- orders that are sent, and routing
sent = order(zoe, (lamp, 3), (shade, 2), to=None, website_id=website.id, carrier_id=parcel.id)
pay(sent)
settle()
by_phone = order(zoe, (lamp, 2), to=None, user_id=seller.id)
settle()
refused = by_phone.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))[:1]
refused.with_user(stock_user).omni_refuse("busy", "Inventory day")
settle()
waits = order(ines, (later, 5), to=None, warehouse_id=lyon.id)
settle()
shipped = order(zoe, (shade, 1), to=None, warehouse_id=central.id, omni_channel_id=phone.id)
settle()
for picking in shipped.picking_ids.filtered(lambda picking: picking.state == "assigned"):
    picking.move_ids.picked = True
    picking.button_validate()
settle()

# ---- confirmed anyway
too_much = order(ines, (scarce, 1), to=None, confirm=False, warehouse_id=lyon.id)
too_much.omni_channel_id = phone
too_much.order_line.product_uom_qty = 7
env.cr.commit()
try:
    too_much.with_user(manager).action_confirm()
except OutOfStock:
    env.cr.rollback()
action = too_much.with_user(manager).action_omni_ask()
wizard = env[action["res_model"]].with_user(manager).browse(action["res_id"])
wizard.reason = "They know that it comes on Friday"
wizard.action_override()
settle()

# ---- holds: in force, released, expired, of a basket that pays
availability = env["omni.availability"]


def keep(partner, *demand, seconds=36000):
    basket = order(
        partner,
        *[(product, quantity) for product, _store, quantity in demand],
        to=None,
        confirm=False,
        website_id=website.id,
    )
    env.cr.commit()
    availability.hold(basket, [(product.id, there.id, quantity) for product, there, quantity in demand], web, seconds)
    env.cr.commit()
    return basket


keep(camille, (lamp, lyon, 2), (shade, central, 1))
keep(zoe, (lamp, lille, 4))
free_again = keep(ines, (lamp, lyon, 1))
availability.release(free_again)
past = keep(ines, (shade, lille, 2))
env.cr.execute(
    "UPDATE omni_hold SET expires_at = created - interval '1 second' WHERE res_model = 'sale.order' AND res_id = %s",
    [past.id],
)
env.cr.commit()
prolonged = keep(zoe, (bulb, central, 2))
availability.extend(prolonged, 72000)
settle()


# ---- oversold: what is on hold or ordered is not on the shelf any more
def count(product, there, quantity):
    quant = stock.search([("product_id", "=", product.id), ("location_id", "=", there.lot_stock_id.id)])
    quant = quant.with_user(stock_user).with_context(inventory_mode=True)
    quant.inventory_quantity = quantity
    quant.action_apply_inventory()
    settle()


count(lamp, lille, 2)
keep(camille, (bulb, central, 3))
count(bulb, central, 1)
env["omni.incident.watch"]._cron_watch()
settle()
cases = env["omni.incident"].search([("product_id", "=", bulb.id)])
for case in cases[:1]:
    case.with_user(user).reason = "Found behind the shelf"
    case.with_user(user).action_dismiss()
for case in env["omni.incident"].search([("product_id", "=", lamp.id)])[:1]:
    case.with_user(user).action_take_care()
    case.note = "They were called"
env.cr.commit()

# ---- inventory accuracy and pace
env["omni.confidence.buffer"]._look()
trust = env["omni.confidence.buffer"].create(
    {"product_id": bulb.id, "warehouse_id": lyon.id, "company_id": company.id, "quantity": 2, "looked_at": now}
)
trust.with_user(manager).action_apply()
env["omni.stock.pace"]._refresh()
env.cr.commit()

# ---- loyalty
program = env.ref("omni_loyalty.loyalty_program")
program.write({"name": "Our card", "active": True})
program.reward_ids.write({"discount": 7, "required_points": 120, "description": "Seven off"})
cards = env["loyalty.card"]
points = cards.search([("partner_id", "=", camille.id), ("program_id", "=", program.id)])
points = points or cards.create({"partner_id": camille.id, "program_id": program.id, "points": 50})
points.points += 25.5
points._omni_move(-20, "adjusted")
order(camille, (bulb, 3), to=None, warehouse_id=lyon.id)._update_programs_and_rewards()
settle()

# ---- what the administrator has changed
template = env.ref("omni_clickcollect.mail_template_pickup_ready")
template.write({"subject": "Come and get it: {{ object.order_id.name }}"})
env.ref("omni_clickcollect.mail_template_pickup_reminder").unlink()
env.ref("omni_base.group_user").user_ids += stock_user
env.cr.commit()

# ---- a till
company.point_of_sale_update_stock_quantities = "closing"
till = env["pos.config"].create({"name": "Lyon till", "picking_type_id": lyon.pos_type_id.id})
till = till.with_user(manager)
till.open_ui()
session = till.current_session_id
session.set_opening_control(0, None)
env.cr.commit()
ticket = env["pos.order"].create(
    {
        "session_id": session.id,
        "partner_id": zoe.id,
        "amount_total": 80,
        "amount_tax": 0,
        "amount_paid": 0,
        "amount_return": 0,
        "lines": [
            Command.create(
                {"product_id": lamp.id, "qty": 2, "price_unit": 40, "price_subtotal": 80, "price_subtotal_incl": 80}
            )
        ],
    }
)
cash = till.payment_method_ids.filtered("is_cash_count")[:1] or till.payment_method_ids[:1]
ticket.add_payment({"pos_order_id": ticket.id, "amount": 80, "payment_method_id": cash.id})
ticket.action_pos_order_paid()
settle()

# ---- what is said of all that
products, stores = env["product.product"].search([("is_storable", "=", True)]), env["stock.warehouse"].search([])
said = {
    name: {
        f"{env['product.product'].browse(product).name} in {env['stock.warehouse'].browse(there).name}": quantity
        for (product, there), quantity in availability.available(products.ids, stores.ids, channel).items()
    }
    for name, channel in (("", None), ("web", web), ("phone", phone))
}
print(json.dumps({"audit": availability.audit(), "available": said}))
