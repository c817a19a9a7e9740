from odoo import fields, models
from odoo.fields import NO_ACCESS

from odoo.addons.omni_base.tools import inputs

NAME_LENGTH = 60


class OmniPickup(models.Model):
    """Who may collect in the customer's place: a name that the desk sees, and a code of their own."""

    _inherit = "omni.pickup"

    delegate_name = fields.Char(string="May Be Collected By", readonly=True, copy=False)
    delegate_code = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)

    _delegate_code_uniq = models.UniqueIndex("(delegate_code) WHERE state IN ('to_prepare', 'preparing', 'ready')")

    def _set_delegate(self, name):
        """Let ``name`` collect with a new code, and nobody with the former one; "" for the customer alone.

        :raises UserError: the pickup is not open any more
        """
        pickup = self._lock()._check_open()
        name = inputs.one_line(name, NAME_LENGTH)
        if name == (pickup.delegate_name or ""):
            return
        pickup.write({"delegate_name": name or False, "delegate_code": pickup._new_code() if name else False})
        pickup._log_and_notify(
            self.env._("The customer named someone who may collect.")
            if name
            else self.env._("Only the customer may collect again.")
        )
        pickup._tell_step("delegate")
