from odoo.tests import HttpCase, tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestPortal(HttpCase, LoyaltyCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_nobody_is_asked_to_log_in(self):
        answer = self.url_open("/my/points", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_customer_without_points(self):
        self.authenticate("ly_shopper", "ly_shopper")
        page = self.url_open("/my/points")
        self.assertEqual(page.status_code, 200)
        self.assertIn("You have no points yet", page.text)

    def test_customer_sees_his_own_only(self):
        mine, theirs = self._card(self.shopper.partner_id, 12), self._card(self.other.partner_id, 34)
        self.authenticate("ly_shopper", "ly_shopper")
        page = self.url_open("/my/points").text
        self.assertIn(mine.code, page)
        self.assertIn("12 points", page)
        self.assertNotIn(theirs.code, page)
        self.assertNotIn("34 points", page)

    def test_wrong_page_number(self):
        self._card(self.shopper.partner_id, 12)
        self.authenticate("ly_shopper", "ly_shopper")
        self.assertEqual(self.url_open("/my/points/page/99").status_code, 200)

    def test_customer_finds_his_points(self):
        self._basket(self.shopper).action_confirm()
        self.start_tour("/my", "omni_loyalty_points", login="ly_shopper")


@tagged("post_install", "-at_install")
class TestLedgerScreen(HttpCase, LoyaltyCommon):
    def test_manager_checks_the_ledger(self):
        # Odoo's distribution package leaves out a library of video calls: without it the backend logs an error.
        self.env["ir.asset"].create(
            {
                "name": "Library that may be absent",
                "bundle": "web.assets_backend",
                "directive": "remove",
                "path": "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            }
        )
        self._basket(self.shopper).action_confirm()
        action = self.env.ref("omni_loyalty.omni_loyalty_entry_action")
        self.start_tour(f"/odoo/action-{action.id}", "omni_loyalty_ledger", login="omni_manager")
