from math import inf

from odoo import models

from .omni_pickup import OPEN_STATES


class OmniPickup(models.Model):
    """What is to pay where: of an order that is collected in several stores, each asks for its own part."""

    _inherit = "omni.pickup"

    def _amounts_due(self):
        """Return ``{pickup: what is to pay when it is collected}``, in its order's currency. The open pickups of one
        order ask together for what is left to pay of it: the first of them for all that is not the others' goods, fees
        and what is taken off too.
        """
        left = self.order_id._omni_all_left_to_pay()
        due = {}
        for order, amount in left.items():
            pickups = order.omni_pickup_ids.sorted("id") if amount else self.browse()
            opened = pickups.filtered(lambda pickup: pickup.state in OPEN_STATES)
            if opened and "released" in pickups.mapped("state"):  # who gave up a part does not pay it, nor once more
                kept = order.currency_id.round(opened[0]._order_worth() - order._omni_amount_paid())
                amount = min(max(kept, 0.0), amount)
            for pickup in opened[1:][::-1]:
                price = order.currency_id.round(sum(line._price_not_collected() for line in pickup.line_ids))
                due[pickup] = min(price, amount)
                amount = order.currency_id.round(amount - due[pickup])
            due.update(dict.fromkeys(pickups - opened, 0.0 if opened else amount))
            due.update(dict.fromkeys(opened[:1], amount))
        return {pickup: due.get(pickup, 0.0) for pickup in self}

    def _put_part_on_ticket(self, config):
        """Put what this pickup asks for on a ticket: see :meth:`pos.config._omni_put_on_ticket`."""
        order = self.order_id
        # A line that moved to another store asks for nothing here.
        lines = self.line_ids.filtered("quantity").sale_line_id
        others = order.omni_pickup_ids - self
        opened = others.filtered(lambda pickup: pickup.state in OPEN_STATES)
        if self.id < min(opened.ids, default=inf):  # fees, and what is taken off, are the first one's
            lines |= order.order_line - others.line_ids.filtered("quantity").sale_line_id
        part = (lines, self.amount_due) if others else ()
        return config._omni_put_on_ticket(order, *part)


class OmniPickupLine(models.Model):
    _inherit = "omni.pickup.line"

    def _price_label(self):
        """Return the price of this line, with taxes, written out."""
        sold = self.sale_line_id
        asked = sold.product_uom_id._compute_quantity(sold.product_uom_qty, self.product_id.uom_id)
        return self.pickup_id._amount_label(sold.price_total * self.quantity / asked) if asked else ""

    def _price_not_collected(self):
        """Return the price, with taxes, of what the customer did not get of this line."""
        sold = self.sale_line_id
        asked = sold._omni_ordered()
        left = self.quantity + self.quantity_missing - self.quantity_collected
        return sold.price_total * left / asked if asked and left > 0 else 0.0
