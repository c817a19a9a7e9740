from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .routing_common import MONDAY, RoutingCommon


@tagged("post_install", "-at_install")
class TestOmniRoutingDecision(RoutingCommon):
    """Why an order leaves from where it does."""

    def decide(self, order, **options):
        self.legs = order._omni_route(order._omni_demand(), "confirmed", **options)
        return order.omni_decision_ids.sorted("id")[-1:]

    def test_every_store_and_why(self):
        self.receive(self.lamp, self.paris, 2)
        self.receive(self.lamp, self.lyon, 2)
        self.receive(self.lamp, self.nice, 1)
        decision = self.decide(self.order((self.lamp, 2)))
        paris, lyon, nice = (
            decision.candidate_ids.filtered(lambda one, store=store: one.warehouse_id == store) for store in self.stores
        )
        self.assertEqual((paris.outcome, paris.goods, paris.rank), ("chosen", [[self.lamp.id, 2.0]], 0))
        self.assertEqual((lyon.outcome, lyon.reason), ("lost", "dearer"))
        self.assertIn("more expensive than the chosen plan", lyon.why)
        self.assertEqual((nice.outcome, nice.reason), ("lost", "part"))
        self.assertIn("0 of 1", nice.why)
        self.assertGreater(lyon.km, 300)
        self.assertAlmostEqual(lyon.cost, lyon.parcel + lyon.distance + lyon.handling, 2)
        self.assertEqual((decision.legs, decision.kind, decision.mode), (1, "confirmed", "ship"))
        self.assertAlmostEqual(decision.cost, paris.cost, 2)
        self.assertEqual(decision.order_id.omni_leg_ids, paris)
        self.assertEqual(decision.promised_at, paris.promised_at)

    def test_why_a_store_may_not(self):
        self.receive(self.lamp, self.lyon, 2)
        self.receive(self.lamp, self.nice, 2)
        self.env["omni.routing.rule"].create({"name": "Nice rests", "effect": "forbid", "warehouse_ids": self.nice.ids})
        decision = self.decide(self.order((self.lamp, 1)))
        reasons = {one.warehouse_id.name: one.reason for one in decision.candidate_ids}
        self.assertEqual(reasons, {"Paris": "empty", "Lyon": "chosen", "Nice": "rule"})
        self.assertIn("Nice rests", decision.candidate_ids.filtered(lambda one: one.reason == "rule").why)
        self.lyon.omni_ships = False
        decision = self.decide(self.order((self.lamp, 1)), refused=self.nice.ids)
        reasons = {one.warehouse_id.name: one.reason for one in decision.candidate_ids}
        self.assertEqual(reasons, {"Paris": "empty", "Lyon": "way", "Nice": "refused"})
        self.assertEqual(decision.unserved, [[self.lamp.id, 1.0]])
        self.assertIn("Lamp", decision.unserved_words)

    @freeze_time(MONDAY)
    def test_a_wish_that_cannot_be_kept(self):
        self.receive(self.lamp, self.paris, 2)
        order = self.order((self.lamp, 1), commitment_date=MONDAY + timedelta(hours=1))
        decision = self.decide(order)
        self.assertTrue(decision.late)
        self.assertFalse(decision.unserved)
        order.commitment_date = MONDAY + timedelta(days=5)
        self.assertFalse(self.decide(order).late)

    def test_its_own_hold_is_its_own(self):
        self.receive(self.lamp, self.paris, 1)
        order = self.order((self.lamp, 1))
        self.env["omni.availability"].hold(order, [(self.lamp.id, self.paris.id, 1)])
        self.decide(order)
        self.assertEqual(self.from_where(self.legs), {"Paris": {"Lamp": 1}})

    def test_chosen_among_some_stores_only(self):
        for store in self.stores:
            self.receive(self.lamp, store, 1)
        decision = self.decide(self.order((self.lamp, 1)), warehouses=self.nice)
        self.assertEqual(decision.candidate_ids.warehouse_id, self.nice)

    def test_legs_become_deliveries(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 2)
        self.receive(self.shade, self.lyon, 1)
        self.lyon.omni_ships = True
        order = self.order((self.lamp, 1), (self.lamp, 2), (self.shade, 1))
        order.state = "sale"
        order.order_line.move_ids._action_cancel()
        self.decide(order)
        order._omni_deliver(self.legs, {line: line.product_uom_qty for line in order.order_line})
        moves = order.order_line.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(set(moves.mapped("state")), {"assigned"})
        taken = {}
        for move in moves:
            key = move.product_id.name, move.location_id.warehouse_id.name
            taken[key] = taken.get(key, 0) + move.product_uom_qty
        self.assertEqual(taken, {("Lamp", "Paris"): 1, ("Lamp", "Lyon"): 2, ("Shade", "Lyon"): 1})

    def test_the_map(self):
        self.receive(self.lamp, self.paris, 1)
        decision = self.decide(self.order((self.lamp, 1)))
        kinds = [place["kind"] for place in decision.map["places"]]
        self.assertEqual(kinds, ["other", "other", "chosen", "goal"])
        self.stores.partner_id.write({"partner_latitude": 0, "partner_longitude": 0})
        decision.invalidate_recordset()
        self.assertEqual([place["kind"] for place in decision.map["places"]], ["goal"])

    def test_who_may_read_and_nobody_may_change(self):
        self.receive(self.lamp, self.paris, 1)
        decision = self.decide(self.order((self.lamp, 1), user_id=self.seller.id))
        for user in (self.seller, self.stock_user, self.manager):
            self.assertTrue(decision.with_user(user).candidate_ids.mapped("why"))
            for change in (
                lambda record: record.write({"cost": 0}),
                lambda record: record.unlink(),
                lambda record: record.copy(),
            ):
                with self.assertRaises(AccessError):
                    change(decision.with_user(user))
        with self.assertRaises(AccessError):
            decision.with_user(self.employee).read(["cost"])

    def test_another_company_sees_nothing(self):
        self.receive(self.lamp, self.paris, 1)
        decision = self.decide(self.order((self.lamp, 1)))
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "routing_stranger",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, self.env.ref("omni_base.group_manager").id)],
            }
        )
        for records in (decision, decision.candidate_ids):
            self.assertFalse(self.env[records._name].with_user(stranger).search([("id", "in", records.ids)]))
