from odoo import api, models

from .ir_http import SHOP_COOKIE


class WebsitePage(models.Model):
    _inherit = "website.page"

    @api.model
    def _allow_to_use_cache(self, request):
        """Override of `website`: the header names the store of this very visitor."""
        return super()._allow_to_use_cache(request) and not request.cookies.get(SHOP_COOKIE)
