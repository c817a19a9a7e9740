from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

CHANNELS = ("mail", "sms", "push")  # by which customers are told something
ANY = "any"


class OmniConsent(models.Model):
    """What a customer allowed or refused, in the words that were read. The newest answer counts; none is rewritten."""

    _name = "omni.consent"
    _description = "Consent"
    _order = "at desc, id desc"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index=True, ondelete="set null")
    contact = fields.Char(readonly=True, index=True, help="Stands for an e-mail address or phone that cannot be read.")
    known_as = fields.Char(string="E-Mail or Phone", compute="_compute_known_as", search="_search_known_as")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    purpose = fields.Selection(
        [
            ("marketing", "News and offers"),
            ("reminder", "Reminders"),
            ("recommendation", "Recommendations"),
            ("profile", "Profile for sellers"),
        ],
        required=True,
        readonly=True,
    )
    channel = fields.Selection(
        [(ANY, "Any"), ("mail", "E-mail"), ("sms", "SMS"), ("push", "Web push"), ("till", "Till")],
        required=True,
        readonly=True,
        default=ANY,
    )
    given = fields.Boolean(string="Agreed", readonly=True)
    at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
    how = fields.Selection(
        [("website", "Website"), ("till", "Till"), ("office", "Back office"), ("import", "Import")],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Recorded by", readonly=True, ondelete="set null")
    wording = fields.Text(required=True, readonly=True, help="What the customer was asked, word for word.")
    lang = fields.Char(string="Language", readonly=True)

    _newest_idx = models.Index("(partner_id, purpose, at)")

    # -- kept for good -------------------------------------------------------------------------------------------------

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A consent is never rewritten. Record a new answer instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A consent is kept as proof. Record a new answer instead."))

    @api.depends("purpose")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["purpose"]._description_selection(self.env))
        for consent in self:
            consent.display_name = labels.get(consent.purpose)

    def _compute_known_as(self):
        self.known_as = False

    def _search_known_as(self, operator, value):
        """Find the proof of an address that is typed whole, also of somebody who was erased."""
        if operator not in ("in", "ilike"):
            return NotImplemented
        typed = [value] if isinstance(value, str) else value
        phones = [self.env.user._phone_format(number=text) for text in typed]
        return Domain("contact", "in", [self._hidden(text) for text in (*typed, *phones) if text])

    # -- asking --------------------------------------------------------------------------------------------------------

    @api.model
    def _questions(self):
        """Return what customers are asked in their account: ``[(purpose, channels, words)]``. Who adds a purpose adds
        its question to those of ``super()``.
        """
        return [
            ("marketing", CHANNELS, self.env._("Tell me about news and offers.")),
            ("reminder", CHANNELS, self.env._("Remind me of what I left in my basket, and of what is about to end.")),
            ("recommendation", (ANY,), self.env._("Show me products that are chosen for me.")),
            ("profile", (ANY,), self.env._("Let sellers in the stores see my favourites and what I looked at.")),
        ]

    @api.model
    def _newest(self, partner, purpose, channel=None):
        """Return the answer that counts, for this channel or for any, in the current company; maybe empty."""
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.env.company.id),
                ("purpose", "=", purpose),
                ("channel", "in", [channel or ANY, ANY]),
            ],
            limit=1,
        )

    @api.model
    def _hidden(self, contact):
        return self.env["omni.rate.limit"]._hidden(email_normalize(contact or "") or contact or "")
