from odoo import fields, models
from odoo.exceptions import AccessError

from ..tools import inputs


class OmniConsentAnswer(models.TransientModel):
    """An answer that a customer gave on the phone, by letter or at the counter."""

    _name = "omni.consent.answer"
    _description = "Answer of a Customer"

    partner_id = fields.Many2one("res.partner", string="Customer", required=True)
    purpose = fields.Selection(lambda self: self._options("purpose"), required=True, default="marketing")
    channel = fields.Selection(lambda self: self._options("channel"), required=True, default="any")
    given = fields.Boolean(string="Agreed")
    wording = fields.Text(string="What the customer was asked", required=True)

    def _options(self, name):
        return self.env["omni.consent"]._fields[name]._description_selection(self.env)

    def action_note(self):
        """Note the answer as proof.

        :raises AccessError: the caller is no manager of all channels, or may not see the customer
        """
        answer = inputs.called_on_one(self)
        if not self.env.user.has_group("omni_base.group_manager"):
            raise AccessError(self.env._("Only managers may record what a customer agreed to."))
        answer.partner_id.check_access("read")
        answer.partner_id._omni_give_consent(answer.purpose, answer.channel, answer.given, "office", answer.wording)
        return {"type": "ir.actions.act_window_close"}
