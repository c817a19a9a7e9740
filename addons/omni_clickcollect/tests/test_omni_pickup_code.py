from contextlib import suppress
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.omni_base.models.omni_code import MOST_WRONG, PAUSE

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupCode(ClickCollectCommon):
    def _wrong(self, pickup, times=MOST_WRONG):
        """Try wrong codes as requests do, each of which is rolled back."""
        for _try in range(times):
            with self.assertRaisesRegex(UserError, "not the code"):
                pickup.action_hand_over("000000")

    def test_five_wrong_codes_then_a_pause(self):
        pickup = self._pickup(state="ready")
        self._wrong(pickup)
        for code in ("000000", pickup.sudo().code, ""):
            with self.assertRaisesRegex(UserError, "Too many wrong codes"):
                pickup.action_hand_over(code)
        self.assertEqual(pickup.state, "ready")
        with freeze_time(fields.Datetime.now() + timedelta(seconds=PAUSE - 60)), self.assertRaises(UserError):
            pickup.action_hand_over(pickup.sudo().code)
        with freeze_time(fields.Datetime.now() + timedelta(seconds=PAUSE + 1)):
            pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")

    def test_pause_of_one_pickup_is_no_other_ones(self):
        pickup, other = self._pickup(state="ready"), self._pickup(state="ready")
        self._wrong(pickup)
        other.action_hand_over(other.sudo().code)
        self.assertEqual(other.state, "collected")

    def test_right_code_begins_the_count_anew(self):
        pickup = self._pickup((self.scarf, 2), state="ready")
        self._wrong(pickup, 4)
        pickup.action_hand_over(pickup.sudo().code, {pickup.line_ids.id: 1})
        self._wrong(pickup, 4)
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")

    def test_managers_are_told_once(self):
        colleague = new_test_user(self.env, "cc_other_manager", groups="omni_base.group_manager")
        pickup = self._pickup(state="ready")
        with self._requests():
            for _try in range(MOST_WRONG + 3):
                with suppress(UserError):
                    pickup.action_hand_over("000000")
                self.env.cr.postrollback.run()
        steps = pickup.sudo().step_ids.filtered("note")
        self.assertEqual((len(steps), steps.user_id), (1, self.desk_user))
        message = pickup.sudo().message_ids.filtered(lambda message: "Wrong codes" in (message.subject or ""))
        self.assertEqual(len(message), 1)
        self.assertLessEqual((self.manager | colleague).partner_id, message.notified_partner_ids)
        self.assertNotIn(pickup.sudo().code, message.body)
        self.assertNotIn(self.customer, message.notified_partner_ids)

    def _requests(self):
        """Let new cursors see what this test has not committed."""
        return self.enter_registry_test_mode()

    def test_delegate_has_a_code_of_his_own(self):
        pickup = self._pickup(state="ready").sudo()
        pickup._set_delegate("  Paul \n Martin ")
        code = pickup.sudo().delegate_code
        self.assertEqual(pickup.delegate_name, "Paul Martin")
        self.assertNotEqual(code, pickup.sudo().code)
        cards = self.env["omni.pickup.desk"].with_user(self.desk_user).queue(self.lyon.id, code)["ready"]["cards"]
        self.assertEqual([(card["id"], card["delegate"]) for card in cards], [(pickup.id, "Paul Martin")])
        pickup.with_user(self.desk_user).action_hand_over(code.lower())
        self.assertEqual(pickup.state, "collected")
        self.assertIn("Handed over to Paul Martin.", pickup.step_ids.mapped("note"))
        self.assertIn("collected", [step["code"] for step in pickup.order_id.omni_timeline()])

    def test_former_delegate_has_no_code(self):
        pickup = self._pickup(state="ready").sudo()
        pickup._set_delegate("Paul")
        former = pickup.sudo().delegate_code
        pickup._set_delegate("Anne")
        self.assertNotEqual(pickup.sudo().delegate_code, former)
        pickup._set_delegate("")
        self.assertEqual((pickup.delegate_name, pickup.sudo().delegate_code), (False, False))
        for code in (former, "", "False"):
            with self.assertRaises(UserError):
                pickup.with_user(self.desk_user).action_hand_over(code)
