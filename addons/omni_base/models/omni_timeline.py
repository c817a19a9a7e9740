from odoo import models

from ..tools import inputs


class OmniTimeline(models.AbstractModel):
    """An order's life as its customer would tell it, read from the documents' own dates."""

    _name = "omni.timeline"
    _description = "Timeline Contract"

    def omni_timeline(self):
        """Return the steps of one order, oldest first.

        :return: ``[{"at": naive UTC datetime, "code": str, "label": str, "channel": name or False,
            "store": name or False}]``; codes: placed, paid, prepared, ready, collected, shipped, delivered, returned,
            cancelled
        :raises AccessError: the caller may not read the order
        """
        inputs.called_on_one(self).check_access("read")
        # sudo: who may read the order (its customer, a seller) may know when its payment and parcels moved
        return sorted(self.sudo()._omni_steps(), key=lambda step: step["at"])

    def _omni_steps(self):
        """Return the steps in any order. An override adds to those of ``super()``, by :meth:`_omni_step`."""
        return []

    def _omni_step(self, at, code, store=None, channel=None):
        """Return one step; ``store`` a ``stock.warehouse`` or None, ``channel`` by default the order's own."""
        return {
            "at": at,
            "code": code,
            "label": self._omni_step_labels()[code],
            "channel": (channel or self.omni_channel_id).name,
            "store": store.name if store else False,
        }

    def _omni_step_labels(self):
        return {
            "placed": self.env._("Placed"),
            "paid": self.env._("Paid"),
            "prepared": self.env._("Prepared"),
            "ready": self.env._("Ready"),
            "collected": self.env._("Collected"),
            "shipped": self.env._("Shipped"),
            "delivered": self.env._("Delivered"),
            "returned": self.env._("Returned"),
            "cancelled": self.env._("Cancelled"),
        }
