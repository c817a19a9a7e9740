from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.omni_base.models.res_partner_identity import LEAST_DIGITS
from odoo.addons.omni_base.tools.contacts import name_words, phone_digits, phone_has, plain

from .omni_pickup import OPEN_STATES


class OmniPickup(models.Model):
    """Whose pickup somebody at the counter may mean."""

    _inherit = "omni.pickup"

    @api.model
    def _search_domain(self, store, search):
        """Return the domain of the open pickups of ``store`` whose customer or order ``search`` may mean, as people say
        and type it: the words of a name in any order and without accents, any part of a phone number, an e-mail or an
        order's name; all of them of none.
        """
        words = name_words(plain(search or ""))
        if not words:
            return Domain.TRUE
        text, digits = plain(search).strip(), phone_digits(search)
        # What is the middle of a number may begin as an international one does.
        typed = {digits, "".join(sign for sign in search if sign.isdecimal())} if digits else ()
        typed = [part for part in typed if len(part.lstrip("+")) >= LEAST_DIGITS]
        self.env["omni.pickup"].flush_model(["warehouse_id", "state", "partner_id", "order_id"])
        self.env["res.partner"].flush_model(["complete_name", "name", "email", "phone", "phone_sanitized"])
        self.env["sale.order"].flush_model(["name"])
        query = SQL(
            """
            SELECT pickup.id, COALESCE(customer.complete_name, customer.name, ''), COALESCE(customer.email, ''),
                   COALESCE(sold.name, ''), COALESCE(customer.phone, ''), COALESCE(customer.phone_sanitized, '')
              FROM omni_pickup AS pickup
              JOIN res_partner AS customer ON customer.id = pickup.partner_id
              LEFT JOIN sale_order AS sold ON sold.id = pickup.order_id
             WHERE pickup.warehouse_id = %s AND pickup.state IN %s
            """,
            store.id,
            OPEN_STATES,
        )
        rows = self.env.execute_query(query)
        found = [
            pickup_id
            for pickup_id, name, email, order, *phones in rows
            if all(word in plain(name) for word in words)
            or text in plain(email)
            or text in plain(order)
            or any(phone_has(phones, part) for part in typed)
        ]
        return Domain("id", "in", found)
