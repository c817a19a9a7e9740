import re
from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.omni_base.models.omni_code import ALPHABET, LENGTH
from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES

LONGEST_SEARCH = 60  # signs
QUEUE_LIMIT = 200  # cards sent for one column; its count says how many there are
WHOLE_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
COLUMNS = {"to_prepare": ("to_prepare", "preparing"), "ready": ("ready",)}
STEPS = {  # what each does with a pickup that the caller may read, and the values that come with it
    "prepare": lambda pickup, _values: pickup.action_prepare(),
    "take_over": lambda pickup, _values: pickup.action_take_over(),
    "count": lambda pickup, values: pickup._count(values.get("line_id"), values.get("quantity")),
    "missing": lambda pickup, values: pickup.action_missing(
        values.get("line_id"), values.get("quantity"), values.get("reason")
    ),
    "decide": lambda pickup, values: pickup.action_decide(
        values.get("line_id"), values.get("decision"), values.get("store_id"), values.get("product_id")
    ),
    "ready": lambda pickup, values: pickup._ready_in(values.get("bin")),
    "hand_over": lambda pickup, values: pickup._hand_over(values),
    "extend": lambda pickup, _values: pickup.action_extend(),
    "release": lambda pickup, values: pickup.action_release(values.get("reason")),
}


