import random
import secrets
import time
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.omni_base.models.omni_code import ALPHABET, LENGTH
from odoo.addons.omni_base.models.omni_rate_limit import OmniRateLimit, Usage

from .test_omni_pickup_page import PickupPageCase

READ = ("", "/state", "/pickup.ics", "/app.webmanifest", "/code.png", "/shops", "/times", "/push")
CHANGE = ("/delegate", "/here", "/shop", "/slot", "/cancel", "/push/start", "/push/stop")
ODD_BODIES = (
    {"data": b"\x00\xff\xfe" * 100},
    {"data": b"name=" + b"%" * 1000},
    {"data": "name=%00%FF&shop_id=%C3%28&bay[]=1&plate=" + "%F0%9F%9A%97" * 50},
    {"data": b"x" * 200_000},
    {"data": {"name": "x" * 100_000}},
    {"data": {"shop_id": "9" * 400, "slot_id": "9" * 400, "unknown": "1"}},
    {"data": {"slot_id": "1; DROP TABLE omni_pickup_slot", "endpoint": "https://[::1/x", "auth": "%00"}},
    {"data": {"endpoint": "https://" + "x" * 10_000, "p256dh": "=" * 300, "auth": "é"}},
    {"files": {"slot_id": ("a.txt", b"soon"), "endpoint": ("b", b"https://x.example.org"), "auth": ("c", b"\xff")}},
    {"data": {"shop_id": "1; DROP TABLE omni_pickup"}},
    {"files": {"name": ("a.txt", b"text"), "bay": ("b.bin", b"\x00" * 5000), "shop_id": ("c", b"1")}},
    {"files": {"name": ("a.txt", b"x" * 2_000_000)}},
    {"data": b"{not json", "headers": {"Content-Type": "application/json"}},
    {"data": b'{"jsonrpc": "2.0", "params": {"name": "x"}}', "headers": {"Content-Type": "application/json"}},
    {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    {"data": b"x", "headers": {"Content-Type": "\x7f/é".encode().decode("latin-1")}},
)


class AbuseCase(PickupPageCase):
    """Two pickups of a customer, and what is known of them before somebody else tries to."""

    def setUp(self):
        super().setUp()
        self.lyon.omni_drive_in = True
        self.pickup = self._pickup((self.scarf, 2), state="ready").sudo()
        self.waiting = self._pickup(paid=False).sudo()
        self.pickup._set_delegate("Paul Martin")
        self.env.flush_all()
        self.before = self._snapshot()
        self.random = random.Random(7)

    def _snapshot(self):
        self.env.invalidate_all()
        pickups = self.pickup | self.waiting
        return (
            pickups.read(load=False),
            pickups.line_ids.read(load=False),
            pickups.step_ids.read(load=False),
            pickups.order_id.picking_ids.mapped("state"),
            pickups.order_id.mapped("warehouse_id.id"),
        )

    def _assert_nothing_changed(self):
        self.assertEqual(self._snapshot(), self.before)

    def _assert_nothing_said(self, answer, what, traceback=True):
        self.assertLess(answer.status_code, 500, what)
        for pickup in self.pickup | self.waiting:
            for secret in (
                pickup.sudo().code,
                pickup.order_id.name,
                pickup.sudo().access_token,
                "Camille",
                "Paul Martin",
                *(["Traceback"] if traceback else []),
            ):
                if secret not in what:
                    self.assertNotIn(secret, answer.text, what)

    def _without_limit(self):
        """Let every try come through, so that what is behind the limit is tried too."""
        return patch.object(OmniRateLimit, "_count", lambda *_args: Usage(True, 1, None))


@tagged("post_install", "-at_install")
class TestPickupAbuse(AbuseCase):
    """10,000 tries at codes and links: nothing leaks, nothing changes, nothing breaks."""

    # -- quick ones, by what the routes call --------------------------------------------------------------------------

    def test_links_5000_tries(self):
        page = self.env["omni.pickup.page"]
        ids = [self.pickup.id, self.waiting.id, 0, -1, 10**8, 10**30, "x", "", "²", "1 OR 1=1"]
        known = self.pickup.sudo().access_token
        for number in range(5000):
            token = secrets.token_hex(16)
            if number % 3 == 1:  # one sign of a right link is wrong
                place = self.random.randrange(32)
                token = known[:place] + self.random.choice("ghxyz-_.") + known[place + 1 :]
            elif number % 3 == 2:
                token = self.random.choice(
                    ["", "None", "False", "%", known.upper() + " ", known[:-1], "é\udc80", "\x00"]
                )
            self.assertFalse(page._by_link(ids[number % len(ids)], token), token)
        self.assertFalse(page._by_link(self.waiting.id, known))
        self.assertEqual(page._by_link(self.pickup.id, known), self.pickup)
        self._assert_nothing_changed()

    def test_codes_5000_tries(self):
        pickup = self.pickup.with_user(self.desk_user)
        allowed = 0
        for number in range(5000):
            code = "".join(self.random.choices(ALPHABET, k=LENGTH))
            try:
                pickup._check_code(code if number % 10 else [code, None, -1, {}, "\x00", "é"][number // 10 % 6])
                self.fail(code)
            except UserError as error:
                allowed += "not the code" in str(error)
        self.env.cr.postrollback.clear()
        self.assertEqual(allowed, 5)
        with self.assertRaises(UserError):
            pickup.action_hand_over(self.pickup.sudo().code)
        self._assert_nothing_changed()

    # -- by HTTP -------------------------------------------------------------------------------------------------------

    def test_wrong_links_on_every_route(self):
        links = [
            (self.pickup.id, self.waiting.sudo().access_token),
            (self.pickup.id, secrets.token_hex(16)),
            (999999999, self.pickup.sudo().access_token),
            (10**30, self.pickup.sudo().access_token),
            ("x", self.pickup.sudo().access_token),
            (self.pickup.id, "%00%FF%C3%A9"),
            (self.pickup.id, "a" * 5000),
        ]
        body = {"name": "Eve", "bay": "9", "plate": "EVE", "shop_id": str(self.lille.id), "slot_id": "soon"}
        body |= {"endpoint": "https://push.example.org/x", "p256dh": "x", "auth": "x"}
        said = set()
        with self._without_limit():
            for pickup_id, token in links:
                for route in (*READ, *CHANGE, "/extend"):
                    path = f"/pickup/{pickup_id}/{token}{route}"
                    answer = self.url_open(path, data=None if route in READ else body)
                    self.assertEqual(answer.status_code, 404, path)
                    self._assert_nothing_said(answer, path)
                    said.add(answer.text.split('id="wrap"')[1].split("</main>")[0])
        self.assertEqual(len(said), 1, "one answer, whatever is wrong")
        self._assert_nothing_changed()

    def test_200_random_links_until_the_address_waits(self):
        statuses = []
        for _number in range(200):
            path = f"/pickup/{self.random.choice([self.pickup.id, 5, 10**7])}/{secrets.token_hex(16)}"
            answer = self.url_open(path + self.random.choice(READ))
            self._assert_nothing_said(answer, path)
            statuses.append(answer.status_code)
        self.assertEqual({*statuses}, {404, 429})
        self.assertLess(statuses.count(404), 35)
        self._assert_nothing_changed()

    def test_malformed_and_huge_bodies(self):
        wrong = f"/pickup/{self.pickup.id}/{'0' * 32}"
        with self._without_limit(), mute_logger("odoo.http"):
            for number, request in enumerate(ODD_BODIES):
                for route in CHANGE:
                    answer = self.url_open(wrong + route, **request)
                    self._assert_nothing_said(answer, f"{route} {number}")
            self._assert_nothing_changed()
            for number, request in enumerate(ODD_BODIES):  # who has the link may change things, but breaks nothing
                for route in ("/delegate", "/here", "/shop", "/slot", "/push/start", "/push/stop"):
                    answer = self.url_open(self.pickup.sudo()._page_path() + route, **request)
                    self.assertLess(answer.status_code, 500, f"{route} {number}")
        self.pickup.invalidate_recordset()
        self.assertEqual(self.pickup.state, "ready")
        self.assertLessEqual(len(self.pickup.delegate_name or ""), 60)
        self.assertLessEqual(len(self.pickup.plate or ""), 15)

    def test_other_methods_change_nothing(self):
        path = self.pickup.sudo()._page_path()
        with mute_logger("odoo.http"):
            for route in CHANGE:
                self.assertEqual(self.url_open(path + route).status_code, 405)
            for route in READ:
                self.assertIn(self.url_open(path + route, data={"x": "1"}).status_code, (400, 405))
            for method in ("PUT", "DELETE", "PATCH", "TRACE"):
                answer = self.url_open(path + "/cancel", method=method)
                self.assertIn(answer.status_code, (400, 405, 501), method)
        self._assert_nothing_changed()

    def test_other_customers_and_strangers(self):
        new_test_user(self.env, "cc_eve", groups="base.group_portal")
        self.env.flush_all()
        before = self.before
        for login in ("cc_eve", None):
            self.authenticate(login, login)
            for pickup in self.pickup | self.waiting:
                for path in (f"/my/pickups/{pickup.id}", f"/my/orders/{pickup.order_id.id}", f"/pickup/{pickup.id}"):
                    self._assert_nothing_said(self.url_open(path), path)
            with mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"):
                for method, args in (
                    ("read", [["code"]]),
                    ("action_hand_over", [self.pickup.sudo().code]),
                    ("action_release", ["x"]),
                    ("action_prepare", []),
                    ("_set_delegate", ["Eve"]),
                    ("_check_code", ["x"]),
                ):
                    answer = self.url_open(
                        f"/web/dataset/call_kw/omni.pickup/{method}",
                        json={
                            "params": {
                                "model": "omni.pickup",
                                "method": method,
                                "args": [[self.pickup.id], *args],
                                "kwargs": {},
                            }
                        },
                    )
                    self.assertIn("error", answer.json(), method)
        self.before = before
        self._assert_nothing_changed()

    def test_desk_cannot_guess_by_the_interface(self):
        self.authenticate("cc_desk", "cc_desk")
        said = []
        with mute_logger("odoo.http"):
            for number in range(40):
                code = "".join(self.random.choices(ALPHABET, k=LENGTH))
                answer = self.url_open(
                    "/web/dataset/call_kw/omni.pickup/action_hand_over",
                    json={
                        "params": {
                            "model": "omni.pickup",
                            "method": "action_hand_over",
                            "args": [[self.pickup.id], self.pickup.sudo().code if number == 39 else code],
                            "kwargs": {},
                        }
                    },
                ).json()
                said.append(answer["error"]["data"]["message"])
        self.assertEqual(sum("not the code" in text for text in said), 5)
        self.assertIn("Too many wrong codes", said[-1])
        self.env.invalidate_all()
        self.assertEqual(self.pickup.state, "ready")
        noted = self.pickup.step_ids.filtered(lambda step: "wrong codes" in (step.note or ""))
        self.assertEqual(len(noted), 1)

    def test_timing_of_wrong_links(self):
        """Somebody else's pickup and none take the same time, within what the machine's own noise allows."""
        page = self.env["omni.pickup.page"]
        taken = {self.pickup.id: [], 10**8: []}
        for _number in range(300):
            for pickup_id, times in taken.items():
                start = time.perf_counter()
                found = page._by_link(pickup_id, "0" * 32)
                times.append(time.perf_counter() - start)
                self.assertFalse(found)
        fast, slow = sorted(sorted(times)[150] for times in taken.values())
        self.assertLess(slow, 2 * fast)
