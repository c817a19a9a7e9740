from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.migration import load_script
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_path

from odoo.addons.omni_base.tests.common import named_in

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestOmniIncident(IncidentCommon):
    def test_dismissed_stays_dismissed(self):
        self.keep(3)
        self.count(1)
        incident = self.incidents(self.omni_user)
        with self.assertRaises(UserError):
            incident.action_dismiss()
        incident.reason = "Found behind the shelf"
        incident.action_dismiss()
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual(self.incidents().mapped("state"), ["dismissed"])
        self.assertEqual(incident.solved_by_id, self.omni_user)
        with self.assertRaises(UserError):
            incident.action_told()
        # when still more is gone, that is news
        self.count(0)
        self.assertEqual(
            self.incidents().mapped(lambda one: (one.state, one.quantity)), [("dismissed", 2), ("open", 1)]
        )

    def test_what_is_known_already_is_no_difference(self):
        basket = self.keep(3)
        self.count(1)
        incident = self.incidents()
        self.assertEqual(self.availability.audit(), [])
        incident.reason = "They come on Friday"
        incident.action_dismiss()
        self.assertEqual(self.availability.audit(), [])
        # what is gone beyond it is one
        self.env["stock.quant"]._update_available_quantity(self.product, self.shop.lot_stock_id, -1)
        [finding] = self.availability.audit()
        self.assertIn("Lamp", finding)
        # and so is what somebody else holds
        self.run_out(basket)
        self.assertEqual(self.availability.audit(), [])
        self.receive(self.product, self.shop, 2)
        self.keep(2)
        self.env["stock.quant"]._update_available_quantity(self.product, self.shop.lot_stock_id, -1)
        [finding] = self.availability.audit()

    def test_who_waits_by_agreement_is_no_difference(self):
        self.keep(3)
        self.env["stock.quant"]._update_available_quantity(self.product, self.shop.lot_stock_id, -4)
        self.assertTrue(self.availability.audit())
        self.product.allow_out_of_stock_order = True
        self.assertEqual(self.availability.audit(), [])

    def test_take_from_another_store(self):
        self.keep(3)
        self.count(1)
        incident = self.incidents(self.stock_user)
        action = incident.action_take_from(self.central.id)
        transfer = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual((incident.state, incident.outcome, incident.picking_id), ("solved", "transfer", transfer))
        self.assertEqual((transfer.state, transfer.move_ids.product_uom_qty), ("assigned", 2))
        self.assertEqual(self.left(self.central), 38)
        transfer.with_user(self.stock_user).button_validate()
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual(len(self.incidents()), 1)
        self.assertEqual((self.left(self.central), self.left(self.shop)), (38, 0))

    def test_what_was_sold_waits_for_what_is_brought(self):
        """given an order of three of which two are gone, when another store brings them, then its delivery waits for
        them, its customer is told, and what goes missing later is news"""
        order = self.sell(3)
        self.count(1)
        incident = self.incidents(self.stock_user)
        incident.action_take_from(self.central.id)
        rest, waiting = order.order_line.move_ids.sorted("product_uom_qty")
        self.assertEqual((rest.product_uom_qty, rest.state), (1, "assigned"))
        self.assertEqual((waiting.product_uom_qty, waiting.state), (2, "waiting"))
        self.assertEqual(waiting.move_orig_ids.picking_id, incident.picking_id)
        self.assertEqual(waiting.picking_id, rest.picking_id)
        told = order.message_ids.filtered(lambda message: self.shopper in message.partner_ids)
        self.assertIn("a little later", told.body)
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual(self.incidents().mapped("state"), ["solved"])
        self.assertEqual((self.left(), self.left(self.central), self.availability.audit()), (0, 38, []))
        self.count(0)
        self.assertEqual(self.incidents().mapped(lambda one: (one.state, one.quantity)), [("solved", 2), ("open", 1)])
        incident.picking_id.with_user(self.stock_user).button_validate()
        self.env.invalidate_all()
        self.assertEqual(waiting.state, "assigned")

    def test_who_works_in_another_store_decides_nothing(self):
        self.keep(3)
        self.count(1)
        incident = self.incidents(self.stock_user)
        named_in(self, self.central)
        for act in (
            incident.action_told,
            incident.action_take_care,
            incident.action_look_again,
            incident.action_dismiss,
            lambda: incident.action_take_from(self.central.id),
            lambda: incident.write({"user_id": self.stock_user.id}),
            lambda: incident.write({"note": "Not mine"}),
        ):
            with self.assertRaisesRegex(AccessError, "this store"):
                act()
        incident.sudo().user_id = self.stock_user  # a manager asks them to
        incident.action_told()
        self.assertEqual(incident.state, "solved")

    def test_nobody_supposes_what_they_may_not_write(self):
        """given an oversold order, when somebody asks its form what a name would be if another record had taken the
        goods, then they are not told: it would be worked out in sudo mode"""
        self.keep(3)
        self.count(1)
        incident = self.incidents(self.omni_user)
        secret = self.env["res.partner.bank"].create({"acc_number": "FR76 secret", "partner_id": self.shopper.id})
        values = {"cause_model": secret._name, "cause_id": secret.id, "reason": "Why"}
        spec = {name: {} for name in (*values, "cause_name")}
        for changed in (["cause_model", "cause_id"], ["reason"], ["reason", "cause_id", "cause_model"]):
            self.assertNotIn("secret", str(incident.onchange(values, changed, spec)))
        with self.assertRaises(AccessError):
            incident.browse().onchange(values, [], spec)

    def test_what_is_brought_for_a_line_is_there_when_that_line_is(self):
        """given an order to collect of which one line is sent home, then that line is under way from the store, too"""
        order = self.sell(3)
        order.order_line.omni_way = "ship"
        order.sudo().omni_fulfilment = "collect"
        self.shop.omni_transit_days = 2
        self.count(1)
        incident = self.incidents(self.stock_user)
        incident.action_take_from(self.central.id)
        late = incident.sudo()._there_at(order.order_line, incident.picking_id)
        order.order_line.omni_way = "collect"
        soon = incident.sudo()._there_at(order.order_line, incident.picking_id)
        self.assertAlmostEqual(late - soon, timedelta(days=2), delta=timedelta(seconds=5))

    def test_expected_receipt_and_look_again(self):
        self.keep(3)
        self.count(1)
        incident = self.incidents(self.omni_user)
        day = fields.Datetime.now() + timedelta(days=3)
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.shop.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.shop.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 8,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": self.shop.lot_stock_id.id,
                            "date": day,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.date = day
        incident.action_look_again()
        expected = {"date": fields.Date.to_string(day.date()), "quantity": 8}
        self.assertEqual(incident.alternatives["expected"], expected)

    def test_who_may_do_what(self):
        self.keep(3)
        self.count(1)
        incident = self.incidents()
        with self.assertRaises(AccessError):
            incident.with_user(self.employee).read(["quantity"])
        with self.assertRaises(AccessError):
            incident.with_user(self.employee).action_told()
        for values in ({"state": "solved"}, {"quantity": 0}, {"partner_id": False}):
            with self.assertRaises(AccessError):
                incident.with_user(self.manager).write(values)
        with self.assertRaises(AccessError):
            incident.with_user(self.omni_user).action_take_from(self.central.id)
        with self.assertRaises(ValidationError):
            incident.with_user(self.stock_user).action_take_from(self.shop.id)
        incident.with_user(self.omni_user).action_take_care()
        incident.with_user(self.omni_user).note = "They come on Friday"
        incident.with_user(self.omni_user).action_told()
        self.assertEqual((incident.user_id, incident.outcome), (self.omni_user, "told"))

    def test_another_company_does_not_see_it(self):
        self.keep(3)
        self.count(1)
        company = self.env["res.company"].create({"name": "Other retailer"})
        other = new_test_user(
            self.env,
            "hold_other",
            groups="omni_base.group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.incidents(other))

    # -- among the tasks ---------------------------------------------------------------------------------------------

    def tasks(self, user=None):
        tasks = self.env["omni.task"].search([("kind", "=", "oversold"), ("res_id", "in", self.incidents().ids)])
        return tasks.with_user(user or self.env.user)

    def test_it_is_a_task_until_it_is_closed(self):
        """given an oversold order, then it is among the tasks; when more is gone, the task says so; when it is closed,
        the task is, too"""
        self.keep(3)
        self.count(2)
        incident, task = self.incidents(self.omni_user), self.tasks()
        self.assertEqual((task.state, task.warehouse_id, task.company_id), ("open", self.shop, self.shop.company_id))
        self.count(1)
        self.assertEqual((self.tasks(), self.incidents().quantity), (task, 2))
        self.assertIn("2 ", task.summary)
        incident.action_take_care()
        self.assertEqual(task.user_id, self.omni_user)
        incident.action_told()
        self.assertEqual((task.state, task.closed_by_id), ("done", self.omni_user))

    def test_over_by_itself_its_task_is_done(self):
        self.keep(3)
        self.count(1)
        self.count(3)
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual((self.incidents().state, self.tasks().state), ("solved", "done"))

    def test_it_is_decided_from_the_task(self):
        """given an oversold order, when it is served from another store by its task, then it is solved"""
        self.sell(3)
        self.count(1)
        task = self.tasks(self.manager)
        offers = {offer["value"]: offer for offer in task.offers}
        self.assertIn(self.central.id, offers)
        self.assertFalse([offer for offer in self.tasks(self.omni_user).offers if offer["value"]])
        action = task.action_do(offers[self.central.id]["name"], self.central.id)
        self.assertEqual((action["res_model"], self.incidents().outcome), ("stock.picking", "transfer"))
        self.assertEqual((task.state, task.closed_by_id), ("done", self.manager))

    def test_it_is_dismissed_from_the_task(self):
        self.keep(3)
        self.count(1)
        task, incident = self.tasks(self.omni_user), self.incidents()
        task.action_take_care()
        self.assertEqual(incident.user_id, self.omni_user)
        task.reason = "Found behind the shelf"
        task.action_dismiss()
        self.assertEqual((incident.state, incident.reason), ("dismissed", "Found behind the shelf"))
        self.assertEqual(incident.solved_by_id, self.omni_user)

    def test_the_upgrade_makes_tasks_of_what_is_open(self):
        self.keep(3)
        self.count(1)
        self.tasks().unlink()
        path = file_path("omni_stock/migrations/19.0.1.2.0/end-tasks.py")
        for _again in range(2):
            load_script(path, "end-tasks").migrate(self.env.cr, "19.0.1.1.0")
        self.assertEqual(self.tasks().mapped("state"), ["open"])


@tagged("post_install", "-at_install")
class TestOmniIncidentTour(HttpCase, IncidentCommon):
    def test_a_broken_promise_is_served_from_another_store(self):
        new_test_user(self.env, "incidents", groups="stock.group_stock_user,omni_base.group_user", password="incidents")
        self.product.name = "Tour Lamp"
        self.keep(3)
        self.count(1)
        self.start_tour("/odoo/action-omni_stock.omni_incident_action", "omni_stock_incident", login="incidents")
        self.assertEqual(self.incidents().outcome, "transfer")
