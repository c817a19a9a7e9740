from odoo import Command, api, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def read_converted(self):
        if not self.has_access("read") and self.sudo().order_id._omni_served_at_tills():
            # sudo: core asks for the lines of the order that the seller is putting on his ticket
            return super(SaleOrderLine, self.sudo()).read_converted()
        return super().read_converted()

    @api.model
    def _load_pos_data_search_read(self, data, config):
        if not self.has_access("read"):
            # sudo: limited by its domain to the orders that were loaded
            return super(SaleOrderLine, self.sudo())._load_pos_data_search_read(data, config)
        return super()._load_pos_data_search_read(data, config)

    def _omni_places(self):
        """Return the ids of the only warehouses that may serve this line, the preferred first; empty: any that may.

        This default binds a web basket to the shop that it names, if it names one.
        """
        order = self.order_id
        shop = order._get_shop_warehouse_id() if order.website_id and self.state != "sale" else False
        return [shop] if shop else []

    # -- leaving from a chosen store ---------------------------------------------------------------------------------

    def _omni_deliver_from(self, warehouse, quantity, procurement=None, **values):
        """Make a delivery of this line from ``warehouse`` as the rule of its route says.

        :param quantity: in the product's unit of measure
        :param procurement: what the rule is told besides the line's own values
        :param values: of the move, in the place of the rule's
        :return: the confirmed ``stock.move``
        :raises UserError: no rule leads from there to the customer
        """
        order, product, place = self.order_id, self.product_id, self._get_location_final()
        known = self._prepare_procurement_values() | {"warehouse_id": warehouse} | (procurement or {})
        rule = self.env["stock.rule"]._get_rule(product, place, known)
        if not rule:
            raise UserError(
                self.env._(
                    "%(store)s has no route to deliver “%(product)s”.", store=warehouse.name, product=product.name
                )
            )
        row = rule._get_stock_move_values(
            product, quantity, product.uom_id, place, product.display_name, order.name, order.company_id, known
        )
        # sudo, as in the rule itself: who confirms or refuses need not have the right to make moves
        return self.env["stock.move"].sudo().create({**row, **values})._action_confirm()

    def _omni_bring(self, source, target, quantity, procurement=None, **values):
        """Bring goods of this line from one store to the one where the customer collects them: a transfer, and the
        delivery that waits for it.

        :param quantity: in the product's unit of measure
        :param procurement: see :meth:`_omni_deliver_from`
        :param values: of the transfer
        :return: the transfer and the delivery, ``stock.move``
        """
        order = self.order_id
        # sudo: as above
        transfer = (
            self.env["stock.move"]
            .sudo()
            .create(
                {
                    "product_id": self.product_id.id,
                    "product_uom": self.product_id.uom_id.id,
                    "product_uom_qty": quantity,
                    "location_id": source.lot_stock_id.id,
                    "location_dest_id": target.lot_stock_id.id,
                    "picking_type_id": source.int_type_id.id,
                    "warehouse_id": source.id,
                    "company_id": order.company_id.id,
                    "origin": order.name,
                    "reference_ids": [Command.set(order.stock_reference_ids.ids)],
                    "propagate_cancel": False,
                    **values,
                }
            )
        )
        delivery = self._omni_deliver_from(
            target, quantity, procurement, procure_method="make_to_order", move_orig_ids=[Command.link(transfer.id)]
        )
        transfer._action_confirm()
        transfer._action_assign()
        return transfer, delivery
