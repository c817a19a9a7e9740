from odoo import api, fields, models
from odoo.tools import format_list

from odoo.addons.omni_base.tools.quantities import add_up

from .omni_pickup import OPEN_STATES

FOLLOWED = {"product_uom_qty", "product_uom_id", "omni_way", "omni_collect_warehouse_id"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    omni_sources = fields.Json(
        string="Sources",
        readonly=True,
        copy=False,
        groups="base.group_user",  # where an order could leave from is nothing that its customer reads
        help="[[warehouse id, quantity in the product's unit], ...] that this line was planned to leave from.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        with self.env["sale.order"].browse(ids)._omni_followed() as orders:
            lines = super(SaleOrderLine, self.with_env(orders.env)).create(vals_list)
        return lines.with_env(self.env)

    def write(self, vals):
        if not FOLLOWED & vals.keys():
            return super().write(vals)
        if "product_uom_qty" in vals:
            self._omni_lower_missing(vals["product_uom_qty"], vals.get("product_uom_id"))
        with self.order_id._omni_followed() as orders:
            return super(SaleOrderLine, self.with_env(orders.env)).write(vals)

    def _omni_lower_missing(self, quantity, uom_id=None):
        """What the order asks less is first of all what was missing: that is decided.

        :param uom_id: the new unit of ``quantity``, if there is one
        """
        # sudo: who changes an order need not be at the desk
        pickup_lines = self.env["omni.pickup.line"].sudo()
        sold = self.filtered(lambda line: line.state == "sale")
        missing = [("sale_line_id", "in", sold.ids), ("quantity_missing", ">", 0)]
        for line in pickup_lines.search(missing) if sold else ():
            sale_line = line.sale_line_id
            own = line.product_id.uom_id
            uom = own.browse(uom_id) if uom_id else sale_line.product_uom_id
            less = sale_line._omni_ordered() - uom._compute_quantity(quantity, own, round=False)
            if own.compare(less, 0) > 0:
                line.quantity_missing = max(line.quantity_missing - less, 0.0)

    # -- by the piece ------------------------------------------------------------------------------------------------

    def _omni_measured(self, quantity):
        """Return the values by which an order line like this one sells ``quantity``, in the product's unit of measure:
        by this line's unit, or by the product's own where the other has no such number (eleven of a dozen).
        """
        unit, own = self.product_uom_id, self.product_id.uom_id
        values = {"product_uom_qty": own._compute_quantity(quantity, unit, rounding_method="HALF-UP")}
        price = self.price_unit
        if own.compare(unit._compute_quantity(values["product_uom_qty"], own, round=False), quantity):
            values, price, unit = {"product_uom_qty": quantity}, unit._compute_price(price, own), own
        return values | {"product_uom_id": unit.id, "price_unit": price, "discount": self.discount}

    def _omni_sell(self, quantity):
        """Sell ``quantity``, in the product's unit of measure, at the price of this line."""
        values = self._omni_measured(quantity)
        if values["product_uom_id"] == self.product_uom_id.id:
            self.product_uom_qty = values["product_uom_qty"]
            return
        self.write(values)
        for name in ("qty_delivered", "qty_invoiced"):  # kept in the line's unit
            self.env.add_to_compute(self._fields[name], self)

    def _omni_price_received(self):
        """Return the price, with taxes, of what the customer has of this line."""
        ordered = self._omni_ordered()
        return self.price_total * min(self._omni_received() / ordered, 1.0) if ordered else 0.0

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
        return list(add_up((line.product_id.id, line._omni_ordered()) for line in self).items())

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

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """What is missing at a pickup desk is not procured again before somebody has decided about it."""
        procured = super()._get_qty_procurement(previous_product_uom_qty)
        # sudo: who changes an order need not be at the desk
        pickups = self.order_id.sudo().omni_pickup_ids.filtered(lambda one: one.state in (*OPEN_STATES, "collected"))
        missing = sum(pickups.line_ids.filtered(lambda line: line.sale_line_id == self).mapped("quantity_missing"))
        return procured + self.product_id.uom_id._compute_quantity(missing, self.product_uom_id)

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
