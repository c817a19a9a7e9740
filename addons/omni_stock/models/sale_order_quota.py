from odoo import models

from odoo.addons.omni_base.tools.quantities import add_up


class SaleOrder(models.Model):
    """How much one visitor keeps before they have paid: nobody empties the shop."""

    _inherit = "sale.order"

    def _omni_may_hold(self, parts, seconds):
        """Whether who is at this basket may keep that much of each product, see the channel's settings.

        :param parts: ``{(product_id, warehouse_id): quantity}``
        """
        # sudo: counts, of whatever visitor
        quota, owner = self.env["omni.quota"].sudo(), f"{self._name},{self.id}"
        visitor = self.env["ir.http"]._omni_visitor(self)
        # What a payment provider tells is no request of the visitor, who is known from before.
        who = f"hold:{visitor}" if visitor else quota._who(owner)
        if not who:
            return True
        channel = self.omni_channel_id.sudo()
        wanted = add_up((str(product), quantity) for (product, _warehouse), quantity in parts.items())

        def allows(others):
            most, in_all = channel.hold_of_one, sum(others.values()) + sum(wanted.values())
            if channel.hold_in_all and in_all > channel.hold_in_all:
                return False
            together = {product: quantity + others.get(product, 0.0) for product, quantity in wanted.items()}
            many = {product: quantity for product, quantity in together.items() if most and quantity > most}
            left = self._omni_there([pair for pair in parts if str(pair[0]) in many]) if many else {}
            return all(2 * quantity <= left[product] for product, quantity in many.items())

        return quota._keep(who, owner, wanted, seconds or channel._hold_seconds(), allows)

    def _action_confirm(self):
        result = super()._action_confirm()
        for order in self.filtered("website_id"):
            self.env["omni.quota"]._end(f"{self._name},{order.id}")
        return result

    def _omni_there(self, pairs):
        """Return ``{product id, as text: what this basket can have of it}`` in the stores of these pairs."""
        products, stores = ({pair[at] for pair in pairs} for at in range(2))
        available = self._omni_contract().available(list(products), list(stores), self.omni_channel_id)
        return add_up((str(product), quantity) for (product, _store), quantity in available.items())
