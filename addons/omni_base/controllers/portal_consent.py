from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class OmniPortal(CustomerPortal):
    @route("/my/data", type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_my_data(self, **values):
        """What the customer agreed to, to see and to change; each change is proof."""
        partner = request.env.user.partner_id
        if request.httprequest.method == "POST":
            partner._omni_answer(values.keys())
            return request.redirect("/my/data?saved=1", code=303)
        page = self._prepare_portal_layout_values()
        page |= {"page_name": "omni_data", "questions": partner._omni_questions(), "saved": "saved" in values}
        return request.render("omni_base.portal_my_data", page)
