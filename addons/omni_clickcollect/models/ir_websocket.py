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
            # sudo: only tells which of these stores are the user's own
            stores = self.env["stock.warehouse"].sudo().search(Domain("id", "in", ids) & user._omni_store_domain())
            channels += [(store, "omni_pickup") for store in stores]
        return super()._build_bus_channel_list(channels)
