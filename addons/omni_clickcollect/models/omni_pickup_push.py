import hashlib
import json
import logging
import re
import time
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from odoo.addons.mail.tools.jwt import base64_decode_with_padding
from odoo.addons.mail.tools.web_push import DeviceUnreachableError, push_to_end_point
from odoo.addons.omni_base.tools.outgoing import InnerAddress, post

_logger = logging.getLogger(__name__)

MOST_PHONES = 5  # of one pickup
MAX_ENDPOINT = 1000  # characters; those of the browsers' services have 150 to 600
MAX_KEY = 200
AUTH_BYTES = 16
BATCH = 100
SHARE = 10  # seconds of one run: other jobs wait for it
RETRIES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)]  # then it is given up
KEPT_SECONDS = 12 * 3600  # that the push service keeps a message for a phone that is switched off
# A name of the public internet: its last part begins with a letter, so that no writing of an address is one.
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
PRIVATE = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|test|example|invalid|onion)"
)


class PushSession:
    """What carries a message to a push service: it reads no answer but its status."""

    status = 0

    def post(self, url, headers, data, timeout):
        self.status = 0
        self.status = post(url, data, headers | {"TTL": str(KEPT_SECONDS)}, timeout)
        return SimpleNamespace(status_code=self.status, text="")


class OmniPickupPush(models.Model):
    """A phone that is told of a pickup; who has the link of the pickup says so in its browser."""

    _name = "omni.pickup.push"
    _description = "Pickup Web Push"
    _rec_name = "pickup_id"

    pickup_id = fields.Many2one("omni.pickup", required=True, readonly=True, ondelete="cascade")
    number = fields.Integer(required=True, readonly=True)
    endpoint = fields.Char(
        required=True, readonly=True, groups=NO_ACCESS, help="Where the browser's push service takes messages for it."
    )
    keys = fields.Char(
        required=True,
        readonly=True,
        groups=NO_ACCESS,
        help="What only this browser can read is encrypted with, as JSON.",
    )

    _endpoint_uniq = models.UniqueIndex("(pickup_id, endpoint)")
    _number_uniq = models.UniqueIndex("(pickup_id, number)")
    _number = models.Constraint(f"CHECK (number BETWEEN 1 AND {MOST_PHONES})", "A pickup tells a few phones only.")

    @api.model
    def _checked(self, endpoint, p256dh, auth):
        """Return ``(endpoint, keys)`` as they are kept.

        :raises UserError: not what a browser gives, or not an address of the public internet
        """
        refusal = UserError(self.env._("This phone cannot be told. Try it with another browser."))
        if not all(isinstance(text, str) and text.isascii() for text in (endpoint, p256dh, auth)):
            raise refusal
        if len(endpoint) > MAX_ENDPOINT or len(p256dh) > MAX_KEY or len(auth) > MAX_KEY or not endpoint.isprintable():
            raise refusal
        try:
            url = urlsplit(endpoint)
            host, is_usual = (url.hostname or "").lower(), url.port in (None, 443)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64_decode_with_padding(p256dh))
            is_secret = len(base64_decode_with_padding(auth)) == AUTH_BYTES
        except ValueError as error:
            raise refusal from error
        is_public = url.scheme == "https" and HOST.fullmatch(host) and not PRIVATE.fullmatch(host)
        is_bare = url.netloc.lower() in (host, f"{host}:443") and " " not in endpoint
        if not (is_public and is_bare and is_usual and is_secret):
            raise refusal
        return endpoint, json.dumps({"p256dh": p256dh, "auth": auth})

    @api.model
    def _keep(self, pickup, endpoint, keys):
        """Tell this phone of ``pickup`` from now on. PostgreSQL counts: no more than MOST_PHONES, each once.

        :raises UserError: there are too many already
        """
        known = self.search([("pickup_id", "=", pickup.id), ("endpoint", "=", endpoint)])
        if known:
            known.keys = keys
            return
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO omni_pickup_push (pickup_id, number, endpoint, keys, create_uid, create_date)
                SELECT %(pickup)s, free.number, %(endpoint)s, %(keys)s, %(user)s, %(now)s
                  FROM generate_series(1, %(most)s) AS free (number)
                 WHERE NOT EXISTS (
                        SELECT FROM omni_pickup_push AS p WHERE p.pickup_id = %(pickup)s AND p.number = free.number
                       )
                 LIMIT 1
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                pickup=pickup.id,
                endpoint=endpoint,
                keys=keys,
                user=self.env.uid,
                now=fields.Datetime.now(),
                most=MOST_PHONES,
            )
        )
        pickup.invalidate_recordset(["push_ids"])
        if not rows:
            raise UserError(self.env._("%s phones are told already. Stop one of them first.", MOST_PHONES))


