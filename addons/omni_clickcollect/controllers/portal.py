from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.omni_base.tools import inputs
from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .pickup_page import HEADERS

PAGE_SIZE = 20


class PickupPortal(CustomerPortal):
    """A customer's own pickups, in their account."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pickup_count" in counters:
            values["pickup_count"] = self._own_pickups().search_count(self._own_domain(), limit=1)
        return values

    @http.route(["/my/pickups", "/my/pickups/page/<int:page>"], type="http", auth="user", website=True, readonly=True)
    def portal_pickups(self, page=1, **_query):
        pickups = self._own_pickups()
        pages = pager("/my/pickups", total=pickups.search_count(self._own_domain()), page=page, step=PAGE_SIZE)
        values = self._prepare_portal_layout_values() | {
            "page_name": "pickup",
            "default_url": "/my/pickups",
            "pager": pages,
            "pickups": pickups.search(
                self._own_domain(), order="promised_at DESC, id DESC", limit=PAGE_SIZE, offset=pages["offset"]
            ),
        }
        return request.render("omni_clickcollect.portal_my_pickups", values)

    @http.route("/my/pickups/<string:pickup_id>", type="http", auth="user", website=True, readonly=True)
    def portal_pickup(self, pickup_id, **_query):
        """The page that its link opens; somebody else's pickup and none get the same answer."""
        pickups = self._own_pickups()
        pickup = pickups.search(self._own_domain() & Domain("id", "=", inputs.id_or_none(pickup_id)))
        if pickup:
            values = request.env["omni.pickup.page"]._values(pickup)
            response = request.render("omni_clickcollect.pickup_page", values | {"refusal": ""})
        else:
            response = request.render("website.page_404", status=404)
        response.headers.update(HEADERS)
        return response

    def _own_pickups(self):
        # sudo: a customer has no access to pickups but through these pages, which show them their own
        return request.env["omni.pickup"].sudo()

    def _own_domain(self):
        return Domain("partner_id", "=", request.env.user.partner_id.id)
