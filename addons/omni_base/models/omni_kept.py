from odoo import api, models
from odoo.exceptions import AccessError


class OmniKept(models.AbstractModel):
    """What happened, and whose it is, is written by the steps of the code: a field that a form shows as read-only is
    read-only to every caller, whatever they may write else. The code itself writes in sudo mode.
    """

    _name = "omni.kept"
    _description = "Protected Fields"

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")  # nobody hands it to a company, or a store, that is not theirs
        return result

    def onchange(self, values, field_names, fields_spec):
        """What a caller may not write they may not suppose either: what would follow from it is worked out in sudo
        mode, and tells the name of any record.
        """
        if self.env.su:
            return super().onchange(values, field_names, fields_spec)
        kept = {name for name, field in self._fields.items() if not self._has_field_access(field, "write")} - {"id"}
        changed = [name for name in field_names if name not in kept]
        if field_names and not changed:
            return {}
        values = {name: value for name, value in values.items() if name not in kept}
        return super().onchange(values, changed, fields_spec)

    def _has_field_access(self, field, operation):
        if operation == "write" and field.readonly and not self.env.su:
            return False
        return super()._has_field_access(field, operation)


class Base(models.AbstractModel):
    """The same for what our add-ons put on Odoo's own records, of all models: who may write an order, a ticket or a
    transfer writes no more of it than its form lets them.
    """

    _inherit = "base"

    @api.model
    def _check_field_access(self, field, operation):
        if operation == "write" and field.readonly and not self.env.su and field.name.startswith("omni_"):
            raise AccessError(
                self.env._("“%s” cannot be edited: it follows from what happened.", field._description_string(self.env))
            )
        super()._check_field_access(field, operation)
