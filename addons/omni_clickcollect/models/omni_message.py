from odoo import api, models


class OmniMessage(models.Model):
    """What customers are told about pickups, in the words of their templates."""

    _inherit = "omni.message"

    @api.model
    def _labels(self):
        return super()._labels() | {
            "pickup.received": self.env._("Received"),
            "pickup.ready": self.env._("Ready"),
            "pickup.reminder": self.env._("Reminder"),
            "pickup.last_day": self.env._("Last day"),
            "pickup.extended": self.env._("Extended"),
            "pickup.moved": self.env._("New time"),
            "pickup.changed": self.env._("Changed"),
            "pickup.rebooked": self.env._("New store or time"),
            "pickup.delegate": self.env._("Somebody else collects"),
            "pickup.ended": self.env._("Ended"),
            "pickup.collected": self.env._("Collected"),
            "pickup.released": self.env._("Released"),
            "pickup.part_missing": self.env._("Part missing"),
        }

    def _template_context(self):
        return super()._template_context() | {"omni_reason": self.words}  # of the template of another time

    def _secrets(self, document):
        secrets = super()._secrets(document)
        if document._name == "omni.pickup":
            secrets += [document.access_token, document.code, document.delegate_code]
        return secrets

    def _shown(self, document):
        """Override: of a pickup, the store says it; its name and the link stand beside the words."""
        shown = super()._shown(document)
        if document._name == "omni.pickup":
            title = document.warehouse_id.name
            body = shown["body"].replace(document._page_url(), "").removeprefix(f"{title}: ").strip()
            shown |= {
                "title": title,
                "body": body[:1].upper() + body[1:],
                "icon": "/omni_clickcollect/static/img/pickup-192.png",
                "path": document._page_path(),
            }
        return shown
