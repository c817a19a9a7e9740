from odoo import models

from odoo.addons.omni_base.tools.allocation import allocate_goods
from odoo.addons.omni_base.tools.quantities import add_up

from .omni_availability import LEASE


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _launch_stock_rule_from_pos_order_lines(self):
        """What a ticket ships later leaves from where routing decides, as an order of any other channel does: from
        where it was kept when the seller was told, else from where it is best now. What nowhere has waits at the till's
        store.
        """
        left = self
        for order, lines in self.grouped("order_id").items():
            left -= lines._omni_ship_routed(order)
        return super(PosOrderLine, left)._launch_stock_rule_from_pos_order_lines()

    def _omni_ship_routed(self, order):
        """Make the deliveries of these lines, of one ticket, that routing decides on; return those lines.

        Not of its kind: goods that are not counted, lots that were chosen at the till, and tills with a route of their
        own for what is shipped later.
        """
        parked = order._omni_parked()
        lines = self.filtered(
            lambda line: (
                line.qty > 0
                and not line.omni_twice_order_id
                and not line.pack_lot_ids
                and line.product_id._omni_is_counted()
            )
        )
        if order.config_id.route_id or not lines:
            self.env["omni.hold"]._end_all("commit", parked)
            return self.browse()
        # As core does right after: what the order was to deliver, the ticket does.
        waiting = lines.sale_order_line_id.move_ids
        steps = waiting.browse(waiting._rollup_move_origs())
        steps.filtered(lambda move: move.state not in ("cancel", "done"))._action_cancel()
        demand = add_up((line.product_id.id, line.qty) for line in lines)
        legs = parked._legs_kept(demand)
        arrivals = {}
        if legs is None:
            parked = parked._note(order.uuid, order.config_id, order.pos_reference, order.partner_id)
            plan = parked.with_company(order.company_id)._route(demand, LEASE)
            arrivals = {leg["warehouse_id"]: leg["promised_at"] for leg in plan}
            legs = [(leg["warehouse_id"], leg["lines"]) for leg in plan if leg["warehouse_id"]]
        lines._omni_deliver_legs(legs, arrivals)
        self.env["omni.hold"]._end_all("commit", parked)
        return lines

    def _omni_deliver_legs(self, legs, arrivals):
        """Make the deliveries of these lines, of one ticket, by core's own rules; what is in no leg leaves from the
        till's store.

        :param legs: ``[(warehouse_id, [(product_id, quantity)])]``
        :param arrivals: ``{warehouse_id: naive UTC datetime}``, where it is known
        """
        order, left = self.order_id, {line: line.qty for line in self}
        if not order.stock_reference_ids:
            order.stock_reference_ids = self.env["stock.reference"].create(self[0]._prepare_reference_vals())
        shares = []
        for warehouse, goods in legs:
            place = self.env["stock.warehouse"].browse(warehouse)
            shares += [(line, part, place) for line, part in allocate_goods(goods, left)]
        store = order.config_id.warehouse_id or order.config_id._omni_store()
        shares += [(line, rest, store) for line, rest in left.items() if line.product_id.uom_id.compare(rest, 0) > 0]
        rules = self.env["stock.rule"]
        rules.run([rules.Procurement(*line._omni_procurement(part, *place, arrivals)) for line, part, *place in shares])
        order.picking_ids.filtered(lambda picking: picking.state not in ("cancel", "done")).action_confirm()

    def _omni_procurement(self, quantity, warehouse, arrivals):
        """Return what core's rule is told of ``quantity`` of this line that leaves from ``warehouse``."""
        line, order = self.with_company(self.company_id), self.order_id
        values = line._prepare_procurement_values() | {"warehouse_id": warehouse}
        values["date_deadline"] = max(values["date_deadline"], arrivals.get(warehouse.id) or values["date_deadline"])
        place = order.partner_id.property_stock_customer
        product = line.product_id
        return product, quantity, product.uom_id, place, line.name, order.name, order.company_id, values
