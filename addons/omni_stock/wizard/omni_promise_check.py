from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.omni_base.tools import inputs

SHOWN = 100  # differences in one message


class OmniPromiseCheck(models.TransientModel):
    """Compares the promise with stock, orders and holds, shows every difference and repairs what can be repaired."""

    _name = "omni.promise.check"
    _description = "Stock Audit"

    differences = fields.Text(readonly=True, default=lambda self: self._differences())
    repaired = fields.Boolean(readonly=True)

    @api.model
    def _differences(self):
        if not (self.env.su or self.env.user.has_group("omni_base.group_manager")):
            raise AccessError(self.env._("Only omnichannel managers may audit the stock."))
        return "\n".join(self.env["omni.availability"].audit())

    def action_repair(self):
        """Repair, and show what is left for people to decide. Stock itself is never changed."""
        inputs.called_on_one(self).write(
            {"differences": "\n".join(self.env["omni.availability"].repair()), "repaired": True}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stock Audit"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _cron_alert(self):
        """Tell the managers when something differs: by Odoo's notification, or by mail for who prefers that."""
        for env, users in self._managers():
            found = env["omni.availability"].audit()
            if not found:
                return
            env["omni.promise.check"]._tell(
                users,
                env._("Stock audit: %s differences to look at", len(found)),
                [*found, env._("Omnichannel > Configuration > Stock Audit repairs what it can.")],
            )

    @api.model
    def _correct(self):
        """Repair a promise that an earlier version has counted wrong, and tell the managers what was corrected.

        :return: how many products in stores it was wrong of
        """
        wrong = [(env, users, env["omni.availability"]._audit_rows()) for env, users in self._managers()]
        count = len(self.env["omni.availability"]._audit_rows())
        self.env["omni.availability"].repair()
        for env, users, found in wrong if count else ():
            shown, more = found[:SHOWN], len(found[SHOWN:])
            env["omni.promise.check"]._tell(
                users,
                env._("Stock audit: %s differences were corrected", count),
                [
                    *shown,
                    *([env._("And %s more.", more)] if more else ()),
                    env._(
                        "An earlier version did not count every reservation. What is available to sell is right again."
                    ),
                    env._("If too much was sold: Omnichannel > Operations > Oversold Orders."),
                ],
            )
        return count

    @api.model
    def _managers(self):
        """Return the managers by language: ``[(environment that speaks it, users)]``."""
        managers = self.env.ref("omni_base.group_manager").all_user_ids.filtered(lambda user: not user.share)
        return [(self.with_context(lang=lang).env, users) for lang, users in managers.grouped("lang").items()]

    @api.model
    def _tell(self, users, subject, lines):
        self.env["mail.thread"].message_notify(
            partner_ids=users.partner_id.ids, subject=subject, body=Markup("<br/>").join(lines)
        )
