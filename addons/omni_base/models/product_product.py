from odoo import api, fields, models

from ..tools.quantities import add_up


class ProductProduct(models.Model):
    """What a product takes out of stock: kits take their parts."""

    _inherit = "product.product"

    omni_parts = fields.Json(
        compute="_compute_omni_parts",
        compute_sudo=True,
        groups="base.group_user",  # customers read products, and no recipes
        help="What one unit of a kit is made of, [[product id, quantity], ...] in the parts' own units; empty: no kit.",
    )

    @api.depends_context("company")
    def _compute_omni_parts(self):
        boms = {}
        if self._omni_knows_kits():
            boms = self.env["mrp.bom"]._bom_find(self, company_id=self.env.company.id, bom_type="phantom")
        for product in self:
            bom = boms.get(product)
            product.omni_parts = product._omni_explode(bom) if bom else []

    def _omni_knows_kits(self):
        # Kits come with Odoo's Manufacturing, which nobody who sells only single products shall have to install. This
        # is the one place that asks whether it is there; everybody else asks for parts, and gets none without it.
        return "mrp.bom" in self.env.registry

    def _omni_kits(self):
        """Return those of these products that are kits."""
        # sudo: whether a product is one is no secret
        return self & self.sudo().filtered("omni_parts") if self._omni_knows_kits() else self.browse()

    def _omni_explode(self, bom):
        """Return the parts of one unit of this kit: ``[[product_id, quantity], ...]``, kits within kits resolved."""
        quantity = self.uom_id._compute_quantity(1, bom.product_uom_id, round=False) / bom.product_qty
        parts = add_up(
            (
                line.product_id.id,
                line.product_uom_id._compute_quantity(values["qty"], line.product_id.uom_id, round=False),
            )
            for line, values in bom.explode(self, quantity)[1]
            if line.product_id.is_storable and values["qty"] > 0
        )
        return sorted(map(list, parts.items()))

    def _omni_made_of(self):
        """Return ``[[product_id, quantity], ...]`` that one unit takes out of stock: its parts, or itself."""
        return self.sudo().omni_parts or [[self.id, 1.0]]  # sudo: for our own code, which tells nobody

    def _omni_is_counted(self):
        """Whether stock of this product, or of what it is made of, is counted."""
        return self.is_storable or bool(self.sudo().omni_parts)  # sudo: as above

    @api.model
    def _omni_in_parts(self, demand):
        """Return ``{(product_id, warehouse_id): quantity}`` with parts in place of kits, in a fixed order."""
        parts = add_up(
            ((part, warehouse), quantity * each)
            for (product, warehouse), quantity in demand.items()
            for part, each in self.browse(product)._omni_made_of()
        )
        return dict(sorted(parts.items()))

    # -- at the till -------------------------------------------------------------------------------------------------

    omni_is_counted = fields.Boolean(
        "Stock Is Counted",
        compute="_compute_omni_is_counted",
        compute_sudo=True,
        help="Stock of it, or of what it is made of, is counted.",
    )

    @api.depends("is_storable")
    @api.depends_context("company")
    def _compute_omni_is_counted(self):
        for product in self:
            product.omni_is_counted = product._omni_is_counted()

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "omni_is_counted"]
