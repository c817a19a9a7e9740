from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestOmniPromiseCheck(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "hold_manager", groups="omni_base.group_manager", email="m@example.com")
        cls.receive(cls.product, cls.shop, 5)
        cls.env.flush_all()
        cls.env.cr.execute("SELECT omni_promise_settle()")

    def check(self, user=None):
        return self.env["omni.promise.check"].with_user(user or self.manager).create({})

    def lie(self):
        """Let the promise say what is not so."""
        self.env.cr.execute("UPDATE omni_promise SET free = free + 2 WHERE product_id = %s", [self.product.id])

    def test_nothing_differs(self):
        self.assertFalse(self.check().differences)

    def test_a_difference_is_shown_and_repaired(self):
        self.lie()
        check = self.check()
        self.assertIn("Lamp in Bastille", check.differences)
        action = check.action_repair()
        self.assertEqual(action["res_id"], check.id)
        self.assertFalse(check.differences)
        self.assertTrue(check.repaired)
        self.assertEqual(self.left(), 5)

    def test_what_people_must_decide_stays(self):
        basket = self.basket(2)
        self.availability.hold(basket, [(self.product.id, self.shop.id, 2)], self.channel)
        self.receive(self.product, self.shop, -4)
        check = self.check()
        check.action_repair()
        self.assertIn("2 on hold, 1 there to give", check.differences)

    def test_managers_only(self):
        for user in (self.omni_user, self.stock_user):
            with self.assertRaises(AccessError):
                self.check(user)

    def test_the_daily_job_alerts_managers_when_something_differs(self):
        messages = self.env["mail.message"].search_count([])
        self.env["omni.promise.check"]._cron_alert()
        self.assertEqual(self.env["mail.message"].search_count([]), messages)
        self.lie()
        self.env["omni.promise.check"]._cron_alert()
        message = self.env["mail.message"].search([("partner_ids", "in", self.manager.partner_id.ids)], limit=1)
        self.assertIn("1 differences", message.subject)
        self.assertIn("Lamp in Bastille", message.body)
