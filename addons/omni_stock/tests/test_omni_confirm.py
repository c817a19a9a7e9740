from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.omni_base.exceptions import OutOfStock

from .common import StockHoldCommon


class ConfirmCommon(StockHoldCommon):
    """A phone order of three lamps from the shop, which has one; the central warehouse has more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "omni_base.group_manager,sales_team.group_sale_salesman_all_leads"
        cls.manager = new_test_user(cls.env, "confirm_manager", groups=groups)
        cls.receive(cls.product, cls.shop, 1)
        cls.phone = cls.env["omni.channel"].create(
            {"name": "Phone", "kind": "phone", "warehouse_ids": [Command.set((cls.central + cls.shop).ids)]}
        )

    def order(self, quantity=3, user=None):
        order = self.basket(quantity, website=False, warehouse=self.shop)
        order.omni_channel_id = self.phone
        return order.with_user(user or self.seller)

    def ask(self, order):
        """Press Confirm, be refused, and open what can be done."""
        with self.assertRaises(OutOfStock) as caught:
            order.action_confirm()
        self.assertEqual(caught.exception.context["omni_order"], order.id)
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")
        action = order.action_omni_ask()
        return self.env[action["res_model"]].with_user(order.env.user).browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestOmniConfirm(ConfirmCommon):
    def test_it_says_what_is_missing_and_who_else_has_it(self):
        self.receive(self.product, self.central, 5)
        wizard = self.ask(self.order())
        [line] = wizard.line_ids
        self.assertEqual((line.product_id, line.asked, line.missing), (self.product, 3, 2))
        self.assertEqual(line.elsewhere, "Central 5")
        self.assertTrue(wizard.can_route and wizard.can_reduce)
        self.assertIn("3 × Lamp", wizard.plan)

    def test_saying_so_from_outside_confirms_nothing(self):
        with self.assertRaises(OutOfStock):
            self.order().with_context(omni_report_only=True).action_confirm()

    def test_take_it_from_these_stores(self):
        self.receive(self.product, self.central, 5)
        order = self.order()
        self.ask(order).action_route()
        self.assertEqual(order.state, "sale")
        self.assertEqual(sum(order.sudo().order_line.move_ids.mapped("product_uom_qty")), 3)
        self.assertTrue(order.omni_leg_ids)
        self.assertEqual(self.left(self.central) + self.left(self.shop), 3)
        self.assertEqual(self.availability.audit(), [])

    def test_where_all_stores_together_have_too_little_they_are_not_offered(self):
        self.receive(self.product, self.central, 1)
        wizard = self.ask(self.order())
        self.assertFalse(wizard.can_route)
        self.assertIn("Not available anywhere: 1 × Lamp", wizard.plan)
        with self.assertRaises(OutOfStock):
            wizard.action_route()

    def test_confirm_only_what_is_there(self):
        order = self.order()
        order.order_line = [Command.create({"product_id": self.other.id, "product_uom_qty": 2})]
        self.ask(order).action_reduce()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 0])
        words = "".join(order.message_ids.mapped("body"))
        self.assertIn("Lamp: 1 instead of 3; Shade: 0 instead of 2", words)
        self.assertEqual(self.left(), 0)

    def test_whole_units_of_the_line_are_left(self):
        self.receive(self.product, self.shop, 19)
        order = self.order(2)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.ask(order).action_reduce()
        self.assertEqual(order.order_line.product_uom_qty, 1)
        self.assertEqual(self.left(), 8)

    def test_nothing_there_leaves_nothing_to_reduce(self):
        order = self.order()
        order.order_line.product_id = self.other
        wizard = self.ask(order)
        self.assertFalse(wizard.can_reduce)
        with self.assertRaises(UserError):
            wizard.action_reduce()

    def test_waiting_changes_nothing(self):
        order = self.order()
        self.ask(order)
        self.assertEqual((order.state, order.order_line.product_uom_qty), ("draft", 3))
        self.assertEqual(self.left(), 1)
        self.receive(self.product, self.shop, 2)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_what_is_there_again_is_confirmed(self):
        order = self.order()
        wizard = self.ask(order)
        self.receive(self.product, self.shop, 2)
        wizard.action_reduce()
        self.assertEqual((order.state, order.order_line.product_uom_qty), ("sale", 3))
        self.assertFalse(
            order.action_omni_ask() and self.env["omni.confirm"].search([], order="id desc", limit=1).line_ids
        )

    def test_a_manager_confirms_anyway_and_says_why(self):
        order = self.order(user=self.manager)
        wizard = self.ask(order)
        wizard.reason = "  "
        with self.assertRaises(UserError):
            wizard.action_override()
        wizard.reason = "The supplier delivers tomorrow"
        wizard.action_override()
        self.assertEqual(order.state, "sale")
        override = self.env["omni.override"].with_user(self.manager).search([("order_id", "=", order.id)])
        self.assertEqual((override.reason, override.user_id), ("The supplier delivers tomorrow", self.manager))
        self.assertEqual((override.name, override.goods_words), (order.name, "2 × Lamp"))
        self.assertIn("The supplier delivers tomorrow", "".join(order.message_ids.mapped("body")))
        for step in (lambda: override.write({"reason": "Oops"}), override.unlink):
            with self.assertRaises(AccessError):
                step()

    def test_a_seller_may_not(self):
        wizard = self.ask(self.order())
        wizard.reason = "Please"
        with self.assertRaises(AccessError):
            wizard.action_override()
        with self.assertRaises(AccessError):
            self.env["omni.override"].with_user(self.seller).search([])

    def test_a_store_s_stock_user_may_not_ask(self):
        with self.assertRaises(AccessError):
            self.order().with_user(self.stock_user).action_omni_ask()


@tagged("post_install", "-at_install")
class TestOrdersOfTheBackOffice(ConfirmCommon):
    """Phone orders leave from their warehouse, or from where it is best."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive(cls.product, cls.central, 4)
        cls.shop.omni_parcel_price, cls.central.omni_parcel_price = 50, 1

    def test_by_default_from_the_warehouse_of_the_order(self):
        order = self.order(1)
        order.action_confirm()
        self.assertEqual(order.sudo().order_line.move_ids.location_id.warehouse_id, self.shop)
        self.assertFalse(order.omni_decision_count)

    def test_from_where_it_is_best(self):
        self.phone.leave_from = "best"
        order = self.order(3)
        order.action_confirm()
        self.assertEqual(order.sudo().order_line.move_ids.location_id.warehouse_id, self.central)
        self.assertEqual(order.omni_leg_ids.warehouse_id, self.central)
        self.assertEqual((self.left(self.central), self.left(self.shop)), (1, 1))
        order.order_line.product_uom_qty = 5
        self.assertEqual((self.left(self.central), self.left(self.shop)), (0, 0))
        self.assertEqual(self.availability.audit(), [])

    def test_more_than_all_stores_have_is_refused_and_can_be_reduced(self):
        self.phone.leave_from = "best"
        order = self.order(7)
        wizard = self.ask(order)
        self.assertEqual((wizard.line_ids.missing, wizard.can_route), (2, False))
        wizard.action_reduce()
        self.assertEqual((order.state, order.order_line.product_uom_qty), ("sale", 5))
        self.assertEqual((self.left(self.central), self.left(self.shop)), (0, 0))

    def test_what_is_sold_even_when_out_of_stock_leaves_from_its_warehouse(self):
        self.phone.leave_from = "best"
        self.product.allow_out_of_stock_order = True
        order = self.order(3)
        order.action_confirm()
        self.assertEqual(order.sudo().order_line.move_ids.location_id.warehouse_id, self.shop)


@tagged("post_install", "-at_install")
class TestOmniConfirmTour(HttpCase, ConfirmCommon):
    def test_a_seller_takes_it_from_another_store(self):
        self.product.name = "Tour Lamp"
        self.receive(self.product, self.central, 5)
        order = self.order()
        self.start_tour(f"/odoo/action-sale.action_orders/{order.id}", "omni_stock_confirm", login=self.seller.login)
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.omni_leg_ids)
