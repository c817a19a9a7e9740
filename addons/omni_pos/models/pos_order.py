from odoo import api, models


class PosOrder(models.Model):
    """A seller may settle a web order at his till without rights on sale orders.

    Core writes the ticket with the seller's rights, then reads and updates the sale order behind it. Here the ticket
    is still written with the seller's rights, and only the rest runs as superuser, for orders that tills serve.
    """

    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        if not self.env["sale.order"].has_access("read") and self._omni_settles_web_orders(orders):
            # sudo: core updates the sale orders after the tickets; `_process_order` goes back to the seller's rights
            self = self.sudo().with_context(omni_ticket_as_seller=True)
        return super(PosOrder, self).sync_from_ui(orders)

    @api.model
    def _process_order(self, order, existing_order):
        if self.env.context.get("omni_ticket_as_seller"):
            self = self.sudo(False)
            existing_order = existing_order and existing_order.sudo(False)
        return super(PosOrder, self)._process_order(order, existing_order)

    def _create_order_picking(self):
        return super(PosOrder, self._omni_with_settled_orders())._create_order_picking()

    def _generate_pos_order_invoice(self):
        return super(PosOrder, self._omni_with_settled_orders())._generate_pos_order_invoice()

    def _omni_with_settled_orders(self):
        """Return these tickets with the right to read the web orders that they settle."""
        orders_sudo = self.sudo().lines.sale_order_origin_id
        if orders_sudo and not orders_sudo.sudo(False).has_access("read") and orders_sudo._omni_served_at_tills():
            return self.sudo()  # sudo: core looks up the orders' deliveries and addresses
        return self

    @api.model
    def _omni_settles_web_orders(self, orders):
        """Tell whether these tickets of the till settle sale orders, all of which tills serve.

        :raises AccessError: a ticket known already, or refunded, is not one that the seller may write
        """
        orders_sudo = self.env["sale.order"].sudo()
        for order in orders:
            known_sudo = self.sudo()._get_open_order(order)
            orders_sudo |= known_sudo.lines.sale_order_origin_id
            orders_sudo |= orders_sudo.browse(
                line[2]["sale_order_origin_id"]
                for line in order.get("lines", [])
                if line[0] in (0, 1) and line[2].get("sale_order_origin_id")
            )
            (known_sudo | self.sudo()._get_refunded_orders(order)).sudo(False).check_access("write")
        return bool(orders_sudo) and orders_sudo.exists() == orders_sudo and orders_sudo._omni_served_at_tills()
