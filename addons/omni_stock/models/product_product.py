from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..routing.plan import Line
from .website_availability import Prefetched


class ProductProduct(models.Model):
    _inherit = "product.product"

    # -- when it comes -----------------------------------------------------------------------------------------------

    def _omni_receipts(self, warehouses):
        """Return the next receipt of each product in each store: ``{(product_id, warehouse_id): (date, quantity)}``, on
        the day that the store's clock shows.
        """
        self.env["stock.move"].flush_model()
        query = SQL(
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
        rows = self.env.execute_query(query)
        stores = {store.id: store.sudo() for store in warehouses}  # sudo: their hours are no secret
        return {
            (product, warehouse): (stores[warehouse]._omni_day_of(moment), quantity)
            for product, warehouse, moment, quantity in rows
        }

    def _omni_expected_on(self, warehouses):
        """Return ``{product_id: date}`` for which each can be promised when none is left: its next receipt, else what
        its lead time says; False: nobody knows. A receipt that is late is awaited today.
        """
        today, receipts = fields.Date.context_today(self), defaultdict(list)
        days = {store.id: store._omni_day_of(fields.Datetime.now()) for store in warehouses.sudo()}  # sudo: as above
        for (product, warehouse), (date, _quantity) in self._omni_receipts(warehouses).items():
            receipts[product].append(max(date, days[warehouse]))
        return {
            product.id: min(receipts[product.id])
            if receipts[product.id]
            else product.sale_delay > 0 and today + timedelta(days=product.sale_delay)
            for product in self
        }

    # -- sold out, and back ------------------------------------------------------------------------------------------

    def _send_availability_email(self):
        """Whether it is back is what is available on any website that sells it, read for all products at once."""
        waited = self.search([("stock_notification_partner_ids", "!=", False)])
        known = self.with_context(omni_prefetched=Prefetched(waited._omni_available_anywhere()))
        for product in known.browse(waited.ids):
            if not product._is_sold_out():
                partners = product.stock_notification_partner_ids
                self.env["omni.event"].emit("stock.back", product, values={"partner_ids": partners.ids})
        return super(ProductProduct, known)._send_availability_email()

    def _omni_available_anywhere(self):
        """Return ``{product_id: quantity}``: the most that is available on one of the websites which sell it."""
        most = dict.fromkeys(self.ids, 0.0)
        of_website = self.grouped("website_id")  # empty: of all
        everywhere = of_website.get(self.env["website"], self.browse())
        for website in self.env["website"].search([]):
            sold = everywhere + of_website.get(website, self.browse())
            for product, available in website._omni_availability(sold).items():
                most[product] = max(most[product], available.left)
        return most

    # -- at the till -------------------------------------------------------------------------------------------------

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "omni_parts"]

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
