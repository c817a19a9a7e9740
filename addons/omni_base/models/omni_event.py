from typing import Any, NamedTuple

from odoo import api, models

from ..tools import inputs


class Event(NamedTuple):
    """Something that happened in a store or on the web.

    ``code`` is one of those listed in ``docs/contracts.md``; ``record`` the document it happened to; ``partner`` and
    ``channel`` are records, maybe empty; ``values`` what else a listener may need.
    """

    code: str
    record: Any
    partner: Any
    channel: Any
    values: dict


class OmniEvent(models.AbstractModel):
    """Synchronous publish and subscribe: publishers call :meth:`emit`, subscribers extend :meth:`_on`."""

    _name = "omni.event"
    _description = "Event Contract"

    @api.private
    @api.model
    def emit(self, code, record, partner=None, channel=None, values=None):
        """Tell every listener, in the same transaction.

        :param code: str, listed in ``docs/contracts.md``
        :param record: the document, one record
        :param partner: ``res.partner`` record; default: the document's ``partner_id``, if it has one
        :param channel: ``omni.channel`` record or id; default: the document's ``omni_channel_id``, if it has one
        :param values: dict of what else a listener may need
        """
        record.ensure_one()
        if partner is None:
            partner = record.partner_id if "partner_id" in record._fields else self.env["res.partner"]
        if channel is None and "omni_channel_id" in record._fields:
            channel = record.omni_channel_id
        self._on(Event(code, record, partner, inputs.record(self.env["omni.channel"], channel), dict(values or {})))

    @api.model
    def _on(self, event):
        """Hear of ``event``. An override handles the codes it knows and always calls ``super()``."""
