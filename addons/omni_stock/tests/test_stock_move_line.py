from odoo import Command
from odoo.tests import tagged

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestPreparedGoods(IncidentCommon):
    """A stock user prepares orders; then somebody else takes goods from the same shelf."""

    def order(self, quantity):
        order = self.sell(quantity)
        picking = order.picking_ids
        picking.action_assign()
        self.assertEqual(picking.state, "assigned")
        return order, picking.with_user(self.stock_user)

    def prepare(self, picking, way):
        if way == "picked":
            picking.move_ids.picked = True
        elif way == "packed":
            picking.move_line_ids.result_package_id = self.env["stock.package"].create({"name": "BOX-1"})
        else:
            picking.do_print_picking()

    def take(self, quantity):
        """A stock user hands goods over that were not reserved for it, as a till does."""
        self.settle()
        move = (
            self.env["stock.move"]
            .with_user(self.stock_user)
            .create(
                {
                    "product_id": self.product.id,
                    "product_uom_qty": quantity,
                    "location_id": self.shop.lot_stock_id.id,
                    "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                }
            )
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        self.assertEqual(move.state, "done")
        return move

    def reserved(self, picking):
        return sum(picking.move_line_ids.mapped("quantity"))

    def test_what_is_prepared_stays_with_its_order(self):
        for way in ("picked", "packed", "printed"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                # given one order prepared, the other not, and nothing left
                _waiting, waits = self.order(2)
                prepared, ready = self.order(3)
                self.prepare(ready, way)
                # when one is taken all the same
                self.take(1)
                # then the order that nobody has prepared lacks it, though it came first
                self.assertEqual((self.reserved(ready), self.reserved(waits)), (3, 1))
                self.assertEqual([quantity for _name, quantity in self.told()], [1])
                self.assertEqual(self.incidents().res_id, _waiting.id)
                self.assertNotEqual(self.incidents().res_id, prepared.id)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_if_all_is_prepared_the_sale_posts_and_an_incident_tells(self):
        order, ready = self.order(5)
        self.prepare(ready, "printed")
        self.take(2)
        self.assertEqual(self.reserved(ready), 5)
        self.assertEqual(self.told(), [(order.display_name, 2)])

    def test_what_nobody_prepared_is_taken_as_ever(self):
        _order, waits = self.order(5)
        self.take(2)
        self.assertEqual(self.reserved(waits), 3)

    def test_goods_that_lie_in_a_package_are_not_packed(self):
        _order, waits = self.order(5)
        box = self.env["stock.package"].create({"name": "BOX-1"})
        waits.move_line_ids.write({"package_id": box.id, "result_package_id": box.id})
        self.assertFalse(any(line._omni_is_prepared() for line in waits.move_line_ids))
        waits.move_line_ids.package_id = False
        self.assertTrue(all(line._omni_is_prepared() for line in waits.move_line_ids))

    def test_goods_of_the_same_transfer_are_no_one_elses(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.shopper.id,
                "warehouse_id": self.shop.id,
                "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 5})],
            }
        )
        order.action_confirm()
        picking = order.picking_ids.with_user(self.stock_user)
        self.prepare(picking, "printed")
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.incidents())

    def test_more_ways_to_prepare_can_be_added(self):
        lines = self.env.registry["stock.move.line"]
        _order, waits = self.order(5)
        self.patch(lines, "_omni_is_prepared", lambda line: True)
        self.take(1)
        self.assertEqual(self.reserved(waits), 5)
