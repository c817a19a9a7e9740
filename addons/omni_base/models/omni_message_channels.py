import json

from odoo import api, models
from odoo.fields import Command
from odoo.tools import email_normalize, plaintext2html

from .omni_message import SERVICE

LAYOUT = "mail.mail_notification_light"
MOST_SHOWN = 500  # signs that a phone shows of a message


class OmniMessage(models.Model):
    """The channels: for each, whether it reaches the customer, and how a message is handed over to it.

    What is handed over is kept in the same transaction as the message: it leaves once this is saved. Another channel
    brings ``_reaches_by_<channel>`` and ``_send_by_<channel>``.
    """

    _inherit = "omni.message"

    def _reaching(self, document):
        """Return those of the channels wanted that reach the customer."""
        return [way for way in self.channels.split(",") if getattr(self, f"_reaches_by_{way}")(document)]

    def _allowed(self, ways):
        """Return those of these channels by which the customer agreed to be told; the contract of sale asks nobody."""
        if self.purpose == SERVICE:
            return ways
        customer = self.partner_id.with_company(self.company_id)
        return [way for way in ways if customer._omni_consents(self.purpose, way)]

    def _is_listed(self, model, field, contact):
        """Whether this address is on a list of Odoo's of those that want nothing."""
        return bool(contact and self.env[model].search_count([(field, "=", contact)], limit=1))

    def _author(self):
        """Return who speaks: the company, whoever made it happen."""
        partner = self.company_id.partner_id
        sender = partner.email_formatted or self.env.ref("base.partner_root").email_formatted
        return {"author_id": partner.id, "email_from": sender}

    def _secrets(self, document):
        """Return texts that open something: the customer reads them, the history of the document does not keep them."""
        return []

    def _without_secrets(self, document, text):
        for secret in filter(None, self._secrets(document)):
            text = text.replace(secret, "…")
        return text

    # -- mail ----------------------------------------------------------------------------------------------------------

    def _reaches_by_mail(self, _document):
        email = self.partner_id.email or self.email
        if self.purpose != SERVICE and self._is_listed("mail.blacklist", "email", email_normalize(email or "")):
            return False
        return bool(email and (self.plain or self.mail_template_id))

    def _send_by_mail(self, document):
        if self.plain:
            message = document.message_post(
                subject=self.subject,
                body=plaintext2html(self.words),
                partner_ids=self.partner_id.ids,
                outgoing_email_to=self.email,
                subtype_xmlid="mail.mt_comment",
                force_send=False,
                **self._author(),
            )
        else:
            to = {"recipient_ids": [Command.set(self.partner_id.ids)], "email_to": self.email}
            template = self.mail_template_id.with_context(**document.env.context)
            mail = template.send_mail(document.id, email_values=to, email_layout_xmlid=LAYOUT)
            message = self.env["mail.mail"].browse(mail).mail_message_id
            message.body = self._without_secrets(document, message.body)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return {"mail_message_id": message.id}

    @api.model
    def _note_mail(self, mails, failure):
        """Note that these mails left, or the words of their ``failure``."""
        messages = self.search([("mail_message_id", "in", mails.mail_message_id.ids)])
        if failure:
            messages.write({"state": "failed", "error": failure})
        else:
            messages.filtered(lambda message: message.state == "failed").write({"state": "sent", "error": False})

    # -- SMS -----------------------------------------------------------------------------------------------------------

    def _reaches_by_sms(self, _document):
        number = self.partner_id.phone_sanitized or self.phone
        is_reachable = number and not self._is_listed("phone.blacklist", "number", number)
        return bool(is_reachable and (self.plain or self.sms_template_id))

    def _send_by_sms(self, document):
        partner = self.partner_id
        message = document._message_sms(
            self._text(document),
            partner_ids=partner.ids,
            sms_pid_to_number={partner.id: partner.phone_sanitized},
            sms_numbers=[] if partner else [self.phone],
            put_in_queue=True,
            **self._author(),
        )
        message.body = self._without_secrets(document, message.body)
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()
        return {}

    def _text(self, document):
        """Return what an SMS says, and a phone shows."""
        if self.plain:
            return self.words
        template = self.sms_template_id.with_context(**document.env.context)
        return template._render_field("body", document.ids, set_lang=self.lang)[document.id]

    # -- web push ------------------------------------------------------------------------------------------------------

    def _reaches_by_push(self, document):
        return bool((self.plain or self.sms_template_id) and self._devices(document))

    def _devices(self, document):
        """Return the phones that are told: those of the document, and those of the customer."""
        devices = self.env["omni.push.device"]
        return devices._of(document) | devices._of(self.partner_id)

    def _send_by_push(self, document):
        shown = self._shown(document)
        options = {
            "body": shown["body"][:MOST_SHOWN],
            "tag": f"omni-{self.id}",
            "icon": shown["icon"],
            "data": {"path": shown["path"]},
        }
        payload = json.dumps({"title": shown["title"], "options": options})
        self.env["omni.push.note"]._queue(self, self._devices(document), payload)
        return {}

    def _shown(self, document):
        """Return what a phone shows: ``{"title", "body", "icon", "path"}``, the path is what it opens."""
        return {
            "title": self.subject or self.company_id.name,
            "body": self._text(document),
            "icon": f"/web/image/res.company/{self.company_id.id}/logo/192x192",
            "path": "/my",
        }
