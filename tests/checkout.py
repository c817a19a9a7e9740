"""Shoppers who buy over HTTP, from the product page to the paid order, as their browsers do, and a till beside them."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import requests
from lxml import html
from tills import open_session

from odoo import Command, fields

import environment
import server

UNITS = 10
CROWD = 40  # who want one each
AT_A_TIME = 8
PASSWORD = "demo-shopper-1"
PATIENCE = 60  # seconds that one request may take
POLLS = 20  # times that a browser asks whether a payment is through before its owner gives up


def install_payment(env):
    """Install the provider whose payments go through as they are told to."""
    env["ir.module.module"].search([("name", "=", "payment_demo")]).button_immediate_install()


def open_shop(env):
    """Let the shop take payments, and make `CROWD` customers; their log-ins."""
    provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
    provider.write({"state": "test", "is_published": True})
    provider.payment_method_ids.active = True
    assert provider.journal_id  # read for the first time it makes a line, and two payments at once would make two
    people = env["res.users"].create(
        [
            {
                "name": f"Shopper {number}",
                "login": f"shopper{number}",
                "email": f"shopper{number}@example.com",
                "street": "1 rue de Rivoli",
                "city": "Paris",
                "zip": "75001",
                "phone": "+33123456789",
                "country_id": env.ref("base.fr").id,
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
            for number in range(CROWD)
        ]
    )
    # One password for all: to make one takes a third of a second.
    people[0].password = PASSWORD
    env.flush_all()
    env.cr.execute(
        "UPDATE res_users SET password = (SELECT password FROM res_users WHERE id = %s) WHERE id = ANY(%s)",
        [people[0].id, people.ids],
    )
    return people.mapped("login")


def stock_up(env, units=UNITS):
    """A product of which the shop has so many `units`, in a store of its own: what shoppers need to know of it."""
    code = uuid4().hex[:5].upper()
    store = env["stock.warehouse"].create({"name": f"Sale {code}", "code": code})
    env["website"].search([], limit=1).warehouse_id = store
    product = env["product.product"].create(
        {
            "name": f"Sale {code}",
            "is_storable": True,
            "allow_out_of_stock_order": False,
            "list_price": 10,
            "taxes_id": False,
            "website_published": True,
            "available_in_pos": True,
        }
    )
    env["stock.quant"]._update_available_quantity(product, store.lot_stock_id, units)
    service = env["product.product"].create({"name": "Post", "type": "service", "list_price": 0, "taxes_id": False})
    carrier = env["delivery.carrier"].create({"name": f"Post {code}", "is_published": True, "product_id": service.id})
    return {
        "name": product.name,
        "page": product.website_url,
        "product": product.id,
        "template": product.product_tmpl_id.id,
        "store": store.id,
        "carrier": carrier.id,
    }


def empty_baskets(env):
    """Take out what customers could not have: a basket that misses something cannot be paid."""
    env["sale.order"].search([("website_id", "!=", False), ("state", "=", "draft")]).unlink()


def words(text):
    return " ".join(text.split())


class Told(Exception):
    """The shopper reads that they cannot have it: the words."""


class User:
    """Somebody who is signed in, with a browser of their own."""

    def __init__(self, address, database, login):
        self.address, self.session = address, requests.Session()
        answer = self.rpc("/web/session/authenticate", db=database, login=login, password=PASSWORD)
        assert answer["result"]["uid"], answer

    def get(self, path):
        answer = self.session.get(self.address + path, timeout=PATIENCE)
        assert answer.status_code < 500, (path, answer.status_code, answer.text[-2000:])
        return answer

    def rpc(self, path, **params):
        answer = self.session.post(self.address + path, json={"jsonrpc": "2.0", "params": params}, timeout=PATIENCE)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-2000:])
        return answer.json()

    def answer(self, path, **params):
        """What a call answers; what it refuses is told in words."""
        answer = self.rpc(path, **params)
        if error := answer.get("error"):
            if error["data"]["name"].split(".")[-1] not in ("UserError", "ValidationError", "OutOfStock"):
                raise AssertionError((path, error["data"]["debug"]))
            raise Told(error["data"]["message"])
        return answer.get("result")


class Shopper(User):
    """A customer of the web shop."""

    def buy(self, shop):
        """Buy one unit of what the shop sells, and pay; "" when it is theirs, else the words that they read instead."""
        try:
            self._buy(shop)
        except Told as told:
            return str(told)
        return ""

    def _buy(self, shop):
        assert shop["name"] in self.get(shop["page"]).text
        added = self.answer(
            "/shop/cart/add", product_template_id=shop["template"], product_id=shop["product"], quantity=1
        )
        if not added["cart_quantity"]:
            raise Told(added["notification_info"]["warning"])
        self.get("/shop/cart")
        self.read(self.get("/shop/checkout?try_skip_step=true"))
        self.answer("/shop/set_delivery_method", dm_id=shop["carrier"])
        page = self.read(self.get("/shop/payment"))
        [form] = page.xpath("//form[@id='o_payment_form']")
        option = next(
            option
            for option in page.xpath("//input[@name='o_payment_radio']")
            if option.get("data-provider-code") == "demo"
        )
        values = self.answer(
            form.get("data-transaction-route"),
            access_token=form.get("data-access-token"),
            provider_id=int(option.get("data-provider-id")),
            payment_method_id=int(option.get("data-payment-option-id")),
            token_id=None,
            amount=float(form.get("data-amount")),
            flow="direct",
            tokenization_requested=False,
            landing_route=form.get("data-landing-route"),
        )
        self.answer(
            "/payment/demo/simulate_payment",
            reference=values["reference"],
            payment_details="4242",
            simulated_state="done",
        )
        self.get("/payment/status")
        for _poll in range(POLLS):
            answer = self.rpc("/payment/status/poll")
            if "result" in answer and answer["result"]["state"] == "done":
                break
            if "error" in answer and answer["error"]["data"]["message"] != "retry":
                raise Told(answer["error"]["data"]["message"])
            time.sleep(0.3)
        end = self.get("/shop/payment/validate")
        assert end.url.endswith("/shop/confirmation"), (end.url, answer)

    def read(self, answer):
        """A page of the checkout; what it warns of is told."""
        page = html.fromstring(answer.text)
        if alerts := page.xpath("//*[contains(@class, 'alert-danger') and not(contains(@class, 'd-none'))]"):
            raise Told(words(" ".join(alert.xpath("string()") for alert in alerts)))
        return page


class Till:
    """A till of the shop's store, with a seller at it."""

    def __init__(self, address, database, ids):
        self.user, self.ids = User(address, database, ids["login"]), ids

    def sell(self):
        """Sell one unit, handed over already: a till's own message, which always posts; the ticket's id."""
        price, now = self.ids["price"], fields.Datetime.to_string(fields.Datetime.now())
        line = {"product_id": self.ids["product"], "qty": 1, "price_unit": price, "discount": 0, "tax_ids": []}
        ticket = {
            "uuid": str(uuid4()),
            "name": "Order",
            "session_id": self.ids["session"],
            "company_id": self.ids["company"],
            "pricelist_id": False,
            "date_order": now,
            "state": "paid",
            "amount_total": price,
            "amount_paid": price,
            "amount_tax": 0,
            "amount_return": 0,
            "lines": [
                [0, 0, line | {"uuid": str(uuid4()), "price_subtotal": price, "price_subtotal_incl": price}],
            ],
            "payment_ids": [[0, 0, {"amount": price, "name": now, "payment_method_id": self.ids["card"]}]],
        }
        answer = self.user.answer(
            "/web/dataset/call_kw/pos.order/sync_from_ui",
            model="pos.order",
            method="sync_from_ui",
            args=[[ticket]],
            kwargs={},
        )
        return answer["pos.order"][0]["id"]


