from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.omni_base.models.omni_code import ALPHABET, LENGTH

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickup(ClickCollectCommon):
    def test_order_to_collect_makes_one_pickup(self):
        order = self._order((self.scarf, 2), (self.glove, 1))
        pickup = order.omni_pickup_ids
        self.assertEqual(order.omni_fulfilment, "collect")
        self.assertEqual((pickup.warehouse_id, pickup.partner_id, pickup.kind), (self.lyon, self.customer, "order"))
        self.assertEqual(pickup.state, "to_prepare")
        self.assertEqual({line.product_id: line.quantity for line in pickup.line_ids}, {self.scarf: 2, self.glove: 1})
        self.assertEqual(len(pickup.sudo().access_token), 32)
        self.assertEqual((pickup.deadline - pickup.promised_at).days, 7)
        self.assertEqual(self._states(pickup), ["to_prepare"])

    def test_other_orders_make_none(self):
        order = self._order(confirm=False)
        order.carrier_id = False
        order.action_confirm()
        self.assertEqual(order.omni_fulfilment, "ship")
        self.assertFalse(order.omni_pickup_ids)

    def test_services_only_make_none(self):
        service = self.env["product.product"].create({"name": "Alteration", "type": "service"})
        self.assertFalse(self._order((service, 1)).omni_pickup_ids)

    def test_quantities_are_in_the_unit_of_the_product(self):
        order = self._order((self.scarf, 1), confirm=False)
        order.order_line[0].product_uom_id = self.env.ref("uom.product_uom_dozen")
        self._set_stock(self.scarf, self.lyon, 20)
        order.action_confirm()
        self.assertEqual(order.omni_pickup_ids.line_ids.quantity, 12)

    def test_changes_of_the_order_reach_the_pickup(self):
        order = self._order((self.scarf, 1))
        order.order_line.filtered(lambda line: line.product_id == self.scarf).product_uom_qty = 3
        order.write({"order_line": [Command.create({"product_id": self.glove.id, "product_uom_qty": 1})]})
        lines = {line.product_id: line.quantity for line in order.omni_pickup_ids.line_ids}
        self.assertEqual(lines, {self.scarf: 3, self.glove: 1})

    def test_code_can_be_read_aloud(self):
        codes = [self.env["omni.pickup"]._new_code() for _try in range(50)]
        self.assertEqual(len(set(codes)), 50)
        for code in codes:
            self.assertEqual(len(code), LENGTH)
            self.assertFalse(set(code) - set(ALPHABET))

    def test_whole_way_to_the_customer(self):
        heard = self._listen()
        pickup = self._pickup((self.scarf, 2))
        pickup.action_prepare()
        pickup.action_ready()
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(self._states(pickup), ["to_prepare", "preparing", "ready", "collected"])
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(pickup.line_ids.mapped("quantity_prepared"), [2])
        self.assertEqual(pickup.line_ids.mapped("quantity_collected"), [2])
        self.assertEqual(pickup.sudo().step_ids.mapped("user_id"), self.env.user + self.desk_user)
        self.assertEqual(pickup.sudo().order_id.picking_ids.state, "done")
        self.assertEqual([code for code in heard if code.startswith("pickup")], ["pickup.ready", "pickup.collected"])

    def test_each_step_is_idempotent(self):
        heard = self._listen()
        pickup = self._pickup()
        for _again in range(2):
            pickup.action_prepare()
        for _again in range(2):
            pickup.action_ready()
        for _again in range(2):
            pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(self._states(pickup), ["to_prepare", "preparing", "ready", "collected"])
        self.assertEqual(pickup.line_ids.quantity_collected, 1)
        self.assertEqual([code for code in heard if code.startswith("pickup")], ["pickup.ready", "pickup.collected"])

    def test_ready_without_a_start(self):
        pickup = self._pickup()
        pickup.action_ready()
        self.assertEqual(self._states(pickup), ["to_prepare", "ready"])

    def test_ways_that_do_not_exist(self):
        ready = self._pickup(state="ready")
        with self.assertRaisesRegex(UserError, "Being prepared"):
            ready.action_prepare()
        collected = self._pickup(state="ready")
        collected.action_hand_over(collected.sudo().code)
        for action in (collected.action_prepare, collected.action_ready):
            with self.assertRaises(UserError):
                action()
        with self.assertRaises(UserError):
            collected.action_release("too late")
        waiting = self._pickup()
        with self.assertRaisesRegex(UserError, "not ready"):
            waiting.action_hand_over(waiting.sudo().code)

    def test_code_in_any_writing(self):
        pickup = self._pickup(state="ready")
        pickup.action_hand_over(f" {pickup.sudo().code[:3].lower()}-{pickup.sudo().code[3:]} ")
        self.assertEqual(pickup.state, "collected")

    def test_wrong_code_changes_nothing(self):
        pickup = self._pickup(state="ready")
        for wrong in (None, "000000", pickup.sudo().code[:-1], pickup.sudo().code + "X", "é" * 6):
            with self.assertRaisesRegex(UserError, "not the code"):
                pickup.action_hand_over(wrong)
        self.assertEqual(pickup.state, "ready")
        self.assertEqual(pickup.sudo().order_id.picking_ids.state, "assigned")

    def test_unpaid_goods_stay(self):
        pickup = self._pickup((self.scarf, 2), paid=False, state="ready")
        self.assertEqual(pickup.amount_due, 100)
        with self.assertRaisesRegex(UserError, "To pay at the till.*100"):
            pickup.action_hand_over(pickup.sudo().code)
        self._pay(pickup.sudo().order_id, 60)
        self.env.invalidate_all()
        self.assertEqual(pickup.amount_due, 40)
        self._pay(pickup.sudo().order_id, 40)
        self.env.invalidate_all()
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")

    def test_part_now_and_the_rest_later(self):
        pickup = self._pickup((self.scarf, 3), (self.glove, 1), state="ready")
        scarf, glove = pickup.line_ids
        pickup.action_hand_over(pickup.sudo().code, {str(scarf.id): 1})
        self.assertEqual(pickup.state, "ready")
        self.assertEqual((scarf.quantity_collected, glove.quantity_collected), (1, 0))
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")
        self.assertEqual((scarf.quantity_collected, glove.quantity_collected), (3, 1))
        moves = pickup.sudo().order_id.picking_ids.move_ids.filtered(lambda move: move.state == "done")
        self.assertEqual(sum(moves.mapped("quantity")), 4)

    def test_malformed_quantities(self):
        pickup = self._pickup((self.scarf, 2), state="ready")
        line = pickup.line_ids
        for bad in ({line.id: 3}, {line.id: -1}, {line.id: 0}, {}, {0: 1}, {"x": 1}, {line.id: "much"}, [line.id], 5):
            with self.assertRaises(ValidationError):
                pickup.action_hand_over(pickup.sudo().code, bad)
        self.assertEqual((pickup.state, line.quantity_collected), ("ready", 0))

    def test_hand_over_in_two_transfers(self):
        self.lyon.delivery_steps = "pick_ship"
        pickup = self._pickup((self.scarf, 2), state="ready")
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(set(pickup.sudo().order_id.picking_ids.mapped("state")), {"done"})

    def test_transfer_done_elsewhere_collects(self):
        pickup = self._pickup((self.scarf, 2), state="ready")
        pickup.sudo().order_id.picking_ids.button_validate()
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(pickup.line_ids.quantity_collected, 2)

    def test_release_of_an_unpaid_order_frees_the_goods(self):
        heard = self._listen()
        pickup = self._pickup((self.scarf, 4), paid=False, state="ready")
        key = (self.scarf.id, self.lyon.id)
        self.assertEqual(self.env["omni.availability"].available([self.scarf.id], [self.lyon.id])[key], 6)
        for _again in range(2):
            pickup.action_release("Nobody came")
        self.assertEqual(pickup.state, "released")
        self.assertEqual(pickup.sudo().order_id.state, "cancel")
        self.assertEqual(pickup.sudo().step_ids[-1].note, "Nobody came")
        self.assertEqual(self.env["omni.availability"].available([self.scarf.id], [self.lyon.id])[key], 10)
        self.assertEqual(heard.count("pickup.released"), 1)

    def test_release_of_a_paid_order_keeps_it_for_the_refund(self):
        pickup = self._pickup(state="ready")
        with self.assertRaises(UserError):
            pickup.action_release("  ")
        pickup.action_release("Nobody came")
        order = pickup.sudo().order_id
        self.assertEqual((pickup.state, order.state, order.picking_ids.state), ("released", "sale", "cancel"))

    def test_order_cancelled_cancels_and_confirmed_again_comes_back(self):
        order = self._order()
        pickup = order.omni_pickup_ids
        order._action_cancel()
        self.assertEqual(pickup.state, "cancelled")
        order.action_draft()
        order.order_line[0].product_uom_qty = 2
        order.action_confirm()
        self.assertEqual(order.omni_pickup_ids, pickup)
        self.assertEqual((pickup.state, pickup.line_ids.quantity), ("to_prepare", 2))

    def test_history_is_not_rewritten(self):
        pickup = self._pickup()
        with self.assertRaises(UserError):
            pickup.sudo().step_ids.write({"note": "other"})
