from odoo import api, fields, models

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.owners import owner_of
from odoo.addons.omni_base.tools.quantities import add_up

from ..routing import plan as routing
from ..routing.costs import COLLECT, SHIP
from ..routing.rules import policy


class OmniRouting(models.AbstractModel):
    """The cheapest way to serve an order, exactly, with what is available, by the stores' settings and your rules.

    Beside the arguments of :meth:`plan`, the context may hold ``omni_deadline`` (when the customer must have the goods
    at the latest, naive UTC), ``omni_refused`` (ids of stores that shall not be asked) and ``omni_amount`` (of the
    order; default: at list prices).
    """

    _inherit = "omni.routing"

    @api.model
    def plan(self, demand, destination=None, channel=None, collect_at=None):
        """See the contract. Every quantity is in one leg: a ``transfer`` brings it to the store where the customer
        collects, a ``collect`` leg is what that store has itself."""
        if not super().plan(demand, destination, channel, collect_at):
            return []
        return self._legs(self._plan(inputs.demand(self.env, demand), destination, channel, collect_at))

    def _plan(self, demand, destination=None, channel=None, collect_at=None, **options):
        """Return the :class:`~.routing.plan.Plan` that serves ``demand``.

        :param options: each by default as it is: ``warehouses``, the candidates in order of preference; ``rules``, see
            :meth:`omni.routing.rule._plain`; ``available``, ``{(product_id, warehouse_id): quantity}``; ``now``;
            ``known``, quantities that are known better than what ``available`` says
        """
        # sudo: who may plan (see the contract) need not read settings, addresses or rules; only legs come out
        self_sudo = self.sudo()
        channel = inputs.record(self_sudo.env["omni.channel"], channel).sudo()
        company = channel.company_id or self.env.company
        warehouses = options.get("warehouses", channel._omni_warehouses()).sudo()
        collect = inputs.record(self_sudo.env["stock.warehouse"], collect_at)
        now = options.get("now") or fields.Datetime.now()
        stores = (warehouses | collect)._omni_routing_stores(now, collect)
        place = (collect.partner_id or inputs.record(self_sudo.env["res.partner"], destination))._omni_place()
        by_id = {store.id: store for store in stores}
        order = self_sudo._question(demand, now, place, channel, by_id.get(collect.id))
        candidates = [by_id[warehouse] for warehouse in warehouses.ids]
        rules = options.get("rules")
        if rules is None:
            rules = self_sudo.env["omni.routing.rule"]._in_force(company)._plain()
        products, available = [line.product for line in order.lines], options.get("available")
        if available is None:
            available = self.env["omni.availability"].available(products, warehouses.ids, channel or None)
        available = available | options.get("known", {})
        tariff = company.sudo()._omni_tariff()
        return routing.make(
            order,
            candidates,
            tariff,
            policy(rules, order, warehouses.ids, tariff.max_legs, tariff.split),
            available,
            self_sudo.env["omni.sales.velocity"]._rates(products, warehouses.ids),
        )

    def _question(self, demand, now, place, channel, collect):
        """Return the question as the solver's package understands it; lines of one product add up."""
        quantities = add_up(demand)
        lines = self.env["product.product"].browse(quantities)._omni_routing_lines(quantities)
        amount, deadline = self.env.context.get("omni_amount"), self.env.context.get("omni_deadline")
        refused = self.env.context.get("omni_refused") or ()
        return routing.Order(
            lines=lines,
            now=now,
            place=place,
            channel=channel.id or 0,
            amount=sum(line.quantity * line.value for line in lines)
            if inputs.is_nothing(amount)
            else inputs.number(self.env, amount, -inputs.MOST_AMOUNT, inputs.MOST_AMOUNT),
            collect=collect,
            deadline=None if inputs.is_nothing(deadline) else inputs.moment(self.env, deadline),
            refused=frozenset(inputs.record_ids(self.env, refused)),
        )

    # -- legs --------------------------------------------------------------------------------------------------------

    def _legs(self, plan):
        """Return a plan's legs as the contract describes them."""
        lines = plan.order.lines
        legs = [
            {
                "warehouse_id": candidate.store.id,
                "mode": candidate.mode,
                "lines": [(lines[line].product, quantity) for line, quantity in candidate.lines.items()],
                "cost": round(candidate.cost() + (plan.policy.split_price if further else 0.0), 6),
                "promised_at": candidate.promised_at,
                "why": self._why(plan, candidate, further),
            }
            for further, candidate in enumerate(one for one in plan.candidates if one.lines)
        ]
        if left := plan.solution.unserved:
            legs.append(
                {
                    "warehouse_id": False,
                    "mode": COLLECT if plan.order.collect else SHIP,
                    "lines": [(lines[line].product, quantity) for line, quantity in left.items()],
                    "cost": 0.0,
                    "promised_at": False,
                    "why": [self._why_nowhere(plan)],
                }
            )
        return legs

    def _why(self, plan, candidate, further):
        """Return why a leg leaves from here, and what it costs, in the words of the user's language."""
        company = self.env["omni.channel"].sudo().browse(plan.order.channel).company_id or self.env.company
        money = company.sudo().currency_id.format
        words = [
            self.env._(
                "Part of the cheapest plan: %(lines)s of %(all)s lines.",
                lines=len(candidate.lines),
                all=len(plan.order.lines),
            )
        ]
        if candidate.mode != COLLECT:
            words.append(self.env._("%s km away.", round(candidate.km)))
        labels = dict(self.env["omni.routing.candidate"]._cost_labels())
        costs = self.env["omni.routing.candidate"]._costs(candidate)
        if further:
            costs["split"] = plan.policy.split_price
        words += [f"{labels[name]}: {money(amount)}" for name, amount in costs.items() if round(amount, 2)]
        if candidate.rule:
            words.append(self.env._("Rules: %s.", candidate.rule))
        return words

    def _why_nowhere(self, plan):
        """Return why something is left out."""
        there = sum(quantity for one in plan.candidates if not one.barred for quantity in one.stock)
        if plan.policy.max_legs and there:
            return self.env._("Not possible within the limit of parcels: %s.", plan.policy.max_legs)
        if any(candidate.barred == "late" for candidate in plan.candidates):
            return self.env._("No store that has it is fast enough.")
        return self.env._("No store that may serve it has enough of it.")

    # -- orders ------------------------------------------------------------------------------------------------------

    def _plan_order(self, order, demand, refused=(), **options):
        """Plan a ``sale.order``, what goes one way: to its address or its store, for its channel and date.

        When the customer's date cannot be kept, the order is planned without it.

        :param demand: ``[(product_id, quantity)]``, in the product's unit
        :param refused: ids of stores that shall not be asked
        :param options: of :meth:`_plan`
        :return: the :class:`~.routing.plan.Plan`, and whether it comes too late
        """
        # sudo: a shopper's own order is planned by the shop
        planner = self.sudo().with_context(
            omni_owner=owner_of(order),
            omni_amount=order.amount_total,
            omni_refused=list(refused),
            omni_deadline=order.commitment_date,
        )
        products = {product for product, _quantity in demand}
        lines = order.sudo().order_line.filtered(lambda line: line.product_id.id in products)
        collect, address = lines._omni_goes_to()
        asked = address, order.omni_channel_id, collect
        plan = planner._plan(demand, *asked, **options)
        if not (plan.solution.unserved and any(one.barred == "late" for one in plan.candidates)):
            return plan, False
        plan = planner.with_context(omni_deadline=False)._plan(demand, *asked, **options)
        return plan, any(one.lines and one.promised_at > order.commitment_date for one in plan.candidates)
