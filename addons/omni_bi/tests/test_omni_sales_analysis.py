from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SalesCommon


@tagged("post_install", "-at_install")
class TestSalesAnalysis(SalesCommon):
    def test_sums_agree_with_the_documents(self):
        self.open_new_session(0)
        order, ticket = self._web_order(3.0), self._ticket(2)
        rows = self.analysis.search([("product_id", "=", self.lamp.id)])
        self.assertEqual(len(rows), 2)
        self.assertEqual(sum(rows.mapped("amount_total")), order.amount_total + ticket.amount_total)
        self.assertEqual(sum(rows.mapped("quantity")), 5.0)
        groups = dict(self.analysis._read_group([], ["channel_id"], ["amount_total:sum"]))
        self.assertEqual(groups[self.website.omni_channel_id.with_user(self.manager)], 120.0)
        self.assertEqual(groups[self.config.omni_channel_id.with_user(self.manager)], 80.0)

    def test_margin_and_orders(self):
        self._web_order(2.0)
        self._web_order(1.0)
        self.env.flush_all()
        ((margin, orders),) = self.analysis._read_group([], [], ["margin:sum", "order_ref:count_distinct"])
        self.assertEqual((margin, orders), (3 * (40.0 - 25.0), 2))

    def test_a_row_keeps_its_id(self):
        self._web_order()
        self.env.flush_all()
        first = self.analysis.search([]).ids
        self._web_order()
        self.env.flush_all()
        self.assertLess(set(first), set(self.analysis.search([]).ids))

    def test_a_return_counts_below_zero(self):
        self.open_new_session(0)
        ticket = self._ticket(2)
        self._ticket(-2, refunded_orderline_id=ticket.lines.id)
        self.assertEqual(sum(self.analysis.search([]).mapped("quantity")), 0.0)
        self.assertEqual(self.page.read_page()["totals"]["orders"], 0)

    def test_managers_only(self):
        with self.assertRaises(AccessError):
            self.analysis.with_user(self.user).search([])

    def test_another_company_stays_out_of_sight(self):
        self._web_order()
        stranger = self.manager.copy({"login": "bi_stranger"})
        other = self.env["res.company"].create({"name": "Other"})
        stranger.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(self.analysis.with_user(stranger).with_company(other).search([]))
