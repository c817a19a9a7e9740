from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.omni_base.tests.common import named_in, pay_online

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestSettle(TillCommon):
    """A seller with no right on sale orders settles a web order by the same calls as the till."""

    def setUp(self):
        super().setUp()
        self.till_as_seller.open_ui()
        self.till.current_session_id.set_opening_control(0, "")

    def _ticket(self, order, state="paid", uuid="omni-ticket", **values):
        lines = [
            [
                0,
                0,
                {
                    "product_id": line.product_id.id,
                    "qty": line.product_uom_qty,
                    "price_unit": line.price_unit,
                    "price_subtotal": line.price_subtotal,
                    "price_subtotal_incl": line.price_total,
                    "tax_ids": [],
                    "sale_order_origin_id": order.id,
                    "sale_order_line_id": line.id,
                },
            ]
            for line in order.order_line
        ]
        payment = {
            "amount": order.amount_total,
            "payment_method_id": self.bank_payment_method.id,
            "name": fields.Datetime.to_string(fields.Datetime.now()),
        }
        return {
            "uuid": uuid,
            "name": "Ticket",
            "state": state,
            "session_id": self.till.current_session_id.id,
            "partner_id": order.partner_id.id,
            "user_id": self.seller.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "lines": lines,
            "payment_ids": [[0, 0, payment]] if state == "paid" else [],
            "amount_total": order.amount_total,
            "amount_tax": 0.0,
            "amount_paid": order.amount_total if state == "paid" else 0.0,
            "amount_return": 0.0,
            "to_invoice": False,
            **values,
        }

    def _sync(self, ticket):
        answer = self.env["pos.order"].with_user(self.seller).sync_from_ui([ticket])
        return self.env["pos.order"].browse(answer["pos.order"][0]["id"])

    def test_settled_with_the_rights_of_a_till_alone(self):
        order = self._order({self.lamp: 2, self.vase: 1})
        self.assertFalse(self.env["sale.order"].with_user(self.seller).has_access("read"))
        loaded = self.till_as_seller.omni_open_web_order(order.id)
        self.assertEqual(loaded["sale.order"][0]["id"], order.id)
        converted = order.order_line.with_user(self.seller).read_converted()
        self.assertEqual([line["product_uom_qty"] for line in converted], [2.0, 1.0])

        ticket = self._sync(self._ticket(order))

        self.assertEqual(ticket.state, "paid")
        self.assertEqual(ticket.create_uid, self.seller)
        self.assertEqual(ticket.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2.0, 1.0])
        self.assertEqual(self.lamp.with_context(warehouse_id=self.shop.id).qty_available, 8)
        self.assertNotIn(order.name, self._names())
        with self.assertRaisesRegex(UserError, "has left the store already|nothing to hand over"):
            self.till_as_seller.omni_open_web_order(order.id)
        steps = [(step["code"], step["store"]) for step in order.omni_timeline()]
        self.assertEqual(steps.count(("collected", "Lyon Bellecour")), 1)
        self.assertIn(("paid", "Lyon Bellecour"), steps)
        # the network repeats the ticket
        self.assertEqual(self._sync(self._ticket(order)), ticket)

    def test_a_company_that_the_context_names_is_not_the_sellers_own(self):
        """given a seller of another company, when the call names the order's company, then nothing of it is read"""
        order = self._order()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.seller.write({"company_id": other.id, "company_ids": [fields.Command.set(other.ids)]})
        lines = order.order_line.with_user(self.seller)
        for companies in (order.company_id, other, order.company_id + other):
            with self.assertRaises(AccessError):
                lines.with_context(allowed_company_ids=companies.ids).read_converted()

    def test_an_open_ticket_keeps_its_order_over_a_reload(self):
        order = self._order()
        ticket = self._sync(self._ticket(order, state="draft"))
        self.assertEqual(ticket.lines.sale_order_origin_id, order)
        session = self.till.current_session_id.with_user(self.seller)
        loaded = session.load_data([])
        self.assertEqual([row["id"] for row in loaded["sale.order"]], order.ids)
        self.assertEqual([row["id"] for row in loaded["sale.order.line"]], order.order_line.ids)

    def test_a_reload_tells_of_this_stores_orders_alone(self):
        """given a ticket with another store's order, when its till is reloaded, then nothing of it comes out"""
        other = self._order({self.vase: 1}, warehouse=self.other_shop)
        ticket = self._sync(self._ticket(other, state="draft"))
        self.assertEqual(ticket.lines.sale_order_origin_id, other)
        loaded = self.till.current_session_id.with_user(self.seller).load_data([])
        self.assertEqual((loaded["sale.order"], loaded["sale.order.line"]), ([], []))

    def test_who_works_elsewhere_settles_nothing_here(self):
        """given a seller of another store, when they ask its till or send its ticket, then they are refused"""
        order = self._order()
        named_in(self, self.other_shop)
        for call in (
            self.till_as_seller.omni_web_orders,
            self.till_as_seller.omni_web_order_count,
            lambda: self.till_as_seller.omni_open_web_order(order.id),
            lambda: self.till_as_seller.omni_hand_over(order.id, "some-key"),
            lambda: self._sync(self._ticket(order)),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                call()

    def test_settled_and_invoiced(self):
        order = self._order()
        ticket = self._sync(self._ticket(order, to_invoice=True))
        self.assertEqual(ticket.state, "done")
        self.assertEqual(ticket.account_move.partner_id, order.partner_id)

    def test_a_paid_order_is_not_settled(self):
        order = self._order(paid=True)
        with self.assertRaisesRegex(UserError, "is paid already"):
            self.till_as_seller.omni_open_web_order(order.id)

    def test_an_order_of_no_other_channel_takes_core_rights(self):
        order = self._order(website_id=False)
        order.omni_channel_id = self.till.omni_channel_id
        with self.assertRaises(AccessError):
            order.order_line.with_user(self.seller).read_converted()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._sync(self._ticket(order))

    def test_the_ticket_of_another_company_stays_closed(self):
        order = self._order()
        ticket = self._sync(self._ticket(order, state="draft"))
        other = self.env["res.company"].create({"name": "Other retailer"})
        self.seller.sudo().write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.env["pos.order"].with_user(self.seller).sync_from_ui([self._ticket(order, uuid=ticket.uuid)])

    def _with_reward(self):
        """A web order of 40 with 5 off, settled at the till."""
        order = self._order({self.lamp: 1})
        reward = self.env["product.product"].create({"name": "Reward", "type": "service", "taxes_id": False})
        order.order_line = [Command.create({"product_id": reward.id, "price_unit": -5.0})]
        return order, self._sync(self._ticket(order))

    def test_no_more_is_paid_back_than_was_paid(self):
        _order, ticket = self._with_reward()
        lamp, reward = ticket.lines
        notice = self.till_as_seller.omni_refund_notice
        self.assertRegex(notice([[lamp.id, 40.0]]), "35.00.+40.00")
        self.assertEqual(notice([[lamp.id, 40.0], [reward.id, -5.0]]), "")
        self.assertEqual(notice([[lamp.id, 35.0]]), "")
        self.assertEqual(notice([]), "")
        self.assertEqual(notice([[2**31 - 1, 40.0]]), "")
        for bad in ("x", [1], [["x", 1]], [[lamp.id, "x"]], [[lamp.id, float("nan")]], None, {"a": 1}):
            with self.subTest(bad=bad), self.assertRaises(UserError):
                notice(bad)
        with self.assertRaises(AccessError):
            self.till.with_user(self.stranger).omni_refund_notice([[lamp.id, 40.0]])

    def test_what_the_provider_is_about_to_pay_back_goes_back_once(self):
        """given 20 that were paid online, too, and that wait to be refunded there, then a till does not pay them out"""
        order, ticket = self._with_reward()
        provider = self.env["payment.provider"].search([], limit=1)
        pay_online(order, 20, provider, self.env.ref("payment.payment_method_unknown"))
        notice, rows = self.till_as_seller.omni_refund_notice, [[ticket.lines[0].id, 40.0]]
        self.assertEqual(notice(rows), "")
        self.env["omni.refund"].sudo().create(  # as a refund that waits
            {"order_id": order.id, "currency_id": order.currency_id.id, "amount": 20, "key": "test", "reason": "Twice"}
        )
        self.assertRegex(notice(rows), "35.00.+40.00")

    def test_what_was_paid_back_too_much_is_a_task(self):
        """Offline nobody could ask: the ticket is posted."""
        order, ticket = self._with_reward()
        line = ticket.lines[0]
        back = {
            "product_id": line.product_id.id,
            "qty": -1,
            "price_unit": line.price_unit,
            "price_subtotal": line.price_unit,
            "price_subtotal_incl": line.price_unit,
            "tax_ids": [],
            "refunded_orderline_id": line.id,
        }
        payment = {"amount": -line.price_unit, "payment_method_id": self.bank_payment_method.id}
        total = {"amount_total": -line.price_unit, "amount_paid": -line.price_unit, "is_refund": True}
        refund = self._ticket(order, uuid="omni-too-much", **total)
        refund |= {"lines": [[0, 0, back]], "payment_ids": [[0, 0, payment]]}
        self.env["pos.order"].with_user(self.seller).sync_from_ui([refund])
        self.assertIn("5.00", order.activity_ids.summary)
        self.assertIn("too much", order.activity_ids.summary)

    def test_taken_back_with_the_rights_of_a_till_alone(self):
        """given a ticket that settled a web order, when a seller without rights on sale orders takes part of it back
        at the till, or all in the back office, then it is done, and nothing is left to pay"""
        order = self._order({self.lamp: 2, self.vase: 1})
        ticket = self._sync(self._ticket(order))
        line = ticket.lines[0]
        back = {
            "product_id": line.product_id.id,
            "qty": -1,
            "price_unit": line.price_unit,
            "price_subtotal": line.price_unit,
            "price_subtotal_incl": line.price_unit,
            "tax_ids": [],
            "refunded_orderline_id": line.id,
        }
        payment = {"amount": -line.price_unit, "payment_method_id": self.bank_payment_method.id}
        total = {"amount_total": -line.price_unit, "amount_paid": -line.price_unit, "is_refund": True}
        for invoiced in (False, True):
            refund = self._ticket(order, uuid=f"omni-refund-{invoiced}", **total) | {
                "lines": [[0, 0, back]],
                "payment_ids": [[0, 0, payment]],
                "to_invoice": invoiced,
            }
            answer = self.env["pos.order"].with_user(self.seller).sync_from_ui([refund])
            self.assertEqual({row["uuid"] for row in answer["pos.order"]}, {refund["uuid"], ticket.uuid})
        self.assertEqual(order._omni_worth()[order], order.amount_total - 2 * line.price_unit)
        self.assertEqual(order._omni_left_to_pay(), 0)
        rest = ticket.with_user(self.seller)._refund()
        rest.add_payment(
            {
                "pos_order_id": rest.id,
                "amount": rest.amount_total,
                "payment_method_id": self.bank_payment_method.id,
            }
        )
        rest._process_saved_order(False)
        self.assertEqual((order._omni_worth()[order], order._omni_amount_paid()), (0, 0))
