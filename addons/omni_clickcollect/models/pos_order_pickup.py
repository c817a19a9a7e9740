from odoo import fields, models
from odoo.exceptions import UserError

from .omni_pickup import OPEN_STATES


class PosOrder(models.Model):
    _inherit = "pos.order"

    omni_pickup_rest = fields.Selection(
        [("ask", "Not decided"), ("later", "Collected later"), ("back", "Restock")],
        string="Rest of the Pickup",
        copy=False,
        help="What happens to what the customer did not take of the pickup that this ticket settles.",
    )

    def action_pos_order_paid(self):
        self._omni_check_pickups()  # whoever says that it is paid: a till, the back office, a script
        return super().action_pos_order_paid()

    def _omni_check_pickups(self):
        """Let this ticket, which is paid, collect the pickups that it may. It posts whatever comes of it: what it may
        not give is its own goods from here on, not the order's.
        """
        # sudo: a seller has no rights on orders and pickups
        ticket = self.sudo()
        goods = ticket.lines.filtered(lambda line: line.sale_order_line_id and line.qty > 0)
        pickups = goods.sale_order_line_id.order_id._omni_open_pickups()
        for order, waiting in pickups.grouped("order_id").items():
            lines = goods.filtered(lambda line, order=order: line.sale_order_line_id.order_id == order)
            refused = {pickup: why for pickup in waiting if (why := pickup._why_not_by_ticket(ticket))}
            kept = (waiting - waiting.browse().union(*refused)).line_ids.sale_line_id
            for pickup, why in refused.items():
                named = lines.filtered(lambda line, own=pickup.line_ids: line.sale_order_line_id in own.sale_line_id)
                if named and kept:  # the customer pays all of it, and collects the rest elsewhere
                    pickup._log_step(self.env._("Paid at %s.", ticket.config_id.name))
                elif named:
                    pickup._refuse_ticket(ticket, why)
                named.sale_order_line_id = False
            if not kept:
                lines.sale_order_line_id = False

    def _omni_pays_for(self, order):
        """Whether this ticket asks for what it gives of ``order`` what the order does or more, and takes no more off
        than was paid of it before. What it takes off by a discount that it shows is the seller's to decide.
        """
        lines = self.lines.filtered(lambda line: order in (line.sale_order_origin_id, line.sale_order_line_id.order_id))
        goods = lines.filtered(lambda line: line.sale_order_line_id and line.qty > 0)
        taken_off = -sum(min(line._omni_total(), 0.0) for line in lines - goods)
        paid = order._omni_amount_paid()
        if self.state in ("paid", "done"):
            paid -= sum(line._omni_total() for line in lines if line.sale_order_origin_id == order)
        return order.currency_id.compare_amounts(taken_off, paid) <= 0 and all(
            line._omni_asks_enough() for line in goods
        )

    def _omni_send_instead(self, pickups):
        """What this ticket has delivered is not collected any more.

        :param pickups: ``omni.pickup`` that it settles, in sudo mode
        """
        if not self.shipping_date:
            return
        # sudo: a seller has no rights on orders and pickups
        for sold, lines in self.sudo().lines.filtered(lambda line: line.qty > 0).grouped("sale_order_line_id").items():
            with sold.order_id._omni_followed():
                for line in pickups.line_ids.filtered(lambda line, sold=sold: line.sale_line_id == sold):
                    line.quantity_sent += sum(lines.mapped("qty"))

    def _omni_put_back_rest(self, pickups):
        """Give what the customer left at the till back to the shop. The ticket is paid whatever comes of it.

        :param pickups: ``omni.pickup`` that this ticket settles, in sudo mode
        """
        if self.omni_pickup_rest != "back":
            return
        store = self.config_id._omni_store()
        for pickup in pickups.filtered(lambda pickup: pickup.warehouse_id == store and pickup.state in OPEN_STATES):
            try:
                with self.env.cr.savepoint():
                    pickup._put_back({line.id: line.quantity - line.quantity_collected for line in pickup.line_ids})
                    if pickup.state not in OPEN_STATES:
                        pickup._open_pickings().action_cancel()  # the goods leave by the ticket's own transfer
            except UserError as error:
                pickup._log_step(str(error))


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _omni_asks_enough(self):
        """Whether this line asks the price of the order's line that it settles, before what it shows as a discount."""
        sold = self.sale_order_line_id
        price = sold.product_uom_id._compute_price(sold.price_unit, self.product_id.uom_id)
        if self.order_id.currency_id.compare_amounts(self.price_unit, price) < 0:
            return False
        return self.discount < 100 or sold.discount >= 100 or not price
