import logging
import time
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from odoo.addons.mail.tools.web_push import DeviceUnreachableError, push_to_end_point

from ..tools.outgoing import InnerAddress, post

_logger = logging.getLogger(__name__)

BATCH = 100
SHARE = 10  # seconds of one run: other jobs wait for it
RETRIES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)]  # then it is given up
KEPT_SECONDS = 12 * 3600  # that the push service keeps a message for a phone that is switched off


class PushSession:
    """What carries a message to a push service: it reads no answer but its status."""

    status = 0

    def post(self, url, headers, data, timeout):
        self.status = 0
        self.status = post(url, data, headers | {"TTL": str(KEPT_SECONDS)}, timeout)
        return SimpleNamespace(status_code=self.status, text="")


class OmniPushNote(models.Model):
    """A message that waits to be sent to one phone. The row goes with the message, or when it is given up."""

    _name = "omni.push.note"
    _description = "Web Push Message"
    _order = "next_at, id"
    _rec_name = "message_id"

    device_id = fields.Many2one("omni.push.device", required=True, readonly=True, ondelete="cascade")
    message_id = fields.Many2one("omni.message", required=True, readonly=True, index=True, ondelete="cascade")
    payload = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    tries = fields.Integer(readonly=True)
    next_at = fields.Datetime(required=True, readonly=True, index=True, default=fields.Datetime.now)

    _once = models.Constraint("UNIQUE (device_id, message_id)", "This device has been told already.")

    @api.model
    def _queue(self, message, devices, payload):
        """Send ``message`` to these phones when the transaction is saved."""
        self.create([{"device_id": device.id, "message_id": message.id, "payload": payload} for device in devices])
        self._trigger()

    @api.model
    def _cron_send(self):
        """Send what is due, each in a transaction of its own; a service that cannot be reached is tried again later.

        Each try is noted before it is made: what kills this job is not the first that it meets again. Who dies after
        sending sends again: the phone shows a message of the same name once.
        """
        due = self.search([("next_at", "<=", fields.Datetime.now())], limit=BATCH)
        cron, session, unreachable = self.env["ir.cron"], PushSession(), set()
        end = time.monotonic() + SHARE
        for note in due:
            if time.monotonic() > end:
                break
            if not note.exists():  # went with its phone
                continue
            delay = RETRIES[min(note.tries, len(RETRIES) - 1)]
            note.write({"tries": note.tries + 1, "next_at": fields.Datetime.now() + delay})
            cron._commit_progress()
            host = urlsplit(note.device_id.endpoint).netloc
            if host in unreachable or not note._send(session):
                unreachable.add(host)
                note._postpone()
            cron._commit_progress(1)
        if self.search_count([("next_at", "<=", fields.Datetime.now())], limit=1):
            self._trigger()  # after the other jobs

    def _send(self, session):
        """Return whether this message is done with: taken by the push service, or its phone is not there any more."""
        device, parameter = self.device_id, self.env["ir.config_parameter"].sudo().get_param
        try:
            push_to_end_point(
                base_url=self.message_id.get_base_url(),
                device={"endpoint": device.endpoint, "keys": device.keys},
                payload=self.payload,
                vapid_private_key=parameter("mail.web_push_vapid_private_key", ""),
                vapid_public_key=parameter("mail.web_push_vapid_public_key", ""),
                session=session,
            )
        except (DeviceUnreachableError, InnerAddress):
            device.unlink()
            return True
        except (OSError, ValueError) as error:  # no network, no answer in time, or nothing that can be understood
            _logger.info("Web push %s is tried again later: %s", self.id, error)
            return False
        if 200 <= session.status < 300:
            self.unlink()
            return True
        return False

    def _postpone(self):
        if self.tries > len(RETRIES):
            self.message_id.error = self.env._("A device could not be reached.")
            self.unlink()
            return
        self._trigger(self.next_at)

    @api.model
    def _trigger(self, at=None):
        # sudo: whose step it is need not manage jobs
        self.env.ref("omni_base.ir_cron_push").sudo()._trigger(at)
