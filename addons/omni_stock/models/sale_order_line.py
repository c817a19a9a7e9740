from odoo import api, models

from odoo.addons.omni_base.models.omni_availability import PRECISION

# Changes of these fields change what a basket asks for.
DEMAND_FIELDS = {"product_id", "product_uom_qty", "product_uom_id"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _omni_quantity(self):
        """Return how much counted stock this line asks for, in the product's unit of measure."""
        if self.product_uom_qty <= 0 or not self.product_id._omni_is_counted():
            return 0.0
        return self._omni_ordered()

    def _omni_reduced(self, missing):
        """Return the quantity that is left of this line without ``missing``; whole if a whole one was asked for.

        :param missing: in the product's unit of measure; the answer is in the line's
        """
        if not missing:
            return self.product_uom_qty
        left = max(self._omni_quantity() - missing, 0.0)
        left = self.product_id.uom_id._compute_quantity(left, self.product_uom_id, rounding_method="DOWN")
        return float(int(left + PRECISION)) if self.product_uom_qty.is_integer() else left

    def _omni_is_routed(self):
        """Whether any store of the channel may serve this line.

        Without a warehouse of its own a web shop sells what any store of its channel has; an order of the back office
        leaves from where it is best if its channel, or who confirms it, says so. What is sold even when out of stock is
        ordered where Odoo would.
        """
        order = self.order_id
        if self.route_ids or self.product_id.allow_out_of_stock_order:
            return False
        if order.website_id:
            return not order._get_shop_warehouse_id()
        # sudo: how a channel works is no secret to who sells there
        anywhere = order.omni_channel_id.sudo().leave_from == "best" or self.env.context.get("omni_leave_from_best")
        return bool(anywhere) and self.omni_way == "ship"

    def _omni_warehouses(self, held):
        """Return the ids of the warehouses that may serve this line, the preferred first.

        :param held: ``{(product_id, warehouse_id): quantity}`` that its order keeps already
        """
        self.ensure_one()
        order = self.order_id
        if bound := self._omni_source_warehouse_ids():  # chosen since, maybe: what is kept elsewhere is of no use there
            return bound
        places = [warehouse for product, warehouse in held if product == self.product_id.id]
        places.append(self.warehouse_id.id or order.warehouse_id.id)
        if self._omni_is_routed():
            places += order.omni_channel_id._omni_warehouses().ids
        return list(dict.fromkeys(place for place in places if place))

    # -- the one place where orders take goods -----------------------------------------------------------------------

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Hold what confirmed lines take, before their moves are made; refuse what is held for others. Where each line
        leaves from travels in the context, as ``omni_allocation``, to :meth:`_create_procurements`: core has no other
        way from here to there.

        :raises OutOfStock: a product that is not sold when out of stock is short
        """
        if self.env.context.get("skip_procurement"):
            return super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)
        # One order after the other: the second one must see what the first one took.
        for order, lines in self.grouped("order_id").items():
            allocation = lines._omni_allocate_and_hold(previous_product_uom_qty) if order.state == "sale" else {}
            held = lines.with_context(omni_allocation=allocation, omni_reserve_if_free=True)
            super(SaleOrderLine, held)._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)
            if order.state == "sale":
                order._omni_contract().commit(order)
        return True

    def _omni_still_wanted(self, previous_product_uom_qty):
        """Return ``{line: quantity}`` that these lines are about to take, in the product's unit of measure."""
        wanted = {}
        for line in self.filtered(lambda line: line.product_id._omni_is_counted() and not line.order_id.locked):
            unit = line.product_id.uom_id
            procured = line.product_uom_id._compute_quantity(
                line._get_qty_procurement(previous_product_uom_qty), unit, round=False
            )
            # A till may have sold it already, with the ticket that confirms this very order.
            quantity = line._omni_ordered() - max(procured, line._omni_received())
            if unit.compare(quantity, 0) > 0:
                wanted[line] = quantity
        return wanted

    def _omni_allocate_and_hold(self, previous_product_uom_qty):
        """Hold the goods that one order's lines take, until its moves count.

        :return: ``{line id: ((warehouse_id, quantity), ...)}``
        :raises OutOfStock: a product that is not sold when out of stock is short, and the order may be refused
        """
        order = self.order_id
        allocation, missing = order._omni_hold_for_confirmation(self._omni_still_wanted(previous_product_uom_qty))
        if short := self._omni_blocking_shortages(missing):
            if order._omni_may_refuse():
                raise self.env["omni.availability"]._out_of_stock(
                    {(line.product_id.id, line.warehouse_id.id): quantity for line, quantity in short.items()}
                )
            order.message_post(
                body=self.env._("No longer in stock, and sold anyway: %s.", order._omni_shortage_words(short))
            )
        for line, quantity in missing.items():
            allocation[line].append((line.warehouse_id.id, quantity))
        return {line.id: tuple(rows) for line, rows in allocation.items()}

    def _omni_blocking_shortages(self, missing):
        """Return what of ``missing``, ``{line: quantity}``, is a reason to refuse."""
        return {
            line: quantity
            for line, quantity in missing.items()
            if not line.product_id.allow_out_of_stock_order and line._omni_from_stock()
        }

    def _omni_from_stock(self):
        """Whether this line takes goods that are there, rather than ordering or making them."""
        rule = self.env["stock.rule"]._get_rule(
            self.product_id, self._get_location_final(), self._prepare_procurement_values()
        )
        return not rule or (rule.action in ("pull", "pull_push") and rule.procure_method == "make_to_stock")

    def _create_procurements(self, product_qty, procurement_uom, values):
        """Let the goods leave from where they are held, see :meth:`_action_launch_stock_rule`."""
        rows = self.env.context.get("omni_allocation", {}).get(self.id, ())
        if {warehouse for warehouse, _quantity in rows} <= {values["warehouse_id"].id}:
            return super()._create_procurements(product_qty, procurement_uom, values)
        procurements, left = [], product_qty
        for position, (warehouse, quantity) in enumerate(rows, 1):
            # The last one takes what rounding left.
            part = left
            if position < len(rows):
                part = self.product_id.uom_id._compute_quantity(quantity, procurement_uom, rounding_method="HALF-UP")
            left -= part
            place = {**values, "warehouse_id": self.env["stock.warehouse"].browse(warehouse)}
            procurements += super()._create_procurements(part, procurement_uom, place)
        return procurements

    # -- baskets that change -----------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.product_id._omni_is_counted()).order_id._omni_baskets()._omni_release_changed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if DEMAND_FIELDS & vals.keys():
            self.order_id._omni_baskets()._omni_release_changed()
        return result

    def unlink(self):
        orders = self.order_id._omni_baskets()
        result = super().unlink()
        orders.exists()._omni_release_changed()
        return result

    # -- words for the shopper ---------------------------------------------------------------------------------------

    def _set_shop_warning_stock(self, desired_qty, new_qty, save=True):
        warning = super()._set_shop_warning_stock(desired_qty, new_qty, save)
        if new_qty > 0:
            return warning
        warning = self.order_id._omni_words(self.product_id, 0)
        if save:
            self.shop_warning = warning
        return warning
