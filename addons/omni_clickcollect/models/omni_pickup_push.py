from odoo import models


class OmniPickup(models.Model):
    """The phones that are told of a pickup: who has its link says so in a browser."""

    _inherit = "omni.pickup"

    def _start_push(self, endpoint, p256dh, auth):
        """Tell the phone with this subscription of each step; the caller has shown the link.

        :raises UserError: the pickup has ended, the subscription makes no sense, or there are too many
        """
        self._check_open()
        self.env["omni.push.device"]._start(self, endpoint, p256dh, auth)
