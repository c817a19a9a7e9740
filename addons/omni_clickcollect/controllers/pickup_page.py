import json

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import file_open

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.addresses import visitor

from ..models.omni_pickup import OPEN_STATES

LINK = "/pickup/<string:pickup_id>/<string:access_token>"
PUBLIC = {"type": "http", "auth": "public", "website": True, "sitemap": False}
READ = PUBLIC | {"readonly": True, "methods": ["GET"]}
# No CSRF token: nobody can send a form to an address that they cannot guess, and a page that a phone keeps for days has
# no session. A body needs room for a name or two.
CHANGE = PUBLIC | {"methods": ["POST"], "csrf": False, "max_content_length": 16 * 1024}

# What one address may do in ten minutes: some fifteen pages that stay open, or thirty wrong links.
RATE_LIMIT, RATE_SECONDS = 600, 600
RIGHT_COST, WRONG_COST = 1, 20

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class PickupPage(http.Controller):
    """The page of one pickup, for who has its link. A wrong link, a dead one, and one of a pickup that does not exist
    get the same answer, for the same work; who asks too often gets none.
    """

    # -- reading -----------------------------------------------------------------------------------------------------

    @http.route(LINK, **READ)
    def pickup_page(self, pickup_id, access_token, changed="", **_query):
        return self._answer(pickup_id, access_token, lambda pickup: self._page(pickup, changed=changed))

    @http.route(LINK + "/state", **READ)
    def pickup_state(self, pickup_id, access_token, **_query):
        """Tell the page that is open whether it is still right."""
        return self._answer(
            pickup_id, access_token, lambda pickup: request.make_json_response({"stamp": self._pages()._stamp(pickup)})
        )

    @http.route(LINK + "/pickup.ics", **READ)
    def pickup_calendar(self, pickup_id, access_token, **_query):
        headers = [
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", http.content_disposition("pickup.ics")),
        ]
        return self._answer(
            pickup_id, access_token, lambda pickup: request.make_response(self._pages()._calendar_file(pickup), headers)
        )

    @http.route(LINK + "/app.webmanifest", **READ)
    def pickup_manifest(self, pickup_id, access_token, **_query):
        headers = [("Content-Type", "application/manifest+json")]
        return self._answer(
            pickup_id,
            access_token,
            lambda pickup: request.make_response(json.dumps(self._pages()._app_manifest(pickup)), headers),
        )

    @http.route(LINK + "/code.png", **READ)
    def pickup_code(self, pickup_id, access_token, **_query):
        """The code as a picture, for mails. One that is read when nothing is left to collect shows none, and no broken
        picture either.
        """

        def picture(pickup):
            if pickup.state in OPEN_STATES:
                data = self._pages()._qr_picture(pickup.code)
            else:
                with file_open("web/static/img/transparent.png", "rb") as file:
                    data = file.read()
            return request.make_response(data, [("Content-Type", "image/png")])

        return self._answer(pickup_id, access_token, picture)

    @http.route(LINK + "/shops", **READ)
    def pickup_shops(self, pickup_id, access_token, **_query):
        return self._answer(pickup_id, access_token, self._shops)

    # Slots that were never asked for before are written down.
    @http.route(LINK + "/times", **READ | {"readonly": False})
    def pickup_when(self, pickup_id, access_token, **_query):
        return self._answer(pickup_id, access_token, self._times)

    # -- changing ----------------------------------------------------------------------------------------------------

    @http.route(LINK + "/delegate", **CHANGE)
    def pickup_delegate(self, pickup_id, access_token, name="", **_post):
        return self._change(pickup_id, access_token, lambda pickup: pickup._set_delegate(name), "#delegate")

    @http.route(LINK + "/here", **CHANGE)
    def pickup_here(self, pickup_id, access_token, bay="", plate="", **_post):
        return self._change(pickup_id, access_token, lambda pickup: pickup._set_arrived(bay, plate), "#here")

    @http.route(LINK + "/shop", **CHANGE)
    def pickup_shop(self, pickup_id, access_token, shop_id="", **_post):
        move = lambda pickup: pickup._move_to(inputs.id_or_none(shop_id))
        return self._change(pickup_id, access_token, move, "?changed=shop")

    @http.route(LINK + "/slot", **CHANGE)
    def pickup_slot(self, pickup_id, access_token, slot_id="", **_post):
        change = lambda pickup: pickup._change_time(slot_id)
        return self._change(pickup_id, access_token, change, "?changed=time", show=self._times)

    @http.route(LINK + "/cancel", **CHANGE)
    def pickup_cancel(self, pickup_id, access_token, **_post):
        return self._change(pickup_id, access_token, lambda pickup: pickup._cancel_or_ask())

    @http.route(LINK + "/extend", **CHANGE | {"methods": ["GET", "POST"]})
    def pickup_extend(self, pickup_id, access_token, until="", **_post):
        """Keep it longer; ``until`` is what its page said, so that a second click does nothing."""
        return self._answer(pickup_id, access_token, lambda pickup: self._extend(pickup, until))

    @staticmethod
    def _pages():
        return request.env["omni.pickup.page"]

    # -- answers -----------------------------------------------------------------------------------------------------

    def _answer(self, pickup_id, access_token, make):
        """Return what ``make(pickup)`` does, if the link is right and is not one of too many."""
        limit = request.env["omni.rate.limit"]
        key = f"page:{visitor(request.httprequest.remote_addr)}"
        pickup = None
        # Counted as a wrong link until it is known to be right: many at once are no more.
        if limit._count(key, RATE_LIMIT, RATE_SECONDS, WRONG_COST).allowed:
            pickup = self._pages()._by_link(pickup_id, access_token)
            if pickup:
                limit._give_back(key, WRONG_COST - RIGHT_COST)
        if pickup:
            response = make(pickup)
        elif pickup is None:
            response = request.render("omni_clickcollect.pickup_too_often", status=429)
            response.headers["Retry-After"] = RATE_SECONDS
        else:
            response = request.render("omni_clickcollect.pickup_no_link", status=404)
        response.headers.update(HEADERS)
        return response

    def _change(self, pickup_id, access_token, change, where="", show=None):
        """Do ``change(pickup)`` and go back to the page, ``where`` it shows that; when it is refused,
        ``show(pickup, refusal)`` says why, by default the page.
        """

        def make(pickup):
            try:
                change(pickup)
            except UserError as error:
                request.env.cr.rollback()
                return (show or self._page)(pickup, refusal=str(error))
            return request.redirect(pickup._page_path() + where, code=303)

        return self._answer(pickup_id, access_token, make)

    def _page(self, pickup, refusal="", changed=""):
        news = {"refusal": refusal, "notice": self._pages()._notice(pickup, changed)}
        return request.render("omni_clickcollect.pickup_page", self._pages()._values(pickup) | news)

    def _times(self, pickup, refusal=""):
        times = {"refusal": refusal, "times": pickup._times(), "limit": pickup._latest_change()}
        return request.render("omni_clickcollect.pickup_times_page", self._pages()._values(pickup) | times)

    def _shops(self, pickup):
        values = self._pages()._values(pickup) | {"shops": self._pages()._other_shops(pickup)}
        return request.render("omni_clickcollect.pickup_shops", values)

    def _extend(self, pickup, until):
        values = {"pickup": pickup, "why_not": pickup._why_not_extended(), "done": False}
        if request.httprequest.method == "POST":
            values["done"] = until != str(pickup.deadline) and pickup.extensions > 0
            if until == str(pickup.deadline):
                try:
                    with request.env.cr.savepoint():
                        values["done"] = pickup.action_extend()
                except UserError as error:
                    values["why_not"] = str(error)
        return request.render("omni_clickcollect.pickup_extend_page", values)
