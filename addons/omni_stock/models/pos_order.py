from odoo import api, models

from odoo.addons.omni_base.models.sale_order import REPORT_ONLY
from odoo.addons.omni_base.tools.quantities import add_up


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        # A till has already sold and handed over: the quotation that it settles is never refused.
        return super(PosOrder, self.with_context(omni_report_only=REPORT_ONLY)).sync_from_ui(orders)

    def _process_saved_order(self, draft):
        if self.state == "draft" and draft:
            self._omni_hold_parked()
        else:
            # Before the goods leave: what it kept for itself must not count as taken from somebody.
            self.env["omni.hold"]._end_all("commit", self)
            if not self.shipping_date:  # else what is kept says where it leaves from
                self.env["omni.hold"]._end_all("commit", self._omni_parked())
        return super()._process_saved_order(draft)

    def _create_order_picking(self):
        result = super()._create_order_picking()
        if not self.shipping_date and not self._should_create_picking_real_time():
            # The goods are gone now, and move when the session closes.
            store = self.config_id._omni_store()
            parts = {part for line in self.lines for part, _each in line.product_id._omni_made_of()}
            causes = dict.fromkeys(((part, store.id) for part in parts), self)
            self.env["omni.promise.push"]._queue("pairs", causes)
            self.env["omni.taking"]._note(causes)
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self.env["omni.hold"]._end_all("release", self, self._omni_parked())
        return result

    def unlink(self):
        self.env["omni.hold"]._end_all("release", self, self._omni_parked())
        return super().unlink()

    def _omni_hold_parked(self):
        """Keep for its channel's usual time what this parked ticket asks for, as much of it as there is."""
        self.env["omni.hold"]._end_all("release", self._omni_parked())  # from now on the ticket itself keeps it
        tickets = self.env["omni.parked.ticket"].with_company(self.company_id)
        tickets._hold(self, self._omni_demand(), self.omni_channel_id.sudo()._hold_seconds())

    def _omni_parked(self):
        """Return what the till parked of these tickets before the server knew them, in sudo mode."""
        # sudo: written by the till's own calls alone
        return self.env["omni.parked.ticket"].sudo().search([("uuid", "in", self.mapped("uuid"))])

    def _omni_demand(self):
        """Return ``{(product_id, warehouse_id): quantity}`` of what this ticket takes off its store's shelf.

        What it settles of an order placed elsewhere is that order's already.
        """
        store, own = self.config_id._omni_store(), self.lines.filtered(lambda line: not line.sale_order_origin_id)
        taken = own.filtered(lambda line: line.qty > 0 and line.product_id._omni_is_counted())
        return add_up(((line.product_id.id, store.id), line.qty) for line in taken)
