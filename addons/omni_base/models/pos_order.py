from odoo import api, fields, models

from ..tools import inputs
from ..tools.migration import add_columns


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "omni.timeline"]

    omni_channel_id = fields.Many2one(
        "omni.channel",
        string="Sales Channel",
        compute="_compute_omni_till",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="Where the customer bought.",
    )

    omni_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Store",
        compute="_compute_omni_till",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="Where the till stood.",
    )

    def _auto_init(self):
        # Existing orders are filled by one statement each at the end of the install.
        add_columns(self, "omni_channel_id", "omni_warehouse_id")
        return super()._auto_init()

    def _omni_fill_stores(self):
        """Say of the tickets of before where their till stood: from where their goods left, or their session's, else
        where it stands now.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE pos_order AS o
               SET omni_warehouse_id = COALESCE(
                       (SELECT t.warehouse_id
                          FROM stock_picking AS p JOIN stock_picking_type AS t ON t.id = p.picking_type_id
                         WHERE p.pos_order_id = o.id AND o.shipping_date IS NULL
                         ORDER BY p.id LIMIT 1),
                       (SELECT t.warehouse_id
                          FROM stock_picking AS p JOIN stock_picking_type AS t ON t.id = p.picking_type_id
                         WHERE p.pos_session_id = o.session_id AND p.pos_order_id IS NULL
                         ORDER BY p.id LIMIT 1),
                       c.warehouse_id)
              FROM (SELECT s.id, t.warehouse_id
                      FROM pos_session AS s
                      JOIN pos_config AS c ON c.id = s.config_id
                      JOIN stock_picking_type AS t ON t.id = c.picking_type_id) AS c
             WHERE c.id = o.session_id AND o.omni_warehouse_id IS NULL
            """
        )
        self.invalidate_model(["omni_warehouse_id"])

    @api.depends("session_id")
    def _compute_omni_till(self):
        for order in self:
            till = order.session_id.config_id
            order.omni_channel_id, order.omni_warehouse_id = till.omni_channel_id, till._omni_store()

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        event = self.env["omni.event"]
        if self.is_refund:
            event.emit("return.done", self)
            self._omni_report_paid_back()
        else:
            event.emit("order.placed", self)
            event.emit("order.paid", self)
        return result

    def _omni_report_paid_back(self):
        """Let a person look into an order of which more went back than was paid: this ticket has paid it out."""
        # sudo: a seller has no rights on orders
        orders_sudo = self.sudo().lines.refunded_orderline_id.sale_order_origin_id
        for order, paid in orders_sudo._omni_amounts_paid().items():
            kept = paid - order._omni_on_its_way()
            if order.currency_id.compare_amounts(kept, 0) < 0:
                amount = order.currency_id.format(-kept)
                self.env["omni.task"]._ask(
                    "too_much",
                    order,
                    self.env._("Refunded %(amount)s too much of %(order)s", amount=amount, order=order.name),
                    self.env._("Ticket %s refunded more than was paid for it.", self.pos_reference or self.name),
                    user=order.user_id.filtered("active"),
                    key=f"{order._name},{order.id},{self.uuid}",
                )

    def _omni_steps(self):
        steps = super()._omni_steps()
        if self.state not in ("paid", "done"):
            return steps
        store = self.omni_warehouse_id
        if self.is_refund:
            return [*steps, self._omni_step(self.date_order, "returned", store)]
        steps += [self._omni_step(self.date_order, "placed", store), self._omni_step(self.date_order, "paid", store)]
        if self.shipping_date:
            steps += [
                self._omni_step(picking.date_done, "shipped", picking.picking_type_id.warehouse_id)
                for picking in self.picking_ids
                if picking.state == "done" and picking.picking_type_code == "outgoing"
            ]
        else:
            steps.append(self._omni_step(self.date_order, "collected", store))
        steps += [
            self._omni_step(refund.date_order, "returned", refund.omni_warehouse_id, refund.omni_channel_id)
            for refund in self.lines.refund_orderline_ids.order_id
            if refund.state in ("paid", "done")
        ]
        return steps

    # -- a till without rights on sale orders --------------------------------------------------------------------------
    # Core writes the ticket with the seller's rights, then reads and updates the sale order behind it. Here the ticket
    # is still written with the seller's rights, and only the rest runs as superuser, for orders that tills serve.

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
        """Tell whether these tickets of the till settle sale orders, or take back what did, all of which tills serve.

        :raises AccessError: a ticket known already, or refunded, is not one that the seller may write; or it is none of
            a till of their own stores
        """
        orders_sudo, sessions_sudo = self.env["sale.order"].sudo(), self.env["pos.session"].sudo()
        for order in orders:
            sessions_sudo |= sessions_sudo.browse(inputs.id_or_none(order.get("session_id")) or [])
            # core reads the orders behind a ticket that is taken back, too
            known_sudo = self.sudo()._get_open_order(order) | self.sudo()._get_refunded_orders(order)
            orders_sudo |= known_sudo.lines.sale_order_origin_id | known_sudo.lines.sale_order_line_id.order_id
            new = [line[2] for line in order.get("lines", []) if line[0] in (0, 1)]
            settled = (line["sale_order_origin_id"] for line in new if line.get("sale_order_origin_id"))
            orders_sudo |= orders_sudo.browse(inputs.record_ids(self.env, settled))
            # a line names its order's line, too, and core would go by that
            named = (line["sale_order_line_id"] for line in new if line.get("sale_order_line_id"))
            lines_sudo = self.env["sale.order.line"].sudo().browse(inputs.record_ids(self.env, named))
            orders_sudo |= lines_sudo.exists().order_id
            known_sudo.sudo(False).check_access("write")
        if not orders_sudo or orders_sudo.exists() != orders_sudo or not orders_sudo._omni_served_at_tills():
            return False
        for config in sessions_sudo.exists().config_id:
            config._omni_check_mine()
        return True
