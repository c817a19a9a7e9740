from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # sudo: whose activity it is need not see tasks
        tasks = self.env["omni.task"].sudo().search([("activity_id", "in", self.ids), ("state", "=", "open")])
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        tasks._close("done")
        return result
