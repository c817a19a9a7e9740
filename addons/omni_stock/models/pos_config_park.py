from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.quantities import add_up

MOST_LINES = 1000  # of a ticket


class PosConfig(models.Model):
    """What a ticket keeps that is parked, on its way to payment, or shipped later."""

    _inherit = "pos.config"

    def omni_park_ticket(self, ticket, demand, name="", partner_id=False, ship=False):
        """Keep, for its channel's usual time, what a ticket asks for that is parked or on its way to payment: as much
        as there is, in the place of what it kept before.

        :param str ticket: its uuid
        :param demand: ``[[product_id, quantity]]``; without any it gives all back
        :param str name: of the ticket, as the till prints it
        :param partner_id: its customer, if there is one
        :param bool ship: it is shipped later: it is kept where routing has it leave from
        :return: with ``ship`` ``{"legs": [{"store", "here": bool, "arrives": ISO date or False, "goods": words}],
            "missing": words of what nowhere has}``, else ``{}``
        :raises AccessError: the caller is no seller of this till
        """
        self._omni_check_mine()
        uuid = inputs.text(self.env, ticket)
        if not uuid:
            raise InvalidInput(self.env._("Name the ticket."))
        partner = inputs.record(self.env["res.partner"], partner_id).exists()
        partner.check_access("read")  # their name is told to others, and where they live to routing
        asked, name = add_up(inputs.demand(self.env, demand, MOST_LINES)), inputs.text(self.env, name)
        goods = self.env["product.product"].browse(asked).exists()._filtered_access("read")  # they are told by name
        # sudo: a ticket has no rights of its own; what is kept for it is limited to this till
        config_sudo = self.sudo().with_company(self.company_id)
        parked_sudo, order_sudo = config_sudo._omni_parked(uuid), config_sudo._omni_saved(uuid)
        for till in (parked_sudo.config_id | order_sudo.config_id) - self:
            till._omni_check_mine()
        counted = goods.with_env(config_sudo.env).filtered(lambda one: one._omni_is_counted())
        kept = {product: asked[product] for product in counted.ids}
        if not kept or order_sudo.state not in (False, "draft"):
            self.env["omni.hold"]._end_all("release", parked_sudo)
            return {"legs": [], "missing": ""} if ship else {}
        if parked_sudo.config_id - self:
            raise AccessError(self.env._("Only sellers may ask for this, at the tills of their own stores."))
        if order_sudo:
            self.env["omni.hold"]._end_all("release", order_sudo)  # what it kept when it was saved
        parked_sudo = parked_sudo._note(uuid, config_sudo, name or uuid, partner)
        seconds = config_sudo.omni_channel_id._hold_seconds()
        if ship:
            return self._omni_legs_in_words(parked_sudo._route(kept, seconds))
        store = config_sudo._omni_store().id
        parked_sudo._hold(parked_sudo, {(product, store): quantity for product, quantity in kept.items()}, seconds)
        return {}

    def _omni_parked(self, uuid):
        # sudo: only the till itself knows the uuid
        return self.env["omni.parked.ticket"].sudo().search([("uuid", "=", uuid)], limit=1)

    def _omni_saved(self, uuid):
        return self.env["pos.order"].sudo().search([("uuid", "=", uuid)], limit=1)  # sudo: as above

    def _omni_ticket(self, uuid):
        """Return the ticket with this uuid that keeps goods, in sudo mode: saved, or parked at a till."""
        if not uuid:
            return None
        parked = self._omni_parked(uuid)
        return parked if parked and self.env["omni.hold"]._held(parked._name, parked.id) else self._omni_saved(uuid)

    def _omni_legs_in_words(self, legs):
        """Return legs, see :meth:`omni.routing.plan`, as the till shows them: see :meth:`omni_park_ticket`."""
        words = self.env["omni.routing.decision"].sudo()._goods_words  # sudo: names of what the ticket sells
        # sudo: names of stores; which of them send parcels for the till's channel is no secret to its sellers
        stores = self.env["stock.warehouse"].sudo()
        store = self.sudo()._omni_store()  # sudo: its clock
        return {
            "legs": [
                {
                    "store": stores.browse(leg["warehouse_id"]).name,
                    "here": leg["warehouse_id"] == store.id,
                    "arrives": leg["promised_at"] and fields.Date.to_string(store._omni_day_of(leg["promised_at"])),
                    "goods": words(leg["lines"]),
                }
                for leg in legs
                if leg["warehouse_id"]
            ],
            "missing": words([row for leg in legs if not leg["warehouse_id"] for row in leg["lines"]]),
        }
