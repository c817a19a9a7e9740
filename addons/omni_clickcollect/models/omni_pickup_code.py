from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain

from odoo.addons.omni_base.models.omni_code import MOST_WRONG

from .omni_pickup import OPEN_STATES


class OmniPickup(models.Model):
    """The codes that prove who may have the goods: the customer's, and that of who collects in their place."""

    _inherit = "omni.pickup"

    # Nobody finds, sorts or exports what opens a pickup: it is shown by the methods that check who asks.
    code = fields.Char(
        readonly=True, required=True, copy=False, groups=NO_ACCESS, default=lambda self: self._new_code()
    )

    _code_uniq = models.UniqueIndex("(code) WHERE state IN ('to_prepare', 'preparing', 'ready')")

    @api.model
    def _code_domain(self, code):
        opened = Domain("code", "=", code) | Domain("delegate_code", "=", code)
        return opened & Domain("state", "in", OPEN_STATES)

    def _codes(self):
        return {"": self.code, self.delegate_name: self.delegate_code}

    def _alert_wrong_codes(self):
        """Note in the history that the code was guessed at, and tell the managers."""
        summary, note = self._wrong_codes_words()
        self._log_step(note)
        self._tell_managers(lambda pickup: pickup._wrong_codes_words())
        self._ask_managers("wrong_codes", summary, note, key=f"{self._name},{max(self.step_ids.ids)}")

    def _wrong_codes_words(self):
        return (
            self.env._("Wrong codes at the pickup of %s", self.display_name),
            self.env._("%s wrong codes: locked for 15 minutes.", MOST_WRONG),
        )
