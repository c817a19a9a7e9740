import hashlib
import json
import re
from contextlib import suppress
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from odoo.addons.mail.tools.jwt import base64_decode_with_padding

MOST_PHONES = 5  # of one document
MAX_ENDPOINT = 1000  # characters; those of the browsers' services have 150 to 600
MAX_KEY = 200
AUTH_BYTES = 16
# A name of the public internet: its last part begins with a letter, so that no writing of an address is one.
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
PRIVATE = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|test|example|invalid|onion)"
)


class OmniPushDevice(models.Model):
    """A phone that is told of a document, or all that a customer is told: who may see it says so in a browser."""

    _name = "omni.push.device"
    _description = "Web Push Subscription"
    _rec_name = "number"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", required=True, readonly=True)
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

    _endpoint_uniq = models.UniqueIndex("(res_model, res_id, endpoint)")
    _number_uniq = models.UniqueIndex("(res_model, res_id, number)")
    _number = models.Constraint(
        f"CHECK (number BETWEEN 1 AND {MOST_PHONES})", "A document notifies a few devices only."
    )

    # -- who is told ---------------------------------------------------------------------------------------------------

    @api.model
    def _of(self, record):
        """Return the phones that are told of ``record``, or of several."""
        return self.search([("res_model", "=", record._name), ("res_id", "in", record.ids)])

    @api.model
    def _page_values(self, record):
        """Return what a browser needs to subscribe, and which phones are told, without saying where they are."""
        key = self.env["mail.push.device"].get_web_push_vapid_public_key()
        told = [hashlib.sha256(device.endpoint.encode()).hexdigest() for device in self._of(record)]
        return {"key": key, "told": told}

    @api.model
    def _start(self, record, endpoint, p256dh, auth):
        """Tell the phone with this subscription of ``record`` from now on; the caller may see it.

        :raises UserError: it is not what a browser gives, or no address of the public internet, or there are too many
        """
        refusal = UserError(self.env._("This device cannot receive notifications. Try another browser."))
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
        self._keep(record, endpoint, json.dumps({"p256dh": p256dh, "auth": auth}))

    @api.model
    def _stop(self, record, endpoint):
        self._of(record).filtered(lambda device: device.endpoint == endpoint).unlink()

    @api.model
    def _keep(self, record, endpoint, keys):
        """Tell this phone of ``record`` from now on. PostgreSQL counts: no more than MOST_PHONES, each once.

        :raises UserError: there are too many already
        """
        known = self._of(record).filtered(lambda device: device.endpoint == endpoint)
        if known:
            known.keys = keys
            return
        query = SQL(
            """
            INSERT INTO omni_push_device (res_model, res_id, number, endpoint, keys, create_uid, create_date)
            SELECT %(model)s, %(id)s, free.number, %(endpoint)s, %(keys)s, %(user)s, %(now)s
              FROM generate_series(1, %(most)s) AS free (number)
             WHERE NOT EXISTS (
                    SELECT FROM omni_push_device AS d
                     WHERE d.res_model = %(model)s AND d.res_id = %(id)s AND d.number = free.number
                   )
             LIMIT 1
                ON CONFLICT DO NOTHING
            RETURNING id
            """,
            model=record._name,
            id=record.id,
            endpoint=endpoint,
            keys=keys,
            user=self.env.uid,
            now=fields.Datetime.now(),
            most=MOST_PHONES,
        )
        rows = self.env.execute_query(query)
        if not rows:
            raise UserError(self.env._("%s devices are notified already. Stop one of them first.", MOST_PHONES))

    # -- what ends -----------------------------------------------------------------------------------------------------

    @api.model
    def _follow_merge(self, sources, target):
        """Phones of customers who are one now are all told, as many as there may be."""
        for device in self.search([("res_model", "=", sources._name), ("res_id", "in", sources.ids)]):
            with suppress(UserError):
                self._keep(target, device.endpoint, device.keys)
            device.unlink()

    @api.autovacuum
    def _gc_devices(self):
        """A phone goes with its document."""
        for model, ids in self._read_group([], ["res_model"], ["res_id:array_agg"]):
            there = self.env[model].browse(ids).exists().ids if model in self.env.registry else []
            self.search([("res_model", "=", model), ("res_id", "not in", there)]).unlink()
