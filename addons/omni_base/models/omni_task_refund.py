from odoo import models


class OmniTask(models.Model):
    """A refund by hand."""

    _inherit = "omni.task"

    def _offers_refund(self):
        return [("_done", self.env._("Done by hand"), None)] if self._record()._may_decide() else []

    def _closed_refund(self):
        """What a person has done is refunded; what is dismissed is not to be refunded any more."""
        if self.state == "done":
            self._record()._decided("done", done_by_id=self.env.uid)
        else:
            self._record()._decided("withdrawn", failed=self.reason)
