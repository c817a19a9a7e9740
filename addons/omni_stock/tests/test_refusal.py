from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.omni_base.tests.common import named_in

from ..models.sale_order import REPORT_ONLY
from .routing_common import RoutingCommon


@tagged("post_install", "-at_install")
class TestRefusal(RoutingCommon):
    """A store that cannot serve what it was asked to."""

    def confirmed(self, *demand, **values):
        order = self.order(*demand, **values)
        order.action_confirm()
        self.assertTrue(order.picking_ids)
        return order

    def open_pickings(self, order):
        return order.picking_ids.filtered(lambda picking: picking.state not in ("cancel", "done"))

    def there(self, product, store):
        return self.env["omni.availability"].available(product.ids, store.ids)[product.id, store.id]

    def test_the_next_best_store_takes_over(self):
        for store in self.stores:
            self.receive(self.lamp, store, 3)
        order = self.confirmed((self.lamp, 2))
        refused = order.picking_ids
        legs = refused.with_user(self.stock_user).omni_refuse("busy", "Inventory day")
        self.assertEqual(self.from_where(legs), {"Lyon": {"Lamp": 2}})
        self.assertEqual(refused.state, "cancel")
        picking = self.open_pickings(order)
        self.assertEqual(picking.picking_type_id.warehouse_id, self.lyon)
        self.assertEqual((picking.state, picking.move_ids.product_uom_qty), ("assigned", 2))
        self.assertEqual(picking.move_ids.sale_line_id, order.order_line)
        self.assertEqual(self.there(self.lamp, self.paris), 3, "too busy: what is there can still be promised")
        self.assertEqual(self.there(self.lamp, self.lyon), 1)
        decision = order.omni_decision_ids
        self.assertEqual((decision.kind, decision.leg_ids.warehouse_id), ("refused", self.lyon))
        self.assertIn("Paris", order.message_ids[0].body)
        self.assertEqual(self.env["omni.availability"].audit(), [])

    def test_it_is_counted_by_store(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        order = self.confirmed((self.lamp, 1))
        order.picking_ids.with_user(self.stock_user).omni_refuse("not_found")
        refusal = self.env["omni.routing.refusal"].search([("warehouse_id", "=", self.paris.id)])
        self.assertEqual((refusal.reason, refusal.order_id, refusal.user_id), ("not_found", order, self.stock_user))
        self.assertEqual(refusal.goods, [[self.lamp.id, 1.0]])

    def test_a_second_refusal_leaves_out_both(self):
        for store in self.stores:
            self.receive(self.lamp, store, 1)
        order = self.confirmed((self.lamp, 1))
        for store in (self.lyon, self.nice):
            self.open_pickings(order).with_user(self.stock_user).omni_refuse("busy")
            self.assertEqual(self.open_pickings(order).picking_type_id.warehouse_id, store)

    def test_what_is_not_found_is_no_longer_promised(self):
        self.receive(self.lamp, self.paris, 3)
        self.receive(self.lamp, self.lyon, 3)
        order = self.confirmed((self.lamp, 2))
        order.picking_ids.with_user(self.stock_user).omni_refuse("not_found")
        self.assertEqual(self.there(self.lamp, self.paris), 1)
        self.assertEqual(self.there(self.lamp, self.lyon), 1)
        self.assertEqual(self.env["omni.availability"].audit(), [])

    def test_what_is_damaged_is_scrapped(self):
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.lamp.id} for name in ("first", "second")]
        )
        self.lamp.tracking = "lot"
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(self.lamp, self.paris.lot_stock_id, 2, lot_id=lot)
        self.receive(self.shade, self.lyon, 1)
        order = self.confirmed((self.lamp, 2))
        taken = order.picking_ids.move_line_ids.lot_id
        order.picking_ids.with_user(self.stock_user).omni_refuse("damaged")
        scrap = self.env["stock.scrap"].search([("product_id", "=", self.lamp.id)])
        self.assertEqual((scrap.state, scrap.scrap_qty, scrap.lot_id), ("done", 2, taken))
        self.assertEqual(self.there(self.lamp, self.paris), 2)

    def test_nobody_else_has_it(self):
        self.receive(self.lamp, self.paris, 2)
        self.receive(self.lamp, self.lyon, 1)
        order = self.confirmed((self.lamp, 2), user_id=self.seller.id)
        order.picking_ids.with_user(self.stock_user).omni_refuse("not_found")
        self.assertEqual(self.open_pickings(order).move_ids.mapped("product_uom_qty"), [1])
        self.assertEqual(order.activity_ids.user_id, self.seller)
        self.assertIn("Lamp", order.message_ids[0].body)
        self.assertEqual(self.env["omni.routing.refusal"].search([("order_id", "=", order.id)]).outcome, "lost")

    def test_the_customer_hears_of_a_later_promise_only(self):
        for store in self.stores:
            self.receive(self.lamp, store, 1)
        self.lyon.omni_transit_days = 9
        self.nice.omni_transit_days = 8
        order = self.confirmed((self.lamp, 1))
        order.commitment_date = order.date_order + timedelta(days=4)
        order.picking_ids.with_user(self.stock_user).omni_refuse("busy")
        told = order.message_ids.filtered(lambda message: self.customer in message.partner_ids)
        self.assertIn("another store", told.body)
        self.nice.omni_transit_days = 1
        self.open_pickings(order).with_user(self.stock_user).omni_refuse("busy")
        self.assertEqual(order.message_ids.filtered(lambda message: self.customer in message.partner_ids), told)
        refusals = self.env["omni.routing.refusal"].search([("order_id", "=", order.id)])
        self.assertEqual(refusals.mapped("outcome"), ["kept", "late"])

    def test_part_of_several_legs(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.shade, self.lyon, 1)
        self.receive(self.lamp, self.nice, 1)
        order = self.order((self.lamp, 1), (self.shade, 1))
        order.with_context(omni_report_only=REPORT_ONLY).action_confirm()
        first = self.open_pickings(order)
        self.assertEqual(first.picking_type_id.warehouse_id, self.paris)
        first.with_user(self.stock_user).omni_refuse("busy")
        places = {move.product_id: move.location_id.warehouse_id for move in self.open_pickings(order).move_ids}
        self.assertEqual(places, {self.lamp: self.nice, self.shade: self.lyon})

    def _parts_of_a_kit(self, lamps, shades):
        """Return the delivery from Paris of what is left of kits of one lamp and four shades each."""
        kit = self.env["product.product"].create({"name": "Kit", "taxes_id": False})
        order = self.confirmed((kit, 3), user_id=self.seller.id)
        [whole], line_class = order.picking_ids.move_ids, self.env.registry["sale.order.line"]
        parts = {self.lamp.id: 1.0, self.shade.id: 4.0}
        takes = line_class._omni_takes
        self.patch(line_class, "_omni_takes", lambda line: parts if line.product_id == kit else takes(line))
        for part, quantity in ((self.lamp, lamps), (self.shade, shades)):
            if quantity:
                values = {"product_id": part.id, "product_uom_qty": quantity, "picking_id": whole.picking_id.id}
                move = whole.copy(values)
                move._action_confirm(merge=False)
        whole._action_cancel()
        return order.picking_ids

    def test_parts_that_make_no_whole_kit_are_a_task_for_a_person(self):
        for lamps, shades, whole, loose in ((2, 4, 1, "1 × Lamp"), (2, 0, 0, "2 × Lamp"), (1, 7, 1, "3 × Shade")):
            with self.subTest(lamps=lamps, shades=shades):
                picking = self._parts_of_a_kit(lamps, shades)
                order = picking.sale_id
                self.assertTrue(picking.omni_refusable)
                legs = picking.with_user(self.stock_user).omni_refuse("busy")
                self.assertEqual(sum(quantity for leg in legs for _kit, quantity in leg["lines"]), whole)
                task = self.env["omni.task"].search([("kind", "=", "left_over"), ("res_id", "=", order.id)])
                self.assertEqual((task.res_model, task.user_id), ("sale.order", self.seller))
                self.assertIn(loose, task.summary)
                self.assertEqual(self.env["omni.routing.refusal"].search([("order_id", "=", order.id)]).outcome, "lost")

    def test_what_somebody_added_to_a_delivery_is_a_task_for_a_person(self):
        for store in self.stores:
            self.receive(self.lamp, store, 3)
        order = self.confirmed((self.lamp, 2), user_id=self.seller.id)
        move = order.picking_ids.move_ids
        added = move.copy({"product_id": self.shade.id, "product_uom_qty": 1, "sale_line_id": False})
        added._action_confirm(merge=False)
        self.assertEqual(len(order.picking_ids.move_ids), 2)
        legs = order.picking_ids.with_user(self.stock_user).omni_refuse("busy")
        self.assertEqual(self.from_where(legs), {"Lyon": {"Lamp": 2}})
        task = self.env["omni.task"].search([("kind", "=", "left_over"), ("res_id", "=", order.id)])
        self.assertIn("1 × Shade", task.summary)

    def test_two_steps(self):
        self.paris.delivery_steps = "pick_ship"
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        order = self.confirmed((self.lamp, 1))
        pick = self.open_pickings(order)
        self.assertEqual(pick.picking_type_code, "internal")
        pick.with_user(self.stock_user).omni_refuse("not_found")
        self.assertEqual(self.open_pickings(order).picking_type_id, self.lyon.out_type_id)
        self.assertEqual(self.there(self.lamp, self.paris), 0)

    def test_a_transfer_to_the_store_where_it_is_collected(self):
        self.receive(self.lamp, self.lyon, 3)
        self.receive(self.lamp, self.nice, 3)
        order = self.order((self.lamp, 2))
        self.receive(self.lamp, self.paris, 2)
        order.action_confirm()
        order.picking_ids.action_cancel()
        self.receive(self.lamp, self.paris, -2)
        line = order.order_line
        line.omni_way = "collect"
        legs = order._omni_route([(self.lamp.id, 2)], "confirmed")
        self.assertEqual([leg["mode"] for leg in legs], ["transfer"])
        order._omni_deliver(legs, {line: 2})
        transfer = self.env["stock.picking"].search([("picking_type_id", "=", self.lyon.int_type_id.id)])
        self.assertEqual((transfer.state, self.open_pickings(order).state), ("assigned", "waiting"))
        delivery = line.move_ids.filtered(lambda move: move.state == "waiting")
        transfer.with_user(self.stock_user).omni_refuse("busy")
        self.assertEqual((transfer.state, delivery.state), ("cancel", "cancel"))
        again = self.env["stock.picking"].search([("picking_type_id", "=", self.nice.int_type_id.id)])
        self.assertEqual(again.state, "assigned")
        again.move_ids.picked = True
        again.button_validate()
        delivery = line.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual((delivery.state, delivery.location_id.warehouse_id), ("assigned", self.paris))

    def test_who_may_refuse_what(self):
        self.receive(self.lamp, self.paris, 1)
        order = self.confirmed((self.lamp, 1))
        picking = order.picking_ids
        with self.assertRaises(AccessError):
            picking.with_user(self.employee).omni_refuse("busy")
        with self.assertRaises(ValidationError):
            picking.with_user(self.stock_user).omni_refuse("bored")
        named_in(self, self.lyon)
        with self.assertRaises(AccessError):
            picking.with_user(self.stock_user).omni_refuse("busy")
        named_in(self, self.paris)
        picking.button_validate()
        with self.assertRaises(UserError):
            picking.with_user(self.stock_user).omni_refuse("busy")

    def test_the_wizard(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        order = self.confirmed((self.lamp, 1))
        picking = order.picking_ids.with_user(self.stock_user)
        self.assertTrue(picking.omni_refusable)
        action = picking.action_omni_refuse()
        wizard = self.env[action["res_model"]].with_user(self.stock_user).with_context(**action["context"])
        wizard.create({"reason": "damaged"}).action_refuse()
        self.assertEqual(self.open_pickings(order).picking_type_id.warehouse_id, self.lyon)

    def test_the_wizard_tells_nothing_of_a_transfer_that_its_caller_may_not_see(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        store = self.env["stock.warehouse"].search([("company_id", "=", rival.id)], limit=1)
        lamp = self.env["product.product"].create({"name": "Secret lamp", "is_storable": True})
        move = self.env["stock.move"].create(
            {
                "product_id": lamp.id,
                "product_uom_qty": 3,
                "location_id": store.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "picking_type_id": store.out_type_id.id,
                "company_id": rival.id,
            }
        )
        move._action_confirm()
        self.assertTrue(move.picking_id._omni_asked())
        wizard = self.env["omni.refuse"].with_user(self.stock_user)
        spec = {"line_ids": {"fields": {"product_id": {"fields": {"display_name": {}}}, "asked": {}}}}
        with self.assertRaises(AccessError):
            wizard.create({"picking_id": move.picking_id.id, "reason": "busy"})
        with self.assertRaises(AccessError):
            wizard.onchange({"picking_id": move.picking_id.id}, ["picking_id"], {"picking_id": {}, **spec})

    def _two_products(self):
        """A delivery of two lamps and a shade from Paris, of which Paris has more."""
        for store in self.stores:
            self.receive(self.lamp, store, 5)
            self.receive(self.shade, store, 5)
        picking = self.confirmed((self.lamp, 2), (self.shade, 1)).picking_ids
        self.assertEqual(picking.picking_type_id.warehouse_id, self.paris)
        return picking.with_user(self.stock_user)

    def _evidence(self, picking):
        return self.env["omni.routing.refusal"].search([("picking_id", "=", picking.id)]).goods

    def test_what_was_not_named_is_not_written_off(self):
        picking = self._two_products()
        order = picking.sudo().sale_id
        legs = picking.omni_refuse("not_found", missing=[(self.lamp.id, 1)])
        self.assertEqual(self.from_where(legs), {"Lyon": {"Lamp": 2, "Shade": 1}}, "all of it is planned anew")
        self.assertEqual((self.there(self.lamp, self.paris), self.there(self.shade, self.paris)), (4, 5))
        self.assertEqual(self._evidence(picking), [[self.lamp.id, 1.0]])
        self.assertEqual(self.open_pickings(order).picking_type_id.warehouse_id, self.lyon)
        self.assertEqual(self.env["omni.availability"].audit(), [])

    def test_who_refuses_several_products_says_which_are_missing(self):
        picking = self._two_products()
        for missing in (None, [], False):
            with self.assertRaisesRegex(UserError, "which of these"):
                picking.omni_refuse("damaged", missing=missing)
        for missing in ([(self.lamp.id, 3)], [(self.lamp.id, 1), (self.lamp.id, 2)], [(2**31 - 1, 1)]):
            with self.assertRaisesRegex(ValidationError, "No more can be missing"):
                picking.omni_refuse("not_found", missing=missing)
        for missing in ("x", [1], [(self.lamp.id, -1)], [(self.lamp.id, float("inf"))], [(None, 1)], 7):
            with self.assertRaises(UserError):
                picking.omni_refuse("not_found", missing=missing)
        self.assertTrue(picking.omni_refusable)
        picking.omni_refuse("busy", missing=[(self.lamp.id, 2)])
        self.assertEqual((self.there(self.lamp, self.paris), self.there(self.shade, self.paris)), (5, 5))

    def test_the_wizard_asks_which_and_how_many(self):
        picking = self._two_products()
        wizard = Form(self.env["omni.refuse"].with_user(self.stock_user).with_context(default_picking_id=picking.id))
        with wizard.line_ids.edit(0) as line:
            self.assertEqual((line.product_id, line.asked, line.missing), (self.lamp, 2, 0))
        with wizard.line_ids.edit(1) as line:
            self.assertEqual((line.product_id, line.asked, line.missing), (self.shade, 1, 0))
            line.missing = 1
        wizard.save().action_refuse()
        self.assertEqual((self.there(self.lamp, self.paris), self.there(self.shade, self.paris)), (5, 4))
        self.assertEqual(self._evidence(picking), [[self.shade.id, 1.0]])

    def test_the_news(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 1)
        order = self.confirmed((self.lamp, 1))
        heard = []
        with patch.object(type(self.env["omni.event"]), "_on", lambda _self, event: heard.append(event)):
            order.picking_ids.with_user(self.stock_user).omni_refuse("busy")
        (event,) = [event for event in heard if event.code == "leg.refused"]
        self.assertEqual((event.record, event.partner), (order, self.customer))
        self.assertEqual((event.values["warehouse_id"], event.values["missing"]), (self.paris.id, []))
