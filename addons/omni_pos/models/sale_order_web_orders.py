"""Which web orders a till lists and finds, and what it shows of each."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

TILL_CHANNELS = ("web", "app", "phone")  # kinds of channel whose orders a store's till serves


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # -- which orders ------------------------------------------------------------------------------------------------

    @api.model
    def _omni_waiting_domain(self, warehouse):
        """Orders of other channels that wait at ``warehouse``: confirmed, not all delivered, and no code's to open."""
        return ~self._omni_by_code_domain() & self._omni_open_domain(warehouse)

    @api.model
    def _omni_open_domain(self, warehouse):
        return (
            Domain("state", "=", "sale")
            & Domain("company_id", "=", warehouse.company_id.id)
            & self._omni_delivery_domain(warehouse, Domain("state", "not in", ("done", "cancel")))
        )

    @api.model
    def _omni_delivery_domain(self, warehouse, delivery=Domain.TRUE):
        """Orders of other channels that ``warehouse`` delivers or has delivered."""
        delivery &= Domain("picking_type_id.code", "=", "outgoing")
        delivery &= Domain("picking_type_id.warehouse_id", "=", warehouse.id)
        return self._omni_channel_domain() & Domain("picking_ids", "any", delivery)

    @api.model
    def _omni_channel_domain(self):
        return Domain("website_id", "!=", False) | Domain("omni_channel_id.kind", "in", TILL_CHANNELS)

    def _omni_served_at_tills(self):
        """Orders of other channels, of the seller's companies."""
        served = self.filtered_domain(
            self._omni_channel_domain() & Domain("company_id", "in", self.env["res.company"]._omni_mine().ids)
        )
        return super(SaleOrder, self - served)._omni_served_at_tills()

    @api.model
    def _omni_till_search_domain(self, text):
        """What a seller may type or scan to find an order. Each sign stands for itself."""
        exact = escape_psql(text)
        domain = Domain("name", "ilike", exact)
        domain |= Domain("client_order_ref", "=ilike", exact) | Domain("reference", "=ilike", exact)
        meant = self.env["res.partner"]._omni_search_domain(text)
        return domain | Domain("partner_id", "any", meant) | Domain("partner_shipping_id", "any", meant)

    # -- what the till shows -----------------------------------------------------------------------------------------

    def _omni_till_row(self, warehouse, left):
        """Return the order as the till lists it, ready for JSON.

        :param float left: what is left to pay, as :meth:`_omni_all_left_to_pay` tells of the whole list
        :return: ``{"id", "name", "placed_at": ISO text in UTC, "partner": {"id", "name", "email", "phone"}, "channel":
            name, "kind": of the channel, "fulfilment": code, "fulfilment_label", "currency": name, "total", "left":
            amount left to pay, "goods": "here" / "part" / "missing" as reserved by the delivery, "lines": [{"name",
            "quantity", "here", "uom"}] what is still to be handed over}``
        """
        self.ensure_one()
        partner = self.partner_id
        moves = self._omni_deliveries(warehouse)._omni_waiting()._omni_open_moves()
        fulfilments = dict(self._fields["omni_fulfilment"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "placed_at": fields.Datetime.to_string(self.date_order),
            "partner": {
                "id": partner.id,
                "name": partner.display_name,
                "email": partner.email or "",
                "phone": partner.phone or "",
            },
            "channel": self.omni_channel_id.name or "",
            "kind": self.omni_channel_id.kind or "web",
            "fulfilment": self.omni_fulfilment,
            "fulfilment_label": fulfilments.get(self.omni_fulfilment, ""),
            "currency": self.currency_id.name,
            "total": self.amount_total,
            "left": left,
            "goods": moves._omni_goods(),
            "lines": moves._omni_till_lines(),
        }

    # -- open tills --------------------------------------------------------------------------------------------------

    def _omni_notify_tills(self):
        """Tell the open tills of the stores that deliver these orders that what waits there may have changed."""
        # sudo: whoever places or cancels an order need not know the tills
        orders_sudo = self.sudo()
        warehouses_sudo = orders_sudo._omni_deliveries().picking_type_id.warehouse_id
        if warehouses_sudo:
            domain = Domain("picking_type_id.warehouse_id", "in", warehouses_sudo.ids)
            for till in orders_sudo.env["pos.config"].search(domain).filtered("has_active_session"):
                till._notify("OMNI_WEB_ORDERS", {})
