from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .routing_common import RoutingCommon


@tagged("post_install", "-at_install")
class TestOmniRoutingSimulation(RoutingCommon):
    """Drafts beside the rules of today."""

    def simulate(self, **values):
        simulation = (
            self.env["omni.routing.simulation"]
            .with_user(self.manager)
            .create({"channel_ids": self.channel.ids, **values})
        )
        simulation.action_run()
        return simulation

    def test_a_draft_that_moves_orders(self):
        for store in self.stores:
            self.receive(self.lamp, store, 9)
        for _order in range(3):
            self.order((self.lamp, 2)).action_confirm()
        self.env["omni.routing.rule"].create(
            {"name": "Nice first", "effect": "only", "warehouse_ids": self.nice.ids, "draft": True}
        )
        decisions = self.env["omni.routing.decision"].search_count([])
        simulation = self.simulate()
        self.assertEqual((simulation.compared, simulation.changed), (3, 3))
        self.assertGreater(simulation.draft_cost, simulation.today_cost)
        loads = {one.warehouse_id.name: (one.today_legs, one.draft_legs) for one in simulation.store_ids}
        self.assertEqual(loads, {"Paris": (3, 0), "Nice": (0, 3)})
        self.assertEqual(simulation.order_ids.mapped("today_stores"), ["Paris"] * 3)
        self.assertEqual(simulation.order_ids.mapped("draft_stores"), ["Nice"] * 3)
        self.assertAlmostEqual(simulation.today_days, simulation.draft_days, 1)
        self.assertEqual(self.env["omni.routing.decision"].search_count([]), decisions)

    def test_an_order_may_have_back_what_it_took(self):
        self.receive(self.lamp, self.paris, 2)
        self.order((self.lamp, 2)).action_confirm()
        simulation = self.simulate()
        self.assertEqual((simulation.today_missing, simulation.changed), (0, 0))

    def test_splits_are_counted(self):
        self.receive(self.lamp, self.paris, 1)
        self.receive(self.lamp, self.lyon, 2)
        order = self.order((self.lamp, 2))
        order.warehouse_id = self.lyon
        order.action_confirm()
        self.env["omni.routing.rule"].create(
            {"name": "Split", "effect": "prefer", "warehouse_ids": self.paris.ids, "amount": 20, "draft": True}
        )
        simulation = self.simulate(orders=5)
        self.assertEqual((simulation.today_splits, simulation.draft_splits), (0, 0))
        self.env["omni.routing.rule"].create(
            {"name": "Free", "effect": "forbid", "warehouse_ids": self.lyon.ids, "draft": True}
        )
        again = self.simulate(orders=5)
        self.assertEqual((again.today_missing, again.draft_missing), (0, 1))

    def test_nothing_to_simulate(self):
        with self.assertRaises(UserError):
            self.simulate()

    def test_orders_of_another_company_are_not_simulated(self):
        """given a manager of one company, when they name another one, then nothing of its orders comes out"""
        self.receive(self.lamp, self.paris, 2)
        self.order((self.lamp, 1)).action_confirm()
        rival = self.env["res.company"].create({"name": "Rival"})
        stranger = new_test_user(
            self.env,
            "rival_manager",
            groups="omni_base.group_manager",
            company_id=rival.id,
            company_ids=[Command.set(rival.ids)],
        )
        simulation = self.env["omni.routing.simulation"].with_user(stranger).create({"company_id": self.env.company.id})
        for named in (simulation, simulation.with_context(allowed_company_ids=self.env.company.ids)):
            with self.assertRaises(AccessError):
                named.action_run()

    def test_for_managers(self):
        with self.assertRaises(AccessError):
            self.env["omni.routing.simulation"].with_user(self.seller).create({})
