from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import inputs


class PosConfig(models.Model):
    _inherit = "pos.config"

    omni_channel_id = fields.Many2one(
        "omni.channel", string="Sales Channel", copy=False, index=True, ondelete="restrict", check_company=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        configs = super().create(vals_list)
        configs._omni_create_channel()
        configs.sudo()._omni_store()._omni_create_channel()  # who may create a till need not manage stores
        return configs

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self.sudo().omni_channel_id._follow(vals["active"])  # who closes a till need not manage channels
        return result

    def unlink(self):
        channels = self.sudo().omni_channel_id  # who removes a till need not manage channels
        result = super().unlink()
        channels._follow(False)
        return result

    def _omni_store(self):
        """Return the store in which this till stands: the one whose goods it sells."""
        return self.picking_type_id.warehouse_id

    def _omni_check_mine(self):
        """Check that the caller sells at this till, in sudo mode, too.

        :raises AccessError: he is no seller, or it is no till of a store in which he works
        """
        if self.env.uid == SUPERUSER_ID:
            return
        known = self.sudo(False).search([("id", "in", self.ids)]) if len(inputs.called_on(self)) == 1 else self.browse()
        # sudo: only tells whether its store is one of the user's own
        is_seller = self.env.user.has_group("point_of_sale.group_pos_user") and known.sudo()._omni_store()._omni_mine()
        if not is_seller:
            raise AccessError(self.env._("Only sellers may ask for this, each at the tills of his own stores."))

    def _omni_put_on_ticket(self, order_sudo):
        """Return what this till needs to put an order that is still to be paid on a ticket.

        :return: as core's ``sale.order.load_sale_order_from_pos``
        :raises UserError: the till is closed, another currency, on another ticket, or its code was not shown
        """
        if not self.current_session_id:
            raise UserError(self.env._("Open the till first."))
        order_sudo._omni_check_code_shown()
        if order_sudo.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "%(order)s is in %(currency)s, which this till does not take.",
                    order=order_sudo.name,
                    currency=order_sudo.currency_id.name,
                )
            )
        if ticket := order_sudo.pos_order_line_ids.order_id.filtered(lambda order: order.state == "draft")[:1]:
            raise UserError(
                self.env._(
                    "%(order)s is on an open ticket of %(till)s. Finish or cancel that ticket first.",
                    order=order_sudo.name,
                    till=ticket.config_id.name,
                )
            )
        loaded = order_sudo.load_sale_order_from_pos(self.id)
        order_sudo._omni_note_given()
        # The till takes this off the ticket: core counts a payment of several orders for each, and no refund.
        loaded["sale.order"][0]["amount_paid"] = order_sudo._omni_kept_online()
        return loaded

    def _omni_where(self, text):
        """Return one sentence that says where the order with exactly this number or reference is, "" of none."""
        # sudo: who serves at this till may know where an order is whose number he was told
        order_sudo = self.env["sale.order"].sudo()._omni_named(text, self.company_id)
        return order_sudo._omni_whereabouts() if order_sudo else ""

    def _omni_create_channel(self):
        """Give each till that has none a channel: that of its store while no till has it, or one of its own."""
        channels = self.env["omni.channel"].sudo()  # who may create a till need not manage channels
        for config in self.filtered(lambda config: not config.omni_channel_id):
            known = config.sudo()._omni_store().omni_channel_id
            config.omni_channel_id = known.filtered(
                lambda channel: not channel.with_context(active_test=False).pos_config_ids
            ) or channels.create({"name": config.name, "kind": "store", "company_id": config.company_id.id})
