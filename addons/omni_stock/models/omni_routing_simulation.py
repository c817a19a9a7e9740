from collections import Counter, defaultdict
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from odoo.addons.omni_base.tools import inputs


class OmniRoutingSimulation(models.TransientModel):
    """The last orders, planned once under the rules in force and once with the drafts among them.

    Every order is planned by itself on what can be promised now, and may have back what it took itself; so the two
    plans differ by their rules alone.
    """

    _name = "omni.routing.simulation"
    _description = "Routing Simulation"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_ids = fields.Many2many("omni.channel", string="Sales Channels", help="Empty: all.")
    orders = fields.Integer("Last Orders", default=50, required=True)
    draft_ids = fields.Many2many("omni.routing.rule", string="Drafts", compute="_compute_draft_ids")
    state = fields.Selection([("new", "New"), ("done", "Done")], default="new", required=True)
    compared = fields.Integer("Orders Compared", readonly=True)
    changed = fields.Integer("Orders That Change", readonly=True)
    today_cost = fields.Monetary("Cost Today", readonly=True)
    draft_cost = fields.Monetary("Cost with Drafts", readonly=True)
    today_splits = fields.Integer("Split Today", readonly=True)
    draft_splits = fields.Integer("Split with Drafts", readonly=True)
    today_days = fields.Float("Days Today", readonly=True, digits=(8, 1))
    draft_days = fields.Float("Days with Drafts", readonly=True, digits=(8, 1))
    today_missing = fields.Integer("Incomplete Today", readonly=True)
    draft_missing = fields.Integer("Incomplete with Drafts", readonly=True)
    store_ids = fields.One2many("omni.routing.simulation.store", "simulation_id", "Stores", readonly=True)
    order_ids = fields.One2many("omni.routing.simulation.order", "simulation_id", "Orders", readonly=True)

    _orders_limited = models.Constraint(
        "CHECK (orders BETWEEN 1 AND 500)", "Between 1 and 500 orders can be simulated at a time."
    )

    def _compute_display_name(self):
        self.display_name = self.env._("Routing Simulator")

    @api.depends("company_id")
    def _compute_draft_ids(self):
        for simulation in self:
            simulation.draft_ids = self.env["omni.routing.rule"].search(
                [("company_id", "=", simulation.company_id.id), ("draft", "=", True)]
            )

    def action_run(self):
        """Plan the orders both ways and keep the figures."""
        inputs.called_on_one(self)
        if self.company_id not in self.env["res.company"]._omni_mine():
            raise AccessError(self.env._("Only orders of your own companies can be simulated."))
        orders = self._orders()
        if not orders:
            raise UserError(self.env._("There is no confirmed order to simulate."))
        rules = self.env["omni.routing.rule"]
        today, draft = (rules._in_force(self.company_id, drafts)._plain() for drafts in (False, True))
        self._show([(order, *plans) for order in orders if (plans := self._plans(order, today, draft))])

    def _orders(self):
        domain = Domain("state", "=", "sale") & Domain("company_id", "=", self.company_id.id)
        if self.channel_ids:
            domain &= Domain("omni_channel_id", "in", self.channel_ids.ids)
        # sudo: a manager of routing need not be a salesman; only figures and names of orders come out
        return self.env["sale.order"].sudo().search(domain, order="date_order desc, id desc", limit=self.orders)

    def _plans(self, order, *rules):
        """Return the plans of a past order under each list of rules, or None when it asks for no goods."""
        demand = order._omni_demand()
        if not demand:
            return None
        routing = self.env["omni.routing"].sudo().with_context(omni_amount=order.amount_total)
        warehouses = order.omni_channel_id._omni_warehouses()
        products = list({product for product, _quantity in demand})
        available = self.env["omni.availability"].sudo().available(products, warehouses.ids, order.omni_channel_id)
        for pair, quantity in self._taken(order).items():
            if pair in available:
                available[pair] += quantity
        collect, address = order._omni_goods_lines()._omni_goes_to()
        asked = demand, address, order.omni_channel_id, collect
        known = {"available": available, "now": order.date_order, "warehouses": warehouses}
        return [routing._plan(*asked, rules=these, **known) for these in rules]

    def _taken(self, order):
        """Return ``{(product_id, warehouse_id): quantity}`` that an order took, or is about to; of kits whole ones."""
        query = SQL(
            """
            SELECT s.id, l.warehouse_id, m.product_id, SUM(COALESCE(m.product_qty, 0))::float8
              FROM stock_move AS m
              JOIN sale_order_line AS s ON s.id = m.sale_line_id
              JOIN stock_location AS l ON l.id = m.location_id
             WHERE s.order_id = %s AND m.state NOT IN ('draft', 'cancel') AND l.usage = 'internal'
               AND NOT EXISTS (SELECT 1 FROM stock_move_move_rel AS r WHERE r.move_dest_id = m.id)
             GROUP BY 1, 2, 3
            """,
            order.id,
        )
        rows = self.env.execute_query(query)
        taken, lines = defaultdict(float), order.order_line.grouped("id")
        for (line_id, warehouse), same in groupby(rows, itemgetter(0, 1)):
            quantities = {product: quantity for _line, _warehouse, product, quantity in same}
            taken[lines[line_id].product_id.id, warehouse] += lines[line_id]._omni_made_up(quantities)
        return taken

    # -- the result --------------------------------------------------------------------------------------------------

    def _show(self, rows):
        """Keep the figures of ``[(order, plan today, plan with drafts)]``."""
        today, draft = ([row[way] for row in rows] for way in (1, 2))
        self.write(
            {
                "state": "done",
                "compared": len(rows),
                "changed": sum(self._places(one) != self._places(two) for _order, one, two in rows),
                **self._figures("today", today),
                **self._figures("draft", draft),
                "store_ids": [fields.Command.clear(), *map(fields.Command.create, self._stores(today, draft))],
                "order_ids": [fields.Command.clear(), *(fields.Command.create(self._order_row(*row)) for row in rows)],
            }
        )

    @api.model
    def _figures(self, way, plans):
        days = [self._days(plan) for plan in plans]
        return {
            f"{way}_cost": sum(plan.solution.cost for plan in plans),
            f"{way}_splits": sum(len(plan.solution.parts) > 1 for plan in plans),
            f"{way}_days": sum(days) / len(days) if days else 0.0,
            f"{way}_missing": sum(bool(plan.solution.unserved) for plan in plans),
        }

    @api.model
    def _days(self, plan):
        served = [candidate.promised_at for candidate in plan.candidates if candidate.lines]
        return max(((moment - plan.order.now).total_seconds() / 86400 for moment in served), default=0.0)

    @api.model
    def _places(self, plan):
        return {candidate.store.id: candidate.lines for candidate in plan.candidates if candidate.lines}

    @api.model
    def _stores(self, today, draft):
        loads = defaultdict(Counter)
        for way, plans in (("today", today), ("draft", draft)):
            for plan in plans:
                for store in self._places(plan):
                    loads[store][way] += 1
        return [
            {"warehouse_id": store, "today_legs": load["today"], "draft_legs": load["draft"]}
            for store, load in sorted(loads.items(), key=lambda item: -item[1]["today"])
        ]

    def _order_row(self, order, today, draft):
        row = {"name": order.name, "changed": self._places(today) != self._places(draft)}
        for way, plan in (("today", today), ("draft", draft)):
            stores = self.env["stock.warehouse"].browse(self._places(plan))
            row |= {
                f"{way}_cost": plan.solution.cost,
                f"{way}_days": self._days(plan),
                f"{way}_stores": ", ".join(stores.mapped("name")) or self.env._("nowhere"),
            }
        return row


