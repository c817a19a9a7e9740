from datetime import timedelta

from odoo import models
from odoo.fields import Command, Domain

from odoo.addons.omni_base.tools import inputs
from odoo.addons.omni_base.tools.allocation import allocate
from odoo.addons.omni_base.tools.documents import open_form

STILL_TO_LEAVE = ("waiting", "confirmed", "partially_available", "assigned")


class OmniIncident(models.Model):
    """What is missing is brought from another store: what was promised waits for it, and the customer hears when."""

    _inherit = "omni.incident"

    def action_take_from(self, warehouse_id):
        """Bring what is missing from another store: makes the transfer, keeps the goods there, and solves this. The
        delivery to the customer waits for it; when it comes later than they were told, they are told.

        :param warehouse_id: id of a store that can promise it now
        :raises OutOfStock: the goods went meanwhile
        """
        inputs.called_on_one(self)._check_open()
        warehouse_id = inputs.record_id(self.env, warehouse_id)
        pages = self.env["omni.stock.page"]
        transfer = pages.move(self.product_id.id, warehouse_id, self.warehouse_id.id, self.quantity)
        picking = self.env["stock.picking"].browse(transfer["id"])
        picking.origin = self.owner_name
        availability = self.env["omni.availability"]
        availability.hold(picking, [(self.product_id.id, warehouse_id, self.quantity)])
        picking.with_context(omni_reserve_if_free=True).action_confirm()
        availability.commit(picking)
        # sudo: who moves goods between stores need not read orders and pickups
        self.sudo()._wait_for(picking.sudo())
        self._close("solved", outcome="transfer", picking_id=picking.id)
        return open_form("stock.picking", picking.id)

    def _wait_for(self, picking):
        """Let what is missing of the customer's delivery wait for this transfer, and tell them when it is later."""
        deliveries = self._deliveries().sorted(lambda move: move.quantity)  # first what nothing is reserved for
        promised_before = max(filter(None, deliveries.mapped("date_deadline")), default=False)
        takers = [(move, move.product_qty) for move in deliveries]
        for move, part in allocate(self.quantity, takers, self.product_id.uom_id)[0]:
            move._omni_wait_for(picking.move_ids, part)
        if order := deliveries.sale_line_id.order_id[:1]:
            lines = deliveries.sale_line_id & order.order_line
            store, _address = lines._omni_goes_to()
            order._omni_come_later(self._there_at(lines, picking), promised_before, store)

    def _deliveries(self):
        """Return the moves by which what is missing here was to leave for the customer."""
        owner = Domain("picking_id", "=", self.res_id)
        if self.res_model == "sale.order":
            owner = Domain("sale_line_id.order_id", "=", self.res_id)
        elif self.res_model != "stock.picking":
            return self.env["stock.move"]  # a basket has none yet
        return self.env["stock.move"].search(
            owner
            & Domain("product_id", "=", self.product_id.id)
            & Domain("state", "in", STILL_TO_LEAVE)
            & Domain("move_orig_ids", "=", False)
            & Domain("location_id", "child_of", self.warehouse_id.view_location_id.id)
        )

    def _there_at(self, lines, picking):
        """Return when the customer can have all of these lines that this transfer brings, as routing promises such a
        leg: what is not collected here is under way from here, too.
        """
        source, store = picking.picking_type_id.warehouse_id, self.warehouse_id
        plan = self.env["omni.routing"]._plan(
            [(self.product_id.id, self.quantity)],
            channel=lines.order_id.omni_channel_id,
            collect_at=store,
            warehouses=source,
            rules=[],
            available={(self.product_id.id, source.id): self.quantity},
        )
        days = 0 if {*lines.mapped("omni_way")} == {"collect"} else store.omni_transit_days
        return plan.candidates[0].promised_at.replace(microsecond=0) + timedelta(days=days)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _omni_wait_for(self, transfers, quantity):
        """Let ``quantity`` of this delivery, in the product's unit, wait for what ``transfers`` bring."""
        unit = self.product_id.uom_id
        self._do_unreserve()
        waiting = self
        if unit.compare(quantity, self.product_qty) < 0:
            waiting = self.create(self._split(quantity))
            self._action_assign()
        waiting.write({"procure_method": "make_to_order", "move_orig_ids": [Command.set(transfers.ids)]})
        transfers.write({"propagate_cancel": False})
        if waiting == self:
            self._recompute_state()
        else:
            waiting._action_confirm(merge=False)
