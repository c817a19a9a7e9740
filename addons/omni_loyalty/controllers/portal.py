from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class LoyaltyPortal(CustomerPortal):
    @route(["/my/points", "/my/points/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_points(self, page=1, **kwargs):
        # sudo: a customer sees their own cards and their movements, and no others
        cards = request.env.user.partner_id.sudo()._omni_loyalty_cards()
        entries = request.env["omni.loyalty.entry"].sudo()
        domain = [("card_id", "in", cards.ids)]
        pager = portal_pager(url="/my/points", total=entries.search_count(domain), page=page, step=self._items_per_page)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "omni_points",
            "cards": cards,
            "entries": entries.search(domain, limit=self._items_per_page, offset=pager["offset"]),
            "pager": pager,
        }
        return request.render("omni_loyalty.portal_my_points", values)
