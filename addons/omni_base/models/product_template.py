from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _omni_is_counted(self):
        """Whether stock of any variant of this product, or of what it is made of, is counted."""
        return self.is_storable or bool(self._omni_kits())

    def _omni_kits(self):
        variants = self.env["product.product"]
        return self.product_variant_ids._omni_kits() if variants._omni_knows_kits() else variants
