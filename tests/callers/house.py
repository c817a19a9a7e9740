"""Two retailers who must not know of each other, each with one of everything, and a user of each role."""

import reflection
from tills import open_session

from odoo import Command, fields

PASSWORD = "caller-1-password"
CITIES = ("Arnhem", "Zwolle")
SECRET = "Quint"  # in the name of each customer
OTHERS_GROUPS = {
    "till": "point_of_sale.group_pos_user",
    "stock": "stock.group_stock_user",
    "sales": "sales_team.group_sale_salesman",
}


def build(env):
    """Make them; return ``(houses by city: {name: id}, users by role: id)``."""
    env["delivery.carrier"].search([]).is_published = False
    companies = [
        env.company,
        env["res.company"].create({"name": "Company Zwolle", "currency_id": env.company.currency_id.id}),
    ]
    houses = {}
    for city, company in zip(CITIES, companies, strict=True):
        inside = env(context={**env.context, "allowed_company_ids": company.ids})
        houses[city] = _house(inside, city)
    users = _users(env, companies)
    return houses, users


def _house(env, city):
    company = env.company
    address = {"street": "1 Main street", "city": city, "zip": "6811", "country_id": env.ref("base.nl").id}
    address["company_id"] = company.id
    stores = env["stock.warehouse"].create(
        [
            {
                "name": f"{name} {city}",
                "code": f"{name[0]}{city[0]}",
                "company_id": company.id,
                "partner_id": env["res.partner"].create(address | {"name": f"{name} {city}"}).id,
            }
            for name in ("Shop", "Depot")
        ]
    )
    store = stores[0]
    common = {"list_price": 10, "taxes_id": False, "website_published": True, "available_in_pos": True}
    lamp, card, service = env["product.product"].create(
        [
            common | {"name": f"Lamp {city}", "is_storable": True, "company_id": company.id},
            common | {"name": f"Card {city}", "company_id": company.id},
            {"name": f"Collect {city}", "type": "service", "list_price": 0, "taxes_id": False},
        ]
    )
    for place in stores:
        env["stock.quant"]._update_available_quantity(lamp, place.lot_stock_id, 50)
    carrier = env["delivery.carrier"].create(
        {
            "name": f"Collect {city}",
            "delivery_type": "in_store",
            "product_id": service.id,
            "company_id": company.id,
            "warehouse_ids": [Command.set(stores.ids)],
            "is_published": True,
        }
    )
    env["omni.pickup.slot.rule"].create(
        [{"warehouse_id": store.id, "dayofweek": str(day), "hour_from": 8, "hour_to": 20} for day in range(7)]
    )
    customer = env["res.partner"].create(address | {"name": f"{SECRET} {city}", "email": f"quint@{city}.example.com"})
    channel = env["omni.channel"].create(
        {"name": f"Phone {city}", "kind": "phone", "company_id": company.id, "leave_from": "best"}
    )

    def order(**values):
        place = {"id": store.id, "name": store.name, "street": "1", "city": city, "zip_code": "1", "country_code": "NL"}
        return env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "omni_channel_id": channel.id,
                "warehouse_id": store.id,
                "carrier_id": carrier.id,
                "pickup_location_data": place,
                "client_order_ref": f"Ref {city}",
                "order_line": [Command.create({"product_id": lamp.id, "product_uom_qty": 2})],
                **values,
            }
        )

    collected, draft = order(), order(carrier_id=False, pickup_location_data=False)
    sent = order(carrier_id=False, pickup_location_data=False)
    (collected | sent).action_confirm()
    customer.child_ids.company_id = company  # the address of a pickup, which Odoo makes for all companies
    pickup = collected.omni_pickup_ids
    env["omni.availability"].hold(draft, [(lamp.id, store.id, 1)], ttl=10**6)
    incident = env["omni.incident"].create(
        {
            "product_id": lamp.id,
            "warehouse_id": store.id,
            "quantity": 1,
            "kind": "hold",
            "res_model": "sale.order",
            "res_id": draft.id,
            "owner_name": f"{SECRET} {city}",
        }
    )
    refund = env["omni.refund"].create(
        {
            "order_id": sent.id,
            "currency_id": sent.currency_id.id,
            "amount": 10,
            "state": "by_hand",
            "key": "house",
            "reason": f"Of {SECRET} {city}",
        }
    )
    buffer = env["omni.confidence.buffer"].create(
        {
            "product_id": lamp.id,
            "warehouse_id": store.id,
            "company_id": company.id,
            "quantity": 1,
            "looked_at": fields.Datetime.now(),
        }
    )
    program = env["loyalty.program"].create(
        {"name": f"Points {city}", "program_type": "loyalty", "applies_on": "both", "company_id": company.id}
    )
    points = env["loyalty.card"].create({"program_id": program.id, "partner_id": customer.id, "points": 5})
    session, _card = open_session(env, city[:4], store, env.user)
    slot = store.omni_slots(fields.Date.today(), fields.Date.add(fields.Date.today(), days=7))[-1:]
    records = {
        "company": company,
        "store": store,
        "depot": stores[1],
        "lamp": lamp,
        "card": card,
        "carrier": carrier,
        "customer": customer,
        "channel": channel,
        "draft": draft,
        "collected": collected,
        "sent": sent,
        "sold": sent.order_line,
        "picking": sent.picking_ids[:1],
        "pickup": pickup,
        "line": pickup.line_ids,
        "hold": env["omni.hold"].search([("product_id", "=", lamp.id)], limit=1),
        "incident": incident,
        "refund": refund,
        "task": env["omni.task"]._ask("too_much", sent, f"Of {SECRET} {city}"),
        "buffer": buffer,
        "points": points,
        "entry": env["omni.loyalty.entry"].search([("card_id", "=", points.id)], limit=1),
        "till": session.config_id,
        "slot": slot,
        "decision": env["omni.routing.decision"].search([("company_id", "=", company.id)], limit=1),
        "category": lamp.categ_id,
        "message": env["omni.message"].search([("res_model", "=", "omni.pickup"), ("res_id", "=", pickup.id)], limit=1),
    }
    ids = {name: record.id for name, record in records.items()}
    sudo = pickup.sudo()
    return ids | {
        "code": sudo.code,
        "token": sudo.access_token,
        "order": collected.name,
        "owner": f"sale.order,{draft.id}",
        "template": lamp.product_tmpl_id.id,
    }


