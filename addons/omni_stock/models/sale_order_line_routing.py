from odoo import Command, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _omni_deliver(self, leg, quantity):
        """Make the moves of one leg of this line; of a transfer, also the delivery that waits for it.

        :param leg: see :meth:`omni.routing.plan`
        :param quantity: in the product's unit
        :return: the move that leaves the leg's store
        """
        store = self.env["stock.warehouse"].browse(leg["warehouse_id"])
        if leg["mode"] != "transfer":
            return self._omni_move(store, quantity, leg["promised_at"])
        collect = self.order_id.warehouse_id
        transfer = self.env["stock.move"].sudo().create(self._omni_transfer_values(store, collect, quantity))
        self._omni_move(
            collect,
            quantity,
            leg["promised_at"],
            procure_method="make_to_order",
            move_orig_ids=[Command.link(transfer.id)],
        )
        transfer._action_confirm()
        transfer._action_assign()
        return transfer

    def _omni_move(self, store, quantity, promised_at, **values):
        """Make this line's delivery from a store as the rule of its route says, and return its first move."""
        known = self._prepare_procurement_values() | {"warehouse_id": store, "date_deadline": promised_at}
        product, place = self.product_id, self._get_location_final()
        rule = self.env["stock.rule"]._get_rule(product, place, known)
        if not rule:
            raise UserError(
                self.env._("%(store)s has no route to deliver “%(product)s”.", store=store.name, product=product.name)
            )
        row = rule._get_stock_move_values(
            product, quantity, product.uom_id, place, product.display_name, self.order_id.name, self.company_id, known
        )
        # sudo, as in the rule itself: who confirms or refuses need not have the right to make moves
        move = self.env["stock.move"].sudo().create({**row, "procure_method": "make_to_stock", **values})
        return move._action_confirm()

    def _omni_transfer_values(self, store, collect, quantity):
        """Return the values of the move that brings goods to the store where the customer collects them."""
        return {
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": store.lot_stock_id.id,
            "location_dest_id": collect.lot_stock_id.id,
            "picking_type_id": store.int_type_id.id,
            "warehouse_id": store.id,
            "company_id": self.company_id.id,
            "origin": self.order_id.name,
            "reference_ids": [Command.set(self.order_id.stock_reference_ids.ids)],
            "propagate_cancel": False,
        }
