from odoo import fields, models


class OmniTask(models.Model):
    """What becomes of a pickup, and a person decides."""

    _inherit = "omni.task"

    kind = fields.Selection(
        selection_add=[
            ("cancel", "Cancellation requested"),
            ("ticket", "Ticket to check"),
            ("wrong_codes", "Wrong codes"),
        ],
        ondelete={"cancel": "cascade", "ticket": "cascade", "wrong_codes": "cascade"},
    )

    def _offers_cancel(self):
        offers = self._offers_done()
        if self.sudo()._record().order_id.sudo(False).has_access("write"):
            offers.insert(0, ("_cancel_order", self.env._("Cancel the order"), None))
        return offers

    def _cancel_order(self):
        self._record().order_id.sudo(False).action_cancel()
        self._close("done")
