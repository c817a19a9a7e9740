from odoo.fields import Command
from odoo.tests import tagged

from .common import only_authorize, pay_online
from .common_channels import ChannelsCommon


@tagged("post_install", "-at_install")
class TestAmountPaid(ChannelsCommon):
    """What is paid of an order, by invoices, online and at a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.env["product.product"].create(
            {"name": "Repair", "type": "service", "invoice_policy": "order", "list_price": 40.0, "taxes_id": False}
        )

    def _order(self):
        line = {"product_id": self.service.id, "product_uom_qty": 1, "price_unit": 40.0, "tax_ids": False}
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line), Command.create(line)]}
        )
        order.action_confirm()
        return order

    def _invoice(self, order, paid=None):
        invoice = order._create_invoices()
        invoice.action_post()
        if paid:
            self._pay(invoice, paid)
        return invoice

    def _pay(self, invoice, amount):
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"amount": amount}
        )._create_payments()

    def _transaction(self, order, state="done"):
        provider = self.env["payment.provider"].search([], limit=1)
        return pay_online(order, order.amount_total, provider, self.env.ref("payment.payment_method_unknown"), state)

    def test_nothing_yet(self):
        order = self._order()
        order._create_invoices()
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (0.0, 80.0))

    def test_of_a_cancelled_order_nothing_is_left_to_pay(self):
        orders = self._order() + self._order()
        self._transaction(orders[0])
        orders._action_cancel()
        self.assertEqual(orders._omni_worth(), dict.fromkeys(orders, 0.0))
        self.assertEqual(orders._omni_all_left_to_pay(), dict.fromkeys(orders, 0.0))
        self.assertEqual([order._omni_refundable() for order in orders], [80.0, 0.0])

    def test_an_empty_column_counts_as_zero(self):
        """given an invoice that was brought in by SQL without what is left to pay of it, then it is paid"""
        order = self._order()
        invoice = self._invoice(order)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET amount_residual = NULL WHERE id = %s", [invoice.id])
        self.assertEqual(order._omni_amount_paid(), 80.0)

    def test_an_invoice_of_two_lines_counts_once(self):
        order = self._order()
        invoice = self._invoice(order)
        self.assertEqual(order._omni_amount_paid(), 0.0)
        self._pay(invoice, 30.0)
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (30.0, 50.0))

    def test_a_credit_note_that_is_paid_out_counts_against_it(self):
        order = self._order()
        invoice = self._invoice(order, paid=80.0)
        credit = invoice._reverse_moves()
        credit.action_post()
        self.assertEqual(order._omni_amount_paid(), 80.0)
        self._pay(credit, 80.0)
        self.assertEqual(order._omni_amount_paid(), 0.0)

    def test_the_invoice_of_an_online_payment_is_paid_by_it(self):
        order = self._order()
        self._transaction(order)
        self.assertEqual(order._omni_amount_paid(), 80.0)
        self._invoice(order, paid=80.0)
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (80.0, 0.0))

    def test_a_payment_that_waits_is_none(self):
        order = self._order()
        self._transaction(order, "pending")
        self.assertEqual(order._omni_amount_paid(), 0.0)

    def test_what_was_authorized_and_voided_is_not_paid(self):
        """given 80 authorized, of which 60 are captured and the rest is voided, then 60 are paid; what goes back of
        what was captured, as an accountant refunds it, is paid no more"""
        order = self._order()
        payment = self._transaction(order)
        only_authorize(payment)
        self.assertEqual(order._omni_amount_paid(), 80.0)
        captured = payment._create_child_transaction(60.0)
        captured.state = "done"
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (80.0, 0.0), "the rest may still come")
        payment._create_child_transaction(20.0).state = "cancel"
        payment.state = "done"
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (60.0, 20.0))
        self.assertEqual((order._omni_refundable(), payment._omni_refundable()), (60.0, 60.0))
        refund = captured._create_child_transaction(25.0, is_refund=True)
        self.assertEqual((order._omni_refundable(), payment._omni_refundable()), (35.0, 35.0))
        refund.state = "done"
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (35.0, 45.0))
        self.assertEqual((order._omni_refundable(), payment._omni_refundable()), (35.0, 35.0))

    def test_a_ticket_comes_on_top(self):
        self.open_new_session(0)
        order = self._order()
        self._ticket(sale_order_origin_id=order.id, sale_order_line_id=order.order_line[0].id)
        self.assertEqual((order._omni_amount_paid(), order._omni_left_to_pay()), (40.0, 40.0))

    def test_each_order_has_its_own_with_as_many_queries_for_ten_as_for_one(self):
        orders = self.env["sale.order"].union(*(self._order() for _order in range(10)))
        for number, order in enumerate(orders, 1):
            self._invoice(order, paid=float(number))

        def queries(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            orders._omni_all_left_to_pay()
            return self.cr.sql_log_count - before

        queries(orders)  # what is kept for good is there from now on
        self.assertEqual(queries(orders), queries(orders[0]))
        self.assertEqual(orders._omni_amounts_paid(), {order: float(number) for number, order in enumerate(orders, 1)})
