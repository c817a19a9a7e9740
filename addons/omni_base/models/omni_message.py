from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize

from ..tools import inputs
from ..tools.rows import insert_new

SERVICE = "service"  # the purpose of what the contract of sale needs


class OmniMessage(models.Model):
    """The outbox: one row for each thing that one customer is told about one document, however often it is said."""

    _name = "omni.message"
    _description = "Message to a Customer"
    _inherit = ["omni.kept"]
    _order = "id"
    _rec_name = "about"

    # What is told, to whom, about what.
    code = fields.Char(required=True, readonly=True)
    label = fields.Char(string="Message", compute="_compute_label")
    key = fields.Char(required=True, readonly=True, help="Distinguishes two messages with the same code.")
    purpose = fields.Selection(lambda self: self._purposes(), required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index=True, ondelete="set null")
    email = fields.Char(string="E-Mail of a Guest", readonly=True)
    phone = fields.Char(string="Phone of a Guest", readonly=True)
    recipient = fields.Char(required=True, readonly=True, help="The recipient, for good: no address can be read in it.")
    lang = fields.Char(string="Language", readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", required=True, readonly=True)
    about = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    website_id = fields.Many2one("website", readonly=True, ondelete="set null")
    warehouse_id = fields.Many2one("stock.warehouse", string="Store", readonly=True, ondelete="set null")
    # How.
    channels = fields.Char(required=True, readonly=True, help="In the order wanted.")
    everywhere = fields.Boolean(readonly=True, help="By each of these channels, not by the first that reaches.")
    mail_template_id = fields.Many2one("mail.template", readonly=True, ondelete="set null")
    sms_template_id = fields.Many2one("sms.template", readonly=True, ondelete="set null")
    subject = fields.Char(readonly=True)
    words = fields.Text(readonly=True)
    plain = fields.Boolean(readonly=True, help="The words are the message: it has no templates.")
    urgent = fields.Boolean(readonly=True, help="It is sent in quiet hours too.")
    # What became of it.
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed"), ("held", "Not sent")],
        required=True,
        readonly=True,
    )
    due_at = fields.Datetime(string="Not Before", required=True, readonly=True)
    at = fields.Datetime(string="Sent on", readonly=True)
    why = fields.Selection(
        [
            ("quiet", "Quiet hours"),
            ("limit", "Enough for one day"),
            ("unreachable", "No channel reaches the customer"),
            ("refused", "The customer did not agree"),
            ("gone", "There is no such document any more"),
            ("withdrawn", "Not needed any more"),
        ],
        string="Reason",
        readonly=True,
        help="Why it waits, or was not sent.",
    )
    error = fields.Char(readonly=True)
    by_mail = fields.Boolean(string="E-Mail", readonly=True)
    by_sms = fields.Boolean(string="SMS", readonly=True)
    by_push = fields.Boolean(string="Web Push", readonly=True)
    mail_message_id = fields.Many2one(
        "mail.message", string="Mail", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _once = models.Constraint("UNIQUE (res_model, res_id, code, key, recipient)", "The customer was told this already.")
    _waiting_idx = models.Index("(due_at) WHERE state = 'waiting'")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = self._labels()
        for message in self:
            message.label = labels.get(message.code, message.code)

    @api.model
    def _labels(self):
        """Return ``{code: what is told, in a few words}``. Who tells something else adds it to those of ``super()``."""
        return {"order.later": self.env._("Part of the order comes later")}

    @api.model
    def _purposes(self):
        """Return what a message may be for: the contract of sale, or what a customer has to agree to."""
        agreed = self.env["omni.consent"]._fields["purpose"]._description_selection(self.env)
        return [(SERVICE, self.env._("Contract of sale")), *agreed]

    # -- telling -----------------------------------------------------------------------------------------------------

    @api.model
    def _tell(
        self,
        code,
        record,
        key,
        *,
        partner=None,
        email="",
        phone="",
        lang="",
        purpose=SERVICE,
        channels=("mail",),
        everywhere=False,
        templates=None,
        subject="",
        words="",
        urgent=None,
        at=None,
    ):
        """Tell one customer one thing about a document: once, however often this is called, and if, and only if, this
        transaction is saved.

        What the contract of sale needs is handed over to the channels at once; everything else is left to the job.

        :param str code: what is told, as ``"pickup.ready"``; its label is in :meth:`_labels`
        :param record: the document, one record with a history (``mail.thread``)
        :param str key: what tells this time from another one; the same again tells nothing
        :param partner: who is told; default: the document's ``partner_id``, or the partner that it is
        :param email, phone: of a guest who is no partner
        :param str lang: of a guest; of a partner it is known
        :param str purpose: :data:`SERVICE`, or one of those of ``omni.consent``, which the customer has to agree to
        :param channels: ``push``, ``mail``, ``sms`` in the order wanted: the first that reaches the customer
        :param bool everywhere: each that reaches the customer, instead
        :param dict templates: ``{"mail": mail.template, "sms": sms.template}``: a channel whose template is missing, or
            an empty record, tells nothing. A phone shows the words of the SMS. Default: ``words`` are the message
        :param words: text, or a function of the document that gives it in the customer's language; templates have it
            as ``ctx['omni_words']``
        :param bool urgent: goes in quiet hours too; default: what the contract of sale needs
        :param at: naive UTC datetime before which it does not go
        :return: the message, empty when it was told before
        """
        record.ensure_one()
        now = fields.Datetime.now()
        # sudo: who makes a step need not read the customer, templates, mails and messages
        outbox, record = self.sudo(), record.sudo()
        values = outbox._addressed(record, partner, email, phone, lang)
        document = record.with_context(lang=values["lang"])
        templates = {way: template.sudo() for way, template in (templates or {}).items()}
        values |= {
            "code": code,
            "key": key,
            "purpose": purpose,
            "about": document.display_name,
            "channels": ",".join(channels),
            "everywhere": everywhere,
            **{f"{way}_template_id": template.id for way, template in templates.items()},
            "subject": subject,
            "words": words(document) if callable(words) else words,
            "plain": not templates,
            "urgent": purpose == SERVICE if urgent is None else urgent,
            "state": "waiting",
            "due_at": max(at or now, now),
        }
        # Whether the customer was told before, the constraint decides.
        message = insert_new(outbox, [{name: value or None for name, value in values.items()}])
        if message and purpose == SERVICE:
            message._go()
        elif message:
            message._trigger(message.due_at)
        return message

    @api.model
    def _addressed(self, record, partner, email, phone, lang):
        """Return the values that say who is told, in which language, about what, and for which company, website and
        store.
        """
        if partner is None and not (email or phone):
            partner = record if record._name == "res.partner" else record.partner_id
        partner = (partner or self.env["res.partner"]).sudo()
        places = ("company_id", "website_id", "warehouse_id")
        company, website, store = (record[name] if name in record._fields else self[name] for name in places)
        company = company or partner.company_id or self.env.company
        return {
            "partner_id": partner.id,
            "email": email,
            "phone": phone,
            "recipient": self._recipient(partner, email, phone),
            "lang": partner.lang or lang or website.default_lang_id.code or company.partner_id.lang or "en_US",
            "res_model": record._name,
            "res_id": record.id,
            "company_id": company.id,
            "website_id": website.id,
            "warehouse_id": store.id,
        }

    @api.model
    def _recipient(self, partner, email, phone):
        """Return what stands for a customer for good, whatever becomes of the record, and names nobody."""
        if partner:
            return f"res.partner,{partner.id}"
        return self.env["omni.rate.limit"]._hidden(email_normalize(email) or email or phone)

    @api.model
    def _withdraw(self, record, code):
        """What waits to be told of ``record`` by this code is not needed any more."""
        # sudo: who makes a step need not read messages
        mine = [("res_model", "=", record._name), ("res_id", "in", record.ids), ("code", "=", code)]
        waiting = self.sudo().search([*mine, ("state", "=", "waiting")])
        waiting.write({"state": "held", "why": "withdrawn"})

    def action_send_again(self):
        """Send what could not be made, when its template or address was put right.

        :raises AccessError: the caller is no manager of all channels
        """
        inputs.called_on(self).check_access("read")
        if not self.env.user.has_group("omni_base.group_manager"):
            raise AccessError(self.env._("Only managers may send a message again."))
        for message in self.sudo().filtered(lambda message: message.state == "failed"):
            message.write({"state": "waiting", "error": False, "due_at": fields.Datetime.now()})
            message._trigger(message.due_at)
        return True

    # -- customers who become one ------------------------------------------------------------------------------------

    @api.model
    def _follow_merge(self, sources, target):
        """What was told to customers who are one now was told to this one; what both were told stays as it is."""
        self.flush_model()
        for source in sources:
            self.env.cr.execute(
                """
                UPDATE omni_message AS m
                   SET recipient = %(target)s, res_id = moved.res_id
                  FROM (SELECT id, CASE WHEN res_model = 'res.partner' AND res_id = %(source_id)s
                                        THEN %(target_id)s ELSE res_id END AS res_id
                          FROM omni_message WHERE recipient = %(source)s) AS moved
                 WHERE moved.id = m.id
                   AND NOT EXISTS (
                        SELECT FROM omni_message AS o
                         WHERE (o.res_model, o.res_id, o.code, o.key, o.recipient)
                             = (m.res_model, moved.res_id, m.code, m.key, %(target)s)
                       )
                """,
                {
                    "source_id": source.id,
                    "target_id": target.id,
                    "source": self._recipient(source, "", ""),
                    "target": self._recipient(target, "", ""),
                },
            )
        self.invalidate_model(["recipient", "res_id"])
