from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.quantities import add_up


class OmniPickupLine(models.Model):
    """How much of one product is asked, prepared, missing, collected, or to be put back."""

    _name = "omni.pickup.line"
    _description = "Pickup Line"
    _order = "pickup_id, id"

    pickup_id = fields.Many2one("omni.pickup", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="pickup_id.company_id", store=True)
    warehouse_id = fields.Many2one(related="pickup_id.warehouse_id", string="Store")
    partner_id = fields.Many2one(related="pickup_id.partner_id", string="Customer")
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
    quantity_missing = fields.Float(
        string="Missing", digits="Product Unit", readonly=True, help="Not there, and still to be decided upon."
    )
    quantity_sent = fields.Float(
        string="Delivered Instead", digits="Product Unit", readonly=True, help="By a till that delivers it."
    )
    missing_reason = fields.Selection(
        [("not_found", "Not found"), ("damaged", "Damaged"), ("other", "Other")], readonly=True
    )
    quantity_put_back = fields.Float(
        string="To Restock", digits="Product Unit", readonly=True, help="Prepared, and not collected."
    )
    put_back_location_id = fields.Many2one("stock.location", string="Location", readonly=True)
    put_back_at = fields.Datetime(string="Restocked on", readonly=True)
    put_back_user_id = fields.Many2one("res.users", string="Restocked by", readonly=True, ondelete="set null")

    _sale_line_uniq = models.Constraint("UNIQUE (pickup_id, sale_line_id)", "This line is in the pickup already.")
    _put_back_idx = models.Index("(pickup_id) WHERE quantity_put_back > 0 AND put_back_at IS NULL")

    @api.depends(
        "sale_line_id.product_uom_qty",
        "sale_line_id.product_uom_id",
        "sale_line_id.omni_way",
        "sale_line_id.omni_collect_warehouse_id",
        "pickup_id.warehouse_id",
        "quantity_missing",
        "quantity_sent",
    )
    def _compute_quantity(self):
        for line in self:
            if sale_line := line.sale_line_id:
                store = sale_line.omni_way == "collect" and sale_line.omni_collect_warehouse_id
                asked = line.quantity_collected
                if store == line.pickup_id.warehouse_id:
                    unit = line.product_id.uom_id
                    asked = sale_line.product_uom_id._compute_quantity(sale_line.product_uom_qty, unit)
                line.quantity = max(asked - line.quantity_missing - line.quantity_sent, 0.0)

    # -- in words ----------------------------------------------------------------------------------------------------

    def _quantity_label(self, quantity):
        """Return ``quantity`` in words short enough for a card: units need no name."""
        number = f"{quantity:.6g}"
        return f"× {number}" if self._is_counted_in_units() else f"{number} {self.product_id.uom_id.name}"

    def _is_counted_in_units(self):
        unit_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")  # kept in memory, unlike env.ref()
        return self.product_id.uom_id.id == unit_id

    def _in_words(self, quantity):
        """Return ``quantity`` of this line as customers read it: ``"2 × Silk scarf"``, ``"1.5 m Ribbon"``."""
        uom, product = self.product_id.uom_id, self.product_id.with_context(display_default_code=False)
        return f"{quantity:.6g} {'×' if self._is_counted_in_units() else uom.name} {product.display_name}"

    def _values(self, shelf):
        """Return this line as it is shown to who prepares it or hands it over; ``shelf``: where it lies, in words."""
        left = self.quantity - self.quantity_collected
        return {
            "id": self.id,
            "name": self.product_id.with_context(display_default_code=False).display_name,
            "barcode": self.product_id.barcode or "",
            "shelf": shelf,
            "quantity": self.quantity,
            "prepared": self.quantity_prepared,
            "open": left,
            "left": self._quantity_label(left),
            "missing": self.quantity_missing,
            "missing_label": self._quantity_label(self.quantity_missing) if self.quantity_missing else "",
            "image": f"/web/image/product.product/{self.product_id.id}/image_128",
        }

    # -- how much ----------------------------------------------------------------------------------------------------

    def _checked_quantity(self, quantity, most):
        """Return ``quantity`` as a number between 0 and ``most``, in the product's unit of measure.

        :raises ValidationError: it is not
        """
        quantity = inputs.quantity(self.env, quantity, zero=True)
        if self.product_id.uom_id.compare(quantity, most) > 0:
            raise ValidationError(self.env._("Enter a quantity from 0 to %s.", f"{most:.6g}"))
        return min(quantity, most)

    def _is_collected(self):
        return self.product_id.uom_id.compare(self.quantity_collected, self.quantity) >= 0

    def _quantity_gone(self):
        """Return how much of this line left the store: by transfers done, and by tills that it was settled at.

        A till's own transfer belongs to its order, not to this one: nothing counts twice.
        """
        moves = self.sale_line_id.move_ids.filtered(
            lambda move: move.picking_type_id.code == "outgoing" and move.state != "cancel"
        )
        done = moves.filtered(lambda move: move.state == "done")
        if moves.product_id.ids and not {*moves.product_id.ids} & self.sale_line_id._omni_takes().keys():
            gone = self.quantity if done == moves else 0.0  # it was made of something else when it was sold
        else:
            quantities = add_up(
                (move.product_id.id, move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id))
                for move in done
            )
            gone = self.sale_line_id._omni_made_up(quantities)
        settled = self.sale_line_id.pos_order_line_ids.filtered(
            lambda line: line.order_id.state in ("paid", "done") and not line.order_id.shipping_date and line.qty > 0
        )
        return gone + sum(settled.mapped("qty"))

    # -- less, or again ----------------------------------------------------------------------------------------------

    def _take_out(self, quantity):
        """Ask ``quantity`` less of this line, in the pickup and in what is still to leave the store.

        :return: where it should have been: ``[(product id, location id, lot id, package id, owner id)]``, False: none;
            empty: it has not arrived yet
        """
        left = self.quantity - self.quantity_collected
        self.quantity -= quantity
        self.quantity_prepared = min(self.quantity_prepared, self.quantity)
        moves = self.pickup_id._open_pickings().move_ids.filtered(
            lambda move: move.sale_line_id == self.sale_line_id and move.state not in ("done", "cancel")
        )
        places = moves._omni_locations()
        for same in moves.grouped("picking_type_id").values():  # picked, packed and shipped: each has it all
            less = quantity
            for move in same:
                asked = move.product_uom._compute_quantity(move.product_uom_qty, move.product_id.uom_id)
                if move.product_id == self.product_id:
                    gone = min(less, asked)
                    less -= gone
                else:  # a part of a kit
                    gone = asked * quantity / left
                if move.product_id.uom_id.compare(gone, asked) >= 0:
                    move._action_cancel()
                elif gone:
                    move._omni_ask(asked - gone)
                    move._action_assign()
        return places

    def _forget_missing(self):
        """Take what is missing off the order: it is decided upon. Return by how much its price falls."""
        quantity, self.quantity_missing = self.quantity_missing, 0.0
        return self._lower_order(quantity)

    def _lower_order(self, quantity):
        """Take ``quantity``, in the product's unit of measure, off the order; return by how much its price falls."""
        sale_line = self.sale_line_id
        order = sale_line.order_id
        before = order.amount_total
        with order._omni_unlocked():
            # What leaves the store was lowered already.
            sale_line.with_context(skip_procurement=True)._omni_sell(max(sale_line._omni_ordered() - quantity, 0.0))
        return before - order.amount_total

    def _order_again(self, quantity, product=None, store=None, procure=True):
        """Add an order line for ``quantity`` at the price of this one: of another product, or from another store.

        :param float quantity: in this product's unit of measure
        :param bool procure: whether its delivery is made as the route says
        """
        sale_line = self.sale_line_id
        values = {
            "order_id": sale_line.order_id.id,
            "product_id": (product or self.product_id).id,
            "tax_ids": [Command.set(sale_line.tax_ids.ids)],
            "sequence": sale_line.sequence,
        } | sale_line._omni_measured(quantity)
        if store:
            values |= {"omni_way": "collect", "omni_collect_warehouse_id": store.id}
            values["route_ids"] = [Command.set(store.delivery_route_id.ids)]
        with sale_line.order_id._omni_unlocked():
            line = sale_line.with_context(skip_procurement=not procure).create(values)
        return line.with_env(sale_line.env)

    # -- back to the shelf -------------------------------------------------------------------------------------------

    def _note_put_back(self, most=inf):
        """Put what lies prepared for nobody on the list of goods to put back.

        :param most: how much of each line, in the product's unit of measure; by default all of it
        """
        for line in self:
            uom = line.product_id.uom_id
            quantity = min(line.quantity_prepared - line.quantity_collected, most)
            if uom.compare(quantity, 0) > 0:
                waiting = 0.0 if line.put_back_at else line.quantity_put_back
                moves = line.sale_line_id.move_ids.filtered(lambda move: move.location_id.usage == "internal")
                place = moves.move_line_ids.location_id or moves.location_id
                line.write(
                    {
                        "quantity_put_back": waiting + quantity,
                        "put_back_location_id": place[:1].id,
                        "put_back_at": False,
                        "put_back_user_id": False,
                    }
                )

    def action_put_back(self):
        """Say that these goods are back where they belong. Idempotent."""
        inputs.called_on(self).check_access("read")
        # sudo: the desk changes nothing else of a line
        waiting = self.sudo().filtered(lambda line: line.quantity_put_back and not line.put_back_at)
        waiting.write({"put_back_at": fields.Datetime.now(), "put_back_user_id": self.env.uid})
        return True
