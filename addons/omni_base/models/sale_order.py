from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

NEVER_REFUSE = object()  # in the context: confirm what cannot be promised; nobody outside can say so


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "omni.timeline"]

    omni_channel_id = fields.Many2one(
        "omni.channel",
        string="Sales Channel",
        compute="_compute_omni_channel_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
        help="Where the customer bought.",
    )
    omni_fulfilment = fields.Selection(
        [("ship", "Ship"), ("collect", "Collect in store")],
        string="Fulfilment",
        compute="_compute_omni_fulfilment",
        store=True,
        precompute=True,
        help="How the goods reach the customer.",
    )

    def _auto_init(self):
        # Existing orders are filled by one statement each, not one by one by the computes.
        if not column_exists(self.env.cr, "sale_order", "omni_channel_id"):
            create_column(self.env.cr, "sale_order", "omni_channel_id", "int4")
        fill = not column_exists(self.env.cr, "sale_order", "omni_fulfilment")
        if fill:
            create_column(self.env.cr, "sale_order", "omni_fulfilment", "varchar")
        result = super()._auto_init()
        if fill:
            self.env.cr.execute("UPDATE sale_order SET omni_fulfilment = 'ship' WHERE omni_fulfilment IS NULL")
        return result

    @api.depends("website_id", "company_id")
    def _compute_omni_channel_id(self):
        for order in self:
            order.omni_channel_id = order.website_id.omni_channel_id or order.company_id.omni_phone_channel_id

    @api.depends("carrier_id")
    def _compute_omni_fulfilment(self):
        """Everything is shipped, until an add-on that knows of another way overrides its share."""
        self.omni_fulfilment = "ship"

    def _omni_may_refuse(self):
        """Whether confirming may still be refused: not what a till has handed over, nor what is paid already."""
        # sudo: whoever confirms need not see payments
        paid = self.sudo().transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done"))
        return not (self.env.context.get("omni_never_refuse") is NEVER_REFUSE or paid)

    def action_confirm(self):
        result = super().action_confirm()
        for order in self.filtered(lambda order: order.state == "sale"):
            self.env["omni.event"].emit("order.placed", order)
        return result

    def _action_cancel(self):
        cancelled = self.filtered(lambda order: order.state != "cancel")
        result = super()._action_cancel()
        for order in cancelled:
            self.env["omni.event"].emit("order.cancelled", order)
        return result

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """A paid order is never lost because its mail cannot be made (no PDF engine, say): its history tells."""
        try:
            with self.env.cr.savepoint():
                return super()._send_order_notification_mail(mail_template, allow_deferred_sending)
        except UserError as error:
            self.message_post(body=self.env._("The mail to the customer could not be sent: %s", error))

    def _omni_amount_paid(self):
        """Return what the customer has paid of this order, in its currency, on all channels."""
        self.ensure_one()
        return self._omni_amounts_paid()[self]

    def _omni_amounts_paid(self):
        """Return ``{order: what its customer has paid of it, in its currency, on all channels}``, as many queries for
        a hundred orders as for one.

        Counted: online payments, tickets that settled it, and payments of its invoices. The invoice of an online
        payment is paid by that same payment, so only the greater of the two counts. Tickets still open and invoices
        not paid do not count, which they do in core's ``amount_unpaid``.
        """
        tickets = dict(
            self.env["pos.order.line"]._read_group(
                [("sale_order_origin_id", "in", self.ids), ("order_id.state", "in", ("paid", "done"))],
                ["sale_order_origin_id"],
                ["price_subtotal_incl:sum"],
            )
        )
        invoices = self._omni_amounts_paid_by_invoice()
        return {order: max(order.amount_paid, invoices.get(order.id, 0.0)) + tickets.get(order, 0.0) for order in self}

    def _omni_amounts_paid_by_invoice(self):
        """Return ``{order id: amount}`` of the orders with posted invoices; credit notes count against them."""
        self.env["sale.order.line"].flush_model(["order_id", "invoice_lines"])
        self.env["account.move.line"].flush_model(["move_id"])
        moves = self.env["account.move"]
        moves.flush_model(["state", "move_type", "amount_total", "amount_residual"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT paid.order_id, SUM(paid.amount)
                  FROM (
                        SELECT DISTINCT line.order_id, move.id,
                               (COALESCE(move.amount_total, 0) - COALESCE(move.amount_residual, 0))
                               * CASE WHEN move.move_type = ANY(%s) THEN -1 ELSE 1 END AS amount
                          FROM sale_order_line AS line
                          JOIN sale_order_line_invoice_rel AS billed ON billed.order_line_id = line.id
                          JOIN account_move_line AS item ON item.id = billed.invoice_line_id
                          JOIN account_move AS move ON move.id = item.move_id AND move.state = 'posted'
                         WHERE line.order_id = ANY(%s)
                       ) AS paid
                 GROUP BY paid.order_id
                """,
                ["entry", *moves.get_outbound_types()],  # those whose direction_sign is 1
                self.ids,
            )
        )
        return {order_id: float(amount) for order_id, amount in rows}

    def _omni_left_to_pay(self):
        """Return what the customer still has to pay of this order, in its currency, never below 0."""
        self.ensure_one()
        return self._omni_all_left_to_pay()[self]

    def _omni_all_left_to_pay(self):
        """Return ``{order: what its customer still has to pay of it, in its currency, never below 0}``."""
        return {
            order: max(order.currency_id.round(order.amount_total - paid), 0.0)
            for order, paid in self._omni_amounts_paid().items()
        }

    # -- a till without rights on sale orders --------------------------------------------------------------------------

    def _omni_served_at_tills(self):
        """Tell whether a seller without rights on sale orders may settle all of these at his till. Default: none.

        An add-on whose orders tills serve takes off its share, and asks ``super()`` for the rest.
        """
        return not self and self.env.user.has_group("point_of_sale.group_pos_user")

    @api.model
    def _load_pos_data_search_read(self, data, config):
        if self.has_access("read"):
            return super()._load_pos_data_search_read(data, config)
        # sudo: an open ticket must not forget, when the till is reloaded, which order it settles
        settled = {line["sale_order_origin_id"] for line in data.get("pos.order.line", [])} - {False}
        orders_sudo = self.sudo().browse(settled)
        return self.sudo()._load_pos_data_read(orders_sudo if orders_sudo._omni_served_at_tills() else self, config)

    # -- timeline ----------------------------------------------------------------------------------------------------

    def _omni_steps(self):
        steps = super()._omni_steps()
        if self.state in ("sale", "cancel"):
            steps.append(self._omni_step(self.date_order, "placed"))
        for transaction in self.transaction_ids.filtered(lambda tx: tx.state == "done"):
            steps.append(self._omni_step(transaction.last_state_change, "paid"))
        for till_order in self.pos_order_line_ids.order_id.filtered(lambda order: order.state in ("paid", "done")):
            store = till_order.config_id._omni_store()
            steps.append(self._omni_step(till_order.date_order, "paid", store, till_order.omni_channel_id))
        for picking in self.picking_ids.filtered(lambda picking: picking.state == "done"):
            if picking.picking_type_code in ("outgoing", "incoming"):
                code = self._omni_picking_code(picking)
                steps.append(self._omni_step(picking.date_done, code, picking.picking_type_id.warehouse_id))
        if self.state == "cancel":
            steps.append(self._omni_step(self._omni_cancelled_at(), "cancelled"))
        return steps

    def _omni_picking_code(self, picking):
        """Return the timeline code of a delivery or return that is done."""
        return "shipped" if picking.picking_type_code == "outgoing" else "returned"

    def _omni_cancelled_at(self):
        """Return when the order was cancelled, from the chatter's record of its state."""
        cancelled = dict(self._fields["state"]._description_selection(self.env))["cancel"]
        tracked = self.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "state" and value.new_value_char == cancelled
        )
        # The date of the order is the clock's, that of a record its transaction's: one second may part them.
        return max(self.date_order, max(tracked.mapped("create_date"), default=self.write_date))
