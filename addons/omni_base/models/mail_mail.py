from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Override: what did not reach a customer was not told."""
        # sudo: who sends mails need not read what they are about
        self.env["omni.message"].sudo()._note_mail(self, failure_type and (failure_reason or failure_type))
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason, failure_type)
