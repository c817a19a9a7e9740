from odoo import models
from odoo.http import request

from ..tools.addresses import visitor


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        return [*super()._get_translation_frontend_modules_name(), "omni_base"]

    def _omni_visitor(self, basket):
        """Return who is at ``basket`` just now: an account, or whoever shares an address and has not signed in.

        :return: a key for counting, "" when this is no request of the basket's own shopper
        """
        cart = getattr(request, "cart", None) if request else None
        if not basket or not cart or cart.id != basket.id:
            return ""
        if not request.env.user._is_public():
            return f"user:{request.env.uid}"
        return self.env["omni.rate.limit"]._hidden(visitor(request.httprequest.remote_addr))
