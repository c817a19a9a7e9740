import re

from odoo import models
from odoo.fields import Domain

DESK_CHANNEL = re.compile(r"omni_pickup_(\d{1,9})")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """A desk hears of the stores that its user may work for; any other is dropped."""
        asked = [channel for channel in channels if isinstance(channel, str) and DESK_CHANNEL.fullmatch(channel)]
        channels = [channel for channel in channels if channel not in asked]
        user = self.env.user
        if asked and user.has_group("omni_clickcollect.group_pickup_desk"):
            ids = [int(DESK_CHANNEL.fullmatch(channel)[1]) for channel in asked]
            domain = Domain("id", "in", ids) & Domain("company_id", "in", user.company_ids.ids)
            # sudo: only tells which of these stores are the user's own
            stores = self.env["stock.warehouse"].sudo().search(domain & user._omni_desk_domain())
            channels += [(store, "omni_pickup") for store in stores]
        return super()._build_bus_channel_list(channels)
