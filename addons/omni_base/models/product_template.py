from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _omni_is_counted(self):
        """Whether stock of any variant of this product, or of what it is made of, is counted."""
        knows_kits = self.env["product.product"]._omni_knows_kits()  # else no variant need be read
        return self.is_storable or bool(knows_kits and self.product_variant_ids._omni_kits())
