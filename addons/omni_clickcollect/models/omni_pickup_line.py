from odoo import api, fields, models


class OmniPickupLine(models.Model):
    _name = "omni.pickup.line"
    _description = "Pickup Line"
    _order = "pickup_id, id"

    pickup_id = fields.Many2one("omni.pickup", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="pickup_id.company_id", store=True)
    sale_line_id = fields.Many2one("sale.order.line", index=True, readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    quantity = fields.Float(
        string="Asked",
        digits="Product Unit",
        compute="_compute_quantity",
        store=True,
        readonly=False,
        compute_sudo=True,
        help="In the product's own unit of measure.",
    )
    quantity_prepared = fields.Float(string="Prepared", digits="Product Unit", readonly=True)
    quantity_collected = fields.Float(string="Collected", digits="Product Unit", readonly=True)

    _sale_line_uniq = models.Constraint("UNIQUE (pickup_id, sale_line_id)", "This line is in the pickup already.")

    @api.depends("sale_line_id.product_uom_qty", "sale_line_id.product_uom_id")
    def _compute_quantity(self):
        for line in self:
            if sale_line := line.sale_line_id:
                line.quantity = sale_line.product_uom_id._compute_quantity(
                    sale_line.product_uom_qty, line.product_id.uom_id
                )

    def _quantity_label(self, quantity):
        """Return ``quantity`` in words short enough for a card: units need no name."""
        uom = self.product_id.uom_id
        number = f"{quantity:.6g}"
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")  # kept in memory, unlike env.ref()
        return f"× {number}" if uom.id == unit_id else f"{number} {uom.name}"

    def _is_collected(self):
        return self.product_id.uom_id.compare(self.quantity_collected, self.quantity) >= 0

    def _quantity_gone(self):
        """Return how much of this line left the store: by transfers done, and by tills that it was settled at.

        A till's own transfer belongs to its order, not to this one: nothing counts twice.
        """
        uom = self.product_id.uom_id
        moves = self.sale_line_id.move_ids.filtered(
            lambda move: move.picking_type_id.code == "outgoing" and move.state != "cancel"
        )
        done = moves.filtered(lambda move: move.state == "done")
        if moves.product_id <= self.product_id:
            gone = sum(move.product_uom._compute_quantity(move.quantity, uom) for move in done)
        else:  # parts of a kit: it is gone when all of them are
            gone = self.quantity if done == moves else 0.0
        settled = self.sale_line_id.pos_order_line_ids.filtered(
            lambda line: line.order_id.state in ("paid", "done") and not line.order_id.shipping_date and line.qty > 0
        )
        return gone + sum(settled.mapped("qty"))
