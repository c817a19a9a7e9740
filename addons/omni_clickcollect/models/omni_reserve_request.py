import secrets
from datetime import timedelta

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import consteq, email_normalize, hmac

VALID_FOR = timedelta(minutes=15)
MAX_TRIES = 5
WINDOW = 3600  # seconds
MAX_BY_CONTACT = 3  # codes sent in one window
MAX_BY_ADDRESS = 20
MAX_NAME = 100


class OmniReserveRequest(models.Model):
    """What a visitor without an account wants to reserve, until the code that was sent to them is typed."""

    _name = "omni.reserve.request"
    _description = "Reservation to Verify"

    contact = fields.Char(required=True, readonly=True, help="E-mail or phone number, normalised.")
    name = fields.Char(required=True, readonly=True)
    lang = fields.Char(readonly=True)
    token = fields.Char(required=True, readonly=True, groups=NO_ACCESS, default=lambda self: secrets.token_hex(16))
    code_hash = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    expires_at = fields.Datetime(required=True, readonly=True)
    website_id = fields.Many2one("website", required=True, readonly=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", required=True, readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, readonly=True, ondelete="cascade")
    quantity = fields.Float(required=True, readonly=True)
    pickup_id = fields.Many2one("omni.pickup", readonly=True, ondelete="cascade")

    _token_uniq = models.UniqueIndex("(token)")

    @api.model
    def _ask(self, contact, visitor, values):
        """Send a code to ``contact`` and return the new request.

        :param str contact: any writing of an e-mail address or a phone number
        :param str visitor: who asks, see ``omni_base.tools.addresses``
        :param dict values: name, lang, website_id, warehouse_id, product_id, quantity
        :raises UserError: no contact, or too many codes were sent
        """
        values = values | {"contact": self._normalized(contact, values["warehouse_id"])}
        limit = self.env["omni.rate.limit"]
        for who, most in ((visitor, MAX_BY_ADDRESS), (limit._hidden(values["contact"]), MAX_BY_CONTACT)):
            if not limit._count(f"reserve:{who}", most, WINDOW).allowed:
                raise UserError(self.env._("Too many attempts. Please try again in an hour."))
        code = f"{secrets.randbelow(10**6):06}"
        token = secrets.token_hex(16)
        secret = {"token": token, "code_hash": self._hash(token, code), "expires_at": fields.Datetime.now() + VALID_FOR}
        request = self.create(values | secret)
        request._send(code)
        return request

    @api.model
    def _normalized(self, contact, warehouse_id):
        store = self.env["stock.warehouse"].browse(warehouse_id)
        if "@" in contact:
            normalized = email_normalize(contact)
            if normalized and "." not in normalized.rpartition("@")[2]:
                normalized = False  # "lea@nowhere" is an address by its form, but no mail arrives there
        else:
            partners = self.env["res.partner"].with_company(store.company_id)
            normalized = contact and partners._phone_format(number=contact, country=store.company_id.country_id)
            if normalized and not store.omni_sms:
                raise UserError(self.env._("Please give your e-mail address: this store sends no text messages."))
        if not normalized:
            raise UserError(self.env._("Please give an e-mail address or a phone number where we can reach you."))
        return normalized

    def _hash(self, token, code):
        return hmac(self.env(su=True), "omni.reserve.request", f"{token}:{code}")

    def _send(self, code):
        words = self.env._("%(code)s is your code to reserve at %(shop)s.", code=code, shop=self.warehouse_id.name)
        if "@" in self.contact:
            template = self.env.ref("omni_clickcollect.mail_template_reserve_code", raise_if_not_found=False)
            if template:
                layout = "mail.mail_notification_light"
                template.with_context(omni_code=code).send_mail(self.id, email_layout_xmlid=layout)
            else:  # without a code nobody could reserve
                self.env["mail.mail"].create({"email_to": self.contact, "subject": words, "body_html": escape(words)})
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        else:
            self.env["sms.sms"].create({"number": self.contact, "body": words})
            self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()

    @api.model
    def _verify(self, token, code):
        """Return the request that ``code`` was sent for, or empty. Each wrong call is a try, and stays one."""
        asked = self.search([("token", "=", token), ("expires_at", ">", fields.Datetime.now())])
        limit, key = self.env["omni.rate.limit"], f"verify:{asked.id}"
        if not asked or not limit._count(key, MAX_TRIES, VALID_FOR.total_seconds()).allowed:
            return self.browse()
        if not consteq(asked.code_hash, self._hash(token, code)):
            return self.browse()
        limit._give_back(key)  # a right one is no try, however often Odoo begins its transaction again
        return asked

    def _reserve(self, order_values=None):
        """Make the reservation, once.

        :raises UserError: a limit of the store, or there is too little
        """
        # Who confirms twice at once, or has several codes for a contact that nobody is known by yet, is one customer.
        limit = self.env["omni.rate.limit"]
        limit._in_turn([limit._hidden(self.contact)])
        if not self.pickup_id:
            pickups = self.env["omni.pickup"]
            lines = [(self.product_id.id, self.quantity)]
            self.pickup_id = pickups._reserve(self._partner(), self.warehouse_id, lines, order_values=order_values)
        return self.pickup_id

    def _partner(self):
        """Return the customer whose e-mail or phone this is: it was verified.

        Where several are known by it, the first that no account belongs to; a new one only where there is none.
        """
        partners = self.env["res.partner"].with_company(self.warehouse_id.company_id)
        field = "email" if "@" in self.contact else "phone"
        return (
            partners.omni_identify(**{field: self.contact})
            or partners.search(self._nobodys_domain(partners, field), order="id", limit=1)
            or partners.create(
                {
                    "name": self.name,
                    field: self.contact,
                    "lang": self.lang,
                    "country_id": self.warehouse_id.company_id.country_id.id,
                }
            )
        )

    def _nobodys_domain(self, partners, field):
        """Return the domain of people who are known by this contact, by themselves and without an account."""
        known = Domain.OR(partners._omni_identity_domains(**{field: self.contact}))
        company = Domain("company_id", "in", (False, self.warehouse_id.company_id.id))
        alone = Domain("type", "=", "contact") & Domain("parent_id", "=", False) & Domain("is_company", "=", False)
        return known & company & alone & Domain("user_ids", "=", False)

    @api.autovacuum
    def _gc_requests(self):
        """What was asked for is of no use after a day."""
        self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=1))], limit=10000).unlink()