def open_till(env, shop):
    """Open a till in the shop's store, which moves stock with each ticket."""
    company, code = env.company, shop["name"][-5:]
    company.point_of_sale_update_stock_quantities = "real"
    store, login = env["stock.warehouse"].browse(shop["store"]), f"seller_{code}".lower()
    seller = env["res.users"].create(
        {
            "name": "Seller",
            "login": login,
            "password": PASSWORD,
            "group_ids": [Command.set([env.ref("base.group_user").id, env.ref("point_of_sale.group_pos_user").id])],
        }
    )
    session, card = open_session(env, code, store, seller)
    return shop | {"login": login, "session": session.id, "card": card.id, "company": company.id, "price": 10}


@contextmanager
def served(database, log):
    """A server with two workers for web requests, and one for jobs; its address."""
    odoo, port = environment.ready(test=True), server.free_port()
    workers = ("--workers", 2, "--gevent-port", server.free_port())
    running = server.start(odoo, database, port, odoo.work / "log" / log, *workers)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(running)


def sign_in(address, database, logins):
    """All these customers, each in a browser of their own."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(lambda login: Shopper(address, database, login), logins))


def crowd(shoppers, shop):
    """Let all of them buy, `AT_A_TIME` at once: what each read, "" for who has it."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(lambda shopper: shopper.buy(shop), shoppers))


