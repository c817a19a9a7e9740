from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..routing.plan import Line


class ProductProduct(models.Model):
    _inherit = "product.product"

    omni_parts = fields.Json(
        compute="_compute_omni_parts",
        compute_sudo=True,
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
        return self.filtered("omni_parts") if self._omni_knows_kits() else self.browse()

    def _omni_explode(self, bom):
        """Return the parts of one unit of this kit: ``[[product_id, quantity], ...]``, kits within kits resolved."""
        parts = defaultdict(float)
        quantity = self.uom_id._compute_quantity(1, bom.product_uom_id, round=False) / bom.product_qty
        for line, values in bom.explode(self, quantity)[1]:
            if line.product_id.is_storable and values["qty"] > 0:
                unit = line.product_id.uom_id
                parts[line.product_id.id] += line.product_uom_id._compute_quantity(values["qty"], unit, round=False)
        return sorted(map(list, parts.items()))

    def _omni_made_of(self):
        """Return ``[[product_id, quantity], ...]`` that one unit takes out of stock: its parts, or itself."""
        return self.omni_parts or [[self.id, 1.0]]

    def _omni_is_counted(self):
        """Whether stock of this product, or of what it is made of, is counted."""
        return self.is_storable or bool(self.omni_parts)

    @api.model
    def _omni_in_parts(self, demand):
        """Return ``{(product_id, warehouse_id): quantity}`` with parts in place of kits, in a fixed order."""
        parts = defaultdict(float)
        for (product, warehouse), quantity in demand.items():
            for part, each in self.browse(product)._omni_made_of():
                parts[part, warehouse] += quantity * each
        return dict(sorted(parts.items()))

    # -- when it comes -----------------------------------------------------------------------------------------------

    def _omni_receipts(self, warehouses):
        """Return the next receipt of each product in each store: ``{(product_id, warehouse_id): (date, quantity)}``."""
        self.env["stock.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (m.product_id, l.warehouse_id)
                       m.product_id, l.warehouse_id, m.date, COALESCE(m.product_qty, 0)::float8
                  FROM stock_move AS m
                  JOIN stock_location AS l ON l.id = m.location_dest_id AND l.usage = 'internal'
                  JOIN stock_location AS f ON f.id = m.location_id
                 WHERE m.product_id = ANY(%s) AND l.warehouse_id = ANY(%s)
                   AND m.state IN ('waiting', 'confirmed', 'partially_available', 'assigned')
                   AND (f.usage <> 'internal' OR f.warehouse_id IS DISTINCT FROM l.warehouse_id)
                 ORDER BY m.product_id, l.warehouse_id, m.date, m.id
                """,
                self.ids,
                warehouses.ids,
            )
        )
        return {(product, warehouse): (date.date(), quantity) for product, warehouse, date, quantity in rows}

    def _omni_expected_on(self, warehouses):
        """Return ``{product_id: date}`` for which each can be promised when none is left: its next receipt, else what
        its lead time says; False: nobody knows. A receipt that is late is awaited today.
        """
        today, receipts = fields.Date.context_today(self), defaultdict(list)
        for (product, _warehouse), (date, _quantity) in self._omni_receipts(warehouses).items():
            receipts[product].append(max(date, today))
        return {
            product.id: min(receipts[product.id])
            if receipts[product.id]
            else product.sale_delay > 0 and today + timedelta(days=product.sale_delay)
            for product in self
        }

    # -- sold out, and back ------------------------------------------------------------------------------------------

    def _send_availability_email(self):
        """Whether it is back is what any website that sells it can promise, read for all products at once."""
        waited = self.search([("stock_notification_partner_ids", "!=", False)])
        known = self.with_context(omni_promised=waited._omni_promised_anywhere())
        for product in known.browse(waited.ids):
            if not product._is_sold_out():
                partners = product.stock_notification_partner_ids
                self.env["omni.event"].emit("stock.back", product, values={"partner_ids": partners.ids})
        return super(ProductProduct, known)._send_availability_email()

    def _omni_promised_anywhere(self):
        """Return ``{product_id: quantity}``: the most that one of the websites which sell it can promise."""
        most = dict.fromkeys(self.ids, 0.0)
        of_website = self.grouped("website_id")  # empty: of all
        everywhere = of_website.get(self.env["website"], self.browse())
        for website in self.env["website"].search([]):
            sold = everywhere + of_website.get(website, self.browse())
            for product, promise in website._omni_promises(sold).items():
                most[product] = max(most[product], promise.left)
        return most

    # -- routing -----------------------------------------------------------------------------------------------------

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
