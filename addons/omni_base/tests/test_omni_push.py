import base64
import json
from contextlib import suppress
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import omni_push_note
from ..models.omni_push_device import MOST_PHONES
from ..models.omni_push_note import RETRIES, PushSession
from ..tools.outgoing import InnerAddress
from .common import OmniCommon
from .common_push import SERVICE, PushCommon


@tagged("post_install", "-at_install")
class TestOmniPush(PushCommon, OmniCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order()
        self._start(*self._subscription())

    def _start(self, *subscription):
        self.env["omni.push.device"]._start(self.order, *subscription)

    def _tell(self, key="1", order=None):
        channels, words = ("push", "mail"), "Bring a bag."
        return self.env["omni.message"]._tell("test", order or self.order, key, channels=channels, words=words)

    # -- what is sent --------------------------------------------------------------------------------------------------

    def test_each_thing_is_told_once(self):
        for _again in range(2):
            self._tell()
        self.assertFalse(self.sent, "nobody waits for it")
        for _again in range(2):
            self._send()
        [(url, values)] = self.sent
        self.assertEqual(url, SERVICE + "one")
        self.assertEqual(values["seconds"], 5)
        self.assertIn("vapid t=", values["headers"]["Authorization"])
        self.assertFalse(self._notes(self.order))

    def test_phones_of_the_document_and_of_the_customer(self):
        self.env["omni.push.device"]._start(self.customer, *self._subscription("two"))
        message = self._tell()
        self.assertEqual((message.by_push, message.by_mail), (True, False), "the first that reaches")
        notes = self.env["omni.push.note"].search([("message_id", "=", message.id)])
        self.assertEqual(len(notes), 2)
        payload = json.loads(notes[0].payload)
        self.assertEqual((payload["title"], payload["options"]["body"]), (self.company.name, "Bring a bag."))
        self.assertEqual(payload["options"]["data"], {"path": "/my"})

    def test_nobody_asked(self):
        message = self._tell(order=self._order())
        self.assertEqual((message.by_push, message.by_mail), (False, True))

    def test_what_is_undone_tells_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._tell()
            self.assertTrue(self._notes(self.order))
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self._notes(self.order))
        self._tell()
        self._send()
        self.assertEqual(len(self.sent), 1)

    def test_service_that_cannot_be_reached(self):
        self.answers["one"] = OSError("no network")
        message = self._tell()
        for tries, _delay in enumerate(RETRIES, 1):
            self._send()
            note = self._notes(self.order)
            self.assertEqual((note.tries, len(self.sent)), (tries, tries))
            self.assertGreater(note.next_at, fields.Datetime.now())
            self._send()
            self.assertEqual(len(self.sent), tries, "not before its time")
            self._later(self.order)
        self._send()
        self.assertFalse(self._notes(self.order))
        self.assertEqual(message.error, "A device could not be reached.")

    def test_one_that_is_down_holds_up_no_other(self):
        self.answers["one"] = TimeoutError("slow")
        self._start(*self._subscription("two"))
        endpoint, *keys = self._subscription("three")
        self._start(endpoint.replace("push", "other"), *keys)
        self._tell()
        self._send()
        hosts = [url.split("/")[2] for url, _values in self.sent]
        self.assertEqual(len(hosts), len({*hosts}), "a service that does not answer is asked once in a run")
        self.assertEqual(len(self._notes(self.order)), 2)
        del self.answers["one"]
        self._later(self.order)
        self._send()
        self.assertFalse(self._notes(self.order))

    def test_try_is_noted_before_it_is_made(self):
        """given a message whose sending kills the job, when the job comes again, then others are sent and it waits"""
        self.answers["one"] = KeyboardInterrupt()
        self._start(*self._subscription("two"))
        self._tell()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            with suppress(KeyboardInterrupt):  # assertRaises would undo what was committed
                self.env(cr=cr)["omni.push.note"]._cron_send()
            cr.rollback()
        self.env.invalidate_all()
        note = self._notes(self.order).filtered(lambda note: note.device_id.endpoint.endswith("one"))
        self.assertEqual(note.tries, 1)
        self._send()
        self.assertEqual([url[-3:] for url, _values in self.sent], ["one", "two"])
        self.assertEqual(self._notes(self.order), note)

    def test_a_run_has_its_share_of_the_time(self):
        """given slow services, when a run has used its share, then it ends, and comes again after the other jobs"""
        self._start(*self._subscription("two"))
        self._tell()
        job = self.env.ref("omni_base.ir_cron_push")
        self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]).unlink()
        with patch.object(omni_push_note, "SHARE", -1):
            self._send()
        self.assertFalse(self.sent)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))
        self._send()
        self.assertEqual(len(self.sent), 2)

    def test_phone_inside_is_forgotten(self):
        self.answers["one"] = InnerAddress("inside")
        self._tell()
        self._send()
        self.assertFalse(self._devices(self.order))

    def test_answers_of_the_service(self):
        for status, left, phones in ((200, 0, 1), (500, 1, 1), (302, 1, 1), (429, 1, 1), (404, 0, 0), (410, 0, 0)):
            self.order = self._order()
            self._start(*self._subscription(str(status)))
            self.answers[str(status)] = status
            self._tell()
            self._send()
            self.assertEqual((len(self._notes(self.order)), len(self._devices(self.order))), (left, phones), status)

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
            with self.assertRaisesRegex(UserError, "This device cannot receive notifications", msg=endpoint):
                self._start(endpoint, *keys)
        self._start("https://push.example.org:443/x", *keys)
        self.assertEqual(len(self._devices(self.order)), 2)

    def test_keys_that_are_refused(self):
        endpoint, p256dh, auth = self._subscription("two")
        off_curve = base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode()
        for odd in ("", "x", "%", "é", None, off_curve, p256dh[:-4], "A" * 10_000, "\x00"):
            with self.assertRaises(UserError):
                self._start(endpoint, odd, auth)
            with self.assertRaises(UserError):
                self._start(endpoint, p256dh, odd)

    def test_five_phones_and_each_once(self):
        one = self._devices(self.order)
        self._start(one.endpoint, *self._subscription()[1:])
        self.assertEqual(self._devices(self.order), one)
        for number in range(MOST_PHONES - 1):
            self._start(*self._subscription(f"phone{number}"))
        with self.assertRaisesRegex(UserError, "5 devices are notified already"):
            self._start(*self._subscription("more"))
        self._start(one.endpoint, *self._subscription()[1:])
        self.assertEqual(len(self._devices(self.order)), MOST_PHONES)
        self.env["omni.push.device"]._stop(self.order, SERVICE + "phone2")
        self._start(*self._subscription("more"))
        self.assertEqual(sorted(self._devices(self.order).mapped("number")), [1, 2, 3, 4, 5])

    def test_database_counts(self):
        values = {"res_model": "sale.order", "res_id": self.order.id, "endpoint": SERVICE + "x", "keys": "{}"}
        for number in (0, 1, 6):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env["omni.push.device"].create(values | {"number": number})

    def test_a_phone_goes_with_its_document(self):
        kept = self._order()
        self.env["omni.push.device"]._start(kept, *self._subscription())
        self.order.unlink()
        self.env["omni.push.device"]._gc_devices()
        self.assertEqual(self.env["omni.push.device"].search([("res_model", "=", "sale.order")]).res_id, kept.id)

    def test_customers_who_become_one_keep_their_phones(self):
        twin = self.customer.copy({"email": self.customer.email})
        for partner, names in ((self.customer, "abc"), (twin, "cdef")):
            for name in names:
                self.env["omni.push.device"]._start(partner, *self._subscription(name))
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | twin).ids, self.customer)
        self.assertEqual({device.endpoint[-1] for device in self._devices(self.customer)}, {*"abcde"})

    def test_nobody_reads_where_phones_are(self):
        self._tell()
        portal = new_test_user(self.env, "omni_push", groups="base.group_portal")
        for user in (self.seller, self.manager, portal, self.env.ref("base.public_user")):
            for records in (self._devices(self.order), self._notes(self.order)):
                with self.assertRaises(AccessError):
                    records.with_user(user).search([])
