from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.allocation import allocate_goods

from ..tools.holds import allocate_and_hold


class SaleOrder(models.Model):
    """An order that leaves from where routing decided: what was decided, and its deliveries."""

    _inherit = "sale.order"

    # Where an order could have left from, and at what cost, is nothing that its customer reads.
    omni_decision_ids = fields.One2many(
        "omni.routing.decision", "order_id", "Routing Decisions", readonly=True, groups="base.group_user"
    )
    omni_decision_count = fields.Integer(compute="_compute_omni_leg_ids", groups="base.group_user")
    omni_leg_ids = fields.Many2many(
        "omni.routing.candidate",
        string="Legs",
        compute="_compute_omni_leg_ids",
        groups="base.group_user",
        help="Of the newest decision.",
    )
    omni_route_map = fields.Json(compute="_compute_omni_leg_ids", groups="base.group_user")

    @api.depends("omni_decision_ids.leg_ids")
    def _compute_omni_leg_ids(self):
        for order in self:
            order.omni_decision_count = len(order.omni_decision_ids)
            newest = order.omni_decision_ids.sorted("id")[-1:]
            order.omni_leg_ids = newest.leg_ids
            order.omni_route_map = newest.map

    def action_omni_decisions(self):
        """Open what was decided about where this order leaves from, the newest first."""
        inputs.called_on_one(self)
        if self.omni_decision_count == 1:
            return self.omni_decision_ids.action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Routing of %s", self.name),
            "res_model": "omni.routing.decision",
            "domain": [("order_id", "=", self.id)],
            "views": [(False, "list"), (False, "form")],
        }

    # -- from where it leaves ----------------------------------------------------------------------------------------

    def _omni_demand(self):
        """Return ``[(product_id, quantity)]`` that this order asks for, in the product's unit."""
        return [(line.product_id.id, quantity) for line, quantity in self._omni_wanted().items()]

    def _omni_legs_of(self, lines):
        """Return the legs that would serve these lines now, see :meth:`omni.routing.plan`; nothing is held."""
        demand = [(line.product_id.id, line._omni_quantity()) for line in lines]
        plan, _late = self.env["omni.routing"]._plan_order(self, demand)
        return self.env["omni.routing"]._legs(plan)

    def _omni_route(self, demand, kind, **options):
        """Decide where this order leaves from, and hold it there until this transaction has ended. The caller makes the
        moves and then commits the hold.

        :param demand: ``[(product_id, quantity)]``, in the product's unit
        :param kind: why: ``confirmed`` or ``refused``
        :param options: see :meth:`omni.routing._plan_order`
        :return: the legs, see :meth:`omni.routing.plan`; what was decided, with every candidate, is written down
        """
        self.ensure_one()
        routing = self.env["omni.routing"]

        def attempt(known):
            plan, late = routing._plan_order(self, demand, known=known, **options)
            return (plan, late), plan.taken()

        plan, late = allocate_and_hold(attempt, self._omni_hold_until_saved)
        legs = routing._legs(plan)
        # sudo: nobody may write decisions but this
        self.env["omni.routing.decision"].sudo()._record(self, plan, legs, kind, late)
        return legs

    # -- legs become deliveries --------------------------------------------------------------------------------------

    def _omni_deliver(self, legs, wanted):
        """Make the deliveries and transfers of these legs by Odoo's own rules; what no store serves is passed over.

        :param legs: see :meth:`omni.routing.plan`
        :param wanted: ``{line: quantity}`` of this order, in the product's unit
        """
        self.ensure_one()
        order, left = self.with_context(omni_reserve_if_free=True), dict(wanted)
        for leg in legs:
            if leg["warehouse_id"]:
                for line, quantity in allocate_goods(leg["lines"], left):
                    order._omni_deliver_line(line, leg, quantity)
        order.picking_ids.filtered(lambda picking: picking.state not in ("cancel", "done")).action_confirm()

    def _omni_allocate_legs(self, legs, wanted):
        """Allocate what these legs bring to the lines that want it: gives as :meth:`_omni_allocate`."""
        allocation, left = defaultdict(list), dict(wanted)
        for leg in legs:
            if leg["warehouse_id"]:
                for line, quantity in allocate_goods(leg["lines"], left):
                    allocation[line].append((leg["warehouse_id"], quantity))
        return allocation, {line: rest for line, rest in left.items() if line.product_id.uom_id.compare(rest, 0) > 0}

    def _omni_deliver_line(self, line, leg, quantity):
        """Make the moves of one leg of a line; of a transfer, also the delivery that waits for it.

        :param leg: see :meth:`omni.routing.plan`
        :param quantity: in the product's unit
        """
        line, store = line.with_env(self.env), self.env["stock.warehouse"].browse(leg["warehouse_id"])
        promised = {"date_deadline": leg["promised_at"]}
        if leg["mode"] == "transfer":
            line._omni_bring(store, self.warehouse_id, quantity, promised)
        else:
            line._omni_deliver_from(store, quantity, promised, procure_method="make_to_stock")
