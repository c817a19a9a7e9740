from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.omni_stock.models import omni_promise_push

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestPromisePush(TillCommon):
    def sent(self):
        """Send what this transaction touched, as is done after it: ``[(till, {product_id: quantity})]``."""
        self.env.flush_all()
        gathered = []
        with patch.object(omni_promise_push, "_gather", lambda dbname, touched: gathered.append(touched)):
            self.env.cr.postcommit.run()
        sent = []
        with patch.object(
            self.env.registry["pos.config"], "_notify", lambda till, name, figures: sent.append((till, name, figures))
        ):
            for touched in gathered:
                self.env["omni.promise.push"]._send(touched)
        self.assertLessEqual({name for _till, name, _figures in sent}, {"OMNI_AVAILABLE"})
        return [(till, figures) for till, _name, figures in sent]

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        self.env.cr.postcommit.clear()

    def test_an_open_till_is_told_once_a_transaction(self):
        self.open_till()
        self.keep(2)
        self.basket(1).action_confirm()
        self.assertEqual(self.sent(), [(self.till, {self.lamp.id: 2})])

    def test_what_is_given_back_is_told(self):
        self.open_till()
        basket = self.keep(2)
        self.sent()
        self.availability.release(basket)
        self.assertEqual(self.sent(), [(self.till, {self.lamp.id: 5})])

    def test_what_another_till_sells_is_told(self):
        self.open_till()
        self.sent()
        self.sync(self.ticket([(self.lamp, 2)], paid=True))
        self.assertEqual(self.sent(), [(self.till, {self.lamp.id: 3})])

    def test_what_comes_in_is_told(self):
        self.open_till()
        self.receive(self.vase, 1)
        self.assertEqual(self.sent(), [(self.till, {self.vase.id: 3})])

    def test_tills_of_other_shops_and_closed_ones_hear_nothing(self):
        self.keep(1)
        self.assertEqual(self.sent(), [])
        self.open_till()
        self.sent()
        self.receive(self.lamp, 1, self.central)
        self.assertEqual(self.sent(), [])

    def test_a_hold_that_ran_out_is_told_by_the_job(self):
        self.open_till()
        self.keep(2)
        self.sent()
        self.env.cr.execute("UPDATE omni_hold SET expires_at = created - interval '1 second'")
        self.env["omni.promise"]._cron_settle()
        self.assertEqual(self.sent(), [(self.till, {self.lamp.id: 5})])

    def test_a_hold_sends_nothing_itself(self):
        self.open_till()
        basket = self.basket(1)
        self.sent()
        with (
            patch.object(self.env.registry["pos.config"], "_notify", side_effect=AssertionError),
            patch.object(self.env.registry["omni.promise.push"], "_send", side_effect=AssertionError),
        ):
            self.availability.hold(basket, [(self.lamp.id, self.shop.id, 1)])

    def test_a_process_gathers_what_changes_in_a_moment(self):
        key = (omni_promise_push.os.getpid(), "some_database")
        with (
            patch.object(omni_promise_push.modules.module, "current_test", None),
            patch.object(omni_promise_push.threading, "Timer") as timer,
        ):
            for product in (1, 2):
                omni_promise_push._gather(key[1], omni_promise_push.defaultdict(set, pairs={(product, 7)}))
        timer.assert_called_once()
        self.assertEqual(omni_promise_push.WAITING.pop(key), {"pairs": {(1, 7), (2, 7)}})
