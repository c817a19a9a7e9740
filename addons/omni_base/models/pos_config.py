from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..exceptions import InvalidInput
from ..tools import inputs

CLAIM_WAYS = ("keep", "open", "over")
ORDERS_ON_A_TICKET = 100


class PosConfig(models.Model):
    _name = "pos.config"
    _inherit = ["pos.config", "omni.outlet"]

    omni_channel_id = fields.Many2one(
        "omni.channel", string="Sales Channel", copy=False, index=True, ondelete="restrict", check_company=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        configs = super().create(vals_list)
        configs._omni_create_channel()
        configs.sudo()._omni_store()._omni_create_channel()  # who may create a till need not manage stores
        return configs

    def _omni_store(self):
        """Return the store in which this till stands: the one whose goods it sells."""
        return self.picking_type_id.warehouse_id

    def _omni_check_mine(self):
        """Check that the caller sells at this till, in sudo mode, too.

        :raises AccessError: they are no seller, or it is no till of a store in which they work
        """
        if self.env.uid == SUPERUSER_ID:
            return
        known = self.sudo(False).search([("id", "in", self.ids)]) if len(inputs.called_on(self)) == 1 else self.browse()
        # sudo: only tells whether its store is one of the user's own
        is_seller = self.env.user.has_group("point_of_sale.group_pos_user") and known.sudo()._omni_store()._omni_mine()
        if not is_seller:
            raise AccessError(self.env._("Only sellers may ask for this, at the tills of their own stores."))

    def _omni_put_on_ticket(self, order_sudo, lines_sudo=None, due=None):
        """Return what this till needs to put an order that is still to be paid on a ticket.

        :param lines_sudo: the part that this ticket settles, default: all of it
        :param due: what is to pay for that
        :return: as core's ``sale.order.load_sale_order_from_pos``
        :raises UserError: the till is closed, another currency, or its code was not shown
        """
        if not self.current_session_id:
            raise UserError(self.env._("Open the till first."))
        order_sudo._omni_check_code_shown()
        if order_sudo.currency_id != self.currency_id:
            words = {"order": order_sudo.name, "currency": order_sudo.currency_id.name}
            raise UserError(self.env._("%(order)s is in %(currency)s, which this till does not take.", **words))
        loaded = order_sudo.load_sale_order_from_pos(self.id)
        order_sudo._omni_note_given()
        [row] = loaded["sale.order"]
        if lines_sudo is not None:
            row["order_line"] = lines_sudo.ids
            own = set(lines_sudo.ids)
            loaded["sale.order.line"] = [line for line in loaded["sale.order.line"] if line["id"] in own]
        lines = order_sudo.order_line if lines_sudo is None else lines_sudo
        # The till takes this off the ticket: core counts a payment of several orders for each, and no refund.
        row["amount_paid"] = order_sudo._omni_comes_off(lines, order_sudo._omni_left_to_pay() if due is None else due)
        return loaded

    def _omni_where(self, text):
        """Return one sentence that says where the order with exactly this number or reference is, "" of none."""
        # sudo: who serves at this till may know where an order is whose number they were told
        order_sudo = self.env["sale.order"].sudo()._omni_named(text, self.company_id)
        return order_sudo._omni_whereabouts() if order_sudo else ""

    # -- who takes the payment of an order -----------------------------------------------------------------------------

    def omni_claim_orders(self, ticket, order_ids, how="keep", cashier=""):
        """Claim orders placed elsewhere for a ticket of this till, so that no other one takes their payment.

        A claim lasts some minutes; a till goes on asking while the ticket is open, and asks before money is taken.

        :param str ticket: its uuid
        :param str how: ``open``: these go on it now, if no other ticket has them; ``over``: though another one has
            them; ``keep``: these and no others are on it: the claims of others are given back
        :param str cashier: who has it on their ticket, as other tills name them; default: the user
        :return: ``[{"id", "name", "why": words, "yours": bool}]`` of those that it may not pay, empty when all is well;
            ``yours``: the same seller has it on another ticket of this till, such as one of a device that was closed
        :raises AccessError: not their till, or not orders that they may settle
        """
        inputs.called_on_one(self)._omni_check_mine()
        ticket, how = inputs.text(self.env, ticket), inputs.choice(self.env, how, CLAIM_WAYS)
        if not ticket:
            raise InvalidInput(self.env._("Name the ticket."))
        orders = self._omni_settled_here(inputs.record_ids(self.env, order_ids, ORDERS_ON_A_TICKET))
        claims = self.env["omni.claim"].sudo()  # sudo: written by this alone
        if how == "keep":
            claims._give_back(ticket, orders)
        paid = orders._omni_amounts_paid()
        holder = inputs.text(self.env, cashier) or self.env.user.name
        own = claims._take(ticket, self, holder, paid, how)
        held = claims._holders(orders) if len(own) < len(orders) else {}
        refused = {
            order: self._omni_why_not(order, paid[order], own.get(order.id), held.get(order)) for order in orders
        }
        yours = {order for order, (who, till, _until) in held.items() if (who, till) == (holder, self)}
        return [
            {"id": order.id, "name": order.name, "why": why, "yours": order in yours}
            for order, why in refused.items()
            if why
        ]

    def _omni_settled_here(self, order_ids):
        """Return those of these orders that there are, in sudo mode.

        :raises AccessError: the seller may not settle each of them at this till
        """
        # sudo: a seller needs no rights on the orders that tills serve
        orders = self.env["sale.order"].sudo().browse(order_ids).exists()
        may_read = orders.sudo(False).has_access("read") or orders._omni_served_at_tills()
        if not may_read or orders.company_id - self.company_id:
            raise AccessError(self.env._("This till does not serve these orders."))
        return orders

    def _omni_why_not(self, order, paid, known, holder):
        """Return in words why a ticket may not take the payment of ``order``, "" if it may.

        :param paid: of the order by now
        :param known: of it when the ticket took it over; None: another ticket did since
        :param holder: who claims it now, see ``omni.claim._holders``
        """
        if order.state == "cancel":
            return self.env._("%s was cancelled.", order.name)
        if known is not None:
            more = paid - known
            if order.currency_id.compare_amounts(more, 0) <= 0:
                return ""
            amount = order.currency_id.format(more)
            return self.env._("%(amount)s of %(order)s was paid meanwhile.", amount=amount, order=order.name)
        if not holder:
            return self.env._("%s was on another ticket meanwhile.", order.name)
        who, till, until = holder
        return self.env._(
            "%(who)s has %(order)s on a ticket at %(till)s, until %(time)s at least.",
            who=who,
            order=order.name,
            till=till.name,
            time=format_datetime(self.env, until, tz=self.sudo()._omni_store()._omni_tz(), dt_format="HH:mm"),
        )

    def _omni_create_channel(self):
        """Give each till that has none a channel: that of its store while no till has it, or one of its own."""
        for config in self.filtered(lambda config: not config.omni_channel_id):
            known = config.sudo()._omni_store().omni_channel_id
            config.omni_channel_id = known.filtered(
                lambda channel: not channel.with_context(active_test=False).pos_config_ids
            ) or self.env["omni.channel"]._create_for("store", config)
