from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClickCollectCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class DeskCase(ClickCollectCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.env["omni.pickup.desk"].with_user(cls.desk_user)
        cls.colleague = new_test_user(cls.env, "cc_colleague", groups="omni_clickcollect.group_pickup_desk")
        cls.number = 0

    def _step(self, pickup, step, key=None, user=None, **values):
        type(self).number += 1
        desk = self.desk.with_user(user or self.desk_user)
        return desk.step(key or f"test-key-{self.number}", pickup.id, step, values)

    def _card(self, pickup):
        self.env.invalidate_all()
        queue = self.desk.queue(pickup.warehouse_id.id)
        cards = queue["to_prepare"]["cards"] + queue["ready"]["cards"]
        return next((card for card in cards if card["id"] == pickup.id), None)

    def _line(self, pickup, product):
        return pickup.line_ids.filtered(lambda line: line.product_id == product)


@tagged("post_install", "-at_install")
class TestOmniPickupPrepare(DeskCase):
    def test_whole_way_by_steps(self):
        pickup = self._pickup((self.scarf, 2), (self.glove, 1))
        self._step(pickup, "prepare")
        for line in pickup.line_ids:
            self._step(pickup, "count", line_id=line.id, quantity=line.quantity)
        self._step(pickup, "ready", bin=" 7 ")
        self.assertEqual((pickup.state, pickup.bin), ("ready", "7"))
        self._step(pickup, "hand_over", code=pickup.sudo().code, signature=PIXEL, signed_by="Camille Martin")
        self.assertEqual((pickup.state, pickup.signed_by), ("collected", "Camille Martin"))
        self.assertTrue(pickup.signature)
        self.assertEqual(self._states(pickup), ["to_prepare", "preparing", "ready", "collected"])

    def test_same_key_happens_once(self):
        pickup = self._pickup((self.scarf, 3), state="ready")
        line = pickup.line_ids
        once = {"code": pickup.sudo().code, "quantities": {str(line.id): 1}}
        self.assertTrue(self._step(pickup, "hand_over", key="the-same-key", **once))
        for _again in range(3):
            self.assertFalse(self._step(pickup, "hand_over", key="the-same-key", **once))
        self.assertEqual(line.quantity_collected, 1)

    def test_key_of_a_refused_step_is_free_again(self):
        pickup = self._pickup(state="ready")
        with self.assertRaisesRegex(UserError, "not the code"), self.env.cr.savepoint():
            self._step(pickup, "hand_over", key="the-same-key", code="WRONG")
        self.assertTrue(self._step(pickup, "hand_over", key="the-same-key", code=pickup.sudo().code))
        self.assertEqual(pickup.state, "collected")

    def test_malformed_steps(self):
        pickup = self._pickup(state="preparing")
        line = pickup.line_ids
        for key, number, step, values in (
            ("short", pickup.id, "prepare", {}),
            ("x" * 65, pickup.id, "prepare", {}),
            (None, pickup.id, "prepare", {}),
            ("good-key", str(pickup.id), "prepare", {}),
            ("good-key", pickup.id, "unlink", {}),
            ("good-key", pickup.id, ["prepare"], {}),
            ("good-key", pickup.id, "prepare", []),
            ("good-key", pickup.id, "count", {"line_id": line.id}),
            ("good-key", pickup.id, "count", {"line_id": line.id, "quantity": "1"}),
            ("good-key", pickup.id, "count", {"line_id": line.id, "quantity": True}),
            ("good-key", pickup.id, "count", {"line_id": line.id, "quantity": 2}),
            ("good-key", pickup.id, "count", {"line_id": line.id, "quantity": -1}),
            ("good-key", pickup.id, "count", {"line_id": line.id, "quantity": float("nan")}),
            ("good-key", pickup.id, "count", {"line_id": {}, "quantity": 1}),
            ("good-key", pickup.id, "missing", {"line_id": line.id, "quantity": 1, "reason": "lost"}),
            ("good-key", pickup.id, "missing", {"line_id": line.id, "quantity": 1, "reason": []}),
            ("good-key", pickup.id, "hand_over", {"code": pickup.sudo().code, "signature": "no picture"}),
            ("good-key", pickup.id, "hand_over", {"code": pickup.sudo().code, "signature": {"a": 1}}),
        ):
            with self.subTest(step=step, values=values), self.assertRaises(ValidationError):
                self.desk.step(key, number, step, values)
        self.assertEqual((pickup.state, line.quantity_prepared), ("preparing", 0))

    def test_steps_of_another_store_are_refused(self):
        self.lille.omni_desk_user_ids = self.colleague
        pickup = self._pickup(state="preparing")
        line = pickup.line_ids
        for call in (
            lambda: self._step(pickup, "count", user=self.colleague, line_id=line.id, quantity=1),
            lambda: self._step(pickup, "take_over", user=self.colleague),
            lambda: pickup.with_user(self.colleague).action_missing(line.id, 1, "other"),
            lambda: self.env["omni.pickup.desk"].with_user(self.colleague).missing_options(pickup.id, line.id),
            lambda: pickup.with_user(self.colleague)._print_values(),
        ):
            with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
                call()
        with self.assertRaises(ValidationError):
            self._step(pickup, "count", line_id=self._pickup().line_ids.id, quantity=1)
        with self.assertRaises(UserError):
            self.desk.step("some-new-key", 999999999, "prepare", {})

    def test_count_and_undo(self):
        pickup = self._pickup((self.scarf, 3), state="preparing")
        line = pickup.line_ids
        for quantity in (1, 2, 3, 2):
            self._step(pickup, "count", line_id=line.id, quantity=quantity)
            self.assertEqual(self._card(pickup)["lines"][0]["prepared"], quantity)
        self.assertEqual(self._states(pickup), ["to_prepare", "preparing"], "counting is no history")

    def test_what_is_not_being_prepared_is_not_counted(self):
        pickup = self._pickup()
        with self.assertRaisesRegex(UserError, "not being prepared"):
            self._step(pickup, "count", line_id=pickup.line_ids.id, quantity=1)

    def test_who_prepares_and_taking_over(self):
        pickup = self._pickup(state="preparing")
        self.assertTrue(self._card(pickup)["mine"])
        count = {"line_id": pickup.line_ids.id, "quantity": 1}
        with self.assertRaisesRegex(UserError, "Take it over"):
            self._step(pickup, "count", user=self.colleague, **count)
        self._step(pickup, "prepare", user=self.colleague)
        self.assertEqual(pickup.preparer_id, self.desk_user, "who says it later takes nothing over")
        for _again in range(2):
            self._step(pickup, "take_over", user=self.colleague)
        self._step(pickup, "count", user=self.colleague, **count)
        card = self._card(pickup)
        self.assertEqual((card["preparer"], card["mine"]), (self.colleague.name, False))
        self.assertEqual(len(pickup.step_ids.filtered(lambda step: step.user_id == self.colleague)), 1)
        ready = self._pickup(state="ready")
        with self.assertRaises(UserError):
            self._step(ready, "take_over")

    def test_a_device_that_was_away_changes_nothing_that_somebody_took_over(self):
        pickup = self._pickup((self.scarf, 2), state="preparing")
        line = pickup.line_ids
        self._step(pickup, "take_over", user=self.colleague)
        self._step(pickup, "missing", user=self.colleague, line_id=line.id, quantity=1, reason="other")
        for step, values in {
            "count": {"line_id": line.id, "quantity": 1},
            "missing": {"line_id": line.id, "quantity": 1, "reason": "other"},
            "decide": {"line_id": line.id, "decision": "refund"},
            "ready": {"bin": "7"},
            "release": {"reason": "Nobody came"},
        }.items():
            with self.subTest(step=step), self.assertRaisesRegex(UserError, "cc_colleague.*Take it over"):
                self._step(pickup, step, **values)
        self.assertEqual((pickup.state, pickup.bin, line.quantity_missing), ("preparing", False, 1))
        self._step(pickup, "decide", user=self.colleague, line_id=line.id, decision="refund")
        self._step(pickup, "ready", user=self.colleague, bin="3")
        for step, values in {
            "missing": {"line_id": line.id, "quantity": 1, "reason": "other"},
            "ready": {"bin": "7"},
            "release": {"reason": "Nobody came"},
        }.items():
            with self.subTest(step=step), self.assertRaisesRegex(UserError, "cc_colleague.*in the meantime"):
                self._step(pickup, step, seen="preparing", **values)
        self.assertEqual((pickup.state, pickup.bin, line.quantity_missing), ("ready", "3", 0))
        self._step(pickup, "release", seen="ready", reason="Not wanted")
        self.assertEqual(pickup.state, "released", "who sees what the colleague did goes on")

    def test_more_time_at_the_desk(self):
        pickup = self._pickup(state="ready")
        before = pickup.deadline
        self.assertTrue(self._card(pickup)["can_extend"])
        self._step(pickup, "extend")
        self.assertGreater(pickup.deadline, before)
        self.assertFalse(self._card(pickup)["can_extend"])
        with self.assertRaisesRegex(UserError, "cannot be extended"):
            self._step(pickup, "extend")
        self.assertIn("extended", self._told(pickup))

    def test_bins(self):
        pickups = [self._pickup(state="preparing") for _number in range(4)]
        next_bin = lambda: self.desk.queue(self.lyon.id)["next_bin"]
        self.assertEqual(next_bin(), "", "a store that names no bin is proposed none")
        self._step(pickups[0], "ready", bin="1")
        self._step(pickups[1], "ready", bin="Fridge, left" + "x" * 50)
        self._step(pickups[2], "ready", bin="3")
        self._step(pickups[3], "ready")
        self.assertEqual(next_bin(), "2")
        self.assertEqual(self._card(pickups[2])["bin"], "3")
        self.assertFalse(pickups[3].bin)
        pickups[0].action_hand_over(pickups[0].sudo().code)
        self.assertEqual(next_bin(), "1")

    def test_lines_along_the_shelves(self):
        shelves = self.env["stock.location"].create(
            [{"name": name, "location_id": self.lyon.lot_stock_id.id} for name in ("Shelf 10", "Shelf 9")]
        )
        hat = self._make_product("Felt hat", 20)
        for product, shelf in ((self.scarf, shelves[0]), (self.glove, shelves[1])):
            self._set_stock(product, self.lyon, -10)
            self.env["stock.quant"]._update_available_quantity(product, shelf, 5)
        pickup = self._pickup((hat, 1), (self.scarf, 1), (self.glove, 1))
        lines = self._card(pickup)["lines"]
        self.assertEqual([line["shelf"] for line in lines], ["Shelf 9", "Shelf 10", ""])
        self.assertEqual(lines[0]["name"], "Leather glove")

    def test_ready_pickup_of_an_order_confirmed_again_starts_anew(self):
        order = self._order()
        pickup = order.omni_pickup_ids
        self._step(pickup, "prepare")
        self._step(pickup, "ready", bin="4")
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual((pickup.state, pickup.bin, pickup.preparer_id.id), ("to_prepare", False, False))

    def test_part_now_later_and_back(self):
        pickup = self._pickup((self.scarf, 3), (self.glove, 1), state="ready")
        scarf, glove = self._line(pickup, self.scarf), self._line(pickup, self.glove)
        self._step(
            pickup,
            "hand_over",
            code=pickup.sudo().code,
            quantities={str(scarf.id): 1},
            back={str(scarf.id): 1, str(glove.id): 1},
        )
        order = pickup.sudo().order_id
        self.assertEqual(pickup.state, "ready")
        self.assertEqual((scarf.quantity, scarf.quantity_collected, glove.quantity), (2, 1, 0))
        self.assertEqual(order.amount_total, 100)
        self.assertIn("to refund", " ".join(pickup.sudo().step_ids.filtered("note").mapped("note")))
        self.assertEqual(
            sum(order.picking_ids.move_ids.filtered(lambda m: m.state == "assigned").mapped("quantity")), 1
        )
        self._step(pickup, "hand_over", code=pickup.sudo().code)
        self.assertEqual((pickup.state, scarf.quantity_collected), ("collected", 2))

    def test_rest_back_ends_the_pickup(self):
        heard = self._listen()
        pickup = self._pickup((self.scarf, 2), state="ready")
        line = str(pickup.line_ids.id)
        self._step(pickup, "hand_over", code=pickup.sudo().code, quantities={line: 1}, back={line: 1})
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(heard.count("pickup.collected"), 1)
        self.assertEqual(
            self.env["omni.availability"].available(self.scarf.ids, self.lyon.ids)[self.scarf.id, self.lyon.id], 9
        )

    def test_more_back_than_left(self):
        pickup = self._pickup((self.scarf, 2), state="ready")
        line = str(pickup.line_ids.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._step(pickup, "hand_over", code=pickup.sudo().code, quantities={line: 1}, back={line: 2})
        self.env.invalidate_all()
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("ready", 0))

    def test_old_keys_go(self):
        self._step(self._pickup(), "prepare")
        keys = self.env["omni.pickup.key"]
        self.env.cr.execute("UPDATE omni_pickup_key SET create_date = %s", [fields.Datetime.now() - timedelta(days=31)])
        keys._gc_keys()
        self.assertFalse(keys.search([]))


@tagged("post_install", "-at_install")
class TestOmniPickupPrint(HttpCase, DeskCase):
    def test_label_and_slip(self):
        pickup = self._pickup((self.scarf, 2), state="preparing")
        self._step(pickup, "ready", bin="12")
        self.authenticate("cc_desk", "cc_desk")
        label = self.url_open(f"/report/html/omni_clickcollect.report_pickup_label/{pickup.id}").text
        for words in ("Camille M.", "12", pickup.sudo().order_id.name):
            self.assertIn(words, label)
        self.assertNotIn("Martin", label)
        slip = self.url_open(f"/report/html/omni_clickcollect.report_pickup_slip/{pickup.id}").text
        for words in ("Camille Martin", "Silk scarf", "SILKSCARF", "× 2", "Everything is paid"):
            self.assertIn(words, slip)
        for paper in (label, slip):
            self.assertNotIn(pickup.sudo().code, paper, "what lies at the desk is no proof")

    def test_print_of_another_store_is_refused(self):
        self.lille.omni_desk_user_ids = self.colleague
        pickup = self._pickup(state="ready")
        self.authenticate("cc_colleague", "cc_colleague")
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.http"):
            answer = self.url_open(f"/report/html/omni_clickcollect.report_pickup_slip/{pickup.id}")
        self.assertNotEqual(answer.status_code, 200)
        self.assertNotIn("Camille", answer.text)
