from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_list


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    omni_sources = fields.Json(
        string="Sources",
        readonly=True,
        copy=False,
        help="[[warehouse id, quantity in the product's unit], ...] that this line was planned to leave from.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A line added to a confirmed order is prepared with the rest that leaves from the same store."""
        lines = super().create(vals_list)
        for order in lines.order_id.filtered(lambda order: order.state == "sale").sudo():
            for pickup in order._omni_open_pickups():
                here = (order._omni_pickup_lines() & lines).filtered_domain(
                    [("omni_collect_warehouse_id", "=", pickup.warehouse_id.id)]
                )
                order._omni_add_to_pickup(pickup, here)
        return lines

    def _omni_is_sent_home(self):
        """Whether the customer of an order to collect chose to have this sent; a delivery line is what that costs."""
        return self.omni_way_chosen and self.omni_way == "ship"

    # -- where it leaves from ----------------------------------------------------------------------------------------

    @api.depends("omni_way", "omni_way_chosen", "omni_sources")
    def _compute_warehouse_id(self):
        super()._compute_warehouse_id()
        for line in self.filtered(lambda line: line._omni_is_sent_home()):
            line.warehouse_id = line.omni_sources[0][0] if line.omni_sources else line.order_id._omni_home_warehouse()

    def _omni_source_warehouse_ids(self):
        """In a draft: the warehouses in `omni_sources`. Confirmed: the line's own only, since the transfers from other
        stores were created at the confirmation.
        """
        if self.omni_sources and self.state != "sale":
            return [warehouse for warehouse, _quantity in self.omni_sources]
        if self.omni_sources or self._omni_is_sent_home():
            return self.warehouse_id.ids
        return super()._omni_source_warehouse_ids()

    def _omni_demand(self):
        """Return what these lines ask for: ``[(product_id, quantity)]``, in the product's unit of measure."""
        demand = defaultdict(float)
        for line in self:
            demand[line.product_id.id] += line._omni_ordered()
        return list(demand.items())

    def _check_availability(self):
        """Override of `website_sale_stock`, which looks in the store where the rest is collected."""
        if self.omni_sources:
            return True
        if not (self._omni_is_sent_home() and self.order_id._omni_counted(self)):
            return super()._check_availability()
        self.shop_warning = self.env._(
            "“%s” can no longer be delivered. Collect it, or remove it from your basket.", self.product_id.name
        )
        return False

    # -- how it leaves -----------------------------------------------------------------------------------------------

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        if self._omni_is_sent_home():
            values["partner_id"] = self.omni_ship_partner_id.id or values["partner_id"]
            values["route_ids"] = self.route_ids or self.order_id.omni_ship_carrier_id.route_ids
        return values

    def _omni_leave_from(self, warehouse, quantity):
        """Make the delivery of a part that lies elsewhere: to the customer's home from there; else brought to the store
        where they collect it, and from there when it has come.

        :param quantity: in the product's unit of measure
        :return: the delivery, ``stock.move``
        """
        if self._omni_is_sent_home():
            return self._omni_deliver_from(warehouse, quantity)
        store = self.warehouse_id
        return self._omni_bring(warehouse, store, quantity, partner_id=store.partner_id.id)[1]

    # -- what the shopper sees ---------------------------------------------------------------------------------------

    def _omni_part_words(self, level, promised_at):
        """Return where this line comes from, in one sentence; ``level`` as in ``sale.order._omni_parts``."""
        store = self.order_id.sudo().warehouse_id  # sudo: names and hours of stores
        if level == "sent":
            return self.env._("Delivered to your address.")
        if level == "short":
            return self.env._("Not enough in this store.")
        if level == "here":
            return self.env._("In this store.")
        places = [place for place, _quantity in self.omni_sources if place != store.id]
        names = format_list(self.env, store.browse(places).mapped(lambda shop: shop.partner_id.name or shop.name))
        if not promised_at:
            return self.env._("Transferred to this store from %s.", names)
        return self.env._(
            "Ready %(when)s, transferred to this store from %(shops)s.", when=store._omni_when(promised_at), shops=names
        )
