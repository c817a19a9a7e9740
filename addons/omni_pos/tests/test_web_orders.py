from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestWebOrders(TillCommon):
    def test_list_says_what_is_left_to_pay_and_whether_the_goods_are_here(self):
        unpaid = self._order({self.lamp: 2})
        part_paid = self._order({self.vase: 2}, paid=20.0)
        paid = self._order({self.vase: 1}, paid=True)
        absent = self._order({self._make_product("Rare rug", 90.0): 1})
        short = self._order({self.lamp: 100})

        answer = self.till_as_seller.omni_web_orders()
        rows = {row["name"]: row for row in answer["orders"]}

        self.assertEqual(answer["count"], 5)
        self.assertEqual(rows[unpaid.name]["left"], 80.0)
        self.assertEqual(rows[part_paid.name]["left"], 30.0)
        self.assertEqual(rows[paid.name]["left"], 0.0)
        self.assertEqual(rows[unpaid.name]["goods"], "here")
        self.assertEqual(rows[absent.name]["goods"], "missing")
        self.assertEqual(rows[short.name]["goods"], "part")
        self.assertEqual(rows[short.name]["lines"][0]["here"], 8.0, "two lamps are kept for the first order")
        self.assertEqual(rows[unpaid.name]["partner"]["name"], "Wanda Webb")
        self.assertEqual(rows[unpaid.name]["kind"], "web")
        self.assertEqual(self.till_as_seller.omni_web_order_count(), 5)

    def test_only_what_waits_at_this_store(self):
        here = self._order()
        self._order(warehouse=self.other_shop)
        self._order(confirm=False)
        self._order().with_context(disable_cancel_warning=True).action_cancel()
        gone = self._order()
        gone.picking_ids.button_validate()
        shop_sale = self._order(website_id=False)
        shop_sale.omni_channel_id = self.till.omni_channel_id
        phone = self._order(website_id=False)

        self.assertCountEqual(self._names(), [here.name, phone.name])
        self.assertEqual(phone.omni_channel_id.kind, "phone")

    def test_other_company_is_not_seen(self):
        other = self.env["res.company"].create({"name": "Other retailer"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "warehouse_id": warehouse.id,
                "order_line": [(0, 0, {"product_id": self.lamp.id})],
            }
        )
        order.action_confirm()
        self.assertNotIn(order.name, self._names(order.name))
        for call in (self.till_as_seller.omni_open_web_order, lambda order_id: self._hand_over(order_id)):
            with self.assertRaisesRegex(UserError, "belongs to another store"):
                call(order.id)

    def _hand_over(self, order_id):
        return self.till_as_seller.omni_hand_over(order_id, "key")

    def test_search(self):
        mine = self._order(client_order_ref="REF-77")
        other = self.env["res.partner"].create({"name": "Otto", "email": "otto@example.com", "phone": "+33698765432"})
        theirs = self._order(partner_id=other.id)
        for text, expected in (
            (mine.name, mine),
            (mine.name.lower(), mine),
            ("ref-77", mine),
            ("webb", mine),
            ("WANDA.WEBB@example.com", mine),
            ("06 12 34 56 78", mine),
            ("5678", mine),
            ("+33 6 98 76 54 32", theirs),
            ("otto", theirs),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._names(text), [expected.name])
        for text in ("nobody", "0567", "+33 6 12 34"):
            with self.subTest(text=text):
                self.assertEqual(self._names(text), [])

    def test_an_order_that_does_not_wait_here_is_told_where_it_is(self):
        elsewhere = self._order(warehouse=self.other_shop)
        draft = self._order(confirm=False)
        gone = self._order()
        gone.picking_ids.button_validate()
        notice = lambda text: self.till_as_seller.omni_web_orders(text)["notice"]
        self.assertEqual(notice(elsewhere.name), f"{elsewhere.name} waits at Lille Centre.")
        self.assertEqual(notice(draft.name), f"{draft.name} is not confirmed yet.")
        self.assertEqual(notice(gone.name), f"{gone.name} has left the store already.")
        self.assertEqual(notice("Wanda"), "", "only an exact name is answered about other stores")
        for text in (f"{draft.name[:-1]}_", f"{draft.name[:-1]}%", "%"):
            self.assertNotIn("is not confirmed yet", notice(text), "signs that stand for others are no exact name")

    def _by_code(self, orders, shown=()):
        """Hand over these orders for a code, as an add-on that knows codes does; it was shown for some."""
        orders_class, codes = self.env.registry["sale.order"], orders.ids
        locked = orders - orders.browse().union(*shown)
        self.patch(orders_class, "_omni_by_code_domain", api.model(lambda _orders: Domain("id", "in", codes)))
        self.patch(orders_class, "_omni_locked_by_code", lambda asked: asked & locked)

    def test_what_is_handed_over_for_a_code_goes_by_no_other_door(self):
        plain, unpaid, paid = self._order(), self._order(), self._order(paid=True)
        self.till_as_seller.open_ui()
        self.till.current_session_id.set_opening_control(0, "")
        self._by_code(unpaid | paid)
        answer = self.till_as_seller.omni_web_orders("webb")
        self.assertEqual(([row["id"] for row in answer["orders"]], answer["by_code"]), (plain.ids, 2))
        self.assertEqual(self._names(), [plain.name])
        self.assertEqual(self.till_as_seller.omni_web_order_count(), 1)
        for order in unpaid | paid:
            with self.assertRaisesRegex(UserError, order.name):
                self.till_as_seller.omni_open_web_order(order.id)
            with self.assertRaisesRegex(UserError, order.name):
                self._hand_over(order.id)
            with self.assertRaisesRegex(UserError, "customer's code"):
                self.till.sudo()._omni_put_on_ticket(order.sudo())
            with self.assertRaisesRegex(UserError, "customer's code"):
                order.order_line.with_user(self.seller).read_converted()
        self.assertEqual(set((unpaid | paid).picking_ids.mapped("state")), {"assigned"})
        self._by_code(unpaid | paid, shown=[unpaid])
        self.till_as_seller.sudo()._omni_put_on_ticket(unpaid.with_user(self.seller).sudo())
        self.assertTrue(unpaid.order_line.with_user(self.seller).read_converted())

    def test_lines_are_told_of_what_a_seller_was_given_and_of_nothing_else(self):
        self.till_as_seller.open_ui()
        self.till.current_session_id.set_opening_control(0, "")
        given, other, basket = self._order(), self._order(), self._order(confirm=False)
        self.till_as_seller.omni_open_web_order(given.id)
        self.assertTrue(given.order_line.with_user(self.seller).read_converted())
        for orders in (other, basket, given | other):
            with self.assertRaises(AccessError):
                orders.order_line.with_user(self.seller).read_converted()

    def test_a_closed_till_takes_no_order(self):
        order = self._order()
        with self.assertRaisesRegex(UserError, "Open the till first"):
            self.till_as_seller.omni_open_web_order(order.id)

    def test_an_order_that_was_taken_back_has_not_left(self):
        order = self._order()
        order.picking_ids.action_cancel()
        words = f"{order.name} was returned to stock: nothing of it is waiting any more."
        self.assertEqual(self.till_as_seller.omni_web_orders(order.name)["notice"], words)
        with self.assertRaisesRegex(UserError, "was returned to stock"):
            self._hand_over(order.id)

    def test_who_is_no_seller_gets_nothing(self):
        order = self._order()
        till = self.till.with_user(self.stranger)
        for call in (
            till.omni_web_orders,
            till.omni_web_order_count,
            lambda: till.omni_open_web_order(order.id),
            lambda: till.omni_hand_over(order.id, "key"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_bad_ids_are_refused_in_words(self):
        for bad in (0, -1, 999999999, "1", None, True, [1], {"a": 1}):
            with self.subTest(bad=bad):
                with self.assertRaises(UserError):
                    self.till_as_seller.omni_open_web_order(bad)
                with self.assertRaises(UserError):
                    self.till_as_seller.omni_hand_over(bad, "key")

    def test_queries_do_not_grow_with_the_list(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            count = len(self.till_as_seller.omni_web_orders()["orders"])
            return count, self.cr.sql_log_count - before

        self._order({self.lamp: 1, self.vase: 1}, paid=True)
        queries()  # the first call also fills the registry's caches
        count, for_one = queries()
        self.assertEqual(count, 1)
        for number in range(29):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self._order({self.lamp: 1, self.vase: 2}, partner_id=partner.id, paid=number % 2 and True)
        count, for_thirty = queries()
        self.assertEqual(count, 30)
        self.assertLessEqual(for_thirty, for_one + 2)
        self.assertLessEqual(for_thirty, 30)
