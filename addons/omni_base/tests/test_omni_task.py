from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.omni_base.exceptions import InvalidInput

from .common import OmniCommon, Providers, named_in


@tagged("post_install", "-at_install")
class TestOmniTask(OmniCommon):
    """What a person has to decide is one list, whoever asks, and is decided once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = new_test_user(cls.env, "omni_salesman", groups="sales_team.group_sale_salesman")
        cls.staff = new_test_user(cls.env, "omni_staff", groups="omni_base.group_user")

    def _ask(self, record=None, summary="Look into it", **values):
        return self.env["omni.task"]._ask(
            "too_much", record or self._order(user_id=self.salesman.id), summary, **values
        )

    def _seen_by(self, user):
        return self.env["omni.task"].with_user(user).search([])

    # -- asking ------------------------------------------------------------------------------------------------------

    def test_the_same_key_is_the_same_task(self):
        """given a task, when it is asked for again, then it has the words of now while it is open, and stays closed"""
        order = self._order()
        task = self._ask(order, "First", note="Because.")
        self.assertEqual(self._ask(order, "Second"), task)
        self.assertEqual((task.summary, task.record_name, task.company_id), ("Second", order.name, self.company))
        self.assertEqual(task.warehouse_id, self.paris)
        other = self._ask(order, "Other", key="other")
        self.assertNotEqual(other, task)
        task._close("done")
        self.assertEqual(self._ask(order, "Third"), task)
        self.assertEqual((task.state, task.summary), ("done", "Second"))

    def test_it_is_among_the_activities_of_whoever_decides(self):
        order = self._order()
        self._ask(order, user=self.salesman, note="Because.")
        self.assertEqual(order.activity_ids.user_id, self.salesman)
        self.assertEqual(order.activity_ids.summary, "Look into it")
        self.assertIn("Because.", order.activity_ids.note)
        self._ask(order, key="managers")
        managers = self.company._omni_managers()
        self.assertIn(order.activity_ids.filtered(lambda one: one.user_id != self.salesman).user_id, managers)

    def test_who_ends_the_activity_ends_the_task(self):
        """given a seller who sees no tasks, when they mark their activity as done, then the task is done"""
        order = self._order(user_id=self.salesman.id)
        task = self._ask(order, user=self.salesman)
        order.activity_ids.with_user(self.salesman).action_feedback(feedback="Called")
        self.assertEqual((task.state, task.closed_by_id), ("done", self.salesman))

    def test_what_has_no_activities_is_a_task_all_the_same(self):
        task = self._ask(self.paris)
        self.assertEqual((task.record_name, task.activity_id.ids), (self.paris.display_name, []))

    # -- deciding ----------------------------------------------------------------------------------------------------

    def test_done(self):
        order = self._order()
        task = self._ask(order).with_user(self.manager)
        [offer] = task.offers
        task.action_do(offer["name"], offer["value"])
        self.assertEqual((task.state, task.closed_by_id), ("done", self.manager))
        self.assertFalse(task.offers)
        self.assertFalse(order.activity_ids)
        for again in (lambda: task.action_do("_done"), task.action_dismiss, task.action_take_care):
            with self.assertRaises(UserError):
                again()

    def test_dismissed_for_a_reason(self):
        task = self._ask().with_user(self.staff)
        with self.assertRaises(UserError):
            task.action_dismiss()
        task.reason = "Settled by phone"
        task.action_dismiss()
        self.assertEqual((task.state, task.closed_by_id), ("dismissed", self.staff))

    def test_who_takes_care(self):
        order = self._order()
        task = self._ask(order).with_user(self.staff)
        task.action_take_care()
        self.assertEqual((task.user_id, order.activity_ids.user_id), (self.staff, self.staff))

    def test_only_what_is_offered_is_done(self):
        task = self._ask().with_user(self.manager)
        for name, value in (("unlink", None), ("_close", "dismissed"), ("_done", 1), (["_done"], None), (None, None)):
            with self.assertRaises(InvalidInput):
                task.action_do(name, value)
        for values in ({"state": "done"}, {"user_id": self.manager.id}, {"summary": "x"}, {"res_id": 1}):
            with self.assertRaises(AccessError):
                task.write(values)

    def test_the_document_opens(self):
        order = self._order(user_id=self.salesman.id)
        task = self._ask(order)
        action = task.with_user(self.manager).action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
        self.staff.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertTrue(task.with_user(self.staff).opens_record)
        order.unlink()
        self.env.invalidate_all()
        self.assertFalse(task.with_user(self.staff).opens_record)

    # -- who sees it -------------------------------------------------------------------------------------------------

    def test_by_store_and_company(self):
        """given tasks of two stores and of none, then staff see those of their own stores and what is theirs, managers
        all of their companies', and others none
        """
        here, there = self._ask(self._order()), self._ask(self._order(warehouse_id=self.lyon.id))
        nowhere, own = self._ask(self.customer), self._ask(self.customer, key="own", user=self.staff)
        named_in(self, self.paris)
        self.env.registry.clear_cache()
        tasks = here | there | nowhere | own
        self.assertEqual(self._seen_by(self.staff) & tasks, here | own)
        self.assertEqual(self._seen_by(self.manager) & tasks, tasks)
        company = self.env["res.company"].create({"name": "Other retailer"})
        groups = "omni_base.group_manager"
        other = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        self.assertFalse(self._seen_by(new_test_user(self.env, "omni_other", groups=groups, **other)))
        for user in (self.employee, self.salesman):
            with self.assertRaises(AccessError):
                self._seen_by(user)


@tagged("post_install", "-at_install")
class TestRefundTask(Providers, OmniCommon):
    """A refund that no provider can do waits for a person, and ends with what they decide."""

    def setUp(self):
        super().setUp()
        self.salesman = new_test_user(self.env, "omni_salesman", groups="sales_team.group_sale_salesman")
        self.order = self._order(quantity=3, user_id=self.salesman.id)
        self.order.action_confirm()
        self._pay_by(self.order, 120, self._provider("none"))
        self.refund = self.order._omni_pay_back(50, "a", "The lamp was broken.")
        self.task = self.env["omni.task"]._of(self.refund)

    def test_done_here_it_is_refunded(self):
        self.assertEqual((self.task.kind, self.task.user_id), ("refund", self.salesman))
        task = self.task.with_user(self.manager)
        self.assertEqual([offer["label"] for offer in task.offers], ["Done by hand"])
        task.action_do(task.offers[0]["name"])
        self.assertEqual((self.refund.state, self.refund.done_by_id), ("done", self.manager))

    def test_done_there_it_is_done_here(self):
        self.refund.with_user(self.salesman).action_done_by_hand()
        self.assertEqual((self.task.state, self.order.activity_ids.ids), ("done", []))

    def test_done_among_the_activities_of_its_seller(self):
        self.order.activity_ids.with_user(self.salesman).action_feedback()
        self.assertEqual((self.refund.state, self.refund.done_by_id), ("done", self.salesman))

    def test_dismissed_it_is_not_refunded(self):
        self.assertEqual(self.order._omni_refundable(), 70)
        task = self.task.with_user(self.manager)
        task.reason = "They took a voucher"
        task.action_dismiss()
        self.assertEqual((self.refund.state, self.refund.failed), ("withdrawn", "They took a voucher"))
        self.assertEqual(self.order._omni_refundable(), 120)

    def test_who_may_not_refund_decides_nothing(self):
        staff = new_test_user(self.env, "omni_staff", groups="omni_base.group_user")
        task = self.task.with_user(staff)
        self.assertFalse(task.offers)
        task.reason = "No"
        with self.assertRaises(AccessError):
            task.action_dismiss()
        self.assertEqual(self.refund.state, "by_hand")
