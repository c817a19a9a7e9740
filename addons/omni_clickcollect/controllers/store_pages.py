from odoo import http
from odoo.http import request

from ..models.ir_http import WAY
from .stores import near, remember

PAGE = {"type": "http", "auth": "public", "website": True}


def sitemap(env, _rule, query):
    for store in env["website"].get_current_website().sudo().in_store_dm_id._omni_shops():
        loc = store._omni_page_path()
        if not query or query.lower() in loc:
            yield {"loc": loc}


class StorePages(http.Controller):
    """The stores where customers can collect, for whoever looks for one: hours, place, phone, what is done there."""

    @http.route("/stores", **PAGE, readonly=True, sitemap=True)
    def stores_page(self, search="", **_query):
        stores, where = self._stores(), near(search)
        nearest, found = stores._omni_nearest(where, request.env["ir.http"]._omni_my_shop())
        opening = stores._omni_open_now()
        rows = [
            {
                "store": store,
                "path": store._omni_page_path(),
                "open": opening[store.id].get("label", ""),
                "distance": store._omni_distance_words(away, where, found),
            }
            for store, away in nearest
        ]
        is_unknown = where.search and not (found or stores._omni_position_of(where.search))
        values = {"rows": rows, "search": where.search, "is_unknown": is_unknown}
        return request.render("omni_clickcollect.stores_page", values)

    @http.route("/stores/<string:key>", **PAGE, readonly=True, sitemap=sitemap)
    def store_page(self, key, **_query):
        if not (store := self._store(key)):
            return request.render("website.page_404", status=404)
        values = {
            "store": store,
            "path": store._omni_page_path(),
            "open_now": store._omni_open_now()[store.id].get("label", ""),
            "map_url": request.env["omni.pickup.page"]._map_url(store),
            "is_mine": store == request.env["ir.http"]._omni_my_shop(),
        }
        return request.render("omni_clickcollect.store_page", values)

    @http.route("/stores/<string:key>/mine", **PAGE, methods=["POST"], sitemap=False)
    def store_is_mine(self, key, **_post):
        """Make it the visitor's own store, where they collect, and show what is there."""
        if not (store := self._store(key)):
            return request.render("website.page_404", status=404)
        response = request.redirect("/shop?in_store=1")
        remember(store)
        request.session[WAY] = "collect"
        if request.cart:
            request.cart._omni_collect_in(store)
        return response

    @staticmethod
    def _stores():
        return request.website.sudo().in_store_dm_id._omni_shops()

    def _store(self, key):
        _name, store_id = request.env["ir.http"]._unslug(key)
        return self._stores().filtered(lambda store: store.id == store_id)
