from odoo.http import request

from odoo.addons.website_sale.controllers.main import WebsiteSale


class CollectAddress(WebsiteSale):
    """Who collects their whole basket says who they are and how they are reached; where they live is asked of who has
    something delivered. And a form that is sent twice makes one customer.
    """

    def _get_mandatory_address_fields(self, country_sudo):
        if request.cart and request.cart._omni_is_all_collected():
            return set()
        return super()._get_mandatory_address_fields(country_sudo)

    def _prepare_address_form_values(self, *args, order_sudo=False, **kwargs):
        values = super()._prepare_address_form_values(*args, order_sudo=order_sudo, **kwargs)
        if order_sudo and order_sudo._is_anonymous_cart() and order_sudo._omni_is_all_collected():
            values |= {"omni_short": True, "country": request.env["res.country"]}
        return values

    def _complete_address_values(self, address_values, *args, order_sudo=False, **kwargs):
        super()._complete_address_values(address_values, *args, order_sudo=order_sudo, **kwargs)
        if order_sudo and not address_values.get("country_id") and order_sudo._omni_is_all_collected():
            address_values["country_id"] = order_sudo.warehouse_id.partner_id.country_id.id

    def _create_or_update_address(self, partner_sudo, *args, order_sudo=False, **form_data):
        if not partner_sudo and order_sudo and not order_sudo._is_anonymous_cart():
            partner_sudo = self._omni_known_address(order_sudo, form_data)
        return super()._create_or_update_address(partner_sudo, *args, order_sudo=order_sudo, **form_data)

    def _omni_known_address(self, order, form_data):
        """Return the customer's address that says the same as this form already, in sudo mode, or empty."""
        address, _more = self._parse_form_data(dict(form_data))
        filled = {field: value for field, value in address.items() if value and field != "phone"}  # written otherwise
        found = self._find_child_partner(order.partner_id.commercial_partner_id.id, filled)
        partner = order.partner_id.browse(found or [])
        is_theirs = partner == order.partner_id or (
            partner and partner._can_be_edited_by_current_customer(order_sudo=order)
        )
        return partner if is_theirs else partner.browse()
