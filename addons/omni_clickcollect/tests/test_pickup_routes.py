import json
import re
import statistics
import time
from urllib.parse import quote

from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_pickup_abuse import CHANGE, ODD_BODIES, READ, AbuseCase

NOBODY, NO_TOKEN, NO_CODE = 10**8, "0" * 32, "0000000"
LINK = "/pickup/<string:pickup_id>/<string:access_token>"
ODD_VALUES = (
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    "",
    "x",
    "²",
    "\x00",
    "\ud800",
    "1 OR 1=1",
    "x" * 100_000,
    [1],
    [[[]]],
    {"id": 1},
)
ODD_JSON = (
    b"",
    b"{not json",
    b"[]",
    b'"text"',
    b"{}",
    b'{"params": {}}',
    b'{"params": {"a": ' + b"9" * 4000 + b"}}",
    b"\xff\x00",
)
EXPECTED_ERRORS = ("odoo.exceptions.", "werkzeug.exceptions.")


@tagged("post_install", "-at_install")
class TestEveryRoute(AbuseCase):
    """Each route that strangers reach, as the registry knows them: what does not exist and what is somebody else's get
    the same answer, byte for byte and in the same time; nothing changes, whatever is sent.
    """

    def setUp(self):
        super().setUp()
        self.eve = new_test_user(self.env, "cc_eve", groups="base.group_portal", email="eve@example.com")
        self.env["sale.order"].create(  # her own basket
            {
                "partner_id": self.eve.partner_id.id,
                "website_id": self.website.id,
                "carrier_id": self.carrier.id,
                "pickup_location_data": {"id": self.lille.id, "name": "Lille Centre"},
                "order_line": [Command.create({"product_id": self.scarf.id})],
            }
        )
        self.lille.opening_hours = self.env["resource.calendar"].create(  # what is promised there is a day away
            {
                "name": "An hour each day",
                "attendance_ids": [
                    Command.create({"name": "Open", "dayofweek": str(day), "hour_from": 3, "hour_to": 4})
                    for day in range(7)
                ],
            }
        )
        hours = {"warehouse_id": self.lyon.id, "hour_from": 0, "hour_to": 24, "capacity": 5}
        self.env["omni.pickup.slot.rule"].create([hours | {"dayofweek": str(day)} for day in range(7)])
        slot = self.lyon.omni_slots(self.pickup.promised_at, self.pickup.deadline)[:1]
        other_company = self.env["res.company"].create({"name": "Somebody else"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other_company.id)])
        secret = self.scarf.copy({"name": "Secret scarf", "is_published": False, "barcode": False})
        asked = self.env["omni.reserve.request"].create(
            {
                "contact": self.customer.email,
                "name": self.customer.name,
                "warehouse_id": self.lyon.id,
                "product_id": self.scarf.id,
                "quantity": 1,
                "website_id": self.website.id,
            }
            | self._hashed()
        )
        link = (f"/pickup/{NOBODY}/{NO_TOKEN}", f"/pickup/{self.pickup.id}/{NO_TOKEN}")
        body = {"name": "Eve", "bay": "9", "plate": "EVE", "shop_id": str(self.lille.id), "until": "2030-01-01"}
        wanted = {"product_id": self.scarf.id, "quantity": 1, "name": "Eve", "contact": "eve@example.com"}
        # route -> what is asked of it: for something that does not exist, and for something of somebody else's.
        self.cases = {
            LINK: [(path, None) for path in link],
            **{LINK + part: [(path + part, None) for path in link] for part in READ[1:]},
            **{LINK + part: [(path + part, body) for path in link] for part in (*CHANGE, "/extend")},
            "/my/pickups": [("/my/pickups", None)],
            "/my/pickups/page/<int:page>": [("/my/pickups/page/7", None)],
            "/my/pickups/<string:pickup_id>": [(f"/my/pickups/{key}", None) for key in (NOBODY, self.pickup.id)],
            "/shop/pickup_times": self._json("/shop/pickup_times", "order_id", NOBODY, self.pickup.order_id.id),
            "/shop/pickup_slot": self._json("/shop/pickup_slot", "slot_id", NOBODY, slot.id),
            "/shop/reserve/offer": self._json("/shop/reserve/offer", "product_id", NOBODY, secret.id),
            "/shop/reserve": self._json("/shop/reserve", "shop_id", NOBODY, theirs.id, **wanted),
            "/shop/reserve/confirm": self._json("/shop/reserve/confirm", "token", NO_TOKEN, asked.token, code=NO_CODE),
            "/shop/shops": self._json("/shop/shops", "product_id", NOBODY, secret.id),
            "/shop/shops/choose": self._json("/shop/shops/choose", "shop_id", NOBODY, theirs.id),
            "/shop/shops/deliver": self._json("/shop/shops/deliver", "product_id", NOBODY, secret.id),
            "/shop/checkout": [("/shop/checkout", None)],
            "/shop/payment": [("/shop/payment", None)],
            "/shop/payment/pickup": [("/shop/payment/pickup", {"choice": choice}) for choice in ("agree", "deliver")],
            "/shop/parts": self._json("/shop/parts", "order_id", NOBODY, self.pickup.order_id.id),
            "/shop/parts/line": self._json(
                "/shop/parts/line", "line_id", NOBODY, self.pickup.line_ids.sale_line_id[:1].id, is_sent=True
            ),
            "/shop/parts/carrier": self._json("/shop/parts/carrier", "carrier_id", NOBODY, self.carrier.id),
            "/website_sale/get_pickup_locations": self._json(
                "/website_sale/get_pickup_locations", "product_id", NOBODY, secret.id
            ),
            "/stores": [("/stores", None)],
            "/stores/<string:key>": [(f"/stores/{store_id}", None) for store_id in (NOBODY, theirs.id)],
            "/stores/<string:key>/mine": [(f"/stores/{store_id}/mine", {"x": "1"}) for store_id in (NOBODY, theirs.id)],
            "/pickup/service-worker.js": [("/pickup/service-worker.js", None)],
            **{
                path: self._json(
                    path, "pickup_location_data", json.dumps({"id": NOBODY}), json.dumps({"id": theirs.id})
                )
                for path in ("/shop/set_click_and_collect_location", "/website_sale/set_pickup_location")
            },
        }
        self.env.flush_all()
        self.before = self._snapshot()
        self.counts = self._counts()

    def _hashed(self):
        token = "f" * 32
        requests = self.env["omni.reserve.request"]
        return {
            "token": token,
            "code_hash": requests._hash(token, "123456"),
            "expires_at": self.pickup.deadline,
        }

    @staticmethod
    def _json(path, field, *values, **others):
        return [(path, {"json": {"params": others | {field: value}}}) for value in values]

    def _counts(self):
        self.env.invalidate_all()
        names = ("omni.pickup", "omni.pickup.line", "sale.order", "sale.order.line", "res.partner", "stock.picking")
        counts = {name: self.env[name].with_context(active_test=False).search_count([]) for name in names}
        # How a basket of one's own reaches one is chosen by these very routes.
        counts["sale.order.line"] -= self.env["sale.order.line"].search_count([("is_delivery", "=", True)])
        return counts

    def _ask(self, path, body):
        """Send ``body``: None to read, ``{"json": ...}`` or form fields."""
        request = {} if body is None else body if "json" in body else {"data": body}
        return self.url_open(path, allow_redirects=False, **request)

    def _said(self, answer, path):
        """Return all that an answer tells, but for what is the asker's own: their address, a fresh token for forms."""
        text = re.sub(r'csrf_token: "[^"]*"|name="csrf_token" value="[^"]*"', "", answer.text)
        for spelled in (path, quote(path, safe=""), quote(path)):
            text = text.replace(spelled, "")
        headers = {name: answer.headers.get(name) for name in ("Content-Type", "Cache-Control", "Retry-After")}
        return answer.status_code, headers, text

    def _assert_plain(self, answer, what):
        """No fault of the server's, no word about anybody."""
        self._assert_nothing_said(answer, what, traceback=False)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            error = answer.json().get("error")
            if error:
                self.assertTrue(error["data"]["name"].startswith(EXPECTED_ERRORS), f"{what}: {error['data']['name']}")
        else:
            self.assertNotIn("Traceback", answer.text, what)

    # -- tests -------------------------------------------------------------------------------------------------------

    def test_every_route_has_its_case(self):
        routes = set()
        for rule in self.env["ir.http"].routing_map().iter_rules():
            method = rule.endpoint.func
            for owner in type(method.__self__).mro():
                if owner.__module__.startswith("odoo.addons.omni_clickcollect.") and method.__name__ in vars(owner):
                    routes.add(rule.rule)
        self.assertEqual(routes, set(self.cases), "write a case for a new route")

    def test_wrong_and_not_yours_are_the_same(self):
        for login in ("cc_eve", None):
            self.authenticate(login, login)
            with self._without_limit(), mute_logger("odoo.http"):
                for route, case in self.cases.items():
                    answers = [(path, self._ask(path, body)) for path, body in case]
                    for path, answer in answers:
                        self._assert_plain(answer, f"{login} {path}")
                    said = [self._said(answer, path) for path, answer in answers]
                    self.assertEqual(said[0], said[-1], f"{login} {route}")
        self._assert_nothing_changed()
        self.assertEqual(self._counts(), self.counts)

    def test_wrong_and_not_yours_take_the_same_time(self):
        self.authenticate("cc_eve", "cc_eve")
        with self._without_limit(), mute_logger("odoo.http"):
            for route, case in self.cases.items():
                if len(case) < 2:
                    continue
                taken = ([], [])
                for _again in range(9):
                    for times, (path, body) in zip(taken, case, strict=True):
                        start = time.perf_counter()
                        self._ask(path, body)
                        times.append(time.perf_counter() - start)
                fast, slow = sorted(map(statistics.median, taken))
                self.assertLess(slow, 2 * fast + 0.02, route)

    def test_odd_bodies_everywhere(self):
        for login in ("cc_eve", None):
            self.authenticate(login, login)
            with self._without_limit(), mute_logger("odoo.http", "odoo.sql_db"):
                for route, case in self.cases.items():
                    path, body = case[-1]
                    if login and route.startswith(LINK):
                        continue  # a link asks nobody who they are
                    for number, request in enumerate(self._odd_requests(body)):
                        answer = self.url_open(path, allow_redirects=False, **request)
                        self._assert_plain(answer, f"{login} {route} {number}")
        self._assert_nothing_changed()
        self.assertEqual(self._counts(), self.counts)

    @staticmethod
    def _odd_requests(body):
        """Return what is sent in the place of ``body``."""
        if body is None:
            return [{"params": {"page": odd, "x": odd}} for odd in ("x" * 4000, "\x00", "é")]
        if "json" not in body:
            return ODD_BODIES
        params = body["json"]["params"]
        headers = {"Content-Type": "application/json"}
        return [
            *({"data": raw, "headers": headers} for raw in ODD_JSON),
            *({"json": {"params": params | {name: odd}}} for name in params for odd in ODD_VALUES),
        ]
