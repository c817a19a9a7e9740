from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _omni_is_brought(self):
        """Whether this brings goods from one store to another, where a customer collects them."""
        source, target = self.location_id.warehouse_id, self.location_dest_id.warehouse_id
        return bool(source and target and source != target and self.move_dest_ids.sale_line_id)

    def _omni_locations(self):
        """Return where these moves have goods, or would take them now: ``[(product id, location id, lot id, package id,
        owner id)]``, False: none. What they wait for is nowhere yet.
        """
        places = {
            (line.product_id.id, line.location_id.id, line.lot_id.id, line.package_id.id, line.owner_id.id)
            for line in self.move_line_ids
        }
        for move in self.filtered(lambda move: move.state == "confirmed"):
            places.add((move.product_id.id, move.location_id.id, False, False, False))
        return sorted(places)

    def _omni_ask(self, quantity):
        """Ask for ``quantity``, in the product's unit of measure: by the move's unit if that has such a number."""
        unit, own = self.product_uom, self.product_id.uom_id
        asked = own._compute_quantity(quantity, unit, rounding_method="HALF-UP")
        if own.compare(unit._compute_quantity(asked, own, round=False), quantity):
            self._do_unreserve()  # it is reserved by the other unit
            self.write({"product_uom": own.id, "product_uom_qty": quantity})
        else:
            self.product_uom_qty = asked

    # -- what is sent home leaves in transfers of its own ------------------------------------------------------------

    def _omni_is_sent_home(self):
        """Whether these moves bring to the customer what is not collected."""
        # sudo: who moves goods need not read orders
        return any(line._omni_is_sent_home() for line in self.sudo().sale_line_id)

    def _key_assign_picking(self):
        return (*super()._key_assign_picking(), self._omni_is_sent_home())

    def _search_picking_for_assignation_domain(self):
        domain = super()._search_picking_for_assignation_domain()
        if self.sudo().sale_line_id.order_id._omni_home_lines():
            domain += [("move_ids.sale_line_id.omni_way", "=" if self._omni_is_sent_home() else "!=", "ship")]
        return domain

    def _get_new_picking_values(self):
        values = super()._get_new_picking_values()
        if values["carrier_id"] and self._omni_is_sent_home():
            values["carrier_id"] = self.sudo().sale_line_id.order_id.omni_ship_carrier_id.id
        return values

    # -- what is brought from another store --------------------------------------------------------------------------

    def _action_cancel(self):
        """What nobody waits for any more is not brought, unless it is under way."""
        bringing = self._omni_coming().filtered(lambda move: move._omni_is_brought())
        waiting = {move: move.move_dest_ids for move in bringing}
        result = super()._action_cancel()
        for move, deliveries in waiting.items():
            waits = move.state not in ("done", "cancel")
            if waits and all(delivery.state in ("done", "cancel") for delivery in deliveries):
                move._action_cancel()
        return result
