"""A product page whose stock is in 50 stores: what showing it costs, against the same page of a product not counted.

Where customers can collect in stores, the 50 are such shops: with addresses, places and opening hours of their own.
"""

import statistics
import time

from werkzeug.test import Client
from werkzeug.wrappers import Response

from odoo.http import root

ROUNDS = 60
STORES = 50


def run(env, rounds=ROUNDS):
    """Print milliseconds of the server for the page and for a change of variant, with and without stock.

    Medians, and the quickest of all: what it costs when nothing else runs on the machine.
    """
    shown, plain = _twins(env)
    visitor = Client(root, Response)
    for product in (shown, plain):  # assets, templates, plans
        _page(visitor, product)
        _variant(visitor, product)
    times = {(kind, product): [] for kind in (_page, _variant) for product in (shown, plain)}
    for number in range(rounds):
        for kind in (_page, _variant):
            for product in (shown, plain)[:: 1 if number % 2 else -1]:
                start = time.perf_counter()
                kind(visitor, product)
                times[kind, product].append((time.perf_counter() - start) * 1000)
    print(f"product page, stock in {STORES} stores, {rounds} rounds each, alternating, milliseconds")
    print(f"{'request':<30} {'stock shown':>12} {'not counted':>12} {'more':>7}")
    for kind, name in ((_page, "page"), (_variant, "change of variant")):
        for figure, of in ((statistics.median, "median"), (min, "quickest")):
            with_stock, without = (figure(times[kind, product]) for product in (shown, plain))
            print(f"{name + ', ' + of:<30} {with_stock:>12.1f} {without:>12.1f} {with_stock - without:>7.1f}")


def _twins(env):
    """Return two published products that differ in one thing: the stock of the first is counted and shown."""
    stores = env["stock.warehouse"].create(
        [{"name": f"Store {number}", "code": f"P{number:02d}"} for number in range(STORES)]
    )
    env["website"].search([]).warehouse_id = False
    if "in_store_dm_id" in env["website"]._fields:
        _offer_collection(env, stores)
    values = {"name": "Lamp", "is_published": True, "list_price": 10.0}
    counted = {"is_storable": True, "allow_out_of_stock_order": False, "show_availability": True}
    shown, plain = env["product.template"].create([values | counted | {"available_threshold": 1e9}, values])
    env["stock.quant"].create(
        [
            {"product_id": shown.product_variant_id.id, "location_id": store.lot_stock_id.id, "quantity": 5}
            for store in stores
        ]
    )
    env.cr.commit()
    return shown, plain


def _offer_collection(env, stores):
    """Let customers collect in these stores, and in no others."""
    addresses = env["res.partner"].create(
        [
            {
                "name": store.name,
                "street": "1 Main street",
                "zip": f"{number + 10}000",
                "city": f"Town {number}",
                "country_id": env.ref("base.fr").id,
                "partner_latitude": 43 + number / 7,
                "partner_longitude": 5 - number / 9,
            }
            for number, store in enumerate(stores)
        ]
    )
    calendars = env["resource.calendar"].create(
        [{"name": store.name, "tz": "Europe/Paris", "company_id": store.company_id.id} for store in stores]
    )
    for store, address, calendar in zip(stores, addresses, calendars, strict=True):
        store.write({"partner_id": address.id, "opening_hours": calendar.id})
    carriers = env["delivery.carrier"].search([("delivery_type", "=", "in_store")])
    carriers.is_published = False
    collect = env["product.product"].create({"name": "Collect in store", "type": "service", "list_price": 0.0})
    carrier = env["delivery.carrier"].create(
        {"name": "Collect in store", "delivery_type": "in_store", "product_id": collect.id}
    )
    carrier.write({"warehouse_ids": [(6, 0, stores.ids)], "is_published": True})


def _page(visitor, product):
    answer = visitor.get(product.website_url)
    assert answer.status_code == 200, answer.status


def _variant(visitor, product):
    answer = visitor.post(
        "/website_sale/get_combination_info",
        json={
            "params": {
                "product_template_id": product.id,
                "product_id": product.product_variant_id.id,
                "combination": [],
                "add_qty": 1,
            }
        },
    )
    assert ("free_qty" in answer.json["result"]) == product.is_storable, answer.text
