from collections import defaultdict
from contextlib import suppress

from odoo import api, models

from odoo.addons.omni_base.exceptions import Busy, OutOfStock

from .sale_order import NEVER_REFUSE, same_quantities


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        # A till has already sold and handed over: the quotation that it settles is never refused.
        return super(PosOrder, self.with_context(omni_never_refuse=NEVER_REFUSE)).sync_from_ui(orders)

    def _process_saved_order(self, draft):
        if self.state == "draft" and draft:
            self._omni_keep_parked()
        else:
            # Before the goods leave: what it kept for itself must not count as taken from somebody.
            self._omni_end_holds("commit")
        return super()._process_saved_order(draft)

    def _create_order_picking(self):
        result = super()._create_order_picking()
        if not self.shipping_date and not self._should_create_picking_real_time():
            # The goods are gone now, and move when the session closes.
            store = self.config_id._omni_store()
            parts = {part for line in self.lines for part, _each in line.product_id._omni_made_of()}
            causes = dict.fromkeys(((part, store.id) for part in parts), self)
            self.env["omni.promise.news"]._note("pairs", causes)
            self.env["omni.taking"]._note(causes)
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self._omni_end_holds("release")
        return result

    def unlink(self):
        self._omni_end_holds("release")
        return super().unlink()

    def _omni_keep_parked(self):
        """Keep for its channel's usual time what this parked ticket asks for, as much of it as there is.

        Where that cannot be decided just now the ticket is parked all the same: saving it again tries again.
        """
        demand = self._omni_demand()
        held = self.env["omni.hold"]._held(self._name, self.id)
        availability = self.env["omni.availability"].with_company(self.company_id)
        if demand and same_quantities(self.env["product.product"]._omni_in_parts(demand), held):
            with suppress(Busy):
                availability.extend(self, self.omni_channel_id.sudo()._hold_seconds())
            return
        self.env["omni.promise.news"]._note("pairs", held)  # what it gives back is news too
        while demand:
            try:
                rows = [(*pair, quantity) for pair, quantity in demand.items()]
                # Of no channel: what stands in the shop is the till's to sell, whatever its channel may promise.
                return availability.hold(self, rows, ttl=self.omni_channel_id.sudo()._hold_seconds())
            except Busy:
                return None
            except OutOfStock as error:
                left = {pair: quantity - error.shortages.get(pair, 0) for pair, quantity in demand.items()}
                units = {pair: self.env["product.product"].browse(pair[0]).uom_id for pair in left}
                demand = {pair: quantity for pair, quantity in left.items() if units[pair].compare(quantity, 0) > 0}
        if held:
            availability.release(self)

    def _omni_demand(self):
        """Return ``{(product_id, warehouse_id): quantity}`` of what this ticket takes off its store's shelf.

        What it settles of an order placed elsewhere is that order's already.
        """
        store, demand = self.config_id._omni_store(), defaultdict(float)
        for line in self.lines:
            if line.qty > 0 and line.product_id._omni_is_counted() and not line.sale_order_origin_id:
                demand[line.product_id.id, store.id] += line.qty
        return dict(demand)

    def _omni_end_holds(self, how):
        """``release`` or ``commit`` what these tickets hold."""
        for order_id in self.env["omni.hold"]._owners_with_holds(self._name, self.ids):
            getattr(self.env["omni.availability"], how)(self.browse(order_id))
