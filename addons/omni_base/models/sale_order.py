from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.migration import add_columns
from ..tools.owners import owner_of

REPORT_ONLY = object()  # in the context: confirm what cannot be promised; nobody outside can say so


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
    omni_cancelled_at = fields.Datetime(
        string="Cancelled On", compute="_compute_omni_cancelled_at", store=True, copy=False
    )

    @contextmanager
    def _omni_unlocked(self):
        """Let our own steps change this order within, locked or not: it is locked against people."""
        locked, self.locked = self.locked, False
        yield
        self.locked = locked

    def _auto_init(self):
        # Existing orders are filled by one statement each, not one by one by the computes.
        new = add_columns(self, "omni_channel_id", "omni_fulfilment", "omni_cancelled_at")
        result = super()._auto_init()
        if "omni_fulfilment" in new:
            self.env.cr.execute("UPDATE sale_order SET omni_fulfilment = 'ship' WHERE omni_fulfilment IS NULL")
        if "omni_cancelled_at" in new:
            self._omni_fill_cancelled_at()
        return result

    def _omni_fill_cancelled_at(self):
        """Say of orders cancelled before when it was: the chatter tells it in the language of whoever did it."""
        self.env.cr.execute(
            """
            UPDATE sale_order AS o
               SET omni_cancelled_at = COALESCE(
                       (SELECT MAX(t.create_date)
                          FROM mail_message AS m
                          JOIN mail_tracking_value AS t ON t.mail_message_id = m.id
                          JOIN ir_model_fields AS f
                            ON f.id = t.field_id AND f.model = 'sale.order' AND f.name = 'state'
                          JOIN ir_model_fields_selection AS s ON s.field_id = f.id AND s.value = 'cancel'
                         WHERE m.model = 'sale.order' AND m.res_id = o.id
                           AND t.new_value_char IN (SELECT value FROM jsonb_each_text(s.name))),
                       o.write_date)
             WHERE o.state = 'cancel'
            """
        )

    @api.depends("website_id", "company_id")
    def _compute_omni_channel_id(self):
        for order in self:
            order.omni_channel_id = order.website_id.omni_channel_id or order.company_id.omni_phone_channel_id

    @api.depends("carrier_id")
    def _compute_omni_fulfilment(self):
        """Everything is shipped, until an add-on that knows of another way overrides its share."""
        self.omni_fulfilment = "ship"

    def _omni_goods_lines(self):
        """Return the lines of goods, which somebody has to bring to the customer or hand over."""
        return self.order_line.filtered(
            lambda line: line.product_id.type == "consu" and not line.display_type and line.product_uom_qty > 0
        )

    def _omni_split(self):
        """Return the parts in which the goods of these orders reach their customers, each in one way.

        :return: ``{(way, store, partner): lines}``; ``store``: where they are collected, or empty; ``partner``: to whom
            they are sent, or empty
        """
        return self._omni_goods_lines().grouped(
            lambda line: (line.omni_way, line.omni_collect_warehouse_id, line.omni_ship_partner_id)
        )

    def _omni_owner(self):
        """Return this basket as text, ``"model,id"``, by which places and limits know whose they are; none: None."""
        return f"{self._name},{self.id}" if self else None

    def _omni_contract(self, contract="omni.availability"):
        """Return a contract as this basket asks it: what is held for itself, it can have."""
        # sudo: a shopper asks and holds nothing themselves, the shop does it for the basket
        return self.env[contract].sudo().with_context(omni_owner=owner_of(self))

    def _omni_may_refuse(self):
        """Whether confirming may still be refused: not what a till has handed over, nor what is paid already."""
        # sudo: whoever confirms need not see payments
        paid = self.sudo().transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done"))
        return not (self.env.context.get("omni_report_only") is REPORT_ONLY or paid)

    def _omni_follow_payment(self, state):
        """Hear that a payment of these orders came to this ``state`` of its transaction. Default: nothing is done."""

    @api.depends("state")
    def _compute_omni_cancelled_at(self):
        for order in self:
            order.omni_cancelled_at = order.state == "cancel" and (order.omni_cancelled_at or fields.Datetime.now())

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.sudo().order_line.mapped("omni_cost")  # what it costs now, not when all is written at last
        if {"state", "warehouse_id", "omni_fulfilment"} & vals.keys():
            # sudo: whoever confirms an order, or moves its pickup, need not set up channels
            sold = self.sudo().filtered(lambda order: order.state == "sale")
            sold.order_line.omni_collect_warehouse_id._omni_create_channel()
        return result

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

    # -- a till without rights on sale orders --------------------------------------------------------------------------

    def _omni_served_at_tills(self):
        """Tell whether a seller without rights on sale orders may settle all of these at their till. Default: none.

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
        # A ticket names any order that somebody writes on it: told are those of this till's store.
        store_sudo = config.sudo()._omni_store()
        own_sudo = orders_sudo.filtered(lambda order: order._omni_deliveries(store_sudo))
        return self.sudo()._load_pos_data_read(own_sudo if orders_sudo._omni_served_at_tills() else self, config)

    def _omni_come_later(self, promised_at, promised_before, warehouse):
        """Tell the customer when part of this order comes later than they were told. Default: a message that names the
        day, if it is another one by the clock of the store where they collect it, else of the order's own.

        :param promised_at: when they can have it now, naive UTC datetime
        :param promised_before: until when they were promised it, or False: they were told no time
        :param warehouse: the store where they collect it; empty: it is sent to them
        """
        if not promised_before:
            return
        day_of = (warehouse or self.warehouse_id)._omni_day_of
        day = day_of(promised_at)
        if day <= day_of(promised_before):  # minutes are no news
            return
        self.env["omni.message"]._tell(
            "order.later",
            self,
            fields.Datetime.to_string(promised_at),
            words=lambda order: order.env._(
                "Part of your order will leave from another store and reach you a little later: by %s.",
                format_date(order.env, day),
            ),
        )

    # -- timeline ----------------------------------------------------------------------------------------------------

    def _omni_steps(self):
        steps = super()._omni_steps()
        if self.state in ("sale", "cancel"):
            steps.append(self._omni_step(self.date_order, "placed"))
        for transaction in self.transaction_ids.filtered(lambda tx: tx.state == "done"):
            steps.append(self._omni_step(transaction.last_state_change, "paid"))
        settled = self.pos_order_line_ids
        tickets = (settled | settled.refund_orderline_ids).order_id
        for ticket in tickets.filtered(lambda ticket: ticket.state in ("paid", "done")):
            code = "returned" if ticket.is_refund else "paid"
            steps.append(self._omni_step(ticket.date_order, code, ticket.omni_warehouse_id, ticket.omni_channel_id))
        for picking in self.picking_ids.filtered(lambda picking: picking.state == "done"):
            if picking.picking_type_code in ("outgoing", "incoming"):
                code = self._omni_picking_code(picking)
                steps.append(self._omni_step(picking.date_done, code, picking.picking_type_id.warehouse_id))
        if self.state == "cancel":
            # The date of the order is the clock's, that of a record its transaction's: one second may part them.
            steps.append(self._omni_step(max(self.date_order, self.omni_cancelled_at or self.write_date), "cancelled"))
        return steps

    def _omni_picking_code(self, picking):
        """Return the timeline code of a delivery or return that is done."""
        if picking.picking_type_code != "outgoing":
            return "returned"
        ways = (picking.move_ids.sale_line_id or self.order_line).mapped("omni_way")
        return "collected" if "collect" in ways else "shipped"
