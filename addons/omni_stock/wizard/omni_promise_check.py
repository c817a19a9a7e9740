from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError


class OmniPromiseCheck(models.TransientModel):
    """Compares the promise with stock, orders and holds, shows every difference and repairs what can be repaired."""

    _name = "omni.promise.check"
    _description = "Check of the Promise"

    differences = fields.Text(readonly=True, default=lambda self: self._differences())
    repaired = fields.Boolean(readonly=True)

    @api.model
    def _differences(self):
        if not (self.env.su or self.env.user.has_group("omni_base.group_manager")):
            raise AccessError(self.env._("Only omnichannel managers may check the promise of stock."))
        return "\n".join(self.env["omni.availability"].audit())

    def action_repair(self):
        """Repair, and show what is left for people to decide. Stock itself is never changed."""
        self.ensure_one()
        self.write({"differences": "\n".join(self.env["omni.availability"].repair()), "repaired": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check the promise"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _cron_alert(self):
        """Tell the managers when something differs: by Odoo's notification, or by mail for who prefers that."""
        managers = self.env.ref("omni_base.group_manager").all_user_ids.filtered(lambda user: not user.share)
        for lang, users in managers.grouped("lang").items():
            env = self.with_context(lang=lang).env
            found = env["omni.availability"].audit()
            if not found:
                return
            advice = env._("Omnichannel > Configuration > Check the promise repairs what it can.")
            env["mail.thread"].message_notify(
                partner_ids=users.partner_id.ids,
                subject=env._("The promise of stock needs a look: %s differences", len(found)),
                body=Markup("<br/>").join([*found, advice]),
            )
