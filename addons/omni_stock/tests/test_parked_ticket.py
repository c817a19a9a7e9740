from uuid import uuid4

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.omni_base.tests.common import named_in

from .common import end_of_transaction
from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestTicketsOfATill(TillCommon):
    """What Odoo's till keeps to itself until it is paid: the till has the server keep its goods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.till.with_user(cls.seller).open_ui()
        cls.till.current_session_id.set_opening_control(0, None)

    def park(self, uuid, *lines, till=None, **values):
        till = (till or self.till).with_user(self.seller)
        answer = till.omni_park_ticket(uuid, [[product.id, quantity] for product, quantity in lines], "0001", **values)
        end_of_transaction(self.env)
        return answer

    def held(self, uuid):
        parked = self.env["omni.parked.ticket"].search([("uuid", "=", uuid)])
        return self.env["omni.hold"]._held(parked._name, parked.id)

    def test_it_keeps_what_it_asks_for_now(self):
        uuid = str(uuid4())
        self.assertEqual(self.park(uuid, (self.lamp, 2), (self.lamp, 1), (self.vase, 9), (self.advice, 1)), {})
        self.assertEqual(self.held(uuid), {(self.lamp.id, self.shop.id): 3, (self.vase.id, self.shop.id): 2})
        self.assertEqual((self.left(), self.left(self.vase)), (2, 0))
        self.park(uuid, (self.lamp, 1))
        self.assertEqual((self.left(), self.left(self.vase)), (4, 2))
        self.park(uuid)
        self.assertEqual(self.left(), 5)

    def test_its_own_goods_are_not_taken_from_somebody(self):
        uuid = str(uuid4())
        self.park(uuid, (self.lamp, 4))
        till = self.till.with_user(self.seller)
        self.assertEqual(till.omni_taken_from(self.lamp.id, 4, uuid), {"left": 5, "owners": []})
        self.assertEqual(len(till.omni_taken_from(self.lamp.id, 2)["owners"]), 1)

    def test_paid_it_is_sold_and_nobody_misses_anything(self):
        sent = self.ticket([(self.lamp, 5)], paid=True)
        self.park(sent["uuid"], (self.lamp, 5))
        ticket = self.sync(dict(sent))
        self.assertEqual((ticket.state, self.held(sent["uuid"]), self.left()), ("paid", {}, 0))
        self.assertFalse(self.env["omni.incident"].search([("product_id", "=", self.lamp.id)]))
        self.park(sent["uuid"], (self.lamp, 1))  # said late
        self.assertEqual(self.held(sent["uuid"]), {})

    def test_saved_on_the_server_it_keeps_them_once(self):
        sent = self.ticket([(self.lamp, 2)])
        self.park(sent["uuid"], (self.lamp, 2))
        self.sync(dict(sent))
        self.assertEqual((self.held(sent["uuid"]), self.left()), ({}, 3))
        self.park(sent["uuid"], (self.lamp, 3))
        self.assertEqual(self.left(), 2)

    def test_time_runs_out(self):
        uuid = str(uuid4())
        self.park(uuid, (self.lamp, 2))
        self.env.cr.execute("UPDATE omni_hold SET expires_at = created WHERE res_model = 'omni.parked.ticket'")
        self.env.cr.execute("UPDATE omni_promise SET next_expiry = now() - interval '1 hour' WHERE held > 0")
        self.assertEqual(self.left(), 5)

    def test_who_may_ask(self):
        with self.assertRaises(AccessError):
            self.till.with_user(self.stranger).omni_park_ticket("uuid", [[self.lamp.id, 1]])
        uuid = str(uuid4())
        self.park(uuid, (self.lamp, 1))
        other = self.env["pos.config"].create({"name": "Other till", "picking_type_id": self.shop.pos_type_id.id})
        with self.assertRaises(AccessError, msg="another till's ticket"):
            self.park(uuid, (self.lamp, 5), till=other)

    def test_nothing_of_another_company_is_named(self):
        rival = self.env["res.company"].create({"name": "Rival"})
        hidden = self.env["res.partner"].create({"name": "Hidden", "company_id": rival.id})
        secret = self.env["product.product"].create(
            {"name": "Secret lamp", "is_storable": True, "company_id": rival.id}
        )
        with self.assertRaises(AccessError):
            self.park(str(uuid4()), (self.lamp, 1), partner_id=hidden.id)
        told = self.park(str(uuid4()), (self.lamp, 99), (secret, 1), partner_id=self.anna.id, ship=True)
        self.assertIn("Brass lamp", told["missing"])
        self.assertNotIn("Secret", str(told))

    def test_who_works_in_another_store_takes_nothing_from_a_ticket(self):
        uuid = str(uuid4())
        self.park(uuid, (self.lamp, 2))
        other = self.env["pos.config"].create({"name": "Other till", "picking_type_id": self.central.pos_type_id.id})
        named_in(self, self.central)
        with self.assertRaises(AccessError):
            self.park(uuid, till=other)
        self.assertEqual(self.held(uuid), {(self.lamp.id, self.shop.id): 2})

    # -- shipped later -------------------------------------------------------------------------------------------------

    def ship(self, lines, **values):
        self.anna.write({"street": "1 rue Haute", "city": "Lyon", "country_id": self.env.ref("base.fr").id})
        sent = self.ticket(lines, paid=True, shipping_date="2030-05-30", partner_id=self.anna.id, **values)
        answer = self.park(sent["uuid"], *lines, partner_id=self.anna.id, ship=True)
        return sent, answer

    def leaves(self, ticket):
        moves = ticket.picking_ids.move_ids
        return {move.picking_id.picking_type_id.warehouse_id: (move.product_uom_qty, move.quantity) for move in moves}

    def test_what_the_store_has_not_leaves_from_where_it_is(self):
        """given lamps sold out in the store and 40 in the central warehouse, when a ticket of 2 is shipped later, then
        the seller reads so before the payment, and they leave from there"""
        self.receive(self.lamp, -5)
        sent, answer = self.ship([(self.lamp, 2)])
        [leg] = answer["legs"]
        self.assertEqual((leg["store"], leg["here"], answer["missing"]), ("Central", False, ""))
        self.assertIn("2 × Brass lamp", leg["goods"])
        self.assertTrue(leg["arrives"])
        self.assertEqual(self.held(sent["uuid"]), {(self.lamp.id, self.central.id): 2})
        ticket = self.sync(sent)
        self.assertEqual(self.leaves(ticket), {self.central: (2, 2)})
        self.assertEqual(self.held(sent["uuid"]), {})
        promise = self.availability.available(self.lamp.ids, (self.shop + self.central).ids)
        self.assertEqual(promise, {(self.lamp.id, self.shop.id): 0, (self.lamp.id, self.central.id): 38})
        self.assertEqual(self.availability.audit(), [])
        self.assertFalse(self.env["omni.incident"].search([("product_id", "=", self.lamp.id)]))

    def test_said_without_network(self):
        """given a till that could not ask, then the ticket is routed when it arrives"""
        self.receive(self.lamp, -5)
        sent = self.ticket([(self.lamp, 2)], paid=True, shipping_date="2030-05-30", partner_id=self.anna.id)
        self.assertEqual(self.leaves(self.sync(sent)), {self.central: (2, 2)})

    def test_what_nowhere_has_is_said_and_waits_in_the_store(self):
        sent, answer = self.ship([(self.vase, 3), (self.advice, 1)])
        self.assertIn("1 × Blue vase", answer["missing"])
        ticket = self.sync(sent)
        self.assertEqual(sum(ticket.picking_ids.move_ids.mapped("product_uom_qty")), 3)
        self.assertEqual(ticket.picking_ids.picking_type_id.warehouse_id, self.shop)

    def test_a_till_with_a_route_of_its_own_keeps_it(self):
        self.receive(self.lamp, -5)
        self.till.route_id = self.shop.delivery_route_id
        sent = self.ticket([(self.lamp, 2)], paid=True, shipping_date="2030-05-30", partner_id=self.anna.id)
        self.assertEqual([*self.leaves(self.sync(sent))], [self.shop])

    def test_an_order_that_is_settled_and_shipped_later(self):
        """given an order that waits in the store, when its ticket is shipped later, then it leaves once"""
        order = self.basket(2)
        order.action_confirm()
        values = {"sale_order_origin_id": order.id, "sale_order_line_id": order.order_line.id}
        sent = self.ticket([(self.lamp, 2)], paid=True, shipping_date="2030-05-30", partner_id=self.anna.id)
        sent["lines"][0][2].update(values)
        ticket = self.sync(sent, self.env.user)
        self.assertEqual(order.picking_ids.move_ids.filtered("sale_line_id").mapped("state"), ["cancel"])
        self.assertEqual(sum(quantity for quantity, _reserved in self.leaves(ticket).values()), 2)
        self.assertEqual(self.availability.audit(), [])
