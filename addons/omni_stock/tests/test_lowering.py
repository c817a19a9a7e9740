from contextlib import contextmanager

from odoo.tests import tagged

from .routing_common import RoutingCommon


@tagged("post_install", "-at_install")
class TestLowering(RoutingCommon):
    """An order that leaves from several places, of which less is wanted: less leaves, nothing comes back."""

    @contextmanager
    def _undone(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _split(self, *parts):
        """Return the line of a confirmed order that leaves from the stores in these parts; nothing else is there."""
        for store, quantity in zip(self.stores, parts, strict=False):
            self.receive(self.lamp, store, quantity)
        self.channel.leave_from = "best"
        self.lamp.allow_out_of_stock_order = False
        order = self.order((self.lamp, sum(parts)))
        order.action_confirm()
        self.assertEqual(sorted(self._open(order.order_line).mapped("product_qty")), sorted(parts))
        self.assertEqual(self._promised(), 0)
        return order.order_line

    def _open(self, line):
        return line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _promised(self):
        available = self.env["omni.availability"].available(self.lamp.ids, self.stores.ids, self.channel)
        return sum(available.values())

    def _returns(self, line):
        return line.move_ids.filtered(
            lambda move: (
                (move.location_final_id or move.location_dest_id).usage == "internal" and move.state != "cancel"
            )
        )

    def _lower(self, line, quantity):
        line.with_user(self.seller).product_uom_qty = quantity

    def _check(self, line, promised, done=0.0):
        """What is ordered leaves, no more, nothing comes back, and the rest is promised again."""
        self.env.flush_all()
        leaves = sum(self._open(line).mapped("product_qty"))
        self.assertEqual(leaves, line.product_uom_qty - done, "what leaves")
        self.assertFalse(self._returns(line), "what comes back")
        self.assertEqual(self._promised(), promised, "what is promised")
        self.assertEqual(self.env["omni.availability"].audit(), [])
        for move in self._open(line):
            self.assertEqual((move.state, move.quantity), ("assigned", move.product_qty))

    def test_lowered_to_each_quantity(self):
        for parts in ((3, 2), (2, 3), (4, 1), (2, 2, 1), (1, 1, 3)):
            for quantity in range(sum(parts)):
                with self.subTest(parts=parts, quantity=quantity), self._undone():
                    line = self._split(*parts)
                    self._lower(line, quantity)
                    self._check(line, sum(parts) - quantity)

    def test_what_is_picked_is_asked_for_no_more_and_stays_seen(self):
        """given goods that somebody has picked, when nothing of them is wanted any more, then, as in Odoo, they stay on
        the transfer, asked for no more, and are promised to nobody before they are put back
        """
        line = self._split(2)
        self._open(line).picked = True
        self._lower(line, 0)
        [move] = self._open(line)
        self.assertEqual((move.state, move.product_qty, move.quantity), ("assigned", 0, 2))
        self.assertEqual(self._promised(), 0)
        self.assertEqual(self.env["omni.availability"].audit(), [])

    def test_lowered_twice_and_raised_again(self):
        line = self._split(3, 2)
        self._lower(line, 4)
        self._check(line, 1)
        self._lower(line, 1)
        self._check(line, 4)
        self._lower(line, 5)
        self._check(line, 0)

    def test_as_few_parcels_as_can_be(self):
        line = self._split(3, 2)
        self._lower(line, 3)
        self.assertEqual(self._open(line).location_id.warehouse_id, self.paris)

    def test_what_is_picked_goes_last(self):
        line = self._split(3, 2)
        small = self._open(line).filtered(lambda move: move.product_qty == 2)
        small.picked = True
        self._lower(line, 2)
        self._check(line, 3)
        self.assertEqual(self._open(line), small)
        self._lower(line, 1)
        self.assertEqual(sum(self._open(line).mapped("product_qty")), 1)
        self.assertFalse(self._returns(line))

    def test_what_has_left_stays_gone(self):
        line = self._split(3, 2)
        large = self._open(line).filtered(lambda move: move.product_qty == 3)
        large.picked = True
        large._action_done()
        self._lower(line, 4)
        self._check(line, 1, done=3)
        self._lower(line, 3)
        self._check(line, 2, done=3)

    def test_a_part_that_is_not_reserved(self):
        line = self._split(3, 2)
        self._open(line)._do_unreserve()
        self._lower(line, 1)
        self.env.flush_all()
        self.assertEqual(sum(self._open(line).mapped("product_qty")), 1)
        self.assertFalse(self._returns(line))
        self.assertEqual(self._promised(), 4)

    def test_two_steps_of_which_one_is_done(self):
        self.stores.delivery_steps = "pick_ship"
        line = self._split(3, 2)
        small = self._open(line).filtered(lambda move: move.product_qty == 2)
        small.picked = True
        small._action_done()  # it waits at the output of its store
        self._lower(line, 2)
        self.assertFalse(self._returns(line))
        leaves = self._open(line)
        self.assertEqual((sum(leaves.mapped("product_qty")), leaves.location_id.warehouse_id), (2, self.lyon))
        self._lower(line, 1)
        leaves = self._open(line).filtered(lambda move: move.location_dest_id.usage == "customer")
        self.assertEqual((leaves.product_qty, leaves.location_id.warehouse_id), (1, self.lyon))
        back = self._returns(line)  # one is carried back to the shelf where it came from, and to no other store
        self.assertEqual((back.product_qty, back.location_dest_id.warehouse_id), (1, self.lyon))

    # -- what is brought from another store --------------------------------------------------------------------------

    def _brought(self, here, brought):
        """Return the line of an order collected in Paris: ``here`` is there, ``brought`` comes from Lyon; the move that
        brings it."""
        for store, quantity in ((self.paris, here), (self.lyon, brought)):
            if quantity:
                self.receive(self.lamp, store, quantity)
        order = self.order((self.lamp, here + brought))
        line = order.order_line
        order.with_context(skip_procurement=True).action_confirm()
        self.env["stock.reference"].create(line._prepare_reference_vals())
        if here:
            line._omni_deliver_from(self.paris, here)
        transfer, _delivery = line._omni_bring(self.lyon, self.paris, brought)
        line.move_ids._action_assign()
        self.assertEqual(self._promised(), 0)
        return line, transfer

    def test_what_is_not_begun_is_not_brought(self):
        for quantity in range(5):
            with self.subTest(quantity=quantity), self._undone():
                line, transfer = self._brought(3, 2)
                self._lower(line, quantity)
                self.assertEqual(sum(self._open(line).mapped("product_qty")), quantity)
                self.assertFalse(self._returns(line))
                brought = max(quantity - 3, 0)
                self.assertEqual(transfer.product_qty if transfer.state != "cancel" else 0, brought)
                self.assertEqual(self._promised(), 5 - quantity)

    def test_what_is_under_way_comes(self):
        line, transfer = self._brought(3, 2)
        transfer.picked = True
        self._lower(line, 1)
        self.assertEqual(sum(self._open(line).mapped("product_qty")), 1)
        self.assertFalse(self._returns(line))
        self.assertEqual((transfer.state, transfer.product_qty), ("assigned", 2))
        transfer._action_done()
        self.env.flush_all()
        self.assertEqual(self._promised(), 4)

    def test_what_has_come_stays(self):
        line, transfer = self._brought(0, 3)
        transfer.picked = True
        transfer._action_done()
        self._lower(line, 1)
        self._check(line, 2)

    def test_two_lines_of_one_product(self):
        line, transfer = self._brought(0, 2)
        self.receive(self.lamp, self.lyon, 2)
        other = line.with_context(skip_procurement=True).copy({"order_id": line.order_id.id, "product_uom_qty": 2})
        second, _delivery = other._omni_bring(self.lyon, self.paris, 2)
        transfers = (transfer | second).exists()
        self._lower(line, 1)
        self.assertEqual(sum(transfers.mapped("product_qty")), 3)
        self.assertEqual([sum(self._open(each).mapped("product_qty")) for each in (line, other)], [1, 2])
        self.assertEqual(self._promised(), 1)