class OmniPickupPushNote(models.Model):
    """A message that waits to be sent to one phone. The row goes with the message, or when it is given up."""

    _name = "omni.pickup.push.note"
    _description = "Pickup Web Push Message"
    _order = "next_at, id"

    push_id = fields.Many2one("omni.pickup.push", required=True, readonly=True, ondelete="cascade")
    message_id = fields.Many2one("omni.pickup.message", required=True, readonly=True, index=True, ondelete="cascade")
    payload = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    tries = fields.Integer(readonly=True)
    next_at = fields.Datetime(required=True, readonly=True, index=True, default=fields.Datetime.now)

    _once = models.Constraint("UNIQUE (push_id, message_id)", "This phone is told of it already.")

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
            note._note_try()
            cron._commit_progress()
            host = urlsplit(note.push_id.endpoint).netloc
            if host in unreachable or not note._send(session):
                unreachable.add(host)
                note._postpone()
            cron._commit_progress(1)
        if self.search_count([("next_at", "<=", fields.Datetime.now())], limit=1):
            self._trigger()  # after the other jobs

    def _note_try(self):
        delay = RETRIES[min(self.tries, len(RETRIES) - 1)]
        self.write({"tries": self.tries + 1, "next_at": fields.Datetime.now() + delay})

    def _send(self, session):
        """Return whether this message is done with: taken by the push service, or its phone is not there any more."""
        push, parameter = self.push_id, self.env["ir.config_parameter"].sudo().get_param
        try:
            push_to_end_point(
                base_url=push.pickup_id.get_base_url(),
                device={"endpoint": push.endpoint, "keys": push.keys},
                payload=self.payload,
                vapid_private_key=parameter("mail.web_push_vapid_private_key", ""),
                vapid_public_key=parameter("mail.web_push_vapid_public_key", ""),
                session=session,
            )
        except (DeviceUnreachableError, InnerAddress):
            push.unlink()
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
            self.message_id.error = self.env._("A phone could not be reached.")
            self.unlink()
            return
        self._trigger(self.next_at)

    @api.model
    def _trigger(self, at=None):
        # sudo: whose step it is need not manage jobs
        self.env.ref("omni_clickcollect.ir_cron_pickup_push").sudo()._trigger(at)


class OmniPickup(models.Model):
    _inherit = "omni.pickup"

    push_ids = fields.One2many("omni.pickup.push", "pickup_id", string="Phones", groups="base.group_system")

    def _start_push(self, endpoint, p256dh, auth):
        """Tell the phone with this subscription of each step; the caller has shown the link.

        :raises UserError: the pickup has ended, the subscription makes no sense, or there are too many
        """
        self._check_open()
        push = self.env["omni.pickup.push"]
        push._keep(self, *push._checked(endpoint, p256dh, auth))

    def _stop_push(self, endpoint):
        self.push_ids.filtered(lambda push: push.endpoint == endpoint).unlink()

    def _push_values(self):
        """Return what a browser needs to subscribe, and which phones are told, without saying where they are."""
        key = self.env["mail.push.device"].get_web_push_vapid_public_key()
        told = [hashlib.sha256(push.endpoint.encode()).hexdigest() for push in self.push_ids]
        return {"key": key, "told": told}

    def _tell_by_push(self, kind, message):
        """Queue ``message`` for the phones of this pickup, in the words of its SMS: the link goes beside them."""
        template = self._message_template("sms", kind)
        if not template or not self.push_ids:
            return False
        text = template._render_field("body", self.ids, compute_lang=True)[self.id]
        title = self.warehouse_id.name
        text = text.replace(self._page_url(), "").removeprefix(f"{title}: ").strip()
        options = {
            "body": text[:1].upper() + text[1:],
            "tag": f"pickup-{self.id}-{message.id}",
            "icon": "/omni_clickcollect/static/img/pickup-192.png",
            "data": {"path": self._page_path()},
        }
        notes = self.env["omni.pickup.push.note"]
        payload = json.dumps({"title": title, "options": options})
        notes.create([{"push_id": push.id, "message_id": message.id, "payload": payload} for push in self.push_ids])
        notes._trigger()
        return True

    def _forget_phones(self):
        self.push_ids.unlink()
