from odoo.tests import tagged

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestClosingTill(TillCommon):
    """A till that moves its goods when the session closes: what it sold is gone from the moment it is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.point_of_sale_update_stock_quantities = "closing"
        cls.till.with_user(cls.seller).open_ui()
        cls.session = cls.till.current_session_id
        cls.session.set_opening_control(0, None)

    def close(self):
        self.session.post_closing_cash_details(0)
        self.session.close_session_from_ui()
        self.assertEqual(self.session.state, "closed")

    def audit(self):
        return self.env["omni.availability"].audit()

    def incidents(self):
        return self.env["omni.incident"].search([("product_id", "=", self.lamp.id)])

    def test_what_is_sold_is_gone_at_once_and_once(self):
        # given five lamps, when two are paid
        ticket = self.sync(self.ticket([(self.lamp, 2), (self.advice, 1)], paid=True))
        # then three are left, and still after the session has moved them
        self.assertFalse(ticket.picking_ids)
        self.assertEqual((self.left(), self.audit()), (3, []))
        self.env.cr.execute("SELECT omni_promise.settle()")
        self.assertEqual((self.left(), self.audit()), (3, []))
        self.close()
        self.assertEqual(self.lamp.with_context(warehouse_id=self.shop.id).free_qty, 3)
        self.assertEqual((self.left(), self.audit()), (3, []))

    def test_a_parked_ticket_is_not_counted_twice(self):
        sent = self.ticket([(self.lamp, 2)])
        self.sync(dict(sent))
        self.assertEqual(self.left(), 3)
        self.sync(self.ticket([(self.lamp, 2)], paid=True, uuid=sent["uuid"]) | {"lines": []})
        self.assertEqual((self.left(), self.audit()), (3, []))

    def test_what_comes_back_is_there_again(self):
        sold = self.sync(self.ticket([(self.lamp, 3)], paid=True))
        back = self.ticket([(self.lamp, -1)], paid=True, is_refund=True)
        back["lines"][0][2]["refunded_orderline_id"] = sold.lines.id
        self.sync(back)
        self.assertEqual((self.left(), self.audit()), (3, []))
        self.close()
        self.assertEqual((self.left(), self.audit()), (3, []))

    def test_what_is_sent_later_counts_by_its_delivery(self):
        self.sync(self.ticket([(self.lamp, 2)], paid=True, partner_id=self.anna.id, shipping_date="2030-01-01"))
        self.assertEqual((self.left(), self.audit()), (3, []))
        self.close()
        self.assertEqual((self.left(), self.audit()), (3, []))

    def test_a_settled_order_counts_once(self):
        # given an order of two lamps that waits for its customer, and a quotation of one
        order, quotation = self.basket(2), self.basket(1)
        order.action_confirm()
        self.assertEqual(self.left(), 3)
        # when the till settles both
        for settled, left in ((order, 3), (quotation, 2)):
            self.settle_order(settled)
            self.assertEqual((self.left(), self.audit()), (left, []))
            self.assertFalse(settled.picking_ids.filtered(lambda picking: picking.state not in ("cancel", "done")))
        # then the customer's own deliveries are not sent a second time
        self.close()
        self.assertEqual((self.left(), self.audit()), (2, []))
        self.assertEqual(self.lamp.with_context(warehouse_id=self.shop.id).qty_available, 2)

    def test_invoiced_at_once_in_anglo_saxon_accounting(self):
        # given a company whose invoiced tickets move at once, and later ones when they are invoiced
        self.env.company.anglo_saxon_accounting = True
        self.sync(self.ticket([(self.lamp, 1)], paid=True, partner_id=self.anna.id, to_invoice=True))
        self.assertEqual((self.left(), self.audit()), (4, []))
        later = self.sync(self.ticket([(self.lamp, 1)], paid=True, partner_id=self.anna.id))
        self.assertEqual((self.left(), self.audit()), (3, []))
        later.action_pos_order_invoice()
        self.assertEqual((self.left(), self.audit()), (3, []))
        self.close()
        self.assertEqual((self.left(), self.audit()), (3, []))

    def test_it_takes_from_under_a_promise_when_it_is_paid(self):
        # given the lamps kept for Anna, when the till sells two
        basket = self.keep(5)
        ticket = self.sync(self.ticket([(self.lamp, 2)], paid=True))
        # then her broken promise names the ticket, and closing the session opens no other
        incident = self.incidents()
        self.assertEqual((incident.res_id, incident.quantity), (basket.id, 2))
        self.assertEqual(incident.cause_name, ticket.display_name)
        self.close()
        self.assertEqual(self.incidents(), incident)

    def test_by_whatever_way_a_ticket_changes(self):
        ticket = self.sync(self.ticket([(self.lamp, 2)], paid=True))
        cr = self.env.cr
        cr.execute("UPDATE pos_order_line SET qty = 3 WHERE order_id = %s", [ticket.id])
        self.assertEqual((self.left(), self.audit()), (2, []))
        cr.execute("UPDATE pos_order SET state = 'cancel' WHERE id = %s", [ticket.id])
        self.assertEqual((self.left(), self.audit()), (5, []))
        cr.execute("UPDATE pos_order SET state = 'paid' WHERE id = %s", [ticket.id])
        self.assertEqual((self.left(), self.audit()), (2, []))
        self.till.picking_type_id = self.central.pos_type_id
        self.assertEqual((self.left(), self.audit()), (5, []))
        self.till.picking_type_id = self.shop.pos_type_id
        cr.execute("DELETE FROM pos_payment WHERE pos_order_id = %s", [ticket.id])
        cr.execute("DELETE FROM pos_order WHERE id = %s", [ticket.id])
        self.assertEqual((self.left(), self.audit()), (5, []))

    def test_the_page_says_so(self):
        self.sync(self.ticket([(self.lamp, 2)], paid=True))
        cell = self.env["omni.stock.page"].read_cell(self.lamp.id, self.shop.id)
        parts = {part["code"]: part["quantity"] for part in cell["parts"]}
        self.assertEqual((parts["on_hand"], parts["sold"]), (5, -2))
        self.assertEqual((cell["available"], sum(parts.values())), (3, 3))

    def settle_order(self, order):
        line = order.order_line
        sent = self.ticket([(line.product_id, line.product_uom_qty)], paid=True, partner_id=order.partner_id.id)
        sent["lines"][0][2].update(sale_order_origin_id=order.id, sale_order_line_id=line.id)
        return self.sync(sent, self.env.user)
