"""Pickups of all kinds, of a customer in each language, with every mail that they are sent.

Run with `env` on a copy of the demo retailer; prints what leads to them, as JSON.
"""

import json

env = env(context=dict(env.context, mail_notify_force_send=False))  # noqa: F821 - given
store, other = (env.ref(f"omni_base.demo_warehouse_{name}") for name in ("lyon", "paris"))
central = env.ref("stock.warehouse0")
store.write({"omni_drive_in": True, "omni_extend_times": 2, "omni_reserve_max_open": 0})
website = env["website"].search([], limit=1)
carrier = website.in_store_dm_id
home = env["delivery.carrier"].search([("delivery_type", "=", "fixed"), ("is_published", "=", True)], limit=1)
goods = env["product.product"].search([("is_storable", "=", True), ("website_published", "=", True)], order="id")
left = env["omni.availability"].available(goods.ids, (store + other + central).ids)
many = goods.filtered(lambda product: left[product.id, store.id] >= 3)
jacket, boots, flask = (many.filtered(lambda one, name=name: name in one.name)[:1] for name in ("acket", "oot", "lask"))
first, second = (jacket or many[0]), (boots or flask or many[20])
shops = carrier.warehouse_ids


for product in first + second:
    for shop in (store, other, central):
        env["stock.quant"]._update_available_quantity(product, shop.lot_stock_id, 60)


def customer(lang):
    address = {"street": "12 rue Garibaldi", "city": "Lyon", "zip": "69003", "country_id": env.ref("base.fr").id}
    name = "Camille Martin-Lefebvre" if lang == "fr_FR" else "Camille Baker"
    values = {"name": name, "email": f"camille.{lang[:2]}@example.com", "phone": "+33 6 39 98 12 34", "lang": lang}
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": name,
                "login": f"camille_{lang[:2]}",
                "password": f"camille_{lang[:2]}",
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
    )
    user.partner_id.write(values | address)
    return user.partner_id


def order(partner, paid=True, shop=store, confirm=True, lines=((first, 1), (second, 2))):
    made = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "website_id": website.id,
            "carrier_id": carrier.id,
            "pickup_location_data": shop._omni_location(),
            "order_line": [(0, 0, {"product_id": one.id, "product_uom_qty": quantity}) for one, quantity in lines],
        }
    )
    if confirm:
        made.action_confirm()
    if paid and confirm:
        pay(made)  # noqa: F821 - given
    return made


def ready(pickup):
    pickup.action_prepare()
    pickup.action_ready()
    return pickup


