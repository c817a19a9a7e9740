from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

GIVEN = 15 * 60  # seconds in which a till asks for the lines of an order that it puts on a ticket
MOST_NAMED = 5  # orders of one name or reference that are looked at


class SaleOrder(models.Model):
    """Who is given the goods of an order, and where they are."""

    _inherit = "sale.order"

    # -- who ---------------------------------------------------------------------------------------------------------

    @api.model
    def _omni_by_code_domain(self):
        """Return the domain of the orders whose goods wait for who shows a code. Default: none.

        Whoever hands over orders leaves these to the add-on that knows the code.
        """
        return Domain.FALSE

    def _omni_by_code(self):
        """Return those of these orders whose goods wait for who shows a code."""
        return self.filtered_domain(self._omni_by_code_domain())

    def _omni_locked_by_code(self):
        """Return those of these orders whose code nobody has shown at a till: their goods go on no ticket. Default:
        none.
        """
        return self.browse()

    def _omni_check_code_shown(self):
        """:raises UserError: one of these orders is handed over for its code, and nobody has shown it"""
        if locked := self._omni_locked_by_code()[:1]:
            raise UserError(
                self.env._("%s is handed over against the customer's code. Open it with that code.", locked.name)
            )

    # -- to whom its lines are told -----------------------------------------------------------------------------------

    def _omni_note_given(self):
        """Note that the user puts this order on a ticket: their till asks for its lines then."""
        self.env["omni.rate.limit"]._count(self._omni_given_key(), 1, GIVEN)

    def _omni_was_given(self):
        """Whether this is one order, and the user was given it for a ticket a short time ago."""
        return len(self) == 1 and self.env["omni.rate.limit"]._count(self._omni_given_key(), 1, GIVEN, cost=0).used > 0

    def _omni_given_key(self):
        return f"given:{self.env.uid}:{self.id}"

    # -- where -------------------------------------------------------------------------------------------------------

    @api.model
    def _omni_named(self, text, company):
        """Return the order of ``company`` with exactly this number or reference that tills serve, or none."""
        exact = escape_psql(text)
        named = Domain("name", "=ilike", exact) | Domain("reference", "=ilike", exact)
        found = self.search(named & Domain("company_id", "=", company.id), limit=MOST_NAMED) if text else self
        return found.filtered(lambda order: order._omni_served_at_tills())[:1]

    def _omni_whereabouts(self):
        """Return one sentence that says where the goods of this order are: the same wherever somebody asks."""
        self.ensure_one()
        if self.state == "cancel":
            return self.env._("%s was cancelled.", self.name)
        if self.state != "sale":
            return self.env._("%s is not confirmed yet.", self.name)
        deliveries = self._omni_deliveries()
        if waiting := deliveries.filtered(lambda picking: picking.state not in ("done", "cancel")):
            store = waiting[0].picking_type_id.warehouse_id.name
            return self.env._("%(order)s waits at %(store)s.", order=self.name, store=store)
        tickets = self.pos_order_line_ids.filtered(lambda line: line.qty > 0).order_id
        if "done" in deliveries.mapped("state") or {"paid", "done"} & set(tickets.mapped("state")):
            return self.env._("%s has left the store already.", self.name)
        if deliveries:
            return self.env._("%s was returned to stock: nothing of it is waiting any more.", self.name)
        return self.env._("%s has nothing to hand over.", self.name)

    def _omni_deliveries(self, warehouse=None):
        """Return the deliveries of these orders, those from ``warehouse`` if given."""
        leaving = self.picking_ids.filtered(lambda picking: picking.picking_type_id.code == "outgoing")
        if not warehouse:
            return leaving
        return leaving.filtered(lambda picking: picking.picking_type_id.warehouse_id == warehouse)
