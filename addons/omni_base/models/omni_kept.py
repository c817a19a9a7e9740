from odoo import models


class OmniKept(models.AbstractModel):
    """What happened, and whose it is, is written by the steps of the code: a field that a form shows as read-only is
    read-only to every caller, whatever they may write else. The code itself writes in sudo mode.
    """

    _name = "omni.kept"
    _description = "Protected Fields"

    def _has_field_access(self, field, operation):
        if operation == "write" and field.readonly and not self.env.su:
            return False
        return super()._has_field_access(field, operation)
