import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestProfile(OmniCommon):
    def test_a_seller_sees_both_channels_baskets_favourites_and_views(self):
        phone = self._order()
        phone.action_confirm()
        basket = self._order(3.0, website_id=self.website.id)
        self.env["product.wishlist"].create(
            {"partner_id": self.customer.id, "product_id": self.chair.id, "website_id": self.website.id}
        )
        visitor = self.env["website.visitor"].create({"partner_id": self.customer.id, "access_token": self.customer.id})
        self.env["website.track"].create({"visitor_id": visitor.id, "product_id": self.lamp.id})
        profile = self.customer.with_user(self.seller).omni_profile()
        self.assertEqual(profile["identity"]["name"], "Camille Roux")
        self.assertEqual([order["name"] for order in profile["purchases"]["orders"]], [phone.name])
        self.assertEqual(profile["purchases"]["orders"][0]["channel"], phone.omni_channel_id.name)
        (row,) = profile["baskets"]["orders"]
        self.assertEqual((row["id"], row["lines"][0]["quantity"]), (basket.id, 3.0))
        self.assertEqual(profile["favourites"]["products"], [{"product_id": self.chair.id, "name": "Chair"}])
        self.assertEqual(profile["viewed"]["products"][0]["product_id"], self.lamp.id)
        self.assertEqual(json.loads(json.dumps(profile)), profile)

    def test_history_is_as_long_as_the_company_says(self):
        order = self._order()
        order.action_confirm()
        order.date_order = "2020-01-01 10:00:00"
        self.assertFalse(self.customer.omni_profile()["purchases"]["orders"])
        self.company.omni_profile_days = 36500
        self.assertTrue(self.customer.omni_profile()["purchases"]["orders"])

    def test_customers_see_their_own_and_nobody_elses(self):
        user = new_test_user(self.env, "profile_portal", groups="base.group_portal")
        self.assertEqual(user.partner_id.with_user(user).omni_profile()["identity"]["id"], user.partner_id.id)
        with self.assertRaises(AccessError):
            self.customer.with_user(user).omni_profile()
        with self.assertRaises(AccessError):
            self.customer.with_user(self.employee).omni_profile()

    def test_the_number_of_queries_does_not_grow_with_the_orders(self):
        self._order().action_confirm()
        self.customer.omni_profile()

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.customer.omni_profile()
            return self.env.cr.sql_log_count - before

        few = count()
        for _order in range(8):
            self._order().action_confirm()
        self.env.flush_all()
        self.assertLessEqual(count(), few)

    def test_nobody_copies_all_customers(self):
        """given two profiles an hour, when a seller opens a third, then he waits; what is his own, and what the shop
        itself does, counts nothing
        """
        self.env["ir.config_parameter"].set_param("omni_base.profiles_an_hour", "2")
        mine = self.customer.with_user(self.seller)
        self.env["omni.rate"]._forget(f"look:{self.seller.id}")  # of the tests before
        for _look in range(2):
            mine.omni_profile()
            self.seller.partner_id.with_user(self.seller).omni_profile()
        for look in (mine.omni_profile, lambda: mine.omni_identify(email="camille@example.com")):
            with self.assertRaisesRegex(UserError, "looked at too many customers"):
                look()
        mine.sudo().omni_profile()
