"""A small retailer to sell with: two shops with a till each, a web shop, one product and one user of each role.

Run with `env` in a fresh database of all bricks; `MAIL_PORT` in the environment names the SMTP server to send through,
`TOOL` the folder of the project's own modules. Prints what the journey needs to know, as JSON.
"""

import json
import os
import sys

sys.path.append(os.environ["TOOL"])
import assets  # noqa: F401  (what the server would compile is taken from what others have)

SHOPS = {
    "Lyon": ("12 rue de la République", "69002", 45.7640, 4.8357, 3),
    "Paris": ("4 rue Saint-Antoine", "75004", 48.8530, 2.3690, 1),
}

company = env.company  # noqa: F821  (env is given)
env = company.env
company.country_id = env.ref("base.fr")
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)

env["ir.mail_server"].create(
    {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": int(os.environ["MAIL_PORT"]), "smtp_encryption": "none"}
)
company.email = "shop@example.com"


def user(login, groups, **values):
    """Return a user who logs in with their own name as password."""
    return env["res.users"].create(
        {
            "name": login.capitalize(),
            "login": login,
            "password": login,
            "email": f"{login}@example.com",
            "group_ids": [env.ref(group).id for group in groups],
            **values,
        }
    )


user("seller", ["base.group_user", "point_of_sale.group_pos_user"])
user("desk", ["base.group_user", "omni_clickcollect.group_pickup_desk"])
user("manager", ["base.group_user", "omni_base.group_manager"])
shopper = user("shopper", ["base.group_portal"])
shopper.partner_id.write(
    {
        "name": "Camille Roux",
        "phone": "+33 6 12 34 56 78",
        "street": "3 rue Mercière",
        "zip": "69002",
        "city": "Lyon",
        "country_id": env.ref("base.fr").id,
        "partner_latitude": 45.763,
        "partner_longitude": 4.833,
    }
)

lantern = env["product.product"].create(
    {
        "name": "Storm Lantern",
        "is_storable": True,
        "allow_out_of_stock_order": False,
        "show_availability": True,
        "list_price": 30.0,
        "standard_price": 12.0,
        "taxes_id": False,
        "available_in_pos": True,
        "is_published": True,
        "barcode": "3760000000017",
    }
)
stores = env["stock.warehouse"]
tills = {}
for city, (street, zip_code, latitude, longitude, quantity) in SHOPS.items():
    address = env["res.partner"].create(
        {
            "name": f"{city} shop",
            "street": street,
            "zip": zip_code,
            "city": city,
            "country_id": env.ref("base.fr").id,
            "partner_latitude": latitude,
            "partner_longitude": longitude,
        }
    )
    store = env["stock.warehouse"].create({"name": f"{city} shop", "code": city[:3].upper(), "partner_id": address.id})
    env["stock.quant"]._update_available_quantity(lantern, store.lot_stock_id, quantity)
    card = env["pos.payment.method"].create(
        {
            "name": "Card",
            "journal_id": env["account.journal"]
            .create({"name": f"Card {city}", "type": "bank", "code": f"C{city[:3].upper()}"})
            .id,
        }
    )
    till = env["pos.config"].create(
        {"name": f"{city} till", "picking_type_id": store.pos_type_id.id, "payment_method_ids": card.ids}
    )
    tills[city] = till.id
    stores += store

website = env["website"].search([], limit=1)
website.warehouse_id = stores[0]
provider = env["payment.provider"].search([("custom_mode", "=", "on_site")], limit=1)
provider.write({"state": "enabled", "is_published": True})
carrier = env["delivery.carrier"].search([("delivery_type", "=", "in_store")], limit=1)
carrier.write({"warehouse_ids": stores.ids, "is_published": True})
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
print(json.dumps({"product": lantern.id, "url": lantern.website_url, "tills": tills, "stores": stores.ids}))
