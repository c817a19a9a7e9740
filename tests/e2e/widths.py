"""What a till has to show at every width.

Run with `env` on the retailer's database; prints what the test needs to know, as JSON.
"""

import json

# The server's job sends the mails: sent from here, too, at the same moment, they are gone when it looks for them.
env = env(context=dict(env.context, mail_notify_force_send=False))  # noqa: F821 - given
env["res.lang"]._activate_lang("fr_FR")
bricks = [name for name in env["ir.module.module"]._installed() if name.startswith("omni_")]
env["ir.module.module"]._load_module_terms(bricks, ["fr_FR"])

for login, lang, groups in (
    ("vendeuse", "fr_FR", ["point_of_sale.group_pos_user"]),
    ("vendor", "en_US", ["point_of_sale.group_pos_user"]),
    ("directrice", "fr_FR", ["omni_base.group_manager", "omni_clickcollect.group_pickup_desk"]),
):
    env["res.users"].create(
        {
            "name": login.capitalize(),
            "login": login,
            "password": login,
            "lang": lang,
            "group_ids": [env.ref(group).id for group in ["base.group_user", *groups]],
        }
    )

till = env["pos.config"].search([("name", "=", "Paris till")])
store = till.picking_type_id.warehouse_id
customer = env["res.partner"].create(
    {
        "name": "Jean-Baptiste de La Rochefoucauld",
        "phone": "+33 6 98 76 54 32",
        "email": "jb@example.com",
        "country_id": env.ref("base.fr").id,
    }
)
env["loyalty.card"].create(
    {
        "partner_id": customer.id,
        "program_id": env.ref("omni_loyalty.loyalty_program").id,
        "code": "044b-c552-4ff0",
        "points": 1659.8,
    }
)


def goods(name, stock, **values):
    """Return a product of which the store has ``stock``."""
    template = env["product.template"].create(
        {
            "name": name,
            "is_storable": True,
            "list_price": 39.2,
            "taxes_id": False,
            "available_in_pos": True,
            "is_published": True,
            **values,
        }
    )
    for product in template.product_variant_ids:
        env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, stock)
    return template.product_variant_ids


color = env["product.attribute"].create(
    {"name": "Color", "value_ids": [(0, 0, {"name": name}) for name in ("Ecru", "Night blue")]}
)
goods("Wool Beanie", 4, attribute_line_ids=[(0, 0, {"attribute_id": color.id, "value_ids": color.value_ids.ids})])
# The parked ticket of each width keeps a lamp.
last, lamp = goods("Last Mirror", 1), goods("Night Lamp", 50)
website = env["website"].search([], limit=1)
carrier = env["delivery.carrier"].search([("delivery_type", "=", "in_store")], limit=1)


def order(product, **values):
    """Return an order of one ``product``, made by phone, that leaves from the store."""
    made = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "warehouse_id": store.id,
            "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
            **values,
        }
    )
    made.action_confirm()
    return made


def pickup(paid):
    """Return a pickup that is ready."""
    address = store.partner_id
    place = {"id": store.id, "name": store.name, "street": address.street, "city": address.city}
    place |= {"zip_code": address.zip, "country_code": "FR"}
    made = order(lamp, website_id=website.id, carrier_id=carrier.id, pickup_location_data=place)
    if paid:
        pay(made)  # noqa: F821 - given
    made.omni_pickup_ids.action_prepare()
    made.omni_pickup_ids.action_ready()
    return made.omni_pickup_ids


waits = order(lamp)
order(last)
done, due = pickup(paid=True), pickup(paid=False)
env.cr.commit()
env.registry.signal_changes()
print(json.dumps({"till": till.id, "order": waits.name, "paid": done.order_id.name, "due": due.order_id.name}))
