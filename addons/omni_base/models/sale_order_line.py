from collections import defaultdict
from math import floor

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import inputs
from ..tools.allocation import allocate
from ..tools.migration import add_columns
from .omni_availability import PRECISION


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    omni_cost = fields.Float(
        string="Unit Cost",
        compute="_compute_omni_cost",
        store=True,
        precompute=True,
        groups="base.group_user",
        help="Cost of one unit of the product when it was sold, in the company's currency.",
    )

    def _auto_init(self):
        # Existing lines are filled by one statement: what their goods were worth when they left, else what they cost.
        new = add_columns(self, "omni_cost")
        result = super()._auto_init()
        if new:
            self._omni_fill_cost()
        return result

    def _omni_fill_cost(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order_line AS l
                   SET omni_cost = COALESCE(
                           (SELECT SUM(ABS(m.value)) / NULLIF(SUM(m.quantity * mu.factor / pu.factor), 0)
                              FROM stock_move AS m
                              JOIN uom_uom AS mu ON mu.id = m.product_uom
                             WHERE m.sale_line_id = l.id AND m.product_id = l.product_id AND m.state = 'done'
                               AND m.origin_returned_move_id IS NULL AND m.value <> 0),
                           (p.standard_price ->> l.company_id::text)::float8, 0)
                  FROM product_product AS p
                  JOIN product_template AS t ON t.id = p.product_tmpl_id
                  JOIN uom_uom AS pu ON pu.id = t.uom_id
                 WHERE p.id = l.product_id
                """
            )
        )

    @api.depends("product_id", "state")
    def _compute_omni_cost(self):
        """Keep what it cost when the order was confirmed: what it costs later changes no figure of the past."""
        for line in self:
            line.omni_cost = line.product_id.with_company(line.company_id).standard_price

    def read_converted(self):
        """As core, of orders whose code was shown, if they have one. Who has no rights on orders reads the lines of the
        one that their till was given for a ticket, and of no other.
        """
        inputs.called_on(self)
        # sudo: what is asked of it is whether, and to whom, it is told
        order_sudo = self.sudo().order_id
        order_sudo._omni_check_code_shown()
        if not self.has_access("read") and order_sudo._omni_served_at_tills() and order_sudo._omni_was_given():
            return super(SaleOrderLine, self.sudo()).read_converted()
        return super().read_converted()

    @api.model
    def _load_pos_data_search_read(self, data, config):
        if not self.has_access("read"):
            # sudo: limited by its domain to the orders that were loaded
            return super(SaleOrderLine, self.sudo())._load_pos_data_search_read(data, config)
        return super()._load_pos_data_search_read(data, config)

    def _omni_source_warehouse_ids(self):
        """Return the ids of the only warehouses that may serve this line, the preferred first; empty: any that may.

        This default binds a web basket to the shop that it names, if it names one.
        """
        order = self.order_id
        shop = order._get_shop_warehouse_id() if order.website_id and self.state != "sale" else False
        return [shop] if shop else []

    # -- leaving from a chosen store ---------------------------------------------------------------------------------

    def _omni_deliver_from(self, warehouse, quantity, procurement=None, merge=True, **values):
        """Make a delivery of this line from ``warehouse`` as the rule of its route says.

        :param quantity: in the product's unit of measure
        :param procurement: what the rule is told besides the line's own values
        :param merge: whether another delivery of the same goods may take it in
        :param values: of the move, in the place of the rule's
        :return: the confirmed ``stock.move``
        :raises UserError: no rule leads from there to the customer
        """
        order, product, place = self.order_id, self.product_id, self._get_location_final()
        known = self._prepare_procurement_values() | {"warehouse_id": warehouse} | (procurement or {})
        rule = self.env["stock.rule"]._get_rule(product, place, known)
        if not rule:
            raise UserError(
                self.env._(
                    "%(store)s has no route to deliver “%(product)s”.", store=warehouse.name, product=product.name
                )
            )
        row = rule._get_stock_move_values(
            product, quantity, product.uom_id, place, product.display_name, order.name, order.company_id, known
        )
        # sudo, as in the rule itself: who confirms or refuses need not have the right to make moves
        return self.env["stock.move"].sudo().create({**row, **values})._action_confirm(merge=merge)

    def _omni_bring(self, source, target, quantity, procurement=None, **values):
        """Bring goods of this line from one store to the one where the customer collects them: a transfer, and the
        delivery that waits for it.

        :param quantity: in the product's unit of measure
        :param procurement: see :meth:`_omni_deliver_from`
        :param values: of the transfer
        :return: the transfer and the delivery, ``stock.move``
        """
        order = self.order_id
        # sudo: as above
        transfer = (
            self.env["stock.move"]
            .sudo()
            .create(
                {
                    "product_id": self.product_id.id,
                    "product_uom": self.product_id.uom_id.id,
                    "product_uom_qty": quantity,
                    "location_id": source.lot_stock_id.id,
                    "location_dest_id": target.lot_stock_id.id,
                    "picking_type_id": source.int_type_id.id,
                    "warehouse_id": source.id,
                    "company_id": order.company_id.id,
                    "origin": order.name,
                    "reference_ids": [Command.set(order.stock_reference_ids.ids)],
                    "propagate_cancel": False,
                    **values,
                }
            )
        )
        if self.product_id.id in self._omni_takes():
            waits = {"procure_method": "make_to_order", "move_orig_ids": [Command.link(transfer.id)]}
            delivery = self._omni_deliver_from(target, quantity, procurement, **waits)
            transfer = transfer._action_confirm()  # another line's of the same goods takes it in
        else:  # a kit becomes its parts when it is confirmed: each waits for its own
            transfer = transfer._action_confirm()
            delivery = self._omni_deliver_from(target, quantity, procurement, merge=False)
            delivery._do_unreserve()
            for move in delivery:
                coming = transfer.filtered(lambda part, move=move: part.product_id == move.product_id)
                move.write({"procure_method": "make_to_order", "move_orig_ids": [Command.set(coming.ids)]})
            delivery._recompute_state()
        transfer._action_assign()
        return transfer, delivery

    # -- what the customer has ---------------------------------------------------------------------------------------

    def _omni_ordered(self):
        """Return how much this line asks for, in the product's unit of measure."""
        return self.product_uom_id._compute_quantity(self.product_uom_qty, self.product_id.uom_id, round=False)

    def _omni_received(self, without=None):
        """Return how much of this line was sold at tills or delivered, without what came back, in the product's unit of
        measure.

        :param without: a ``pos.order`` that does not count
        """
        settled = self.pos_order_line_ids.filtered(
            lambda line: line.order_id.state in ("paid", "done") and line.order_id != without
        )
        given, done = sum(line._omni_kept()[0] for line in settled), defaultdict(float)
        for moves, sign in zip(self._omni_outgoing_incoming_moves(), (1, -1), strict=True):
            for move in moves.filtered(lambda move: move.state == "done"):
                unit = move.product_id.uom_id
                done[move.product_id.id] += sign * move.product_uom._compute_quantity(move.quantity, unit, round=False)
        return given + self._omni_made_up(done)

    def _omni_takes(self):
        """Return ``{product_id: quantity}`` that one unit of this line's product takes out of stock."""
        return dict(self.product_id.with_company(self.company_id)._omni_made_of())

    def _omni_made_up(self, quantities):
        """Return how many of this line's product, in its unit, these make up: of a kit whole ones, as many as the
        scarcest part.

        :param quantities: ``{product_id: quantity}`` of what it takes out of stock
        """
        parts = self._omni_takes()
        made_up = min(quantities.get(part, 0.0) / each for part, each in parts.items())
        return made_up if self.product_id.id in parts else float(floor(made_up + PRECISION))

    def _omni_outgoing_incoming_moves(self, strict=True):
        """As core's ``_get_outgoing_incoming_moves``, of a kit its parts', which core leaves to Manufacturing."""
        parts = self._omni_takes()
        if self.product_id.id in parts:
            return self._get_outgoing_incoming_moves(strict)
        moves = self.move_ids.filtered(
            lambda move: (
                move.product_id.id in parts
                and move.state != "cancel"
                and move.location_dest_usage != "inventory"
                and (move.to_refund or not move.origin_returned_move_id)
            )
        )
        back = moves.filtered(lambda move: move.origin_returned_move_id and move.location_id._is_outgoing())
        if strict:
            return moves.filtered(lambda move: move.location_dest_id._is_outgoing()), back
        first = moves.filtered(
            lambda move: (
                (move.location_final_id or move.location_dest_id)._is_outgoing() and not move.move_orig_ids & moves
            )
        )
        return first, back

    # -- asking for less ---------------------------------------------------------------------------------------------

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """What is still to leave for a line that asks for less is lowered where it leaves from. Core knows the line's
        own store alone: it lets another store's part go, and brings back what is too much by a return.
        """
        if not self.env.context.get("skip_procurement"):
            # the heading of deposits, which a till adds, has no product
            asked = self.filtered(lambda line: line.product_id and line.state == "sale" and not line.order_id.locked)
            for line in asked:
                line._omni_give_back(previous_product_uom_qty)
        return super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _omni_give_back(self, previous_product_uom_qty):
        """Lower the deliveries of this line that are still to begin by what it asks for less: first what another store
        has yet to bring, then the smaller parts, what somebody has put aside last.
        """
        procured, unit = self._get_qty_procurement(previous_product_uom_qty), self.product_id.uom_id
        surplus = self.product_uom_id._compute_quantity(procured - self.product_uom_qty, unit, round=False)
        if unit.compare(surplus, 0) <= 0:
            return
        # sudo, as in the rules of core: who changes an order need not have the right to change moves
        moves = (
            self.sudo()
            .move_ids.filtered(lambda move: move._omni_can_ask_less(self))
            .sorted(lambda move: (move._omni_is_prepared(), not move._omni_coming(), move.product_qty))
        )
        parts = self._omni_takes()
        legs = list(moves)
        if self.product_id.id not in parts:  # the parts of a kit leave together
            legs = moves.grouped(lambda move: (move.warehouse_id, bool(move.move_orig_ids))).values()
        takers = []
        for leg in legs:
            there = {product: sum(same.mapped("product_qty")) for product, same in leg.grouped("product_id").items()}
            whole = self._omni_made_up({product.id: quantity for product, quantity in there.items()})
            takers.append(((leg, whole, there), whole))
        for (leg, whole, there), less in allocate(surplus, takers, unit)[0]:
            for product, quantity in there.items():
                # what goes with a kit and is not counted goes in proportion
                left = less * parts.get(product.id, quantity / whole)
                same = [(move, move.product_qty) for move in leg if move.product_id == product]
                for move, part in allocate(left, same, product.uom_id)[0]:
                    move._omni_ask_less(part)

    def _create_procurements(self, product_qty, procurement_uom, values):
        """What is left to give back was begun: it goes back to the stores that began it."""
        procurements = []
        if procurement_uom.compare(product_qty, 0) < 0:
            begun = [
                (warehouse, self.product_id.uom_id._compute_quantity(quantity, procurement_uom))
                for warehouse, quantity in self._omni_begun().items()
            ]
            parts, rest = allocate(-product_qty, begun, procurement_uom)
            for warehouse, part in parts:
                place = {**values, "warehouse_id": warehouse}
                procurements += super()._create_procurements(-part, procurement_uom, place)
            product_qty = -rest
            if procurement_uom.is_zero(product_qty):
                return procurements
        return procurements + super()._create_procurements(product_qty, procurement_uom, values)

    def _omni_begun(self):
        """Return ``{warehouse: quantity}``, in the product's unit, of what is under way to the customer and not there
        yet, the least first.
        """
        begun = defaultdict(lambda: defaultdict(float))
        leaving, _back = self._omni_outgoing_incoming_moves(strict=False)
        delivered, _back = self._omni_outgoing_incoming_moves()
        for moves, sign in ((leaving, 1), (delivered.filtered(lambda move: move.state == "done"), -1)):
            for move in moves.filtered("warehouse_id"):
                quantity = move.quantity if move.state == "done" else move.product_uom_qty
                quantity = sign * move.product_uom._compute_quantity(quantity, move.product_id.uom_id)
                begun[move.warehouse_id][move.product_id.id] += quantity
        made_up = {warehouse: max(self._omni_made_up(parts), 0.0) for warehouse, parts in begun.items()}
        return dict(sorted(made_up.items(), key=lambda item: item[1]))
