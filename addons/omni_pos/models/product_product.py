from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _omni_variant_name(self):
        """Return what sets this variant apart from the others, as the customer chooses it."""
        values = self.product_template_attribute_value_ids.sorted("attribute_line_id")
        return ", ".join(values.mapped("name")) or self.display_name
