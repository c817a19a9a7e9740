from collections import defaultdict
from math import isinf

from odoo import fields, models

from odoo.addons.omni_base.models.omni_availability import PRECISION
from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.documents import existing
from odoo.addons.omni_base.tools.owners import owner_of

NAMES_GROUPS = "omni_base.group_user,sales_team.group_sale_salesman"  # who may read for whom goods are kept


class PosConfig(models.Model):
    """What a till may sell, and whose goods a ticket takes that takes more."""

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