class OmniRoutingSimulationStore(models.TransientModel):
    """How many parcels a store sends, today and with the drafts."""

    _name = "omni.routing.simulation.store"
    _description = "Store in a Routing Simulation"

    simulation_id = fields.Many2one("omni.routing.simulation", required=True, ondelete="cascade", index=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Store", required=True)
    today_legs = fields.Integer("Parcels Today")
    draft_legs = fields.Integer("Parcels with Drafts")
    difference = fields.Integer(compute="_compute_difference")

    @api.depends("today_legs", "draft_legs")
    def _compute_difference(self):
        for store in self:
            store.difference = store.draft_legs - store.today_legs


class OmniRoutingSimulationOrder(models.TransientModel):
    """Where an order would leave from, today and with the drafts."""

    _name = "omni.routing.simulation.order"
    _description = "Order in a Routing Simulation"
    _order = "changed desc, id"

    simulation_id = fields.Many2one("omni.routing.simulation", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    name = fields.Char("Order", required=True)
    changed = fields.Boolean("Changes")
    today_stores = fields.Char("From, Today")
    draft_stores = fields.Char("From, with Drafts")
    today_cost = fields.Monetary("Cost Today")
    draft_cost = fields.Monetary("Cost with Drafts")
    today_days = fields.Float("Days Today", digits=(8, 1))
    draft_days = fields.Float("Days with Drafts", digits=(8, 1))
