from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..models.omni_pickup import OPEN_STATES

MAX_DIGITS = 9  # of an id; what is longer does not fit the database's integers


class PickupPage(http.Controller):
    @http.route(
        "/pickup/<string:pickup_id>/<string:access_token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def pickup_page(self, pickup_id, access_token, **_query):
        """Show one pickup to who has its link. A wrong token and a pickup that does not exist get the same answer."""
        # sudo: the link is the key; a missing pickup has an empty one, which no address can spell
        is_id = pickup_id.isdecimal() and len(pickup_id) <= MAX_DIGITS
        pickup = request.env["omni.pickup"].sudo().browse(int(pickup_id) if is_id else []).exists()
        if not consteq((pickup.access_token or "").encode(), access_token.encode()):
            return request.render("website.page_404", status=404)
        headlines = {
            "ready": request.env._("Your order is ready"),
            "collected": request.env._("Thank you, enjoy your purchase"),
            "released": request.env._("Your order went back to the shop"),
            "cancelled": request.env._("Your order is cancelled"),
        }
        values = {
            "pickup": pickup,
            "store": pickup.warehouse_id,
            "is_open": pickup.state in OPEN_STATES,
            "headline": headlines.get(pickup.state, request.env._("We prepare your order")),
            "steps": {
                "to_prepare": request.env._("Received"),
                "preparing": request.env._("In preparation"),
                "ready": request.env._("Ready"),
                "collected": request.env._("Collected"),
            },
        }
        response = request.render("omni_clickcollect.pickup_page", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
