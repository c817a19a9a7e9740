from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KINDS = [
    ("received", "Received"),
    ("ready", "Ready"),
    ("reminder", "Reminder"),
    ("last_day", "Last day"),
    ("extended", "Kept longer"),
    ("collected", "Collected"),
    ("released", "Released"),
    ("part_missing", "Part missing"),
]


class OmniPickupMessage(models.Model):
    """What a customer was told about a pickup: each thing once, however often a job or a button repeats."""

    _name = "omni.pickup.message"
    _description = "Pickup Message"
    _order = "at, id"

    pickup_id = fields.Many2one("omni.pickup", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="pickup_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    occasion = fields.Char(required=True, readonly=True, help="What tells two messages of one kind apart.")
    at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
    mail_message_id = fields.Many2one("mail.message", string="Mail", readonly=True, ondelete="set null")
    by_mail = fields.Boolean(string="E-Mail", readonly=True)
    by_sms = fields.Boolean(string="SMS", readonly=True)
    by_push = fields.Boolean(string="Web Push", readonly=True)
    error = fields.Char(readonly=True, help="Why it could not be made.")

    _once = models.Constraint("UNIQUE (pickup_id, kind, occasion)", "The customer was told this already.")

    @api.model
    def _claim(self, pickup, kind, occasion):
        """Return the new message, or empty when the customer was told before: the constraint decides."""
        pickup.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO omni_pickup_message (pickup_id, company_id, kind, occasion, at, create_uid, create_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s)
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                pickup.id,
                pickup.company_id.id,
                kind,
                occasion,
                now := fields.Datetime.now(),
                self.env.uid,
                now,
            )
        )
        pickup.invalidate_recordset(["told_ids"])
        return self.browse(row[0] for row in rows)


class OmniPickup(models.Model):
    _inherit = "omni.pickup"

    told_ids = fields.One2many("omni.pickup.message", "pickup_id", string="Told to the Customer", readonly=True)

    def _tell(self, kind, occasion=None, words=""):
        """Tell the customers, once for each occasion, by mail, SMS and web push. What is queued here leaves if, and
        only if, this transaction is saved.

        :param str kind: one of KINDS; its templates are ``mail_template_pickup_<kind>`` and ``sms_template_...``
        :param str occasion: what tells this time from another; by default once in the life of a pickup, and again
            after it was cancelled and came back
        :param str words: what the templates show as ``ctx['omni_words']``
        """
        for pickup in self.sudo():  # who makes the step need not read templates, mails and messages
            lives = len(pickup.step_ids.filtered(lambda step: step.state == "to_prepare" and not step.note))
            message = self.env["omni.pickup.message"].sudo()._claim(pickup, kind, occasion or str(lives))
            if not message:
                continue
            telling = pickup.with_context(omni_words=words)
            try:
                with self.env.cr.savepoint():
                    mail = telling._tell_by_mail(kind)
                    message.write(
                        {
                            "mail_message_id": mail.mail_message_id.id,
                            "by_mail": bool(mail),
                            "by_sms": telling._tell_by_sms(kind),
                            "by_push": telling._tell_by_push(kind, message),
                        }
                    )
            except UserError as error:  # a template that somebody broke stops no step at the desk
                message.error = str(error)
            # The words asked what is to pay; a payment in this same transaction must not find the old answer.
            pickup.invalidate_recordset(["amount_due"])
            pickup.order_id.invalidate_recordset(["amount_paid"])

    def _tell_by_mail(self, kind):
        template = self._message_template("mail", kind)
        mails = self.env["mail.mail"]
        if template and self.partner_id.email:
            mails = self._send_mail(template)
        return mails

    def _send_mail(self, template):
        """Queue the mail of this template, and return it. What the history keeps of it opens nothing."""
        mail = self.env["mail.mail"].browse(
            template.send_mail(self.id, email_layout_xmlid="mail.mail_notification_light")
        )
        mail.mail_message_id.body = self._without_secrets(mail.mail_message_id.body)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return mail

    def _without_secrets(self, text):
        """Return what a customer was told without code and link: who reads a history is not its customer."""
        for secret in filter(None, (self.access_token, self.code, self.delegate_code)):
            text = text.replace(secret, "…")
        return text

    def _tell_by_sms(self, kind):
        template = self._message_template("sms", kind)
        partner = self.partner_id
        reachable = partner.phone_sanitized and not partner.phone_sanitized_blacklisted
        if not (template and reachable and self.warehouse_id.omni_sms):
            return False
        message = self._message_sms_with_template(template, put_in_queue=True)
        message.body = self._without_secrets(message.body)
        self.env.ref("sms.ir_cron_sms_scheduler_action")._trigger()
        return True

    def _message_template(self, way, kind):
        return self.env.ref(f"omni_clickcollect.{way}_template_pickup_{kind}", raise_if_not_found=False)

    # -- words of the templates --------------------------------------------------------------------------------------

    def _mail_details(self):
        """Return what every mail ends with, as HTML: code, what is to pay, store, opening hours, link."""
        # sudo: the view is not open to who makes the step
        return self.env["ir.qweb"].sudo()._render("omni_clickcollect.pickup_mail_details", {"object": self})
