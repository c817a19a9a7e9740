from odoo import fields, models


class OmniPickup(models.Model):
    """What managers decide about a pickup."""

    _inherit = "omni.pickup"

    def _ask_managers(self, kind, summary, note, **values):
        """Let the managers, who are told of it by a message, decide."""
        quiet = self.with_context(mail_activity_quick_update=True)
        self.env["omni.task"]._ask(kind, quiet, summary, note, **values)

    def _ask_to_cancel(self):
        key = f"{self._name},{self.id},{fields.Datetime.to_string(self.cancel_asked_at)}"
        self._ask_managers("cancel", *self._wish_to_cancel(), deadline=self.promised_at, key=key)

    def _wish_to_cancel(self):
        """Return what the managers are told of a customer who wishes to cancel: in a few words, and in sentences."""
        return (
            self.env._("Cancellation requested: %s", self.display_name),
            self.env._("The customer asks to cancel. If you cancel the order, what was paid is refunded."),
        )
