from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestOmniHold(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receive(cls.product, cls.shop, 5)
        cls.order = cls.basket()
        cls.availability.hold(cls.order, [(cls.product.id, cls.shop.id, 2)], cls.channel)
        cls.hold = cls.env["omni.hold"].search([("res_id", "=", cls.order.id), ("res_model", "=", "sale.order")])

    def test_a_hold_says_what_for_whom_and_until_when(self):
        self.assertEqual(self.hold.owner_name, self.order.display_name)
        self.assertEqual(self.hold.partner_id, self.shopper)
        self.assertEqual(self.hold.channel_id, self.channel)
        self.assertEqual(self.hold.company_id, self.shop.company_id)
        self.assertEqual(self.hold.quantity, 2)
        self.assertEqual(self.hold.status, "held")
        self.assertEqual((self.hold.expires_at - self.hold.created).total_seconds(), 900)

    def test_a_stock_user_releases(self):
        self.hold.with_user(self.stock_user).action_release()
        self.assertEqual(self.hold.ended, "released")
        self.assertEqual(self.hold.ended_by_id, self.stock_user)
        self.assertEqual(self.left(), 5)
        self.hold.with_user(self.omni_user).action_release()
        self.assertEqual(self.hold.ended_by_id, self.stock_user)

    def test_sellers_look_and_employees_do_not(self):
        self.assertEqual(self.hold.with_user(self.seller).quantity, 2)
        with self.assertRaises(AccessError):
            self.hold.with_user(self.seller).action_release()
        with self.assertRaises(AccessError):
            self.hold.with_user(self.employee).read(["quantity"])

    def test_nobody_rewrites_history(self):
        for user in (self.seller, self.stock_user, self.omni_user):
            with self.assertRaises(AccessError):
                self.hold.with_user(user).write({"quantity": 1})
            with self.assertRaises(AccessError):
                self.hold.with_user(user).unlink()

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.omni_user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        holds = self.env["omni.hold"].with_user(self.omni_user).with_company(company)
        self.assertFalse(holds.search([("id", "=", self.hold.id)]))
        with self.assertRaises(AccessError):
            self.hold.with_user(self.omni_user).action_release()

    def test_filters_follow_the_clock(self):
        now = [("id", "=", self.hold.id), ("ended", "=", False), ("expires_at", ">", "now")]
        self.assertTrue(self.env["omni.hold"].search(now))
        self.run_out(self.order)
        self.assertFalse(self.env["omni.hold"].search(now))
        self.assertEqual(self.hold.status, "over")

    def test_the_owner_opens(self):
        action = self.hold.action_open_owner()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", self.order.id))
