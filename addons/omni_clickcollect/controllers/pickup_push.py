from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import file_open

from .pickup_page import CHANGE, LINK, READ, PickupPage

WORKER = "omni_base/static/src/push_worker/push_worker.js"


class PickupPush(PickupPage):
    """Web push: a browser that has the link of a pickup asks to be told of it, and not to be told any more."""

    @http.route("/pickup/service-worker.js", type="http", auth="public", methods=["GET"], readonly=True)
    def pickup_service_worker(self):
        """The script that shows messages; it is known by this address, whose folder it may serve."""
        with file_open(WORKER) as script:
            headers = [("Content-Type", "text/javascript"), ("Cache-Control", "no-cache")]
            return request.make_response(script.read(), headers)

    # The keys of the server are made when they are asked for the first time.
    @http.route(LINK + "/push", **READ | {"readonly": False})
    def pickup_push(self, pickup_id, access_token, **_query):
        return self._answer(
            pickup_id,
            access_token,
            lambda pickup: request.make_json_response(pickup.env["omni.push.device"]._page_values(pickup)),
        )

    @http.route(LINK + "/push/start", **CHANGE)
    def pickup_push_start(self, pickup_id, access_token, endpoint="", p256dh="", auth="", **_post):
        return self._answer(pickup_id, access_token, lambda pickup: self._start_push(pickup, endpoint, p256dh, auth))

    @http.route(LINK + "/push/stop", **CHANGE)
    def pickup_push_stop(self, pickup_id, access_token, endpoint="", **_post):
        def stop(pickup):
            pickup.env["omni.push.device"]._stop(pickup, endpoint)
            return request.make_json_response({"told": False})

        return self._answer(pickup_id, access_token, stop)

    def _start_push(self, pickup, endpoint, p256dh, auth):
        try:
            pickup._check_open()
            pickup.env["omni.push.device"]._start(pickup, endpoint, p256dh, auth)
        except UserError as error:
            request.env.cr.rollback()
            return request.make_json_response({"told": False, "message": str(error)}, status=400)
        return request.make_json_response({"told": True})