def pickups_of(partner):
    made = {}

    def keep(name, make):
        made[name] = make()

    def collected():
        pickup = ready(order(partner).omni_pickup_ids)
        pickup.action_hand_over(pickup.code)
        return pickup

    def partly():
        pickup = ready(order(partner).omni_pickup_ids)
        pickup.action_hand_over(pickup.code, {pickup.line_ids[0].id: 1})
        return pickup

    def released():
        pickup = ready(order(partner).omni_pickup_ids)
        pickup.action_release("Not collected in time.")
        return pickup

    def cancelled():
        pickup = order(partner).omni_pickup_ids
        pickup._cancel_or_ask()
        return pickup

    def cancel_asked():
        pickup = order(partner).omni_pickup_ids
        pickup.action_prepare()
        pickup._cancel_or_ask()
        return pickup

    def missing():
        pickup = order(partner, paid=False).omni_pickup_ids
        pickup.action_prepare()
        pickup.action_missing(pickup.line_ids[1].id, 1, "other")
        pickup.action_ready()
        pickup.action_decide(pickup.line_ids[1].id, "refund")
        return pickup

    def undecided():
        pickup = order(partner).omni_pickup_ids
        pickup.action_prepare()
        pickup.action_missing(pickup.line_ids[1].id, 1, "other")
        pickup.action_ready()
        return pickup

    def reservation():
        return env["omni.pickup"].reserve(partner, store, [(first.id, 1)])

    def reservation_ready():
        return ready(env["omni.pickup"].reserve(partner, other, [(second.id, 1)]))

    def mixed():
        basket = order(partner, confirm=False)
        basket._omni_send_home(basket.order_line.filtered(lambda line: line.product_id == second), True)
        basket.action_confirm()
        pay(basket)  # noqa: F821 - given
        return basket.omni_pickup_ids

    def split():
        basket = order(partner, paid=False)
        basket.order_line.filtered(lambda line: line.product_id == second).write(
            {"omni_way": "collect", "omni_collect_warehouse_id": other.id}
        )
        return basket.omni_pickup_ids.sorted("id")[:1]

    def moved():
        pickup = order(partner).omni_pickup_ids
        pickup._move_to(other.id)
        return pickup

    def changed():
        pickup = order(partner).omni_pickup_ids
        pickup.order_id.order_line.filtered(lambda line: line.product_id == second).product_uom_qty = 1
        return pickup

    def all_told():
        pickup = ready(order(partner, paid=False).omni_pickup_ids)
        pickup._set_delegate("Paul Petit")
        pickup.action_extend()
        pickup._tell("reminder")
        pickup._tell("last_day")
        return pickup

    keep("received", lambda: order(partner, paid=False).omni_pickup_ids)
    keep("preparing", lambda: (lambda pickup: pickup.action_prepare() and pickup)(order(partner).omni_pickup_ids))
    for make in (collected, partly, released, cancelled, cancel_asked, missing, undecided, reservation):
        keep(make.__name__, make)
    for make in (reservation_ready, mixed, split, moved, changed, all_told):
        keep(make.__name__, make)
    return made


def mails_of(made):
    """Return the letter of each kind, as it goes out: ``{kind: HTML}``."""
    letters = {}
    for name, pickup in made.items():
        for told in pickup.sudo().told_ids:
            kind = told.code.removeprefix("pickup.")
            mail = env["mail.mail"].search([("mail_message_id", "=", told.mail_message_id.id)], limit=1)
            if body := mail.body_html or told.mail_message_id.body:
                letter = [mail.subject or told.mail_message_id.subject, str(body)]
                letters.setdefault(f"{kind}-{name}" if kind in letters else kind, letter)
    return letters


result = {}
for lang in ("en_US", "fr_FR"):
    partner = customer(lang)
    made = {name: one for name, one in pickups_of(partner).items() if one}
    env.flush_all()
    result[lang] = {
        "login": f"camille_{lang[:2]}",
        "pickups": {name: one._page_path() for name, one in made.items()},
        "orders": {name: one.order_id.id for name, one in made.items()},
        "mails": mails_of(made),
    }
    asked = (
        env["omni.reserve.request"]
        .sudo()
        ._ask(
            "guest@example.com" if lang == "en_US" else "invite@example.com",
            f"look-{lang}",
            {
                "name": "Camille",
                "lang": lang,
                "website_id": website.id,
                "warehouse_id": store.id,
                "product_id": first.id,
                "quantity": 1,
            },
        )
    )
    mail = env["mail.mail"].search([("email_to", "=", asked.contact)], order="id desc", limit=1)
    if mail:
        result[lang]["mails"]["code"] = [mail.subject, str(mail.body_html)]
env.cr.commit()
env.registry.signal_changes()
few = min((one for one in goods if 0 < left[one.id, store.id] <= 3), key=lambda one: one.id, default=first)
away = next((one for one in goods if left[one.id, store.id] <= 0 and left[one.id, central.id] >= 4), first)
everywhere = env["omni.availability"].available(goods.ids, (shops + central).ids)
gone = next((one for one in goods if all(everywhere[one.id, shop.id] <= 0 for shop in shops + central)), None)
print(
    json.dumps(
        {
            "people": result,
            "product": first.website_url,
            "few": few.website_url,
            "away": away.website_url,
            "gone": gone.website_url if gone else "",
            "store": store.id,
            "first": [first.product_tmpl_id.id, first.id],
            "second": [second.product_tmpl_id.id, second.id],
            "away_ids": [away.product_tmpl_id.id, away.id],
        }
    )
)
