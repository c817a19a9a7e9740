from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.allocation import allocate_goods
from odoo.addons.omni_base.tools.quantities import add_up

from ..tools.holds import allocate_and_hold


class SaleOrder(models.Model):
    """An order that leaves from where routing decided: what was decided, its deliveries, and what stores refuse."""

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
            newest = order._omni_decision()
            order.omni_leg_ids = newest.leg_ids
            order.omni_route_map = newest.map

    def _omni_decision(self):
        """Return the newest decision about this order, maybe empty."""
        return self.omni_decision_ids.sorted("id")[-1:]

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
        :return: the moves that leave the stores of the legs
        """
        self.ensure_one()
        order = self.with_context(omni_reserve_if_free=True)
        left, moves = dict(wanted), self.env["stock.move"]
        for leg in legs:
            if leg["warehouse_id"]:
                for line, quantity in allocate_goods(leg["lines"], left):
                    moves += order._omni_deliver_line(line, leg, quantity)
        order.picking_ids.filtered(lambda picking: picking.state not in ("cancel", "done")).action_confirm()
        return moves

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
        :return: the move that leaves the leg's store
        """
        line, store = line.with_env(self.env), self.env["stock.warehouse"].browse(leg["warehouse_id"])
        promised = {"date_deadline": leg["promised_at"]}
        if leg["mode"] != "transfer":
            return line._omni_deliver_from(store, quantity, promised, procure_method="make_to_stock")
        return line._omni_bring(store, self.warehouse_id, quantity, promised)[0]

    # -- legs that a store refuses -----------------------------------------------------------------------------------

    def _omni_move_on(self, wanted, refusal, promised_before, left_over):
        """Serve from elsewhere what a store refused, and tell who must know.

        :param wanted: ``{line: quantity}`` that is no longer served
        :param refusal: the ``omni.routing.refusal``
        :param promised_before: until when the customer was promised it, or False
        :param left_over: ``{product: quantity}`` that is no longer served and cannot be planned
        :return: the new legs
        """
        self.ensure_one()
        demand = add_up((line.product_id.id, quantity) for line, quantity in wanted.items())
        refusals = self.env["omni.routing.refusal"].search([("order_id", "=", self.id)])
        legs = []
        if demand:
            legs = self._omni_route(list(demand.items()), "refused", refused=refusals.warehouse_id.ids)
            self._omni_deliver(legs, wanted)
            self._omni_contract().commit(self)
        missing = [row for leg in legs if not leg["warehouse_id"] for row in leg["lines"]]
        promised = max((leg["promised_at"] for leg in legs if leg["warehouse_id"]), default=False)
        store, _address = self.env["sale.order.line"].union(*wanted)._omni_goes_to()
        # Minutes are no news: what is told and counted is another day, as in _omni_come_later.
        day_of = (store or self.warehouse_id)._omni_day_of
        late = bool(promised and promised_before and day_of(promised) > day_of(promised_before))
        refusal.outcome = "lost" if missing or left_over else "late" if late else "kept"
        self._omni_tell_staff(refusal, legs, missing)
        if left_over:
            self._omni_ask_for_left_over(refusal, left_over)
        if promised:
            self._omni_come_later(promised, promised_before, store)
        self.env["omni.event"].emit(
            "leg.refused",
            self,
            values={
                "warehouse_id": refusal.warehouse_id.id,
                "reason": refusal.reason,
                "legs": legs,
                "promised_at": promised,
                "late": late,
                "missing": missing,
            },
        )
        return legs

    def _omni_tell_staff(self, refusal, legs, missing):
        stores = self.env["stock.warehouse"].browse(leg["warehouse_id"] for leg in legs if leg["warehouse_id"])
        reason = dict(refusal._fields["reason"]._description_selection(self.env))[refusal.reason]
        words = self.env._("%(store)s rejected it: %(reason)s.", store=refusal.warehouse_id.name, reason=reason)
        if stores:
            words += " " + self.env._("It now leaves from %s.", ", ".join(stores.mapped("name")))
        if missing:
            goods = self.env["omni.routing.decision"]._goods_words(missing)
            words += " " + self.env._("No other store has %s: please offer the customer something else.", goods)
            self.env["omni.task"]._ask(
                "unavailable",
                self,
                self.env._("No longer available: %s", goods),
                words,
                user=self.user_id or self.env.user,
                key=f"{refusal._name},{refusal.id}",
            )
        self.message_post(body=words)

    def _omni_ask_for_left_over(self, refusal, left_over):
        """Have a person see to what is not planned anew: routing plans whole lines, and whole kits.

        :param left_over: ``{product: quantity}``
        """
        rows = [(product.id, quantity) for product, quantity in left_over.items()]
        goods = self.env["omni.routing.decision"]._goods_words(rows)
        self.env["omni.task"]._ask(
            "left_over",
            self,
            self.env._("Left to deliver: %s", goods),
            self.env._(
                "%(store)s rejected them, and they are not planned anew: parts of a kit whose rest was delivered "
                "already or leaves separately, or goods that somebody added to the transfer. Create a delivery of "
                "%(goods)s from another store, or offer the customer something else.",
                store=refusal.warehouse_id.name,
                goods=goods,
            ),
            user=self.user_id or self.env.user,
            key=f"{refusal._name},{refusal.id}",
        )
