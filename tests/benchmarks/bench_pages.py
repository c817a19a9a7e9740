"""A product page whose stock is in 50 stores: what showing it costs, against the same page of a product not counted.

Where customers can collect in stores, the 50 are such shops: with addresses, places and opening hours of their own.
"""

import statistics
import time
from collections import defaultdict

from werkzeug.test import Client
from werkzeug.wrappers import Response

from odoo.http import root

ROUNDS = 60
BLOCK = 10  # rounds of one column after another, each time after some that are not counted
STORES = 50


def run(env, rounds=ROUNDS):
    """Print milliseconds of the server for the page and for a change of variant, with and without stock; then with
    stores to collect in, and with none.

    Medians, and the quickest of all: what it costs when nothing else runs on the machine.
    """
    shown, plain, carrier = _twins(env)

    def publish(is_published):
        carrier.is_published = is_published
        env.cr.commit()

    print(f"product page, stock in {STORES} stores, {rounds} rounds each, alternating, milliseconds")
    _compare(rounds, {"stock shown": (shown, None), "not counted": (plain, None)})
    if carrier:
        offered = {f"{STORES} to collect in": (shown, True), "none": (shown, False)}
        _compare(rounds, {name: (product, lambda on=on: publish(on)) for name, (product, on) in offered.items()})
        publish(True)


def _compare(rounds, columns):
    """Print a table of two ``columns``: ``{name: (product, what to do before)}``."""
    visitor, times = Client(root, Response), defaultdict(list)
    kinds = {"page": _page, "change of variant": _variant}
    for number in range(rounds // BLOCK):
        for column in list(columns)[:: 1 if number % 2 else -1]:
            product, prepare = columns[column]
            if prepare:
                prepare()
            for name, kind in kinds.items():
                for warm in (*[True] * 3, *[False] * BLOCK):  # assets, templates, plans
                    start = time.perf_counter()
                    kind(visitor, product)
                    if not warm:
                        times[name, column].append((time.perf_counter() - start) * 1000)
    print(f"{'request':<30} {' '.join(f'{column:>16}' for column in columns)} {'more':>7}")
    for name in kinds:
        for figure, of in ((statistics.median, "median"), (min, "quickest")):
            first, second = (figure(times[name, column]) for column in columns)
            print(f"{name + ', ' + of:<30} {first:>16.1f} {second:>16.1f} {first - second:>7.1f}")


def _twins(env):
    """Return two published products that differ in one thing: the stock of the first is counted and shown; and the
    carrier by which customers collect in the stores, or None.
    """
    stores = env["stock.warehouse"].create(
        [{"name": f"Store {number}", "code": f"P{number:02d}"} for number in range(STORES)]
    )
    env["website"].search([]).warehouse_id = False
    carrier = _offer_collection(env, stores) if "in_store_dm_id" in env["website"]._fields else None
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
    return shown, plain, carrier


def _offer_collection(env, stores):
    """Let customers collect in these stores, and in no others; return the carrier."""
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
    return carrier


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
