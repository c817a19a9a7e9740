from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(LoyaltyCommon):
    def test_first_web_order_of_a_new_customer_earns(self):
        basket = self._basket(self.shopper)
        card = self.program.coupon_ids.filtered(lambda card: card.partner_id == self.shopper.partner_id)
        self.assertEqual(card.points, 0, "nothing is earned before the order is placed")
        basket.action_confirm()
        self.assertEqual(card.points, 30)
        entry = self.env["omni.loyalty.entry"].search([("card_id", "=", card.id)])
        self.assertEqual((entry.reason, entry.points, entry.balance), ("earned", 30, 30))
        self.assertEqual(
            (entry.origin_model, entry.origin_id, entry.origin_name), ("sale.order", basket.id, basket.name)
        )
        self.assertEqual(entry.channel_id, self.website.omni_channel_id)
        self.assertEqual(entry.company_id, basket.company_id)
        self._assert_right(card)

    def test_guest_earns_once_he_said_who_he_is(self):
        basket = self._basket(self.website.user_id)
        self.assertFalse(self.program.coupon_ids.filtered("partner_id"))
        guest = self.env["res.partner"].create({"name": "Guest", "email": "guest@example.com"})
        basket.partner_id = guest
        basket.action_confirm()
        self.assertEqual(self._entries(guest), [("earned", 30, 30)])

    def test_basket_that_changes_hands_earns_on_the_new_customers_card(self):
        card = self._card(self.other.partner_id, 10)
        basket = self._basket(self.shopper)
        basket.partner_id = self.other.partner_id
        basket.action_confirm()
        self.assertEqual(card.points, 40)
        self.assertFalse(self._entries(self.shopper.partner_id))
        self._assert_right(card)

    def test_one_card_for_all_orders(self):
        self._basket(self.shopper).action_confirm()
        self._basket(self.shopper, 2).action_confirm()
        card = self.program.coupon_ids.filtered(lambda card: card.partner_id == self.shopper.partner_id)
        self.assertEqual((len(card), card.points), (1, 90))
        self.assertEqual(self._entries(self.shopper.partner_id), [("earned", 30, 30), ("earned", 60, 90)])

    def test_reward_is_spent_and_the_rest_earns(self):
        card = self._card(self.shopper.partner_id, 100)
        basket = self._basket(self.shopper)
        basket._apply_program_reward(self.reward, card)
        with patch.object(self.env.registry["omni.event"], "_on", autospec=True) as heard:
            basket.action_confirm()
        events = [call.args[1] for call in heard.call_args_list if call.args[1].code.startswith("points.")]
        self.assertEqual(
            [(event.code, event.partner, event.values["points"]) for event in events],
            [("points.earned", self.shopper.partner_id, 30), ("points.spent", self.shopper.partner_id, 100)],
        )
        self.assertEqual(basket.amount_total, 25)
        self.assertEqual(
            self._entries(self.shopper.partner_id),
            [("adjusted", 100, 100), ("earned", 30, 130), ("spent", -100, 30)],
        )
        self._assert_right(card)

    def test_cancelled_order_gives_back(self):
        card = self._card(self.shopper.partner_id, 100)
        basket = self._basket(self.shopper)
        basket._apply_program_reward(self.reward, card)
        basket.action_confirm()
        basket.with_user(self.office)._action_cancel()
        self.assertEqual(card.points, 100)
        self.assertEqual(self._entries(self.shopper.partner_id)[-1], ("cancelled", 70, 100))
        self._assert_right(card)

    def test_orders_confirmed_together_keep_their_own_entries(self):
        orders = self._basket(self.shopper) | self._basket(self.shopper, 2)
        orders.action_confirm()
        entries = self.env["omni.loyalty.entry"].search([("partner_id", "=", self.shopper.partner_id.id)])
        self.assertEqual(
            {entry.origin_id: entry.points for entry in entries}, dict(zip(orders.ids, (30, 60), strict=True))
        )

    def test_reward_claimed_after_the_order(self):
        card = self._card(self.shopper.partner_id, 100)
        order = self._basket(self.shopper)
        order.action_confirm()
        order._apply_program_reward(self.reward, card)
        last = self.env["omni.loyalty.entry"].search([("card_id", "=", card.id)], limit=1)
        self.assertEqual((last.reason, last.points, last.balance, last.origin_id), ("spent", -100, 30, order.id))

    def test_salesman_by_phone_earns_on_the_same_card(self):
        self._basket(self.shopper).action_confirm()
        order = (
            self.env["sale.order"]
            .with_user(self.office)
            .create(
                {
                    "partner_id": self.shopper.partner_id.id,
                    "order_line": [Command.create({"product_id": self.scarf.id, "product_uom_qty": 1})],
                }
            )
        )
        order.action_confirm()
        entry = self.env["omni.loyalty.entry"].search([("partner_id", "=", self.shopper.partner_id.id)], limit=1)
        self.assertEqual((entry.points, entry.balance), (30, 60))
        self.assertEqual(entry.channel_id.kind, "phone")

    def test_a_page_that_changes_no_points_writes_none(self):
        """given a basket that earns points, when it is shown again, then nothing is written; when it asks for more,
        then it earns more"""
        basket = self._basket(self.shopper).sudo()
        basket._update_programs_and_rewards()
        entry = basket.coupon_point_ids
        earned = entry.points
        self.assertTrue(earned)
        self.env.flush_all()
        basket._update_programs_and_rewards()
        waiting = {field.model_name for field, ids in self.env._field_dirty.items() if ids}
        self.assertNotIn(entry._name, waiting)
        basket.order_line.product_uom_qty = 2
        basket._update_programs_and_rewards()
        self.assertEqual(entry.points, 2 * earned)
