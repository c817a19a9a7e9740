from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniTask(ClickCollectCommon):
    """What becomes of a pickup, and a manager decides, is among the tasks of its store."""

    def _asked(self, state="preparing", **kwargs):
        """Return the pickup of an order that its customer wishes to cancel, and the task of it."""
        pickup = self._pickup(state=state, **kwargs).sudo()
        pickup._cancel_or_ask()
        return pickup, self._tasks(pickup)

    def _tasks(self, pickup):
        return self.env["omni.task"].search([("res_model", "=", "omni.pickup"), ("res_id", "=", pickup.id)])

    def test_a_wish_to_cancel(self):
        """given a paid order, when its customer wishes to cancel and the shop does so, then the task is done"""
        pickup, task = self._asked()
        self.assertEqual((task.kind, task.warehouse_id, task.deadline), ("cancel", self.lyon, pickup.promised_at))
        self.assertEqual(pickup.order_id.activity_ids.summary, task.summary)
        self.seller.group_ids += self.env.ref("omni_base.group_user")
        labels = {offer["label"]: offer["name"] for offer in task.with_user(self.seller).offers}
        self.assertEqual(list(labels), ["Cancel the order", "Done"])
        self.assertEqual([offer["label"] for offer in task.with_user(self.desk_user).offers], ["Done"])
        task.with_user(self.seller).action_do(labels["Cancel the order"])
        self.assertEqual((pickup.state, pickup.order_id.state, task.state), ("cancelled", "cancel", "done"))
        self.assertEqual(task.closed_by_id, self.seller)
        self.assertNotIn(task.summary, pickup.order_id.activity_ids.mapped("summary"))
        self.assertEqual(pickup.refund_amount, 50)

    def test_who_came_all_the_same_wishes_nothing_any_more(self):
        pickup, task = self._asked(state="ready")
        pickup.with_user(self.desk_user).action_hand_over(pickup.code)
        self.assertEqual((pickup.state, task.state), ("collected", "done"))

    def test_wrong_codes(self):
        pickup = self._pickup(state="ready").sudo()
        pickup._alert_wrong_codes()
        self.assertEqual((self._tasks(pickup).kind, self._tasks(pickup).state), ("wrong_codes", "open"))

    def test_who_works_in_one_store_sees_its_tasks(self):
        _pickup, here = self._asked()
        _pickup, there = self._asked(shop=self.lille)
        self.lyon.omni_desk_user_ids = self.desk_user
        seen = self.env["omni.task"].with_user(self.desk_user).search([])
        self.assertEqual(seen & (here | there), here)
        seen = self.env["omni.task"].with_user(self.manager).search([])
        self.assertEqual(seen & (here | there), here | there)

    def test_back_to_life_it_is_asked_anew(self):
        pickup, task = self._asked()
        order = pickup.order_id
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        pickup.cancel_asked_at = fields.Datetime.now() + timedelta(days=1)
        pickup._ask_to_cancel()
        self.assertEqual(sorted(self._tasks(pickup).mapped("state")), ["done", "open"])
        self.assertEqual(task.state, "done")
