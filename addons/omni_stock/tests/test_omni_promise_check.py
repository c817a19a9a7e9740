import logging

from odoo.exceptions import AccessError
from odoo.modules.migration import load_script
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestOmniPromiseCheck(StockHoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "hold_manager", groups="omni_base.group_manager", email="m@example.com")
        cls.receive(cls.product, cls.shop, 5)
        cls.env.flush_all()
        cls.env.cr.execute("SELECT omni_promise.settle()")

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
        self.assertIn("Lamp at Bastille", check.differences)
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
        self.assertIn("2 on hold, but only 1 to cover it", check.differences)

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
        self.assertIn("Lamp at Bastille", message.body)

    # -- databases that ran before -----------------------------------------------------------------------------------

    def upgrade(self):
        """Run the script of the upgrade as Odoo does."""
        path = file_path("omni_stock/migrations/19.0.1.1.0/end-correct_promise.py")
        with self.assertLogs("odoo.addons.omni_stock.upgrade", logging.INFO) as logs:
            load_script(path, "end-correct_promise").migrate(self.env.cr, "19.0.1.0.0")
        return logs.output

    def promised_of_reservation(self):
        """Reserve one beside a locked shelf, as the earlier version counted it: not at all."""
        self.env["stock.quant"].create(
            {"product_id": self.product.id, "location_id": self.shop.lot_stock_id.id, "reserved_quantity": 1}
        )
        self.env.flush_all()
        self.env.cr.execute("SELECT omni_promise.settle()")
        self.env.cr.execute("UPDATE omni_promise SET free = free + 1 WHERE product_id = %s", [self.product.id])
        self.assertEqual(self.left(), 5)

    def test_the_upgrade_counts_anew_and_says_so(self):
        """given a promise of 5 with one of them reserved, when the database is upgraded, then 4 are promised, the log
        says so, and managers read of which product where"""
        self.promised_of_reservation()
        [line] = self.upgrade()
        self.assertIn("it was wrong of 1 products in stores", line)
        self.assertEqual(self.left(), 4)
        self.assertEqual(self.availability.audit(), [])
        message = self.env["mail.message"].search([("partner_ids", "in", self.manager.partner_id.ids)], limit=1)
        self.assertIn("1 differences were corrected", message.subject)
        self.assertIn("Lamp at Bastille: available to sell is off by -1", message.body)

    def test_the_upgrade_of_what_is_right_tells_nobody(self):
        messages = self.env["mail.message"].search_count([])
        [line] = self.upgrade()
        self.assertIn("it was wrong of 0 products", line)
        self.assertEqual(self.left(), 5)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_what_was_sold_too_often_before_the_upgrade_becomes_a_broken_promise(self):
        self.promised_of_reservation()
        basket = self.basket(5)
        self.availability.hold(basket, [(self.product.id, self.shop.id, 5)], self.channel)
        self.upgrade()
        self.env.cr.execute("SELECT omni_promise.settle()")  # as the job does
        self.env["omni.incident.watch"]._cron_watch()
        incident = self.env["omni.incident"].search([("product_id", "=", self.product.id)])
        self.assertEqual((incident.res_id, incident.quantity), (basket.id, 1))
