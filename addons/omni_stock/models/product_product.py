from odoo import models

from ..routing.plan import Line


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _omni_routing_lines(self, quantities):
        """Return these products as lines of an order to route.

        :param quantities: ``{product_id: quantity}``, in the product's own unit
        :return: tuple of :class:`~.routing.plan.Line`
        """
        unit = self.env.ref("uom.product_uom_unit")
        lines = []
        for product in self:
            quantity = quantities[product.id]
            pieces = product.uom_id._has_common_reference(unit) and quantity == int(quantity)
            lines.append(
                Line(
                    product=product.id,
                    quantity=quantity,
                    category=product.categ_id.id,
                    step=1.0 if pieces else product.uom_id.rounding,
                    value=product.product_tmpl_id.list_price or 1.0,
                )
            )
        return tuple(lines)
