from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.omni_base.tests.common import named_in

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

    def test_what_an_owner_can_have_is_the_same_however_it_is_read(self):
        """given a basket that holds two of five, when goods come and go that are not folded in yet, and when they are,
        then it can have what is left and its own"""
        owner = {"omni_owner": f"sale.order,{self.order.id}"}
        for moved, mine, others in ((0, 5, 3), (1, 6, 4), (-5, 1, 0), (-1, 0, 0), (5, 5, 3)):
            if moved:
                self.receive(self.product, self.shop, moved)
            for fold in (False, True):
                if fold:
                    self.env.cr.execute("SELECT omni_promise.settle()")
                with self.subTest(moved=moved, fold=fold):
                    self.assertEqual((self.left(**owner), self.left()), (mine, others))

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

    def test_who_works_in_another_store_releases_nothing(self):
        named_in(self, self.central)
        for user in (self.stock_user, self.omni_user):
            with self.assertRaises(AccessError):
                self.hold.with_user(user).action_release()
        self.assertFalse(self.hold.ended)
        named_in(self, self.shop)
        self.hold.with_user(self.omni_user).action_release()
        self.assertEqual(self.hold.ended, "released")

    def test_filters_follow_the_clock(self):
        now = [("id", "=", self.hold.id), ("ended", "=", False), ("expires_at", ">", "now")]
        self.assertTrue(self.env["omni.hold"].search(now))
        self.run_out(self.order)
        self.assertFalse(self.env["omni.hold"].search(now))
        self.assertEqual(self.hold.status, "over")

    def test_the_owner_opens(self):
        action = self.hold.action_open_owner()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", self.order.id))

    # -- what a search may reach -------------------------------------------------------------------------------------

    def found(self, user, *domain):
        mine = [("id", "=", self.hold.id)]
        return bool(self.env["omni.hold"].with_user(user).search_count([*mine, *domain]))

    def test_a_hold_is_found_by_its_owner_and_its_customer(self):
        for user in (self.seller, self.stock_user, self.omni_user):
            for yes in (
                ("owner_name", "ilike", self.order.name),
                ("owner_name", "=", self.order.display_name),
                ("partner_id", "=", self.shopper.id),
                ("partner_id", "in", self.shopper.ids),
                ("partner_id", "child_of", self.shopper.commercial_partner_id.id),
                ("partner_id", "ilike", self.shopper.name),
                ("partner_id.name", "ilike", self.shopper.name),
                ("owner_name", "not ilike", "nobody"),
            ):
                self.assertTrue(self.found(user, yes), (user.login, yes))
            for no in (
                ("owner_name", "ilike", "nobody"),
                ("partner_id", "!=", self.shopper.id),
                ("partner_id", "=", self.env.company.partner_id.id),
                ("partner_id", "ilike", "nobody"),
            ):
                self.assertFalse(self.found(user, no), (user.login, no))

    def test_a_search_reaches_no_further_than_its_caller(self):
        """given a customer with an order, when a hold is searched by what stands on it, then nothing is told of it"""
        self.order.access_token = "8secret"
        for user in (self.seller, self.stock_user):
            for path, value in (
                ("partner_id.sale_order_ids.access_token", "8%"),
                ("partner_id.sale_order_ids.order_line.name", "%"),
                ("partner_id.bank_ids.acc_number", "%"),
                ("partner_id.user_ids.password", "%"),
            ):
                told = []
                for text in (value, "no such thing"):
                    try:
                        told.append(self.found(user, (path, "=like", text)))
                    except (AccessError, ValueError):
                        told.append(None)
                own = self.env["res.partner"].with_user(user)
                try:
                    may = bool(
                        own.search_count([("id", "=", self.shopper.id), (path.partition(".")[2], "=like", value)])
                    )
                except (AccessError, ValueError):
                    may = None
                self.assertIn(told, ([may, False], [None, None]), (user.login, path))