def _users(env, companies):
    """A user of each role alone, one with all of them, and their like at the other retailer."""
    groups = {name: group.ids for name, group in reflection.groups(env).items()}
    groups |= {name: env.ref(group).ids for name, group in OTHERS_GROUPS.items()}
    staff = env.ref("base.group_user").ids
    everything = [group for ids in groups.values() for group in ids]
    roles = {"portal": env.ref("base.group_portal").ids, "employee": staff}
    roles |= {name: staff + ids for name, ids in groups.items()} | {"everything": staff + everything}
    users = {}
    for role, ids in roles.items():
        users[role] = _user(env, role, ids, companies[0])
    users["stranger"] = _user(env, "stranger", roles["everything"], companies[1])
    people = env["res.users"].browse(users.values())
    people[0].password = PASSWORD
    env.flush_all()
    # One password for all: to make one takes a third of a second.
    env.cr.execute(
        "UPDATE res_users SET password = (SELECT password FROM res_users WHERE id = %s) WHERE id = ANY(%s)",
        [people[0].id, people.ids],
    )
    return users | {"visitor": env.ref("base.public_user").id}


def _user(env, role, groups, company):
    values = {
        "name": f"Role {role}",
        "login": login(role),
        "email": "role@example.com",
        "company_id": company.id,
        "company_ids": [Command.set(company.ids)],
        "group_ids": [Command.set(groups)],
    }
    return env["res.users"].create(values).id


def login(role):
    return f"caller-{role.replace('.', '-')}"
