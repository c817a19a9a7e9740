import base64
import hashlib
import json
import os
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.omni_base.tools.outgoing import InnerAddress

from ..models import omni_pickup_push
from ..models.omni_pickup_push import MOST_PHONES, RETRIES, PushSession
from .common import ClickCollectCommon
from .test_omni_pickup_page import PickupPageCase

SERVICE = "https://push.example.com/v2/"
LOUD = "odoo.addons.mail.tools.web_push"


class PushCommon(ClickCollectCommon):
    def setUp(self):
        super().setUp()
        self.sent = []
        self.answers = {}  # end of an endpoint: status or exception; 201 by default
        self.patch(omni_pickup_push, "post", self._answer)
        self.env["mail.push.device"].get_web_push_vapid_public_key()

    def _answer(self, url, body, headers, seconds):
        """Stand for the push services of the world."""
        self.sent.append((url, {"body": body, "headers": headers, "seconds": seconds}))
        status = self.answers.get(url.rsplit("/", 1)[1], 201)
        if isinstance(status, BaseException):
            raise status
        return status

    def _subscription(self, name="one"):
        """Return what a browser gives: ``(endpoint, p256dh, auth)``."""
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        parts = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), os.urandom(16)
        return (SERVICE + name, *(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts))

    def _notes(self, pickup):
        return self.env["omni.pickup.push.note"].search([("push_id.pickup_id", "=", pickup.id)])

    def _send(self):
        with self.enter_registry_test_mode(), mute_logger(LOUD):
            self.env.ref("omni_clickcollect.ir_cron_pickup_push").method_direct_trigger()
        self.env.invalidate_all()

    def _later(self, pickup):
        self._notes(pickup).next_at = fields.Datetime.now() - timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestOmniPickupPush(PushCommon):
    def setUp(self):
        super().setUp()
        self.pickup = self._pickup().sudo()
        self.pickup._start_push(*self._subscription())

    def test_each_step_is_told_once(self):
        for _again in range(2):
            self.pickup.with_user(self.desk_user).action_ready()
        self.assertFalse(self.sent, "nobody at the desk waits for it")
        self.assertEqual(self.pickup.told_ids.mapped("by_push"), [False, True])
        for _again in range(2):
            self._send()
        [(url, values)] = self.sent
        self.assertEqual(url, SERVICE + "one")
        self.assertEqual(values["seconds"], 5)
        self.assertIn("vapid t=", values["headers"]["Authorization"])
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
        self.pickup._start_push(*self._subscription("two"))
        for kind in dict(self.env["omni.pickup.message"]._fields["kind"].selection):
            self.pickup._tell(kind, "test")
        notes = self._notes(self.pickup)
        self.assertEqual(len(notes), 2 * len(self.env["omni.pickup.message"]._fields["kind"].selection))
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

    def test_step_that_is_undone_tells_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.pickup.action_ready()
            self.assertTrue(self._notes(self.pickup))
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self._notes(self.pickup))
        self.pickup.action_ready()
        self._send()
        self.assertEqual(len(self.sent), 1)

    def test_service_that_cannot_be_reached(self):
        self.answers["one"] = OSError("no network")
        self.pickup.action_ready()
        for tries, _delay in enumerate(RETRIES, 1):
            self._send()
            note = self._notes(self.pickup)
            self.assertEqual((note.tries, len(self.sent)), (tries, tries))
            self.assertGreater(note.next_at, fields.Datetime.now())
            self._send()
            self.assertEqual(len(self.sent), tries, "not before its time")
            self._later(self.pickup)
        self._send()
        self.assertFalse(self._notes(self.pickup))
        message = self.pickup.told_ids.filtered(lambda message: message.kind == "ready")
        self.assertEqual((self.pickup.state, message.error), ("ready", "A phone could not be reached."))

    def test_one_that_is_down_holds_up_no_other(self):
        self.answers["one"] = TimeoutError("slow")
        self.pickup._start_push(*self._subscription("two"))
        endpoint, *keys = self._subscription("three")
        self.pickup._start_push(endpoint.replace("push", "other"), *keys)
        self.pickup.action_ready()
        self._send()
        hosts = [url.split("/")[2] for url, _values in self.sent]
        self.assertEqual(len(hosts), len({*hosts}), "a service that does not answer is asked once in a run")
        self.assertEqual(len(self._notes(self.pickup)), 2)
        del self.answers["one"]
        self._later(self.pickup)
        self._send()
        self.assertFalse(self._notes(self.pickup))

    def test_try_is_noted_before_it_is_made(self):
        """given a message whose sending kills the job, when the job comes again, then others are sent and it waits"""
        self.answers["one"] = KeyboardInterrupt()
        self.pickup._start_push(*self._subscription("two"))
        self.pickup.action_ready()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            with suppress(KeyboardInterrupt):  # assertRaises would undo what was committed
                self.env(cr=cr)["omni.pickup.push.note"]._cron_send()
            cr.rollback()
        self.env.invalidate_all()
        note = self._notes(self.pickup).filtered(lambda note: note.push_id.endpoint.endswith("one"))
        self.assertEqual(note.tries, 1)
        self._send()
        self.assertEqual([url[-3:] for url, _values in self.sent], ["one", "two"])
        self.assertEqual(self._notes(self.pickup), note)

    def test_a_run_has_its_share_of_the_time(self):
        """given slow services, when a run has used its share, then it ends, and comes again after the other jobs"""
        self.pickup._start_push(*self._subscription("two"))
        self.pickup.action_ready()
        job = self.env.ref("omni_clickcollect.ir_cron_pickup_push")
        self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]).unlink()
        with patch.object(omni_pickup_push, "SHARE", -1):
            self._send()
        self.assertFalse(self.sent)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))
        self._send()
        self.assertEqual(len(self.sent), 2)

    def test_phone_inside_is_forgotten(self):
        self.answers["one"] = InnerAddress("inside")
        self.pickup.action_ready()
        self._send()
        self.assertFalse(self.pickup.push_ids)

    def test_answers_of_the_service(self):
        for status, left, phones in ((200, 0, 1), (500, 1, 1), (302, 1, 1), (429, 1, 1), (404, 0, 0), (410, 0, 0)):
            pickup = self._pickup().sudo()
            pickup._start_push(*self._subscription(str(status)))
            self.answers[str(status)] = status
            pickup.action_ready()
            self._send()
            self.assertEqual((len(self._notes(pickup)), len(pickup.push_ids)), (left, phones), status)

    def test_session_takes_no_answer(self):
        session = PushSession()
        answer = session.post(SERVICE + "one", headers={"TTL": "60"}, data=b"x", timeout=5)
        self.assertEqual((answer.status_code, answer.text, session.status), (201, "", 201))
        self.assertEqual(self.sent[-1][1]["headers"], {"TTL": "43200"})

    # -- who is told ---------------------------------------------------------------------------------------------------

    def test_endpoints_that_are_refused(self):
        _endpoint, *keys = self._subscription()
        inside = (
            "localhost a.localhost printer.local db.internal x.lan x.home.arpa intranet x.corp x.invalid x . a..b.org"
        )
        inside += " 127.0.0.1 10.0.0.1 169.254.169.254 [::1] [fd00::1] 2130706433 0x7f.1 127.1 0177.0.0.1 1.2.3.4.5"
        inside += " -a.org a_b.org exämple.org push.org. user@push.org user:x@push.org push.org:8443 push.org:80"
        odd = [f"https://{host}/x" for host in ("", "push.org:x", "push.org\\@x", *inside.split())]
        odd += [f"{scheme}//push.org/x" for scheme in ("http:", "ftp:", "file:", "", "javascript:")]
        odd += ["push.org", "", " ", None]
        odd += [
            f"https://push.example.org/{'x' * 1000}",
            "https://push.example.org/a b",
            "https://push.example.org/\n",
            5,
            ["https://push.example.org"],
        ]
        for endpoint in odd:
            with self.assertRaisesRegex(UserError, "This phone cannot be told", msg=endpoint):
                self.pickup._start_push(endpoint, *keys)
        self.pickup._start_push("https://push.example.org:443/x", *keys)
        self.assertEqual(len(self.pickup.push_ids), 2)

    def test_keys_that_are_refused(self):
        endpoint, p256dh, auth = self._subscription("two")
        off_curve = base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode()
        for odd in ("", "x", "%", "é", None, off_curve, p256dh[:-4], "A" * 10_000, "\x00"):
            with self.assertRaises(UserError):
                self.pickup._start_push(endpoint, odd, auth)
            with self.assertRaises(UserError):
                self.pickup._start_push(endpoint, p256dh, odd)

    def test_five_phones_and_each_once(self):
        one = self.pickup.push_ids
        self.pickup._start_push(one.endpoint, *self._subscription()[1:])
        self.assertEqual(self.pickup.push_ids, one)
        for number in range(MOST_PHONES - 1):
            self.pickup._start_push(*self._subscription(f"phone{number}"))
        with self.assertRaisesRegex(UserError, "5 phones are told already"):
            self.pickup._start_push(*self._subscription("more"))
        self.pickup._start_push(one.endpoint, *self._subscription()[1:])
        self.assertEqual(len(self.pickup.push_ids), MOST_PHONES)
        self.pickup._stop_push(SERVICE + "phone2")
        self.pickup._start_push(*self._subscription("more"))
        self.assertEqual(sorted(self.pickup.push_ids.mapped("number")), [1, 2, 3, 4, 5])

    def test_database_counts(self):
        values = {"pickup_id": self.pickup.id, "endpoint": SERVICE + "x", "keys": "{}"}
        for number in (0, 1, 6):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env["omni.pickup.push"].create(values | {"number": number})

    def test_ended_pickup_and_personal_data(self):
        pickup = self._pickup(state="ready")
        pickup.sudo()._start_push(*self._subscription())
        pickup.action_hand_over(pickup.sudo().code)
        self.assertTrue(self._notes(pickup), "that it was collected is still told")
        with self.assertRaisesRegex(UserError, "has ended"):
            pickup.sudo()._start_push(*self._subscription("two"))
        pickup.sudo()._forget_persons()
        self.assertFalse(pickup.sudo().push_ids)
        self.assertFalse(self._notes(pickup))

    def test_nobody_reads_where_phones_are(self):
        portal = new_test_user(self.env, "cc_push", groups="base.group_portal")
        for user in (self.desk_user, self.manager, portal, self.env.ref("base.public_user")):
            for records in (self.pickup.push_ids, self._notes(self.pickup)):
                with self.assertRaises(AccessError):
                    records.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.pickup.with_user(user).read(["push_ids"])


