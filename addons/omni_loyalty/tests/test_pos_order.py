from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.omni_base.tests.common import MainCompany
from odoo.addons.point_of_sale.tests.common import TestPoSCommon

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestPosOrder(MainCompany, TestPoSCommon):
    """What the till sends: the order, then the points of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager") + cls.env.ref("omni_base.group_manager")
        cls.config = cls.basic_config
        cls.program = LoyaltyCommon._only_program.__func__(cls)
        cls.reward = cls.program.reward_ids
        cls.scarf = cls.create_product("Scarf", cls.categ_basic, 30.0)
        cls.seller = new_test_user(cls.env, "ly_till", groups="base.group_user,point_of_sale.group_pos_user")
        cls.website = cls.env["website"].sudo().create({"name": "Test shop", "company_id": cls.env.company.id})

    def setUp(self):
        super().setUp()
        self.open_new_session()

    def _sell(self, *lines, **values):
        data = self.create_ui_order_data(list(lines) or [(self.scarf, 1)], customer=self.customer)
        data.update(values)
        answer = self.env["pos.order"].with_user(self.seller).sync_from_ui([data])
        return self.env["pos.order"].with_user(self.seller).browse(answer["pos.order"][0]["id"])

    def _points(self, order, points, card=None, **values):
        """Send the points of ``order`` as a till does: on ``card``, or on one to make (negative id)."""
        card_id = card.id if card else -1
        data = {"points": points, "program_id": self.program.id, "coupon_id": card_id, "barcode": False}
        return order.confirm_coupon_programs({str(card_id): data | {"partner_id": self.customer.id} | values})

    @property
    def card(self):
        return self.env["loyalty.card"].search(
            [("partner_id", "=", self.customer.id), ("program_id", "=", self.program.id)]
        )

    def _entries(self):
        return LoyaltyCommon._entries(self, self.customer)

    def _assert_right(self):
        LoyaltyCommon._assert_right(self, self.card)

    def _web_order(self, quantity=1):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": self.website.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.scarf.id,
                            "product_uom_qty": quantity,
                            "price_unit": 30,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def test_till_knows_the_program(self):
        self.assertIn(self.program, self.config.with_user(self.seller)._get_program_ids())

    def test_first_sale_makes_the_card_and_earns(self):
        order = self._sell()
        self._points(order, 30)
        self.assertEqual(self._entries(), [("earned", 30, 30)])
        entry = self.env["omni.loyalty.entry"].search([("card_id", "=", self.card.id)])
        self.assertEqual((entry.origin_model, entry.origin_id), ("pos.order", order.id))
        self.assertEqual(entry.channel_id, self.config.omni_channel_id)
        self._assert_right()

    def test_sent_twice_counts_once(self):
        order = self._sell()
        self._points(order, 30)
        self._points(order, 30)
        self._points(order, 30, self.card)
        self.assertEqual(self._entries(), [("earned", 30, 30)])

    def test_web_and_till_share_one_card(self):
        self._web_order()
        self._points(self._sell((self.scarf, 2)), 60)
        self.assertEqual(len(self.card), 1)
        self.assertEqual(self._entries(), [("earned", 30, 30), ("earned", 60, 90)])
        channels = self.env["omni.loyalty.entry"].search([("card_id", "=", self.card.id)]).channel_id
        self.assertEqual(channels, self.website.omni_channel_id | self.config.omni_channel_id)
        self._assert_right()

    def test_points_of_the_web_are_spent_at_the_till(self):
        self._web_order(4)
        card = self.card
        reward = {
            "product": self.reward.discount_line_product_id,
            "quantity": 1,
            "price_unit": -5,
            "price_subtotal": -5,
            "price_subtotal_incl": -5,
            "is_reward_line": True,
            "reward_id": self.reward.id,
            "coupon_id": card.id,
            "reward_identifier_code": "one",
            "points_cost": 100,
        }
        order = self._sell((self.scarf, 1), reward)
        self._points(order, -75, card, line_codes=["one"])
        self.assertEqual(self._entries(), [("earned", 120, 120), ("earned", 25, 145), ("spent", -100, 45)])
        self._assert_right()

    def test_earned_and_spent_alike_counts_once_when_sent_again(self):
        self._web_order(4)
        card = self.card
        reward = {
            "product": self.reward.discount_line_product_id,
            "quantity": 1,
            "is_reward_line": True,
            "reward_id": self.reward.id,
            "coupon_id": card.id,
            "reward_identifier_code": "one",
            "points_cost": 100,
        }
        order = self._sell((self.scarf, 4), reward)
        self._points(order, 0, card, line_codes=["one"])
        self._points(order, 0, card, line_codes=["one"])
        self.assertEqual(self._entries(), [("earned", 120, 120), ("earned", 100, 220), ("spent", -100, 120)])

    def test_web_order_settled_at_a_till_earns_once(self):
        web = self._web_order()
        self.assertEqual(self.card.points, 30)
        line = {
            "product": self.scarf,
            "quantity": 1,
            "sale_order_origin_id": web.id,
            "sale_order_line_id": web.order_line.id,
        }
        order = self._sell(line)
        self.assertEqual(self.card.points, 30)
        self._points(order, 30, self.card)
        self.assertEqual(self._entries(), [("earned", 30, 30)])
        self._assert_right()

    def test_quotation_settled_at_a_till_earns_as_it_is_confirmed(self):
        self.seller.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")  # who confirms quotations
        web = self._web_order().copy()
        self.assertEqual((web.state, self.card.points), ("draft", 30))
        line = {
            "product": self.scarf,
            "quantity": 1,
            "sale_order_origin_id": web.id,
            "sale_order_line_id": web.order_line.id,
        }
        self._points(self._sell(line), 0, self.card)
        self.assertEqual(web.state, "sale")
        self.assertEqual(self._entries(), [("earned", 30, 30), ("earned", 30, 60)])
