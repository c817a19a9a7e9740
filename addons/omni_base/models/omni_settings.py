from odoo import models
from odoo.exceptions import AccessError


class OmniSettings(models.AbstractModel):
    """Records of Odoo's on which managers of all channels set what our add-ons put there, and nothing else.

    An access right of Odoo's covers a whole model; this narrows the managers' one. Who has another keeps what it gives.
    """

    _name = "omni.settings"
    _description = "Settings of All Channels"

    def write(self, vals):
        if not (self.env.su or vals.keys() <= self._omni_settings() or self._omni_may_write_all()):
            raise AccessError(
                self.env._("You may change only the Omnichannel settings here. The rest is for administrators.")
            )
        return super().write(vals)

    def _omni_settings(self):
        """Return the names of the fields that managers may write."""
        return {name for name, field in self._fields.items() if name.startswith("omni_") and not field.readonly}

    def _omni_may_write_all(self):
        """Whether a right other than the managers' lets the caller write these records."""
        # sudo: which rights there are is no secret, and changes nothing
        rights, managers = self.env["ir.model.access"].sudo(), self.env.ref("omni_base.group_manager")
        of_others = [("perm_write", "=", True), ("group_id", "!=", managers.id)]
        rights = rights.search([("model_id.model", "=", self._name), *of_others])
        return any(not right.group_id or right.group_id in self.env.user.all_group_ids for right in rights)