class OmniPickupDesk(models.AbstractModel):
    """What the pickup desk asks for and does: as many queries for two hundred cards as for one."""

    _name = "omni.pickup.desk"
    _description = "Pickup Desk"

    @api.model
    def stores(self):
        """Return the stores that the user may work for: ``[{"id", "name", "count": open pickups}]``."""
        pickups = self.env["omni.pickup"]
        pickups.check_access("read")
        stores = self.env["stock.warehouse"].search(self.env.user._omni_store_domain())
        waiting = [("warehouse_id", "in", stores.ids), ("state", "in", OPEN_STATES)]
        counts = dict(pickups._read_group(waiting, ["warehouse_id"], ["__count"]))
        collecting, named = stores._omni_collect_stores(), self.env.user.sudo().omni_desk_warehouse_ids
        used = stores.filtered(lambda store: store in collecting or store in named or store in counts)
        return [{"id": store.id, "name": store.name, "count": counts.get(store, 0)} for store in used or stores]

    @api.model
    def queue(self, warehouse_id, search=""):
        """Return the open pickups of one store, those promised first on top.

        :param str search: part of a customer's or an order's name or of a phone number, or a whole code
        :return: ``{column: {"count": int, "cards": [card]}}`` with columns ``to_prepare`` and ``ready``;
            ``"next_bin"``: the number of the next free bin, "" in a store that names none; ``"whereabouts"``: where the
            pickup of a code, or the order of a number, is that does not wait here
        :raises AccessError: not a store of this user
        """
        self.env["omni.pickup"].check_access("read")
        store = inputs.record(self.env["stock.warehouse"], warehouse_id)
        store._omni_check_mine()
        search = inputs.text(self.env, search, LONGEST_SEARCH)
        self.env["res.users"]._omni_look("list")
        # sudo: the desk sees of orders and customers what a card shows, and nothing else
        pickups = self.env["omni.pickup"].sudo()
        found, queue, meant = {}, {"whereabouts": ""}, pickups._search_domain(store, search)
        for column, states in COLUMNS.items():
            domain = Domain("warehouse_id", "=", store.id) & Domain("state", "in", states)
            domain &= meant
            # Who waits outside comes first.
            found[column] = pickups.search(domain, limit=QUEUE_LIMIT, order="arrived_at, promised_at, id")
            full = len(found[column]) == QUEUE_LIMIT
            queue[column] = {"count": pickups.search_count(domain) if full else len(found[column])}
        if search and not any(found.values()):
            named = self._by_code(store, search)
            if named.warehouse_id == store:
                column = next(column for column, states in COLUMNS.items() if named.state in states)
                found[column], queue[column] = named, {"count": 1}
            else:
                queue["whereabouts"] = self._whereabouts(store, search, named)
        shown = pickups.union(*found.values())  # all columns at once: half the queries
        cards = dict(zip(shown, self._cards(shown), strict=True))
        for column in COLUMNS:
            queue[column]["cards"] = [cards[pickup] for pickup in found[column]]
        return queue | {"next_bin": pickups._next_bin(store.id)}

    @api.model
    def step(self, key, pickup_id, step, values=None):
        """Do one step of the desk, once for each ``key`` however often it is sent.

        :param str key: made by the desk for this step, 8 to 64 characters
        :param str step: ``prepare``, ``take_over``, ``count`` (``line_id``, ``quantity``), ``missing`` (``line_id``,
            ``quantity``, ``reason``), ``decide`` (``line_id``, ``decision``, ``store_id`` or ``product_id``), ``ready``
            (``bin``), ``hand_over`` (``code`` or ``identity``, ``quantities``, ``back``, ``signature``, ``signed_by``),
            ``extend`` or ``release`` (``reason``)
        :param dict values: what the step needs, and ``seen``: the state that the desk showed
        :return: whether it was done now: False when it had been done before
        :raises AccessError: not a pickup of this user
        :raises UserError: the step is refused, or somebody else has taken the pickup over; its key may be used again
        """
        do = STEPS[inputs.choice(self.env, step, STEPS)]
        values = inputs.named(self.env, values)
        pickup = self._pickup(pickup_id)
        if not self.env["omni.pickup.key"]._take(key):
            return False
        if step not in ("prepare", "take_over"):  # that somebody prepares it is so already
            pickup._check_in_hand("preparing" if step == "ready" else values.get("seen"))
        do(pickup, values)
        return True

    @api.model
    def missing_options(self, pickup_id, line_id):
        """Return what the desk can propose for what is missing of one line.

        :return: ``{"bring": {"stores", "ready"} in words or False, "stores": [{"id", "name", "available": quantity,
            None without end}], "products": [{"id", "name", "image"}], "refund": amount in words}``; all that is missing
            is brought, and stores and products have all of it
        """
        # sudo: read access to the pickup is checked; what is there in other stores, any shopper sees on the web
        return self._pickup(pickup_id).sudo()._line(line_id)._missing_options()

    def _pickup(self, pickup_id):
        """Return the pickup that the desk names.

        :raises AccessError: the caller may not read it
        """
        pickup = self.env["omni.pickup"].browse(inputs.record_id(self.env, pickup_id))
        pickup.check_access("read")
        return pickup

    def _by_code(self, store, search):
        """Return the pickup that a whole code opens, in sudo mode. Codes that open nothing are counted, by who tries;
        after many, only those of this store are found: a desk asks for its list again and again.
        """
        # sudo: who has the code may know which it opens
        pickups = self.env["omni.pickup"].sudo()
        code = pickups._clean_code(search)
        if not WHOLE_CODE.fullmatch(code):
            return pickups
        if here := pickups.search(pickups._code_domain(code) & Domain("warehouse_id", "=", store.id)):
            return here
        with suppress(UserError):
            company = Domain("company_id", "=", store.company_id.id)
            return pickups._find_by_code(code, company, f"desk:{self.env.uid}")
        return pickups

    def _whereabouts(self, store, search, pickup):
        """Return in words where ``pickup`` waits, or the order is whose number is ``search``; "" of none."""
        if pickup:
            return self.env._("This pickup waits at %s.", pickup.warehouse_id.name)
        named = Domain("company_id", "=", store.company_id.id) & Domain("order_name", "=ilike", escape_psql(search))
        # sudo: who works at a desk may know where an order is whose number they were told
        order = self.env["omni.pickup"].sudo().search(named, limit=1).order_id
        return order._omni_whereabouts() if order else ""

    # -- cards -------------------------------------------------------------------------------------------------------

    def _cards(self, pickups):
        """Return each pickup as desk and tills show it: moments as UTC text, amounts written out."""
        # Wide models: what a card shows is read, not all that they have.
        pickups.partner_id.fetch(["name", "phone", "phone_sanitized"])
        pickups.order_id.fetch(["name", "amount_total", "currency_id"])
        pickups.line_ids.product_id.fetch(["barcode", "default_code", "product_tmpl_id", "uom_id"])
        inbound = pickups._inbound()
        shelves = pickups._shelves(inbound)
        due = pickups._amounts_due()  # what amount_due says, without a field to fill card by card
        return [self._card(pickup, shelves, inbound, due[pickup]) for pickup in pickups]

    def _card(self, pickup, shelves, inbound, due):
        as_text = fields.Datetime.to_string
        late_at, soon_at = pickup._due()
        slot, customer = pickup.slot_id, pickup.partner_id
        phone = customer.phone_sanitized or customer.phone or ""
        return {
            "id": pickup.id,
            "order": pickup.order_id.name or "",
            "customer": customer.name or customer.display_name,
            "phone": "".join(filter(str.isdecimal, phone))[-4:],
            "call": customer.phone or phone,  # as somebody wrote it
            # Never on screen: a desk without network knows by them who came.
            "codes": [code for code in (pickup.code, pickup.delegate_code) if code],
            "delegate": pickup.delegate_name or "",
            "state": pickup.state,
            "late_at": as_text(late_at),
            "soon_at": as_text(soon_at),
            "deadline": as_text(pickup.deadline),
            "can_extend": pickup.can_extend,
            "arrives": next((inbound[line.id] for line in pickup.line_ids if line.id in inbound), ""),
            "slot": {"start": as_text(slot.start), "end": as_text(slot.end)} if slot else None,
            "due": due,
            "due_label": pickup._amount_label(due),
            "preparer": pickup.preparer_id.name or "" if pickup.state == "preparing" else "",
            "mine": pickup.preparer_id.id in (False, self.env.uid),
            "bin": pickup.bin or "",
            "arrived_at": as_text(pickup.arrived_at) or "",
            "place": ", ".join(filter(None, [pickup.bay and self.env._("bay %s", pickup.bay), pickup.plate])),
            "cancel_asked": bool(pickup.cancel_asked_at),
            "items": sum(line._left_to_give() for line in pickup.line_ids),
            "lines": pickup._lines_along(shelves),
        }
