from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES

LONGEST_SEARCH = 60  # signs
QUEUE_LIMIT = 200  # cards sent for one column; its count says how many there are
COLUMNS = {"to_prepare": ("to_prepare", "preparing"), "ready": ("ready",)}


class OmniPickup(models.Model):
    """What the pickup desk reads: as many queries for two hundred cards as for one."""

    _inherit = "omni.pickup"

    @api.model
    def desk_stores(self):
        """Return the stores that the user may work for: ``[{"id", "name", "count": open pickups}]``."""
        self.check_access("read")
        stores = self.env["stock.warehouse"].search(self.env.user._omni_store_domain())
        counts = dict(
            self._read_group(
                [("warehouse_id", "in", stores.ids), ("state", "in", OPEN_STATES)], ["warehouse_id"], ["__count"]
            )
        )
        # sudo: only tells which stores offer collection
        carriers = (
            self.env["delivery.carrier"]
            .sudo()
            .search([("delivery_type", "=", "in_store"), ("is_published", "=", True)])
        )
        named = self.env.user.sudo().omni_desk_warehouse_ids
        used = stores & (carriers.warehouse_ids | named | self.env["stock.warehouse"].union(*counts))
        return [{"id": store.id, "name": store.name, "count": counts.get(store, 0)} for store in used or stores]

    @api.model
    def desk_queue(self, warehouse_id, search=""):
        """Return the open pickups of one store, those promised first on top.

        :param str search: part of a customer's or an order's name, the end of a phone number, or a code
        :return: ``{column: {"count": int, "cards": [card]}}`` with columns ``to_prepare`` and ``ready``, and
            ``"next_bin"``: the number of the next free bin, "" in a store that names none
        :raises AccessError: not a store of this user
        """
        self.check_access("read")
        store = inputs.record(self.env["stock.warehouse"], warehouse_id)
        store._omni_check_mine()
        search = inputs.text(self.env, search, LONGEST_SEARCH)
        self.env["res.users"]._omni_look("list")
        # sudo: the desk sees of orders and customers what a card shows, and nothing else
        pickups = self.sudo()
        found, queue = {}, {}
        for column, states in COLUMNS.items():
            domain = Domain("warehouse_id", "=", store.id) & Domain("state", "in", states)
            domain &= self._desk_search_domain(search)
            found[column] = pickups.search(domain, limit=QUEUE_LIMIT)
            full = len(found[column]) == QUEUE_LIMIT
            queue[column] = {"count": pickups.search_count(domain) if full else len(found[column])}
        shown = pickups.union(*found.values())  # all columns at once: half the queries
        cards = dict(zip(shown, shown._desk_cards(), strict=True))
        for column in COLUMNS:
            queue[column]["cards"] = [cards[pickup] for pickup in found[column]]
        return queue | {"next_bin": self._next_bin(store.id)}

    @api.model
    def _search_domain_of(self, search):
        """Return the domain of the pickups of whom ``search`` may mean, customer or order; all of none."""
        if not search:
            return Domain.TRUE
        meant = self.env["res.partner"]._omni_search_domain(search)
        return Domain("partner_id", "any", meant) | Domain("order_id.name", "ilike", escape_psql(search))

    @api.model
    def _desk_search_domain(self, search):
        domain = self._search_domain_of(search)
        if code := self._clean_code(search):
            domain |= Domain("code", "=like", f"{code}%")
        return domain

    def _desk_cards(self):
        """Return each pickup as the desk shows it: moments as UTC text, amounts written out."""
        # Wide models: what a card shows is read, not all that they have.
        self.partner_id.fetch(["name", "phone_sanitized"])
        self.order_id.fetch(["name", "amount_total", "currency_id"])
        self.line_ids.product_id.fetch(["barcode", "default_code", "product_tmpl_id", "uom_id"])
        shelves = self._shelves()
        left = self.order_id._omni_all_left_to_pay()  # what amount_due says, without a field to fill card by card
        return [
            {
                "id": pickup.id,
                "order": pickup.order_id.name or "",
                "customer": pickup.partner_id.name or pickup.partner_id.display_name,
                "phone": (pickup.partner_id.phone_sanitized or "")[-4:],
                "code": pickup.code,
                "codes": pickup._desk_codes(),
                "state": pickup.state,
                "promised_at": fields.Datetime.to_string(pickup.promised_at),
                "deadline": fields.Datetime.to_string(pickup.deadline),
                "due": left.get(pickup.order_id, 0.0),
                "due_label": pickup._amount_label(left.get(pickup.order_id)),
                "preparer": pickup.preparer_id.name or "" if pickup.state == "preparing" else "",
                "mine": pickup.preparer_id.id in (False, self.env.uid),
                "bin": pickup.bin or "",
                "delegate": pickup._delegate_label(),
                "items": sum(pickup.line_ids.mapped("quantity")),
                "lines": pickup._desk_lines(shelves),
            }
            for pickup in self
        ]
