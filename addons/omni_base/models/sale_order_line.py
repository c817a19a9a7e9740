from collections import defaultdict
from math import floor

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import inputs
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
        # sudo: limited by its domain to the orders that were loaded
        reader = self if self.has_access("read") else self.sudo()
        return super(SaleOrderLine, reader)._load_pos_data_search_read(data, config)

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
            words = {"store": warehouse.name, "product": product.name}
            raise UserError(self.env._("%(store)s has no route to deliver “%(product)s”.", **words))
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
        moves = self.env["stock.move"].sudo()  # as above
        transfer = moves.create(
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

    def _omni_ordered(self, without=0.0):
        """Return how much this line asks for, in the product's unit of measure.

        :param without: what does not count, in the line's own unit
        """
        quantity = self.product_uom_qty - without
        return self.product_uom_id._compute_quantity(quantity, self.product_id.uom_id, round=False)

    def _omni_received(self, without=None):
        """Return how much of this line was sold at tills or delivered, without what came back, in the product's unit of
        measure.

        :param without: a ``pos.order`` that does not count
        """
        given, done = self._omni_settled(without), defaultdict(float)
        for moves, sign in zip(self._omni_outgoing_incoming_moves(), (1, -1), strict=True):
            for move in moves.filtered(lambda move: move.state == "done"):
                unit = move.product_id.uom_id
                done[move.product_id.id] += sign * move.product_uom._compute_quantity(move.quantity, unit, round=False)
        return given + self._omni_made_up(done)

    def _omni_settled(self, without=None):
        """Return how much of this line was sold at tills, see :meth:`_omni_received`; what they deliver later, too."""
        # sudo: who changes an order need not read tickets
        settled = self.sudo().pos_order_line_ids.filtered(
            lambda line: line.order_id.state in ("paid", "done") and line.order_id != without
        )
        return sum(line._omni_kept()[0] for line in settled)

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
