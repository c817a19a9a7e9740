from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SalesCommon


@tagged("post_install", "-at_install")
class TestSalesPage(SalesCommon):
    def test_by_origin_fulfilment_and_way(self):
        self.open_new_session(0)
        order, ticket = self._web_order(3.0), self._ticket(1)
        page = self.page.read_page("today")
        web, till = self.website.omni_channel_id, self.config.omni_channel_id
        self.assertEqual(page["totals"]["amount"], order.amount_total + ticket.amount_total)
        self.assertEqual(page["totals"]["orders"], 2)
        self.assertEqual(page["totals"]["basket"], 80.0)
        self.assertEqual(page["totals"]["margin"], 60.0)
        self.assertEqual(
            [(row["key"], row["amount"], row["share"]) for row in page["origin"]],
            [(web.id, 120.0, 0.75), (till.id, 40.0, 0.25)],
        )
        self.assertEqual({row["key"]: row["amount"] for row in page["mode"]}, {"ship": 120.0, "carry": 40.0})
        self.assertEqual(page["matrix"]["cells"], [[120.0, 0], [0, 40.0]])
        self.assertEqual([row["label"] for row in page["product"]], ["Lamp"])
        self.assertEqual(len(page["trend"]["buckets"]), 1)
        self.assertEqual(
            {one["label"]: one["amounts"] for one in page["trend"]["series"]}, {web.name: [120.0], till.name: [40.0]}
        )

    def test_a_web_order_collected_counts_for_the_store_that_hands_it_over(self):
        self.open_new_session(0)
        order = self._web_order(1.0, warehouse_id=self.config.warehouse_id.id)
        order.sudo().omni_fulfilment = "collect"
        self._ticket(1, sale_order_origin_id=order.id, sale_order_line_id=order.order_line.id)
        page = self.page.read_page("today")
        self.assertEqual(page["totals"]["amount"], 40.0)
        self.assertEqual([row["key"] for row in page["origin"]], [self.website.omni_channel_id.id])
        self.assertEqual([row["key"] for row in page["fulfilment"]], [self.config.omni_channel_id.id])
        self.assertEqual([row["key"] for row in page["mode"]], ["collect"])

    @freeze_time("2026-03-10 12:00:00")
    def test_the_period_before_and_the_users_midnight(self):
        # given an order at 00:30 in Paris on the 10th, which is 23:30 UTC on the 9th, and one in the week before
        self._web_order(1.0).date_order = datetime(2026, 3, 9, 23, 30)
        self._web_order(2.0).date_order = datetime(2026, 3, 2, 12, 0)
        page = self.page.read_page("today")
        self.assertEqual((page["date_from"], page["date_to"]), ("2026-03-09 23:00:00", "2026-03-10 23:00:00"))
        self.assertEqual(page["totals"]["amount"], 40.0)
        self.assertEqual(page["trend"]["buckets"], ["2026-03-10"])
        page = self.page.read_page("week")
        self.assertEqual((page["totals"]["amount"], page["totals"]["before"]["amount"]), (40.0, 80.0))
        self.assertEqual(page["trend"]["buckets"][0], "2026-03-04")
        self.assertEqual(page["trend"]["series"][0]["amounts"], [0, 0, 0, 0, 0, 0, 40.0])
        months = self.page.read_page("year")["trend"]["buckets"]
        self.assertEqual((months[0], months[-1], len(months)), ("2025-03-01", "2026-03-01", 13))

    def test_an_order_that_went_back_is_none(self):
        self.open_new_session(0)
        kept, gone = self._ticket(1), self._ticket(2)
        self._ticket(-2, refunded_orderline_id=gone.lines.id, price_subtotal=80.0, price_subtotal_incl=80.0)
        totals = self.page.read_page("today")["totals"]
        self.assertEqual((totals["orders"], totals["units"], totals["amount"]), (1, 1, kept.amount_total))
        self.assertEqual((totals["basket"], totals["margin"]), (40.0, 15.0))

    def test_nothing_sold(self):
        page = self.page.read_page()
        self.assertEqual(page["totals"]["amount"], 0)
        self.assertEqual((page["origin"], page["matrix"]["cells"], page["trend"]["series"]), ([], [], []))

    def test_the_number_of_queries_does_not_grow(self):
        self._web_order()
        self.page.read_page()

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page.read_page()
            return self.env.cr.sql_log_count - before

        few = count()
        for _order in range(5):
            self._web_order()
        self.env.flush_all()
        self.assertLessEqual(count(), few)
        self.assertLess(few, 20)

    def test_managers_only_and_bad_input(self):
        with self.assertRaises(AccessError):
            self.page.with_user(self.user).read_page()
        for period in ("century", "", None, "'; DROP TABLE sale_order; --"):
            with self.assertRaises(ValidationError):
                self.page.read_page(period)


@tagged("post_install", "-at_install")
class TestSalesPageTour(HttpCase):
    def test_manager_reads_the_page(self):
        new_test_user(self.env, "figures", groups="omni_base.group_manager", password="figures-figures")
        partner = self.env["res.partner"].create({"name": "Buyer"})
        website = self.env["website"].search([], limit=1)
        product = self.env["product.product"].create({"name": "Tour Lamp", "list_price": 40.0, "taxes_id": False})
        self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "website_id": website.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
            }
        ).action_confirm()
        self.start_tour("/odoo/action-omni_bi.omni_sales_page_action", "omni_bi_sales_page", login="figures")
