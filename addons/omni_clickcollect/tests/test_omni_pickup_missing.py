from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_omni_pickup_preparation import DeskCase


@tagged("post_install", "-at_install")
class TestOmniPickupMissing(DeskCase):
    def _missing(self, *lines, quantity=1, reason="not_found", **kwargs):
        """Return a pickup being prepared whose first line lacks ``quantity``."""
        pickup = self._pickup(*lines or [(self.scarf, 2)], state="preparing", **kwargs)
        self._step(pickup, "missing", line_id=pickup.line_ids[0].id, quantity=quantity, reason=reason)
        return pickup, pickup.line_ids[0]

    def _open_moves(self, pickup):
        return pickup.sudo().order_id.picking_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _notes(self, pickup):
        return " / ".join(pickup.sudo().step_ids.filtered("note").mapped("note"))

    def test_missing_leaves_pickup_and_delivery(self):
        events = []
        event_class = self.env.registry["omni.event"]
        original = event_class._on

        def hear(records, event):
            events.append(event)
            return original(records, event)

        self.patch(event_class, "_on", hear)
        pickup, line = self._missing(quantity=1, reason="damaged")
        self.assertEqual((line.quantity, line.quantity_missing, line.missing_reason), (1, 1, "damaged"))
        move = self._open_moves(pickup)
        self.assertEqual((move.product_uom_qty, move.quantity, move.state), (1, 1, "assigned"))
        self.assertEqual(pickup.sudo().order_id.order_line[0].product_uom_qty, 2, "decided after")
        [event] = [event for event in events if event.code == "pickup.missing"]
        self.assertEqual((event.record.id, event.partner), (pickup.id, self.customer))
        self.assertEqual(
            event.values,
            {
                "line_id": line.id,
                "order_id": pickup.order_id.id,
                "product_id": self.scarf.id,
                "warehouse_id": self.lyon.id,
                "quantity": 1,
                "reason": "damaged",
                "places": [(self.scarf.id, self.lyon.lot_stock_id.id, False, False, False)],
            },
        )
        self.assertIn("Damaged", self._notes(pickup))

    def test_rest_is_prepared_and_collected(self):
        pickup, line = self._missing()
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self._step(pickup, "ready")
        self._step(pickup, "hand_over", code=pickup.sudo().code)
        self.assertEqual((pickup.state, line.quantity, line.quantity_collected), ("collected", 1, 1))

    def test_missing_in_two_transfers(self):
        self.lyon.delivery_steps = "pick_ship"
        pickup, line = self._missing((self.scarf, 3), (self.glove, 1))
        self.assertEqual(line.quantity, 2)
        demand = {
            (move.picking_type_id.code, move.product_id): move.product_uom_qty for move in self._open_moves(pickup)
        }
        self.assertEqual(demand["internal", self.scarf], 2)
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self._step(pickup, "ready")
        self._step(pickup, "hand_over", code=pickup.sudo().code)
        self.assertEqual((pickup.state, line.quantity_collected), ("collected", 2))

    def test_refund_lowers_the_order_and_says_what_to_pay_back(self):
        seller = self.seller
        pickup = self._pickup((self.scarf, 2), (self.glove, 1), state="preparing")
        order = pickup.sudo().order_id
        order.user_id = seller
        line = self._line(pickup, self.scarf)
        self._step(pickup, "missing", line_id=line.id, quantity=1, reason="other")
        self.assertIn("50", self.desk.missing_options(pickup.id, line.id)["refund"])
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self.assertEqual((order.amount_total, line.quantity, line.quantity_missing), (80, 1, 0))
        self.assertIn("50", self._notes(pickup))
        self.assertIn("50", order.activity_ids.summary)
        self.assertEqual(order.activity_ids.user_id, seller)
        self.assertIn("part_missing", self._told(pickup))
        self.assertEqual(sum(self._open_moves(pickup).mapped("product_uom_qty")), 2)

    def test_the_customer_reads_it_in_another_language_than_the_desk(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search([("name", "=", "omni_clickcollect")])._update_translations(["fr_FR"])
        self.scarf.with_context(lang="fr_FR").name = "Foulard de soie"
        self.customer.lang = "fr_FR"
        pickup, line = self._missing()
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        [message] = pickup.sudo().told_ids.filtered(lambda message: message.code == "pickup.part_missing")
        self.assertRegex(message.words, r"Foulard de soie\s: retiré de la commande")
        self.assertIn("Silk scarf: removed from the order", self._notes(pickup))

    def test_unpaid_order_only_costs_less(self):
        pickup, line = self._missing(paid=False)
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self.env.invalidate_all()
        self.assertEqual(pickup.amount_due, 50)
        self.assertNotIn("to refund", self._notes(pickup))

    def test_locked_order(self):
        pickup = self._pickup((self.scarf, 2), state="preparing")
        order, line = pickup.sudo().order_id, pickup.line_ids
        order.locked = True
        self._step(pickup, "missing", line_id=line.id, quantity=1, reason="other")
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self.assertEqual((order.amount_total, order.locked), (50, True))

    def test_other_store_has_it(self):
        pickup, line = self._missing((self.scarf, 2), (self.glove, 1))
        options = self.desk.missing_options(pickup.id, line.id)
        self.assertEqual([(store["id"], store["available"]) for store in options["stores"]], [(self.lille.id, 10)])
        order = pickup.sudo().order_id
        self._step(pickup, "decide", line_id=line.id, decision="store", store_id=self.lille.id)
        there = order.omni_pickup_ids - pickup.sudo()
        self.assertEqual((there.warehouse_id, there.state, there.line_ids.quantity), (self.lille, "to_prepare", 1))
        self.assertEqual((len(pickup.line_ids), line.quantity, order.amount_total), (2, 1, 130))
        move = there.line_ids.sale_line_id.move_ids
        self.assertEqual((move.location_id, move.quantity), (self.lille.lot_stock_id, 1))
        self.assertIn("Lille", self._notes(pickup))
        for each in (pickup, there.with_user(self.desk_user)):
            self._step(each, "ready")
            self._step(each, "hand_over", code=each.sudo().code)
        self.assertEqual(set((pickup.sudo() | there).mapped("state")), {"collected"})
        self.assertEqual(sum(order.order_line.mapped("qty_delivered")), 3)

    def test_other_store_twice_is_one_pickup(self):
        pickup, scarf = self._missing((self.scarf, 2), (self.glove, 2))
        glove = self._line(pickup, self.glove)
        self._step(pickup, "missing", line_id=glove.id, quantity=1, reason="other")
        for line in (scarf, glove):
            self._step(pickup, "decide", line_id=line.id, decision="store", store_id=self.lille.id)
        there = pickup.sudo().order_id.omni_pickup_ids - pickup.sudo()
        self.assertEqual(there.line_ids.mapped("quantity"), [1, 1])
        self.assertEqual(len(pickup.line_ids), 2)

    def test_store_without_it_is_neither_proposed_nor_taken(self):
        self._set_stock(self.scarf, self.lille, -10)
        pickup, line = self._missing()
        self.assertEqual(self.desk.missing_options(pickup.id, line.id)["stores"], [])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._step(pickup, "decide", line_id=line.id, decision="store", store_id=self.lille.id)
        self.env.invalidate_all()
        self.assertEqual(line.quantity_missing, 1)

    def test_replacement_at_the_same_price(self):
        red = self._make_product("Red scarf", 70)
        self.scarf.product_tmpl_id.alternative_product_ids = red.product_tmpl_id | self.glove.product_tmpl_id
        self._set_stock(self.glove, self.lyon, -10)
        pickup, line = self._missing()
        options = self.desk.missing_options(pickup.id, line.id)
        self.assertEqual([product["id"] for product in options["products"]], red.ids)
        self._step(pickup, "decide", line_id=line.id, decision="replace", product_id=red.id)
        order = pickup.sudo().order_id
        self.assertEqual(order.amount_total, 100)
        self.assertEqual({line.product_id: line.quantity for line in pickup.line_ids}, {self.scarf: 1, red: 1})
        self._step(pickup, "ready")
        self._step(pickup, "hand_over", code=pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")
        with self.assertRaises(UserError):
            self._step(pickup, "decide", line_id=line.id, decision="replace", product_id=red.id)

    def test_replacement_stays_in_the_store_of_its_part(self):
        red = self._make_product("Red glove", 40)
        self.glove.product_tmpl_id.alternative_product_ids = red.product_tmpl_id
        order = self._order((self.scarf, 1), (self.glove, 1))
        order.order_line[1].write({"omni_way": "collect", "omni_collect_warehouse_id": self.lille.id})
        there = order.omni_pickup_ids.filtered(lambda pickup: pickup.warehouse_id == self.lille)
        there.action_prepare()
        there.action_missing(there.line_ids.id, 1, "damaged")
        there.action_decide(there.line_ids.id, "replace", product_id=red.id)
        self.assertEqual(there.line_ids.filtered("quantity").product_id, red)
        self.assertEqual(len(order.omni_pickup_ids), 2)

    def test_all_missing_and_taken_off_ends_the_pickup(self):
        pickup, line = self._missing(quantity=2)
        self.assertFalse(self._open_moves(pickup))
        self.assertEqual(pickup.state, "preparing")
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self.assertEqual((pickup.state, pickup.sudo().order_id.amount_total), ("cancelled", 0))

    def test_line_taken_off_is_not_shown_any_more(self):
        pickup, line = self._missing((self.glove, 1), (self.scarf, 1))
        self.assertEqual([row["missing"] for row in self._card(pickup)["lines"]], [1, 0])
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self.assertEqual([row["name"] for row in self._card(pickup)["lines"]], ["Silk scarf"])

    def test_undecided_is_told_when_ready_and_keeps_from_handing_over(self):
        pickup, line = self._missing()
        self._step(pickup, "ready")
        self.assertIn("part_missing", self._told(pickup))
        with self.assertRaisesRegex(UserError, "Decide first"), self.env.cr.savepoint():
            self._step(pickup, "hand_over", code=pickup.sudo().code)
        self._step(pickup, "decide", line_id=line.id, decision="refund")
        self._step(pickup, "hand_over", code=pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")

    def test_malformed(self):
        pickup, line = self._missing()
        for values in (
            {"line_id": line.id, "quantity": 5, "reason": "other"},
            {"line_id": line.id, "quantity": 0, "reason": "other"},
            {"line_id": line.id, "quantity": None, "reason": "other"},
            {"line_id": -1, "quantity": 1, "reason": "other"},
        ):
            with self.assertRaises(ValidationError):
                self._step(pickup, "missing", **values)
        for values in ({"decision": "x"}, {"decision": []}, {"decision": "store", "store_id": "x"}, {}):
            with self.assertRaises(UserError):
                self._step(pickup, "decide", line_id=line.id, **values)
        over = self._pickup(state="ready")
        self._step(over, "hand_over", code=over.sudo().code)
        with self.assertRaisesRegex(UserError, "was collected at"):
            self._step(over, "missing", line_id=over.line_ids.id, quantity=1, reason="other")

    def test_order_in_dozens(self):
        self._set_stock(self.scarf, self.lyon, 20)
        order = self._order((self.scarf, 1), confirm=False)
        order.order_line[0].product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.write({"order_line": [Command.create({"product_id": self.glove.id, "product_uom_qty": 1})]})
        order.action_confirm()
        pickup = order.omni_pickup_ids
        pickup.action_prepare()
        line = self._line(pickup, self.scarf)
        pickup.action_missing(line.id, 6, "not_found")
        self.assertEqual(line.quantity, 6)
        pickup.action_decide(line.id, "refund")
        self.assertEqual((line.quantity, order.order_line[0].product_uom_qty), (6, 0.5))
        self.assertEqual(line.sale_line_id.move_ids.filtered(lambda m: m.state != "cancel").product_qty, 6)

    def test_one_piece_of_a_dozen(self):
        """given an order in dozens, when one piece is missing, then the order asks for eleven, each at its price"""
        self._set_stock(self.scarf, self.lyon, 20)
        for propagated in ("0", "1"):  # whether the delivery is in dozens too
            self.env["ir.config_parameter"].set_param("stock.propagate_uom", propagated)
            order = self._order((self.scarf, 1), confirm=False)
            sold = order.order_line[0]
            sold.product_uom_id = self.env.ref("uom.product_uom_dozen")
            order.action_confirm()
            self.assertEqual(order.amount_total, 600)
            pickup = order.omni_pickup_ids
            pickup.action_prepare()
            line = pickup.line_ids
            for decision, total, left in (("refund", 550, 11), ("store", 550, 10)):
                pickup.action_missing(line.id, 1, "not_found")
                self.assertIn("50.00", line._missing_options()["refund"])
                pickup.action_decide(line.id, decision, store_id=self.lille.id)
                asked = sold._omni_ordered(), line.quantity, order.amount_total
                self.assertEqual(asked, (left, left, total), (propagated, decision))
                open_moves = sold.move_ids.filtered(lambda move: move.state != "cancel")
                reserved = open_moves.move_line_ids.mapped("quantity_product_uom")
                self.assertEqual((sum(open_moves.mapped("product_qty")), sum(reserved)), (left, left))
            self.assertEqual((order.order_line - sold).filtered("omni_collect_warehouse_id").price_unit, 50)
            pickup.action_ready()
            self._pay(order)
            pickup.action_hand_over(pickup.code, {line.id: 1})
            self.assertEqual(sold.qty_delivered, 1)
            pickup.action_hand_over(pickup.code)
            self.assertEqual((pickup.state, sold.qty_delivered), ("collected", 10))
