from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.omni_base.exceptions import Busy

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestParkedTicket(TillCommon):
    """A seller who has no right but that of a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till.with_user(cls.seller).open_ui()
        cls.till.current_session_id.set_opening_control(0, None)

    def held(self, ticket):
        rows = self.env["omni.hold"]._held("pos.order", ticket.id)
        return {product: quantity for (product, _store), quantity in rows.items()}

    def ends(self, ticket):
        holds = self.env["omni.hold"].search([("res_model", "=", "pos.order"), ("res_id", "=", ticket.id)])
        return set(holds.mapped("ended"))

    def test_a_parked_ticket_holds_its_goods(self):
        ticket = self.sync(self.ticket([(self.lamp, 2), (self.lamp, 1), (self.vase, 1), (self.advice, 1)]))
        self.assertEqual(self.held(ticket), {self.lamp.id: 3, self.vase.id: 1})
        self.assertEqual((self.left(), self.left(self.vase)), (2, 1))

    def test_tenths_add_up(self):
        cloth = self.env["product.product"].create(
            {"name": "Cloth", "is_storable": True, "allow_out_of_stock_order": False, "available_in_pos": True}
        )
        self.receive(cloth, 0.3)
        ticket = self.sync(self.ticket([(cloth, 0.1)] * 3))
        self.assertAlmostEqual(self.held(ticket)[cloth.id], 0.3)
        self.assertEqual(self.left(cloth), 0)
        self.assertEqual(self.till.omni_taken_from(cloth.id, 0.1 + 0.2, ticket.uuid)["owners"], [])

    def test_it_holds_what_it_asks_for_now(self):
        sent = self.ticket([(self.lamp, 2)])
        ticket = self.sync(dict(sent))
        self.sync(self.ticket([(self.vase, 1)], uuid=sent["uuid"]))
        self.assertEqual(self.held(ticket), {self.lamp.id: 2, self.vase.id: 1})
        ticket.lines.unlink()
        self.sync(self.ticket([], uuid=sent["uuid"]))
        self.assertEqual(self.left(), 5)

    def test_it_holds_what_there_is(self):
        self.keep(3)
        ticket = self.sync(self.ticket([(self.lamp, 4), (self.vase, 9)]))
        self.assertEqual(self.held(ticket), {self.lamp.id: 2, self.vase.id: 2})

    def test_it_is_parked_and_paid_though_somebody_is_at_its_goods(self):
        """given goods that cannot be decided on just now, when a ticket is parked and paid, then it is saved"""
        with patch.object(self.env.registry["omni.promise"], "_decide", side_effect=Busy("Not now")):
            sent = self.ticket([(self.lamp, 2)])
            ticket = self.sync(dict(sent))
            self.assertEqual((ticket.state, self.held(ticket)), ("draft", {}))
        again = {**self.ticket([], uuid=sent["uuid"])}
        self.sync(dict(again))
        self.assertEqual(self.held(ticket), {self.lamp.id: 2})
        with patch.object(self.env.registry["omni.promise"], "_decide", side_effect=Busy("Not now")):
            self.sync(dict(again))
            paid = self.ticket([(self.lamp, 2)], paid=True, uuid=sent["uuid"])
            paid["lines"] = []
            self.sync(paid)
        self.assertEqual((ticket.state, self.held(ticket), self.left()), ("paid", {}, 3))

    def test_paid_it_is_sold_and_nobody_misses_anything(self):
        sent = self.ticket([(self.lamp, 5)])
        ticket = self.sync(dict(sent))
        paid = self.ticket([(self.lamp, 5)], paid=True, uuid=sent["uuid"])
        paid["lines"] = []
        self.sync(paid)
        self.assertEqual(ticket.state, "paid")
        self.assertEqual((self.held(ticket), self.left()), ({}, 0))
        self.assertEqual(self.ends(ticket), {"committed"})
        self.assertFalse(self.env["omni.incident"].search([("product_id", "=", self.lamp.id)]))

    def test_cancelled_or_deleted_it_gives_them_back(self):
        cancelled, removed = self.sync(self.ticket([(self.lamp, 2)])), self.sync(self.ticket([(self.lamp, 1)]))
        self.assertEqual(self.left(), 2)
        cancelled.with_user(self.seller).action_pos_order_cancel()
        self.assertEqual((self.left(), self.ends(cancelled)), (4, {"released"}))
        self.env["pos.order"].with_user(self.seller).remove_from_ui(removed.ids)
        self.assertFalse(removed.exists())
        self.assertEqual(self.left(), 5)

    def test_a_ticket_paid_at_once_holds_nothing(self):
        ticket = self.sync(self.ticket([(self.lamp, 1)], paid=True))
        self.assertEqual((ticket.state, self.ends(ticket)), ("paid", set()))

    def test_a_till_that_was_offline_always_posts(self):
        # given the lamps kept for Anna
        basket = self.keep(5)
        # when a till that was offline sends what it sold
        ticket = self.sync(self.ticket([(self.lamp, 2)], paid=True))
        # then it is posted, and her basket lacks two
        self.assertEqual((ticket.state, ticket.picking_ids.state), ("paid", "done"))
        incident = self.env["omni.incident"].search([("product_id", "=", self.lamp.id)])
        self.assertEqual((incident.res_id, incident.quantity), (basket.id, 2))

    def test_a_till_does_not_take_what_is_prepared(self):
        # given all lamps packed for Anna
        order = self.basket(5)
        order.action_confirm()
        order.picking_ids.do_print_picking()
        # when a till sells one all the same
        ticket = self.sync(self.ticket([(self.lamp, 1)], paid=True))
        # then her order keeps what is reserved for it, and an incident tells
        self.assertEqual(ticket.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.move_ids.quantity, 5)
        incident = self.env["omni.incident"].search([("product_id", "=", self.lamp.id)])
        self.assertEqual((incident.res_id, incident.quantity), (order.id, 1))
