import base64
import os
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from odoo import fields
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from ..models import omni_push_note

SERVICE = "https://push.example.com/v2/"


class PushCommon(TransactionCase):
    """Stands for the push services of the world."""

    def setUp(self):
        super().setUp()
        self.sent = []
        self.answers = {}  # end of an endpoint: status or exception; 201 by default
        self.patch(omni_push_note, "post", self._answer)
        self.env["mail.push.device"].get_web_push_vapid_public_key()

    def _answer(self, url, body, headers, seconds):
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

    def _devices(self, record):
        return self.env["omni.push.device"]._of(record)

    def _notes(self, record):
        return self.env["omni.push.note"].search([("device_id", "in", self._devices(record).ids)])

    def _send(self):
        with self.enter_registry_test_mode(), mute_logger("odoo.addons.mail.tools.web_push"):
            self.env.ref("omni_base.ir_cron_push").method_direct_trigger()
        self.env.invalidate_all()

    def _later(self, record):
        self._notes(record).next_at = fields.Datetime.now() - timedelta(seconds=1)