def counted(cr, shop):
    """What the documents say of the shop's product, by SQL of this file's own, in which what is empty is 0.

    :return: units of confirmed web orders; those of them that are paid, by transactions; orders paid and not confirmed;
        units on hand, units reserved; tickets of tills; units that open moves wait for without having reserved them
    """
    cr.execute(
        """
        WITH bought AS (
            SELECT o.id, o.state, SUM(COALESCE(l.product_uom_qty, 0)) AS units,
                   EXISTS (SELECT FROM sale_order_transaction_rel AS r
                             JOIN payment_transaction AS t ON t.id = r.transaction_id
                            WHERE r.sale_order_id = o.id AND t.state = 'done' AND t.amount >= o.amount_total) AS paid
              FROM sale_order AS o JOIN sale_order_line AS l ON l.order_id = o.id
             WHERE l.product_id = %(product)s AND o.website_id IS NOT NULL GROUP BY o.id, o.state
        )
        SELECT COALESCE(SUM(units) FILTER (WHERE state = 'sale'), 0)::int,
               COALESCE(SUM(units) FILTER (WHERE state = 'sale' AND paid), 0)::int,
               COALESCE(SUM(units) FILTER (WHERE state <> 'sale' AND paid), 0)::int
          FROM bought
        """,
        shop,
    )
    orders = cr.fetchone()
    cr.execute(
        """
        SELECT COALESCE(SUM(COALESCE(q.quantity, 0)), 0)::int, COALESCE(SUM(COALESCE(q.reserved_quantity, 0)), 0)::int
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.product_id = %(product)s AND l.usage = 'internal'
        """,
        shop,
    )
    shelf = cr.fetchone()
    cr.execute(
        """
        SELECT count(*) FROM pos_order AS o JOIN pos_order_line AS l ON l.order_id = o.id
         WHERE l.product_id = %(product)s AND o.state IN ('paid', 'done')
        """,
        shop,
    )
    tickets = cr.fetchone()
    cr.execute(
        """
        SELECT COALESCE(SUM(product_uom_qty - COALESCE(quantity, 0)), 0)::int FROM stock_move
         WHERE product_id = %(product)s AND state IN ('confirmed', 'partially_available', 'waiting')
        """,
        shop,
    )
    names = ("ordered", "paid", "paid_in_vain", "on_hand", "reserved", "tickets", "waiting")
    return dict(zip(names, orders + shelf + tickets + cr.fetchone(), strict=True))
