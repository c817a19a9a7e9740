import re
from collections import defaultdict
from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.omni_base.tools import inputs

from .omni_pickup import OPEN_STATES

MAX_BIN_LENGTH = 20


class OmniPickup(models.Model):
    """Who prepares what, line by line and shelf by shelf, and in which bin it waits."""

    _inherit = "omni.pickup"

    preparer_id = fields.Many2one("res.users", string="Prepared By", readonly=True, copy=False, ondelete="set null")
    bin = fields.Char(readonly=True, copy=False, help="Where the goods wait for the customer: a number or any text.")

    _bin_idx = models.Index("(warehouse_id) WHERE bin IS NOT NULL")

    def action_prepare(self):
        """Say that somebody prepares these pickups. Idempotent.

        :raises UserError: a pickup is not waiting to be prepared, or somebody else changes it right now
        """
        self._lock()._move("preparing")
        return True

    def action_ready(self):
        """Say that everything is prepared, and tell the customers, once. Idempotent.

        :raises UserError: a pickup is not to be prepared, or somebody else changes it right now
        """
        self._lock()._move("ready")
        return True

    def action_take_over(self):
        """Say that the user goes on with what somebody else began to prepare. Idempotent.

        :raises UserError: a pickup is not being prepared, or somebody else changes it right now
        """
        for pickup in self._lock():
            before = pickup.preparer_id
            if pickup.state != "preparing":
                raise UserError(self.env._("%s is not being prepared any more.", pickup.display_name))
            if before == self.env.user:
                continue
            pickup.preparer_id = self.env.user
            pickup._log_and_notify(self.env._("Taken over from %s", before.name) if before else None)
        return True

    def _check_in_hand(self, seen=""):
        """
        :param seen: the state that the desk showed when somebody pressed
        :raises UserError: somebody else prepares this, or has prepared it since: say who took it over from a device
            that was away
        """
        preparer = self.sudo().preparer_id  # whoever may read the pickup may know
        if preparer in (preparer.browse(), self.env.user):
            return
        if self.state == "preparing":
            raise UserError(self.env._("%s is preparing this pickup. Take it over to continue.", preparer.name))
        if self.state == "ready" and seen in ("to_prepare", "preparing"):
            raise UserError(self.env._("%s has prepared this pickup in the meantime. Look at it again.", preparer.name))

    # -- counting ----------------------------------------------------------------------------------------------------

    def _line(self, line_id):
        """Return the line that somebody names.

        :raises ValidationError: it is none of this pickup
        """
        line_id = inputs.id_or_none(line_id)
        line = self.line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            raise ValidationError(self.env._("This line is not in the pickup any more."))
        return line

    def _count(self, line_id, quantity):
        """Note how much of a line is in hand, of a pickup that the caller may read. Of two that count the same line the
        last one is right: no lock.
        """
        pickup = self.sudo()  # the desk has no rights on lines of its own
        if pickup.state != "preparing":
            words = {"order": pickup.display_name, "state": pickup._state_label()}
            raise UserError(self.env._("%(order)s is not being prepared: it is “%(state)s”.", **words))
        line = pickup._line(line_id)
        line.quantity_prepared = line._checked_quantity(quantity, line.quantity)

    # -- bins --------------------------------------------------------------------------------------------------------

    def _ready_in(self, name):
        """Say that everything is prepared, and in which bin it waits; called by who may read the pickup."""
        self.action_ready()
        self.sudo().bin = inputs.text_of(name, MAX_BIN_LENGTH) or False
        self._notify_desk()

    @api.model
    def _next_bin(self, warehouse_id):
        """Return the first number that no bin of this store has now; "" in a store that never named a bin."""
        self.env["omni.pickup"].flush_model(["bin", "state", "warehouse_id"])
        query = SQL(
            "SELECT bin FROM omni_pickup WHERE warehouse_id = %s AND state IN %s AND bin IS NOT NULL"
            " UNION ALL (SELECT '' FROM omni_pickup WHERE warehouse_id = %s AND bin IS NOT NULL LIMIT 1)",
            warehouse_id,
            OPEN_STATES,
            warehouse_id,
        )
        rows = self.env.execute_query(query)
        if not rows:
            return ""
        used = {int(name) for (name,) in rows if name.isdecimal()}
        return str(next(number for number in range(1, len(used) + 2) if number not in used))

    # -- shelves -----------------------------------------------------------------------------------------------------

    def _shelves(self, inbound=None):
        """Return where the goods of these pickups are: the shelves that they are reserved on, and what still comes.

        :param inbound: as :meth:`_inbound` gives it, for who has asked already
        :return: ``{line id: "Aisle 1/Shelf 2, Aisle 3"}``; lines whose goods lie in no place of its own are not in it
        """
        self.env["stock.move.line"].flush_model(["location_id", "move_id"])
        self.env["stock.move"].flush_model(["sale_line_id", "state"])
        query = SQL(
            """
            SELECT DISTINCT line.id, line.pickup_id, reserved.location_id
              FROM omni_pickup_line AS line
             CROSS JOIN LATERAL (
                    SELECT taken.location_id
                      FROM stock_move AS move
                      JOIN stock_move_line AS taken ON taken.move_id = move.id
                     WHERE move.sale_line_id = line.sale_line_id
                       AND move.state IN ('assigned', 'partially_available')
                    OFFSET 0 -- line by line: the planner would read all moves that are open anywhere
                   ) AS reserved
             WHERE line.pickup_id = ANY(%s)
            """,
            self.ids,
        )
        rows = self.env.execute_query(query)
        stocks = {pickup.id: pickup.warehouse_id.lot_stock_id for pickup in self}
        places = {place.id: place for place in self.env["stock.location"].browse({row[2] for row in rows})}
        shelves = defaultdict(list)
        for line_id, pickup_id, location_id in rows:
            stock, shelf = stocks[pickup_id], places[location_id]
            if shelf != stock and shelf.parent_path.startswith(stock.parent_path):
                shelves[line_id].append(shelf.complete_name[len(stock.complete_name) + 1 :])
        words = {line_id: ", ".join(sorted(names, key=_in_order)) for line_id, names in shelves.items()}
        for line_id, arrives in (self._inbound() if inbound is None else inbound).items():
            words[line_id] = f"{words[line_id]}, {arrives}" if line_id in words else arrives
        return words

    def _lines_along(self, shelves):
        """Return what is shown of the lines that there is something of, along the shelves; what has none comes last.

        :param shelves: as :meth:`_shelves` gives them
        """
        return sorted(
            (
                line._values(shelves.get(line.id, ""))
                for line in self.line_ids  # not filtered(), which reads the products card by card
                if line.quantity or line.quantity_missing
            ),
            key=lambda line: (not line["shelf"], _in_order(line["shelf"]), line["name"]),
        )

    # -- what is printed ---------------------------------------------------------------------------------------------

    def _print_values(self):
        """Return what label and slip show of one pickup, to who may read it."""
        self.check_access("read")
        pickup = self.sudo()  # of order and customer, what the desk shows as well
        shelves = pickup._shelves()
        return {
            "customer": pickup.partner_id.name or "",
            "short_name": pickup._short_name(),
            "order": pickup.order_id.name or "",
            "store": pickup.warehouse_id.name,
            "bin": pickup.bin or "",
            "delegate": pickup.delegate_name or "",
            "promised": pickup._local(pickup.promised_at),
            "deadline": pickup._local(pickup.deadline),
            "due_label": pickup._amount_due_label(),
            "lines": pickup._lines_along(shelves),
        }

    def _short_name(self):
        """Return a name that says enough to its owner and little to others: first name and initial of the last."""
        first, *others = (self.partner_id.name or "").split() or [""]
        return f"{first} {others[-1][0]}." if others else first


@lru_cache(4096)
def _in_order(text):
    """Return a key that sorts “Shelf 10” after “Shelf 9”."""
    parts = re.split(r"(\d+)", text)
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else part.lower()) for part in parts)
