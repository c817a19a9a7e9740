from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestHandOver(TillCommon):
    def _on_hand(self, product, warehouse=None):
        return product.with_context(warehouse_id=(warehouse or self.shop).id).qty_available

    def test_a_paid_order_is_handed_over_once(self):
        order = self._order({self.lamp: 2, self.vase: 1}, paid=True)

        answer = self.till_as_seller.omni_hand_over(order.id, "key-1")

        self.assertEqual(answer, {"state": "done", "order": order.name, "rest": False})
        delivery = order.picking_ids
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.omni_handed_over_config_id, self.till)
        self.assertEqual(delivery.omni_handed_over_by_id, self.seller)
        self.assertEqual(self._on_hand(self.lamp), 8)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2.0, 1.0])
        self.assertIn("Sam Seller", order.message_ids[0].body)
        self.assertNotIn(order.name, self._names())
        # the network repeats it
        self.assertEqual(self.till_as_seller.omni_hand_over(order.id, "key-1"), answer)
        self.assertEqual(self._on_hand(self.lamp), 8)
        self.assertEqual(len(order.picking_ids), 1)
        # and another till comes too late
        with self.assertRaisesRegex(UserError, "has left the store already"):
            self.till_as_seller.omni_hand_over(order.id, "key-2")

    def test_an_order_not_paid_stays(self):
        order = self._order({self.lamp: 2}, paid=10.0)
        with self.assertRaisesRegex(UserError, "take the payment first"):
            self.till_as_seller.omni_hand_over(order.id, "key")
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_an_open_ticket_does_not_pay(self):
        """Core counts the lines of a ticket as paid while it is still open."""
        order = self._order({self.lamp: 1})
        self._open_ticket(order)
        self.assertEqual(order.amount_unpaid, 0.0)
        self.assertEqual(self.till_as_seller.omni_web_orders(order.name)["orders"][0]["left"], 40.0)
        with self.assertRaisesRegex(UserError, "take the payment first"):
            self.till_as_seller.omni_hand_over(order.id, "key")

    def _open_ticket(self, order):
        self.till.open_ui()
        values = {
            "product_id": self.lamp.id,
            "qty": 1,
            "price_unit": 40.0,
            "price_subtotal": 40.0,
            "price_subtotal_incl": 40.0,
            "sale_order_origin_id": order.id,
            "sale_order_line_id": order.order_line.id,
        }
        self.env["pos.order"].create(
            {
                "session_id": self.till.current_session_id.id,
                "partner_id": order.partner_id.id,
                "lines": [(0, 0, values)],
                "amount_total": 40.0,
                "amount_tax": 0.0,
                "amount_paid": 0.0,
                "amount_return": 0.0,
            }
        )

    def test_an_invoice_not_paid_does_not_pay(self):
        order = self._order({self.lamp: 1})
        self.lamp.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self.till_as_seller.omni_web_orders(order.name)["orders"][0]["left"], 40.0)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()
        self.assertEqual(self.till_as_seller.omni_web_orders(order.name)["orders"][0]["left"], 0.0)

    def test_a_missing_part_is_asked_about(self):
        order = self._order({self.lamp: 12, self.vase: 1}, paid=True)

        answer = self.till_as_seller.omni_hand_over(order.id, "key")

        self.assertEqual(answer["state"], "missing")
        self.assertEqual(
            [(line["name"], line["here"]) for line in answer["lines"]], [("Brass lamp", 10), ("Blue vase", 1)]
        )
        self.assertEqual(order.picking_ids.state, "assigned")

        answer = self.till_as_seller.omni_hand_over(order.id, "key", partial=True)

        self.assertEqual(answer, {"state": "done", "order": order.name, "rest": True})
        self.assertEqual(self._on_hand(self.lamp), 0)
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [2.0])
        self.assertIn(order.name, self._names())
        # the same key again does not hand over the rest
        self._stock(self.lamp, self.shop, 2)
        self.assertTrue(self.till_as_seller.omni_hand_over(order.id, "key", partial=True)["rest"])
        self.assertFalse(self.till_as_seller.omni_hand_over(order.id, "key-2")["rest"])
        self.assertEqual(order.order_line.mapped("qty_delivered"), [12.0, 1.0])

    def test_nothing_here_is_said(self):
        order = self._order({self._make_product("Rare rug", 90.0): 1}, paid=True)
        with self.assertRaisesRegex(UserError, "in this store yet"):
            self.till_as_seller.omni_hand_over(order.id, "key")

    def test_goods_that_came_in_since_are_found(self):
        rug = self._make_product("Rare rug", 90.0)
        order = self._order({rug: 1}, paid=True)
        self._stock(rug, self.shop, 1)
        self.assertEqual(self.till_as_seller.omni_hand_over(order.id, "key")["state"], "done")

    def test_other_store_and_order_of_the_till_are_refused(self):
        elsewhere = self._order(warehouse=self.other_shop, paid=True)
        with self.assertRaisesRegex(UserError, "belongs to another store"):
            self.till_as_seller.omni_hand_over(elsewhere.id, "key")
        cancelled = self._order(paid=True)
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        with self.assertRaisesRegex(UserError, "was cancelled"):
            self.till_as_seller.omni_hand_over(cancelled.id, "key")

    def test_a_failure_leaves_nothing(self):
        order = self._order({self.lamp: 1}, paid=True)
        picking_class = self.env.registry["stock.picking"]
        with patch.object(picking_class, "_action_done", side_effect=UserError("no")), self.assertRaises(UserError):
            with self.env.cr.savepoint():
                self.till_as_seller.omni_hand_over(order.id, "key")
        self.env.invalidate_all()
        self.assertFalse(order.picking_ids.omni_handed_over_config_id)
        self.assertEqual(self.till_as_seller.omni_hand_over(order.id, "key")["state"], "done")

    def test_no_mail_that_the_goods_are_on_their_way(self):
        order = self._order({self.lamp: 1}, paid=True)
        order.company_id.stock_move_email_validation = True
        self.till_as_seller.omni_hand_over(order.id, "key")
        mails = order.picking_ids.message_ids.filtered(lambda message: message.message_type == "email_outgoing")
        self.assertFalse(mails)

    def test_a_key_is_needed(self):
        order = self._order({self.lamp: 1}, paid=True)
        for key in ("", None, False, 3):
            with self.assertRaisesRegex(UserError, "needs its own key"):
                self.till_as_seller.omni_hand_over(order.id, key)