@tagged("post_install", "-at_install")
class TestPickupPushPage(PickupPageCase, PushCommon):
    """What the customer's browser asks."""

    def _start(self, pickup, endpoint, p256dh, auth):
        return self._post(pickup, "push/start", endpoint=endpoint, p256dh=p256dh, auth=auth)

    def test_tell_and_stop(self):
        pickup = self._pickup().sudo()
        endpoint, *keys = self._subscription()
        self.assertIn("Tell me on this phone", self.url_open(pickup.sudo()._page_path()).text)
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
        self.assertEqual(pickup.push_ids.endpoint, endpoint, "another pickup's link stops nothing here")
        self._post(pickup, "push/stop", endpoint=endpoint)
        self.env.invalidate_all()
        self.assertFalse(pickup.push_ids)

    def test_refusal_is_said_in_words(self):
        pickup = self._pickup().sudo()
        answer = self._start(pickup, "https://127.0.0.1/x", *self._subscription()[1:])
        self.assertEqual((answer.status_code, answer.json()["told"]), (400, False))
        self.assertIn("This phone cannot be told", answer.json()["message"])
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
        self.assertFalse(pickup.push_ids)

    def test_ended_pickup_offers_none(self):
        pickup = self._pickup(state="ready")
        pickup.action_hand_over(pickup.sudo().code)
        self.assertNotIn("Tell me on this phone", self.url_open(pickup.sudo()._page_path()).text)
        self.assertEqual(self._start(pickup, *self._subscription()).status_code, 400)

    def test_service_worker(self):
        answer = self.url_open("/pickup/service-worker.js")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/javascript"))
        self.assertIn("showNotification", answer.text)
        with patch.object(self.env.registry["omni.pickup.page"], "_by_link", side_effect=AssertionError):
            self.assertEqual(self.url_open("/pickup/other.js").status_code, 404)
