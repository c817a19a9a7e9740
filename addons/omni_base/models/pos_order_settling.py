from odoo import api, fields, models

from ..tools import inputs
from ..tools.allocation import allocate
from .stock_move import Shares


class PosOrder(models.Model):
    """What a ticket settles of orders placed elsewhere: once, and each delivery lowered by its share."""

    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        settled = self._omni_settled_lines(orders)
        moves = settled._omni_shared_moves()
        leaving = settled.filtered(lambda line: line._omni_is_leaving())
        answer = super(PosOrder, self.with_context(omni_shares=Shares(moves.ids))).sync_from_ui(orders)
        tickets = self.browse(row["id"] for row in answer["pos.order"])
        if moves:
            tickets._omni_lower_shares(moves)
        if leaving:
            tickets._omni_deliver_rest(leaving)
        return answer

    def _process_saved_order(self, draft):
        if not draft and self.state != "cancel":
            self._omni_count_once()
        return super()._process_saved_order(draft)

    # -- once ----------------------------------------------------------------------------------------------------------

    def _omni_count_once(self):
        """Find what this ticket settles though it was paid meanwhile: two tills took the money, one of them without
        network. What was settled or delivered already counts no more: no goods leave for it, and a manager is to give
        the money back.
        """
        for line in self.lines.filtered("refunded_orderline_id.omni_twice_order_id"):
            # sudo: found here, and written by nobody else
            line.sudo().omni_twice_order_id = line.refunded_orderline_id.omni_twice_order_id
        settling = self.lines.filtered(lambda line: not line.refunded_orderline_id)
        # sudo: what is paid of the orders that the ticket settles; a seller need not have rights on them
        orders, claims = settling.sudo().sale_order_origin_id, self.env["omni.claim"].sudo()
        if not orders:
            return
        known = claims._paid_before(self.uuid, orders)
        claims._end(orders)
        paid = orders._omni_amounts_paid()
        for order in orders:
            lines = settling.filtered(lambda line, order=order: line.sale_order_origin_id.id == order.id)
            totals = [line._omni_total() for line in lines]
            before = paid[order] - (0 if self.state == "draft" else sum(totals))
            # Where nobody wrote it down, what came off the ticket was known.
            meanwhile = before - known.get(order.id, -sum(total for total in totals if total < 0))
            if order.currency_id.compare_amounts(meanwhile, 0) > 0:
                due = max(order._omni_worth()[order] - before, 0)
                twice = lines._omni_settled_again()
                amount = sum(line._omni_total() for line in twice)
                amount += max(min(sum(totals) - amount - due, meanwhile - amount), 0)
                twice.sudo().write(  # sudo: as above
                    {"omni_twice_order_id": order.id, "sale_order_origin_id": False, "sale_order_line_id": False}
                )
                self._omni_ask_to_give_back(order, amount)

    def _omni_ask_to_give_back(self, order, amount):
        """Make it a manager's task to give back what this ticket took once more.

        :param order: in sudo mode
        """
        if order.currency_id.compare_amounts(amount, 0) <= 0:
            return
        others = (order.pos_order_line_ids.order_id - self).filtered(lambda ticket: ticket.state in ("paid", "done"))
        ticket = self.pos_reference or self.name
        self.env["omni.task"]._ask(
            "paid_twice",
            order,
            self.env._("Paid twice: refund %s", order.currency_id.format(amount)),
            self.env._(
                "%(order)s was paid already (%(before)s) when ticket %(ticket)s of %(till)s took the payment "
                "once more. It counts once. Refund the money: at a till, Orders > Paid > %(ticket)s > Refund.",
                order=order.name,
                before=", ".join(other.pos_reference or other.name for other in others) or self.env._("online"),
                ticket=ticket,
                till=self.config_id.name,
            ),
            key=f"{order._name},{order.id},{self.uuid}",
        )

    # -- where it leaves from ------------------------------------------------------------------------------------------

    @api.model
    def _omni_settled_lines(self, orders):
        """Return the order lines that these tickets settle, in sudo mode.

        :param orders: as the till sends them
        """
        # sudo: which goods are to leave; that they are settled is checked by core and by whoever serves the orders
        known_sudo = self.sudo().search([("uuid", "in", [order.get("uuid") for order in orders])])
        settled = set(known_sudo.lines.sale_order_line_id.ids)
        for order in orders:
            sent = [line[2] for line in order.get("lines") or () if line[0] in (0, 1)]
            settled.update(filter(None, (inputs.id_or_none(line.get("sale_order_line_id")) for line in sent)))
        return known_sudo.lines.sale_order_line_id.browse(settled).exists()

    def _omni_lower_shares(self, moves):
        """Lower these deliveries by what these tickets took: first those of the till's own store.

        :param moves: in sudo mode
        """
        paid_sudo = self.sudo().filtered(lambda ticket: ticket.state in ("paid", "done"))  # sudo: as the moves
        stores = paid_sudo.config_id._omni_store()
        for line in paid_sudo.lines.sale_order_line_id & moves.sale_line_id:
            each = line._omni_takes()
            leaving = (line.move_ids & moves).filtered(lambda move: move._omni_ends_delivery())
            goods = leaving.grouped("product_id")
            there = {product.id: sum(same.mapped("product_qty")) for product, same in goods.items()}
            wanted, whole = max(line._omni_ordered() - line._omni_received(), 0), line._omni_made_up(there)
            for product, same in goods.items():
                # what goes with a kit and is not counted goes in proportion
                left = wanted * (each.get(product.id) or (there[product.id] / whole if whole else 1))
                surplus = there[product.id] - left
                same = same.sorted(
                    lambda move: (move.warehouse_id not in stores, move._omni_is_prepared(), move.product_qty)
                )
                takers = [(move, move.product_qty) for move in same]
                for move, part in allocate(surplus, takers, product.uom_id)[0]:
                    move._omni_ask_less(part)

    def _omni_deliver_rest(self, lines):
        """Have delivered again what these tickets leave to the orders. Of what a ticket delivers later Odoo cancels all
        that was to leave for its order's line, and not the ticket's part alone.

        :param lines: that something was to leave for, in sudo mode
        """
        later_sudo = self.sudo().filtered(lambda ticket: ticket.state in ("paid", "done") and ticket.shipping_date)
        cut = later_sudo.lines.sale_order_line_id & lines  # sudo: as the lines
        rest = cut.filtered(lambda line: not line._omni_is_leaving() and line._omni_left_to_procure())
        for order, same in rest.grouped("order_id").items():
            with order._omni_unlocked():
                same._action_launch_stock_rule()


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    omni_twice_order_id = fields.Many2one(
        "sale.order",
        "Paid Twice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The order that was paid already when this line took its payment once more: money to refund, no goods.",
    )

    def _launch_stock_rule_from_pos_order_lines(self):
        kept = self.filtered(lambda line: not line.omni_twice_order_id)
        return super(PosOrderLine, kept)._launch_stock_rule_from_pos_order_lines()

    def _omni_settled_again(self):
        """Return those of these lines, of one order on one ticket, that were settled or delivered otherwise. Of a line
        that is so in part, that part becomes a line of its own.
        """
        again = self.browse()
        for order_line, lines in self.filtered(lambda line: line.qty > 0).grouped("sale_order_line_id").items():
            if not order_line:
                continue
            line_sudo, unit = order_line.sudo(), lines.product_id.uom_id  # sudo: quantities
            before = line_sudo._omni_received(without=self.order_id)
            more = min(sum(lines.mapped("qty")) - max(line_sudo._omni_ordered() - before, 0), before)
            for line in lines:
                part = min(more, line.qty)
                if unit.compare(part, 0) > 0:
                    more -= part
                    again += line._omni_split(part) if unit.compare(part, line.qty) < 0 else line
        goods = self.filtered(lambda line: line.sale_order_line_id and line.qty > 0)
        # What came off the ticket goes with its last line.
        return self | again if again and not goods - again else again

    def _omni_split(self, quantity):
        """Make ``quantity`` of this line a line of its own, and return it."""
        names, rounded = ("price_subtotal", "price_subtotal_incl"), self.order_id.currency_id.round
        values = {name: rounded(self[name] * quantity / self.qty) for name in names}
        other = self.copy({"order_id": self.order_id.id, "qty": quantity, **values})
        self.write({"qty": self.qty - quantity, **{name: self[name] - part for name, part in values.items()}})
        return other
