import hashlib
import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.omni_base.tests.common_push import SERVICE, PushCommon

from .common import ClickCollectCommon
from .test_omni_pickup_message import KINDS
from .test_omni_pickup_page import PickupPageCase


@tagged("post_install", "-at_install")
class TestOmniPickupPush(PushCommon, ClickCollectCommon):
    def setUp(self):
        super().setUp()
        self.pickup = self._pickup().sudo()
        self._start(self.pickup)

    def _start(self, pickup, name="one"):
        self.env["omni.push.device"]._start(pickup, *self._subscription(name))

    def test_each_step_is_told_once(self):
        for _again in range(2):
            self.pickup.with_user(self.desk_user).action_ready()
        self.assertFalse(self.sent, "nobody at the desk waits for it")
        self.assertEqual(self.pickup.told_ids.mapped("by_push"), [False, True])
        for _again in range(2):
            self._send()
        [(url, _values)] = self.sent
        self.assertEqual(url, SERVICE + "one")
        self.assertFalse(self._notes(self.pickup))

    def test_words_are_those_of_the_sms_and_name_nobody(self):
        self.env.ref(
            "omni_clickcollect.sms_template_pickup_ready"
        ).body = "{{ object.warehouse_id.name }}: bring a bag for {{ object.display_name }}. {{ object._page_url() }}"
        self.pickup.with_user(self.desk_user).action_ready()
        payload = json.loads(self._notes(self.pickup).payload)
        self.assertEqual(payload["title"], "Lyon Bellecour")
        self.assertEqual(payload["options"]["body"], f"Bring a bag for {self.pickup.display_name}.")
        self.assertEqual(payload["options"]["data"], {"path": self.pickup.sudo()._page_path()})
        self.assertNotIn("Camille", json.dumps(payload))

    def test_each_phone_is_told_and_each_kind_has_words(self):
        self._start(self.pickup, "two")
        for kind in KINDS:
            self.pickup._tell(kind, "test")
        notes = self._notes(self.pickup)
        self.assertEqual(len(notes), 2 * len(KINDS))
        for note in notes:
            body = json.loads(note.payload)["options"]["body"]
            self.assertNotIn("{{", body)
            self.assertNotIn("http", body)
            self.assertTrue(body.endswith("."), body)

    def test_nobody_asked_and_template_removed(self):
        self.assertFalse(self._pickup(state="ready").sudo().told_ids.filtered("by_push"))
        self.env.ref("omni_clickcollect.sms_template_pickup_ready").unlink()
        self.pickup.action_ready()
        self.assertFalse(self._notes(self.pickup))

    def test_ended_pickup_and_personal_data(self):
        pickup = self._pickup(state="ready")
        self._start(pickup.sudo())
        pickup.action_hand_over(pickup.sudo().code)
        self.assertTrue(self._notes(pickup), "that it was collected is still told")
        with self.assertRaisesRegex(UserError, "has ended"):
            pickup.sudo()._check_open()
        pickup.sudo()._forget_persons()
        self.assertFalse(self._devices(pickup))
        self.assertFalse(self._notes(pickup))


@tagged("post_install", "-at_install")
class TestPickupPushPage(PickupPageCase, PushCommon):
    """What the customer's browser asks."""

    def _start(self, pickup, endpoint, p256dh, auth):
        return self._post(pickup, "push/start", endpoint=endpoint, p256dh=p256dh, auth=auth)

    def test_tell_and_stop(self):
        pickup = self._pickup().sudo()
        endpoint, *keys = self._subscription()
        self.assertIn("Notify me on this device", self.url_open(pickup.sudo()._page_path()).text)
        asked = self.url_open(f"{pickup.sudo()._page_path()}/push").json()
        known = self.env["ir.config_parameter"].get_param("mail.web_push_vapid_public_key")
        self.assertEqual(asked, {"key": known, "told": []})
        for _again in range(2):
            self.assertEqual(self._start(pickup, endpoint, *keys).json(), {"told": True})
        told = self.url_open(f"{pickup.sudo()._page_path()}/push").json()["told"]
        self.assertEqual(told, [hashlib.sha256(endpoint.encode()).hexdigest()])
        other = self._pickup().sudo()
        self.assertEqual(self._post(other, "push/stop", endpoint=endpoint).json(), {"told": False})
        self.env.invalidate_all()
        self.assertEqual(self._devices(pickup).endpoint, endpoint, "another pickup's link stops nothing here")
        self._post(pickup, "push/stop", endpoint=endpoint)
        self.env.invalidate_all()
        self.assertFalse(self._devices(pickup))

    def test_refusal_is_said_in_words(self):
        pickup = self._pickup().sudo()
        answer = self._start(pickup, "https://127.0.0.1/x", *self._subscription()[1:])
        self.assertEqual((answer.status_code, answer.json()["told"]), (400, False))
        self.assertIn("This device cannot receive notifications", answer.json()["message"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_wrong_link(self):
        pickup = self._pickup().sudo()
        endpoint, p256dh, auth = self._subscription()
        values = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
        for what in ("push/start", "push/stop"):
            answer = self.url_open(f"/pickup/{pickup.id}/{'0' * 32}/{what}", data=values)
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.url_open(f"/pickup/{pickup.id}/{'0' * 32}/push").status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self._devices(pickup))

    def test_ended_pickup_offers_none(self):
        pickup = self._pickup(state="ready")
        pickup.action_hand_over(pickup.sudo().code)
        self.assertNotIn("Notify me on this device", self.url_open(pickup.sudo()._page_path()).text)
        self.assertEqual(self._start(pickup, *self._subscription()).status_code, 400)

    def test_service_worker(self):
        answer = self.url_open("/pickup/service-worker.js")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/javascript"))
        self.assertIn("showNotification", answer.text)
        with patch.object(self.env.registry["omni.pickup.page"], "_by_link", side_effect=AssertionError):
            self.assertEqual(self.url_open("/pickup/other.js").status_code, 404)
