from collections import defaultdict
from math import isinf

from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.omni_base.exceptions import InvalidInput
from odoo.addons.omni_base.models.omni_availability import PRECISION
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import existing
from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.omni_base.tools.quantities import add_up

MOST_LINES = 1000  # of a ticket
NAMES_GROUPS = "omni_base.group_user,sales_team.group_sale_salesman"  # who may read for whom goods are kept


class PosConfig(models.Model):
    _inherit = "pos.config"

    def omni_available(self, product_ids):
        """Return what is available now in this till's store, in one query.

        :param product_ids: ids of ``product.product``
        :return: ``{product_id: quantity}``; goods whose stock is not counted are left out
        :raises AccessError: the caller is no seller of this till
        """
        self._omni_check_mine()
        availability = self.env["omni.availability"].with_company(self.company_id)
        available = availability.available(inputs.record_ids(self.env, product_ids), self._omni_store().ids)
        return {product: quantity for (product, _store), quantity in available.items() if not isinf(quantity)}

    def omni_taken_from(self, product_id, quantity, ticket=False):
        """Tell whose goods a ticket takes, when it takes more than is available in its store.

        :param float quantity: on the ticket, in the product's unit
        :param ticket: its uuid: what it keeps itself is its own
        :return: ``{"left": float, "owners": [{"who": str, "quantity": float, "until": UTC time or False}]}``, who
            gives way first comes first; ``owners`` is empty when there is enough, or nobody waits. ``who`` is empty
            for a seller who may not see customers' orders, and where there is no name. Without ``until``: it is bought
        :raises AccessError: the caller is no seller of this till
        """
        self._omni_check_mine()
        product_id = inputs.record_id(self.env, product_id)
        quantity = inputs.number(self.env, quantity, -inputs.MOST_QUANTITY, inputs.MOST_QUANTITY)
        own, store = self._omni_ticket(inputs.text(self.env, ticket)), self._omni_store()
        availability = self.env["omni.availability"].with_company(self.company_id)
        if own:
            availability = availability.with_context(omni_owner=owner_of(own))
        left = availability.available([product_id], store.ids)[product_id, store.id]
        if quantity - left <= PRECISION:
            return {"left": quantity if isinf(left) else left, "owners": []}
        # sudo: how much is promised until when is no secret to who is about to sell it; names are, see below
        watch_sudo = self.env["omni.incident.watch"].sudo()
        found = defaultdict(lambda: {"quantity": 0.0, "until": False})
        for row in watch_sudo._promises({(product_id, store.id)})[product_id, store.id]:
            owner = row["res_model"], row["res_id"]
            if row["quantity"] <= 0 or not row["res_model"] or own and owner == (own._name, own.id):
                continue
            found[owner]["quantity"] += row["quantity"]
            found[owner]["until"] = fields.Datetime.to_string(row["expires_at"])
        named = self.env.user.has_groups(NAMES_GROUPS)
        owners = [{"who": named and self._omni_who(*owner) or "", **found[owner]} for owner in found]
        return {"left": left, "owners": owners}

    # -- what a ticket keeps -----------------------------------------------------------------------------------------

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

    def _omni_who(self, model, res_id):
        """Return for whom a document keeps goods, empty for a visitor without a name."""
        # sudo: the name and number of what is kept, for who may see customers' orders
        owner_sudo = existing(self.sudo().env, model, res_id)
        if not owner_sudo:
            return ""
        partner_sudo = owner_sudo["partner_id"] if "partner_id" in owner_sudo._fields else owner_sudo.browse()
        if partner_sudo and partner_sudo.active:  # the visitor without an account is archived
            return f"{partner_sudo.name} ({owner_sudo.display_name})"
        return owner_sudo.display_name
