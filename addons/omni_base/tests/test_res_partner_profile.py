import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.website.models import ir_http

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

    def test_dozens_are_so_many_pieces(self):
        """given dozens in an order of the web shop and in a basket, then a seller reads pieces, as on a ticket"""
        line = {"product_id": self.lamp.id, "product_uom_id": self.env.ref("uom.product_uom_dozen").id}
        lines = [Command.create({**line, "product_uom_qty": 2})]
        self._order(order_line=lines).action_confirm()
        self._order(order_line=lines, website_id=self.website.id)
        profile = self.customer.with_user(self.seller).omni_profile()
        for section in ("purchases", "baskets"):
            [row] = profile[section]["orders"]
            self.assertEqual(row["lines"][0]["quantity"], 24, section)

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

    def test_colleagues_see_their_own_alone(self):
        """given two customers of one company, when one asks, then nothing of the other comes out"""
        company = self.env["res.partner"].create({"name": "Roux SA", "is_company": True})
        self.customer.parent_id = company
        user = new_test_user(self.env, "profile_colleague", groups="base.group_portal")
        user.partner_id.parent_id = company
        self._order().action_confirm()
        self._order(3.0, website_id=self.website.id)
        wish = {"product_id": self.chair.id, "website_id": self.website.id}
        self.env["product.wishlist"].create({"partner_id": self.customer.id, **wish})
        for stranger in (self.customer, company):
            with self.assertRaises(AccessError):
                stranger.with_user(user).omni_profile()
        own = user.partner_id.with_user(user).omni_profile()
        shown = [own[section] for section in ("purchases", "baskets", "favourites", "viewed")]
        self.assertEqual([list(section.values()) for section in shown], [[[]]] * 4)
        # a seller sees the whole company, whomever of it they serve
        seen = user.partner_id.with_user(self.seller).omni_profile()
        self.assertEqual(len(seen["purchases"]["orders"]), 1)
        self.assertEqual(len(seen["favourites"]["products"]), 1)

    def test_what_was_looked_at_in_another_company_stays_there(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        website = self.env["website"].create({"name": "Rival shop", "company_id": rival.id})
        visitor = self.env["website.visitor"].create(
            {"access_token": self.customer.id, "website_id": self.website.id}  # of all websites: who has an account
        )
        for site, product in ((self.website, self.lamp), (website, self.chair)):
            with patch.object(ir_http, "get_request_website", return_value=site):
                visitor._add_tracking([("product_id", "=", product.id)], {"product_id": product.id})
            self.env["product.wishlist"].create(
                {"partner_id": self.customer.id, "product_id": product.id, "website_id": site.id}
            )
        stranger = new_test_user(
            self.env,
            "rival_seller",
            groups="base.group_user,point_of_sale.group_pos_user",
            company_id=rival.id,
            company_ids=[Command.set(rival.ids)],
        )
        for user, product in ((self.seller, self.lamp), (stranger, self.chair)):
            profile = self.customer.with_user(user).omni_profile()
            for section in ("favourites", "viewed"):
                self.assertEqual([row["product_id"] for row in profile[section]["products"]], product.ids)

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
        """given two profiles an hour, when a seller opens a third, then they wait; what is their own, and what the shop
        itself does, counts nothing
        """
        self.env["ir.config_parameter"].set_param("omni_base.profiles_an_hour", "2")
        mine = self.customer.with_user(self.seller)
        self.env["omni.rate.limit"]._forget(f"look:{self.seller.id}")  # of the tests before
        for _look in range(2):
            mine.omni_profile()
            self.seller.partner_id.with_user(self.seller).omni_profile()
        for look in (mine.omni_profile, lambda: mine.omni_identify(email="camille@example.com")):
            with self.assertRaisesRegex(UserError, "looked at too many customers"):
                look()
        mine.sudo().omni_profile()
