from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.omni_base.tools import inputs

from .omni_pickup_desk import LONGEST_SEARCH

ROWS = 50  # pickups that a till lists; the others are found by searching
NAME_LENGTH = 60
SHOWN = ("id", "order", "customer", "phone", "state", "due", "due_label", "bin", "delegate", "items", "lines")


class OmniPickupTill(models.AbstractModel):
    """The pickups of a store at its tills. Each method names the ``pos.config`` that it is called from; a seller has no
    rights on pickups but these. Codes never leave the server: customers show theirs.
    """

    _name = "omni.pickup.till"
    _description = "Pickups at the Till"

    @api.model
    def pickups(self, config_id, search=""):
        """Return the open pickups of a till's store: whose customers have arrived, then the ready ones, then those
        promised first.

        :param str search: part of a customer's or an order's name, or of a phone number
        :return: ``{"count": int, "pickups": [row], "whereabouts": str}``; a row is what :meth:`_rows` gives,
            ``whereabouts`` tells where an order is whose exact number was asked for and that does not wait here
        :raises AccessError: the caller is no seller of this till
        """
        config, pickups = self._till(config_id)
        self.env["res.users"]._omni_look("list")
        store, text = config._omni_store(), inputs.text_of(search, LONGEST_SEARCH)
        domain = Domain("warehouse_id", "=", store.id)
        domain &= pickups._search_domain(store, text)  # not by codes: these are shown, not found
        ready, others = Domain("state", "=", "ready"), Domain("state", "in", ("to_prepare", "preparing"))
        found = pickups.search(domain & ready, limit=ROWS, order="arrived_at, promised_at, id")
        found += pickups.search(domain & others, limit=ROWS - len(found)) if len(found) < ROWS else pickups
        count = pickups.search_count(domain & (ready | others)) if len(found) == ROWS else len(found)
        words = "" if found else config._omni_where(inputs.text(self.env, search))
        return {"count": count, "pickups": self._rows(found), "whereabouts": words}

    @api.model
    def open_by_code(self, config_id, code):
        """Return the pickup of this till's store that a code belongs to. Wrong codes are counted, by seller.

        :return: ``{"pickup": row or False, "notice": what to say when there is none}``
        :raises UserError: too many wrong codes, by this seller or at this pickup
        """
        config, pickups = self._till(config_id)
        company = Domain("company_id", "=", config.company_id.id)
        found = pickups._find_by_code(code, company, f"till:{self.env.uid}", config._omni_store()._omni_tz())
        if not found:
            return {"pickup": False, "notice": self.env._("No pickup waits for this code.")}
        if found.warehouse_id != config._omni_store():
            return {"pickup": False, "notice": self.env._("This pickup waits at %s.", found.warehouse_id.name)}
        found._check_code(code)
        return {"pickup": self._rows(found)[0], "notice": ""}

    @api.model
    def hand_over(self, config_id, key, pickup_id, values):
        """Give the customer a paid pickup, or a part of it, once for each ``key`` however often it is sent.

        :param str key: made by the till for this hand-over, 8 to 64 characters
        :param dict values: ``code``, or ``identity``: what was checked in its place; ``quantities``
            ``{line id: quantity}`` that is taken now, default: all that is left; ``back`` ``{line id: quantity}`` that
            is not wanted: it goes back to the shop, and is paid back; ``cashier``: the name of who hands over
        :return: ``{"state": code, "by_itself": what is paid back by the means it came by, "by_hand": what is not}``,
            amounts in words, "" for none
        :raises UserError: not ready, wrong code, still to be paid; the key may be used again
        """
        config, pickup = self._pickup(config_id, pickup_id)
        before = pickup.refund_due, pickup.refund_by_hand
        if self.env["omni.pickup.key"].sudo()._take(key):
            pickup._check_not_over()
            values = values if isinstance(values, dict) else {}
            quantities, back = values.get("quantities"), values.get("back")
            if back and isinstance(quantities, dict) and not any(quantities.values()):
                self._take_back(pickup, values, back)
            else:
                proof = {name: values.get(name) for name in ("code", "identity")}
                pickup._hand_over(proof | {"quantities": quantities, "back": back})
            self._note(pickup, config, values)
        by_itself, by_hand = pickup.refund_due - before[0], pickup.refund_by_hand - before[1]
        currency = pickup.currency_id
        return {
            "state": pickup.state,
            "by_itself": currency.format(by_itself) if by_itself > 0 else "",
            "by_hand": currency.format(by_hand) if by_hand > 0 else "",
        }

    @api.model
    def take_payment(self, config_id, pickup_id, code, values=None):
        """Return what the till needs to put the order of a pickup on a ticket; its payment collects the pickup.

        :param dict values: ``identity``: what was checked in the place of a code; ``cashier``: the name of who did
        :return: as core's ``sale.order.load_sale_order_from_pos``
        :raises UserError: not ready, wrong code, paid already, another currency, or on another ticket
        """
        config, pickup = self._pickup(config_id, pickup_id)
        values = values if isinstance(values, dict) else {}
        pickup = pickup._lock()
        pickup._check_not_over()
        pickup._check_ready()
        pickup._check_decided()
        pickup._check_proof(code, values.get("identity"), config, self._cashier(values))
        if not pickup.amount_due:
            raise UserError(self.env._("%s is paid: hand it over.", pickup.display_name))
        return pickup._put_part_on_ticket(config)

    @api.model
    def give_up(self, config_id, pickup_id, values):
        """Give back to the shop what is not paid and not wanted. Idempotent.

        :param dict values: ``code``, or ``identity``: what was checked in its place; ``cashier``: the name of who takes
            it back
        :raises UserError: wrong code, paid in part, or over
        """
        config, pickup = self._pickup(config_id, pickup_id)
        if pickup.state == "released":
            return True
        pickup = pickup._lock()
        pickup._check_not_over()
        values = values if isinstance(values, dict) else {}
        pickup._check_proof(values.get("code"), values.get("identity"), None, self._cashier(values))
        if not pickup.amount_due:
            raise UserError(self.env._("%s is paid: hand it over.", pickup.display_name))
        pickup.action_release(self.env._("The customer does not want it."))
        self._note(pickup, config, values)
        return True

    # -- helpers -----------------------------------------------------------------------------------------------------

    def _till(self, config_id):
        """Check the caller, and return the till and the pickups' model, both in sudo mode.

        :raises AccessError: the caller is no seller of this till
        """
        config = inputs.record(self.env["pos.config"], config_id)
        config._omni_check_mine()
        # sudo: sellers have no rights on pickups, orders and transfers; all below is limited to their till's store
        config = config.sudo().with_company(config.company_id)
        return config, config.env["omni.pickup"]

    def _pickup(self, config_id, pickup_id):
        """Return the till and the pickup of its store, in sudo mode.

        :raises UserError: it is none of this store: the same answer for one of another store and for no pickup at all
        """
        config, pickups = self._till(config_id)
        domain = Domain("id", "=", inputs.id_or_none(pickup_id)) & Domain("warehouse_id", "=", config._omni_store().id)
        pickup = pickups.search(domain)
        if not pickup:
            raise UserError(self.env._("This pickup belongs to another store."))
        return config, pickup

    def _rows(self, pickups):
        """Return each pickup as the till shows it, ready for JSON.

        :return: ``[{"id", "order", "customer", "phone": its end, "state", "state_label", "promised", "kept": moments in
            words, in the store's time, "late": bool, "due": amount, "due_label", "bin", "delegate", "order_id",
            "items", "arrived": since when and where, in words, "undecided": bool, "lines": as the desk has them}]``
        """
        now = fields.Datetime.now()
        rows = []
        for pickup, card in zip(pickups, self.env["omni.pickup.desk"]._cards(pickups), strict=True):
            late_at, _soon_at = pickup._due()
            since = pickup.arrived_at
            arrived = [pickup.warehouse_id._omni_clock(since), card["place"]] if since else []
            rows.append(
                {name: card[name] for name in SHOWN}
                | {
                    "order_id": pickup.order_id.id,
                    "state_label": pickup._state_label(),
                    "promised": pickup._local(pickup.promised_at),
                    "kept": pickup._local(pickup.deadline),
                    "late": late_at < now,
                    "arrived": ", ".join(filter(None, arrived)),
                    "undecided": any(pickup.line_ids.mapped("quantity_missing")),
                }
            )
        return rows

    def _take_back(self, pickup, values, back):
        """Take back a paid pickup of which the customer wants nothing now."""
        pickup = pickup._lock()
        pickup._check_ready()
        pickup._check_decided()
        pickup._check_proof(values.get("code"), values.get("identity"), None, self._cashier(values))
        pickup._check_paid()
        pickup._put_back(back)

    def _note(self, pickup, config, values):
        """Keep at which till it was, and by whom: several cashiers may share one session."""
        words = {"till": config.name, "cashier": self._cashier(values)}
        pickup._log_step(self.env._("At the till %(till)s, by %(cashier)s.", **words))

    def _cashier(self, values):
        return inputs.one_line(values.get("cashier"), NAME_LENGTH) or self.env.user.name
