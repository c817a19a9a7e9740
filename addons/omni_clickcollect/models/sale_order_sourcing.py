from collections import Counter, defaultdict

from odoo import models

from odoo.addons.omni_base.exceptions import Busy, OutOfStock
from odoo.addons.omni_base.tools.allocation import allocate


class SaleOrder(models.Model):
    """Where each part of a split order leaves from: planned and held by the contracts, and how it leaves."""

    _inherit = "sale.order"

    def _omni_plan_sources(self):
        """Note on each line where it leaves from, if not simply all of it from the store where it is collected. What
        cannot be had, and what is not counted, is noted nowhere.
        """
        home = self._omni_home_lines()
        sources, is_brought = self._omni_collect_sources()
        if home:
            sources |= self._omni_home_sources(home)
        elif not is_brought:
            sources = {}
        for line in self.order_line:
            found = sources.get(line) or False
            if (line.omni_sources or False) != found:
                line.sudo().omni_sources = found  # sudo: planned here, and written by nobody else

    def _omni_counted(self, lines):
        # sudo: what a kit is made of is no secret to who may ask for it
        return lines.filtered(
            lambda line: line.product_id.sudo()._omni_is_counted() and not line.product_id.allow_out_of_stock_order
        )

    def _omni_collect_sources(self):
        """Return where what is collected comes from, the store itself first, and whether others bring a part of it.

        :return: ``{line: [[warehouse_id, quantity], ...]}`` of the lines that can be had, and a bool
        """
        store, channel = self.sudo().warehouse_id, self.omni_channel_id
        lines = self._omni_counted(self._omni_pickup_lines())
        left = self._omni_contract()._left(lines.product_id, store.ids, channel)
        parts = defaultdict(Counter)
        is_short = False
        for product, same in lines.grouped("product_id").items():
            here = left.of(product, store.id)
            parts[product.id][store.id] = here
            asked = sum(line._omni_ordered() for line in same)
            left.allocate(product, store.id, asked)
            is_short = is_short or product.uom_id.compare(asked, here) > 0
        if is_short:
            demand = self._omni_pickup_lines()._omni_demand()
            for leg in self._omni_contract("omni.routing").plan(demand, None, channel, store):
                if leg["mode"] == "transfer" and leg["warehouse_id"]:
                    for product_id, quantity in leg["lines"]:
                        parts[product_id][leg["warehouse_id"]] += quantity
        sources = self._omni_take(lines, parts)
        return sources, any(place != store.id for taken in sources.values() for place, _quantity in taken)

    def _omni_home_sources(self, lines):
        """Return where these lines would leave from to the customer's home: as :meth:`_omni_collect_sources`."""
        channel, lines = self.omni_channel_id, self._omni_counted(lines)
        demand = lines._omni_demand()
        if not demand:
            return {}
        parts = defaultdict(Counter)
        if warehouse := self.sudo().website_id.warehouse_id:
            legs = [{"warehouse_id": warehouse.id, "lines": demand}]
        else:
            legs = self._omni_contract("omni.routing").plan(demand, self.partner_shipping_id, channel)
        places = list({leg["warehouse_id"] for leg in legs if leg["warehouse_id"]})
        available = self._omni_contract().available(lines.product_id.ids, places, channel)
        for leg in legs:
            if place := leg["warehouse_id"]:
                for product_id, quantity in leg["lines"]:
                    parts[product_id][place] += min(quantity, available[product_id, place])
        return self._omni_take(lines, parts)

    def _omni_take(self, lines, parts):
        """Share ``parts``, ``{product_id: {place: quantity}}``, out to those lines that they are enough for."""
        sources = {}
        for line in lines:
            left, unit = parts[line.product_id.id], line.product_id.uom_id
            taken, missing = allocate(line._omni_ordered(), left.items(), unit)
            if taken and unit.compare(missing, 0) <= 0:
                left.subtract(dict(taken))
                sources[line] = [list(part) for part in taken]
        return sources

    # -- confirming --------------------------------------------------------------------------------------------------

    def _omni_leave_from_sources(self):
        """Make the deliveries of what lies elsewhere than where its line is delivered from; the order's own rules make
        the rest after.

        :return: deliveries that leave the stores where their orders are collected, ``stock.move``
        """
        waiting = self.env["stock.move"].sudo()  # sudo: who pays or confirms need not have the right to make moves
        for order in self.sudo().filtered(lambda order: order.omni_fulfilment == "collect"):
            home = order._omni_home_lines()
            if not order.partner_shipping_id.is_pickup_location:  # what Odoo makes it next: the address of the store
                home.omni_ship_partner_id = order.partner_shipping_id
            if not order._omni_hold_sources():
                continue
            lines = order.order_line.filtered("omni_sources")
            if not order.stock_reference_ids:
                self.env["stock.reference"].sudo().create(lines[0]._prepare_reference_vals())
            for line in lines:
                for place, quantity in line.omni_sources:
                    if place != line.warehouse_id.id:
                        move = line._omni_leave_from(line.warehouse_id.browse(place), quantity)
                        waiting |= move - home.move_ids
        return waiting

    def _omni_hold_sources(self):
        """Hold all that this order takes where it was planned to leave from; planned anew if others were faster.

        :return: whether it is held
        """
        for _attempt in range(2):
            demand = [
                (line.product_id.id, place, quantity)
                for line in self.order_line.filtered("omni_sources")
                for place, quantity in line.omni_sources
            ]
            if not demand:
                return False
            try:
                self.env["omni.availability"].hold(self, demand, self.omni_channel_id)
                return True
            except Busy:
                if self._omni_may_refuse():
                    raise
                return True  # its moves count without a hold, too
            except OutOfStock:
                self._omni_plan_sources()
        self.order_line.sudo().omni_sources = False  # sudo: as above
        return False

    def _omni_settle_sources(self, waiting):
        """Bring the deliveries that were made first in line with those that Odoo made after."""
        for order in self.sudo().filtered(lambda order: order.omni_fulfilment == "collect"):
            moves = waiting.filtered(lambda move, order=order: move.sale_line_id.order_id == order)
            moves.partner_id = moves.picking_id.partner_id = order.partner_shipping_id
            order.order_line.filtered(
                lambda line: line.omni_sources and not line._omni_is_sent_home()
            ).omni_sources = False  # from now on its moves say it
            order._omni_address_home()

    def _omni_address_home(self):
        """Odoo has one address for all that leaves; what is sent home has its own."""
        for picking in self.picking_ids.filtered(lambda picking: picking.move_ids._omni_is_sent_home()):
            picking.partner_id = picking.move_ids.sale_line_id.omni_ship_partner_id[:1]
