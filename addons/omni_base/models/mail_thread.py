from odoo import api, models
from odoo.fields import Domain


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        """Core looks the followers up as superuser. What a caller says of them may reach any field of any document, so
        the partners that they mean are looked for with their own rights first.
        """
        if self.env.user._is_internal() and operator not in Domain.NEGATIVE_OPERATORS:
            meant = operand if operator == "any" else Domain("id", operator, operand)
            if operator.endswith("like"):
                meant = Domain("display_name", operator, operand)
            operand = self.env["res.partner"].with_context(active_test=False)._search(meant)
            operator = "in"
        return super()._search_message_partner_ids(operator, operand)
