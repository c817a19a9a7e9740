from odoo import models
from odoo.http import request

from odoo.addons.omni_base.tools.owners import Owner
from odoo.addons.website_sale.models.website import CART_SESSION_CACHE_KEY


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        return [*super()._get_translation_frontend_modules_name(), "omni_stock"]

    @classmethod
    def _frontend_pre_dispatch(cls):
        super()._frontend_pre_dispatch()
        # A visitor is not short of what their own basket keeps, on whichever page they look.
        if cart_id := request.session.get(CART_SESSION_CACHE_KEY):
            request.update_context(omni_owner=Owner("sale.order", cart_id))
            request.website = request.website.with_context(omni_owner=request.env.context["omni_owner"])
