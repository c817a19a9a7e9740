from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OmniCommon, Providers, only_authorize

REASON = "The lamp was broken."


@tagged("post_install", "-at_install")
class TestOmniRefund(Providers, OmniCommon):
    """What goes back of an order goes back once, by its payments where these can, else by a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = new_test_user(cls.env, "omni_salesman", groups="sales_team.group_sale_salesman")

    def _sold(self, *paid, quantity=3, **values):
        """Return an order of lamps for 40 each, paid by ``(amount, provider)``; default: by card."""
        order = self._order(quantity=quantity, user_id=self.salesman.id, **values)
        order.action_confirm()
        for amount, provider in paid or [(40.0 * quantity, self.card)]:
            self._pay_by(order, amount, provider)
        return order

    def _run(self, times=2):
        for _again in range(times):
            self.env["omni.refund"]._cron_ask()
            self.env.invalidate_all()

    def _told(self, refunds):
        return [(refund.amount, refund.state) for refund in refunds]

    def _tasks(self, order):
        return order.activity_ids.mapped("summary")

    # -- by the provider ---------------------------------------------------------------------------------------------

    def test_it_is_asked_for_by_the_job_and_done(self):
        """given a paid order, when a part is paid back, then nothing is asked before the job runs, and once after it"""
        heard = []
        self.patch(
            self.env.registry["omni.event"], "_on", lambda _self, event: heard.append((event.code, event.record))
        )
        order = self._sold()
        heard.clear()
        refund = order.with_user(self.employee)._omni_pay_back(50, "a", REASON)
        self.assertEqual((refund.state, refund.reason, refund.company_id), ("due", REASON, self.company))
        self.assertEqual((self._amounts(), order._omni_refundable()), ([], 70))
        self._run(3)
        self.assertEqual((self._amounts(), refund.state, order._omni_refundable()), ([50], "done", 70))
        self.assertEqual(refund.request_ids.source_transaction_id, refund.transaction_id)
        self.assertEqual(heard, [("refund.done", refund)])
        self.assertIn("50", order.message_ids[0].body)
        self.assertFalse(order.activity_ids)

    def test_several_payments_the_newest_first(self):
        order = self._sold((80, self.card), (40, self.card))
        first, second = order.transaction_ids.sorted("id")
        refunds = order._omni_pay_back(100, "a", REASON)
        self.assertEqual(refunds.transaction_id, first | second)
        self._run()
        self.assertEqual(self.asked, [(second, 40), (first, 60)])
        self.assertEqual(refunds.mapped("state"), ["done", "done"])

    def test_what_a_provider_cannot_do_is_done_by_hand(self):
        """given providers that can, cannot, or can only in full, when money goes back, then a person does the rest"""
        for support, amount, told in (
            ("partial", 30, [(30, "due")]),
            ("none", 30, [(30, "by_hand")]),
            ("full_only", 30, [(30, "by_hand")]),
            ("full_only", 120, [(120, "due")]),
        ):
            order = self._sold((120, self._provider(support)))
            self.assertEqual(self._told(order._omni_pay_back(amount, "a", REASON)), told, support)
            self.assertEqual(order._omni_refundable(), 120 - amount)
        order = self._sold((90, self._provider("none")), (30, self.card))
        self.assertEqual(self._told(order._omni_pay_back(50, "a", REASON)), [(30, "due"), (20, "by_hand")])
        self.assertEqual(self._tasks(order), [f"Refund {order.currency_id.format(20)}"])
        self.assertEqual(order.activity_ids.user_id, self.salesman)
        self.assertIn(REASON, order.activity_ids.note)

    def test_of_a_payment_that_is_not_captured_nobody_hands_out_money(self):
        """given a payment that is authorized alone, when a part goes back, then a person reads that no money came"""
        order = self._sold()
        only_authorize(order.transaction_ids)
        refund = order._omni_pay_back(50, "a", REASON)
        self.assertEqual(self._told(refund), [(50, "by_hand")])
        self.assertIn("not captured", refund.failed)

    def test_what_was_captured_is_refunded_and_what_waits_is_voided(self):
        """given 120 that are authorized, of which 80 are captured, when money goes back, then first what was not taken
        yet is left to a person, and only more than that is refunded; once the rest is voided, all that is left"""
        order = self._sold()
        payment = order.transaction_ids
        only_authorize(payment)
        captured = payment._create_child_transaction(80)
        captured.state = "done"
        first = order._omni_pay_back(30, "a", REASON)
        self.assertEqual(self._told(first), [(30, "by_hand")])
        second = order._omni_pay_back(50, "b", REASON)
        self.assertEqual(self._told(second), [(40, "due"), (10, "by_hand")])
        self.assertEqual(second.transaction_id, captured)
        self.assertIn("not captured", first.failed)
        self.assertIn("not captured", second[1].failed)
        self._run()
        self.assertEqual((self.asked, order._omni_refundable()), ([(captured, 40)], 40))
        payment._create_child_transaction(40).state = "cancel"
        payment.state = "done"
        for refund in (first | second).filtered(lambda refund: refund.state == "by_hand"):
            refund.with_user(self.manager).action_done_by_hand()
        third = order._omni_pay_back(100, "c", REASON)
        self.assertEqual((self._told(third), third.transaction_id), ([(40, "due")], payment))
        self._run()
        self.assertEqual((self._amounts(), order._omni_refundable()), ([40, 40], 0))

    def test_a_provider_that_is_switched_off_meanwhile(self):
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        self.card.state = "disabled"
        self._run()
        self.assertEqual((self._amounts(), refund.state), ([], "by_hand"))
        self.assertIn("can no longer be refunded", refund.failed)

    def test_an_accountant_was_faster(self):
        """given a refund that waits, when somebody pays the whole payment back in Odoo, then it is not asked for"""
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        order.transaction_ids.with_context(payment_backend_action=True)._refund(120)
        self._run()
        self.assertEqual((self._amounts(), refund.state), ([120], "by_hand"))
        self.assertEqual(order._omni_pay_back(10, "b", REASON).ids, [])

    # -- once, and never too much ------------------------------------------------------------------------------------

    def test_the_same_key_is_the_same_refund(self):
        order, other = self._sold((80, self.card), (40, self._provider("none"))), self._sold()
        refunds = order._omni_pay_back(100, "a", REASON)
        for _again in range(2):
            self.assertEqual(order._omni_pay_back(100, "a", REASON), refunds)
            self.assertEqual(order._omni_pay_back(5, "a", REASON), refunds)
            self._run()
        self.assertEqual(sum(refunds.mapped("amount")), 100)
        self.assertEqual(self._told(other._omni_pay_back(30, "a", REASON)), [(30, "due")])

    def test_never_more_than_was_paid(self):
        order = self._sold()
        self.assertEqual(self._told(order._omni_pay_back(1000, "a", REASON)), [(120, "due")])
        self.assertFalse(order._omni_pay_back(1, "b", REASON))
        self.assertFalse(self._order()._omni_pay_back(1, "c", REASON), "nothing is paid")
        self.assertFalse(self._sold()._omni_pay_back(0, "d", REASON))
        self.assertFalse(self._sold()._omni_pay_back(-5, "e", REASON))

    def test_what_a_person_pays_back_and_a_credit_note_are_the_same_money(self):
        order = self._sold((120, self._provider("none")))
        refund = order._omni_pay_back(40, "a", REASON)
        self.assertEqual(order._omni_refundable(), 80)
        order.order_line.product_id.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        register = self.env["account.payment.register"]
        register.with_context(active_model="account.move", active_ids=invoice.ids).create({})._create_payments()
        credit = invoice._reverse_moves()
        credit.invoice_line_ids.quantity = 1
        credit.action_post()
        register.with_context(active_model="account.move", active_ids=credit.ids).create({})._create_payments()
        self.assertEqual(order._omni_refundable(), 80)
        refund.with_user(self.salesman).action_done_by_hand()
        self.assertEqual((refund.state, order._omni_refundable()), ("done", 80))

    # -- refused, late, unknown --------------------------------------------------------------------------------------

    def test_refused_at_once_or_days_later(self):
        for answer, later in (("_set_error", None), ("_set_canceled", None), ("_set_pending", "_set_error")):
            self.answer = answer
            order = self._sold()
            refund = order._omni_pay_back(50, "a", REASON)
            self._run(3)
            if later:
                self.assertEqual((refund.state, self._tasks(order)), ("asked", []))
                for _again in range(2):
                    getattr(refund.request_ids, later)("The card is closed")
            self.assertEqual((refund.state, len(self._tasks(order))), ("by_hand", 1))
            self.assertIn(refund.request_ids.reference, refund.failed)
            self.assertEqual(order._omni_refundable(), 70)
            self.assertEqual(self._told(order._omni_pay_back(1000, "b", REASON)), [(70, "due")])

    def test_late_answers(self):
        """given a provider that takes its time, when it says yes at last, then it is done"""
        self.answer = "_set_pending"
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        self._run()
        self.assertEqual((refund.state, order._omni_refundable()), ("asked", 70))
        refund.request_ids._set_done()
        self.assertEqual((refund.state, order._omni_refundable()), ("done", 70))

    def test_no_answer_at_all_is_looked_after(self):
        """given a provider that never answers, when days have passed, then a person looks; when it answers then, the
        money is counted once"""
        self.answer = None
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        self._run()
        self.assertEqual(refund.state, "asked")
        refund.asked_at = fields.Datetime.now() - timedelta(days=5)
        self._run(3)
        self.assertEqual((refund.state, len(self._tasks(order)), order._omni_refundable()), ("by_hand", 1, 70))
        self.assertIn("may have been refunded already", refund.failed)
        refund.request_ids._set_done()
        self.assertEqual((refund.state, order._omni_refundable()), ("done", 70))
        self.assertEqual(self._amounts(), [50])

    def test_who_died_while_asking_asks_no_second_time(self):
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        refund.state = "asked"
        self._run()
        self.assertEqual((self._amounts(), refund.state, order._omni_refundable()), ([], "by_hand", 70))

    def test_paid_back_by_hand_and_by_the_provider(self):
        self.answer = "_set_pending"
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        self._run()
        refund._locked("asked")._leave_to_person("Nobody answered.")
        refund.with_user(self.manager).action_done_by_hand()
        refund.request_ids._set_done()
        self.assertEqual(refund.done_by_id, self.manager)
        self.assertIn("refunded twice", " ".join(self._tasks(order)))

    # -- people ------------------------------------------------------------------------------------------------------

    def test_done_by_hand(self):
        order = self._sold((120, self._provider("none")))
        refund = order._omni_pay_back(50, "a", REASON)
        stranger = new_test_user(self.env, "omni_stranger", groups="omni_base.group_user")
        colleague = new_test_user(self.env, "omni_colleague", groups="sales_team.group_sale_salesman")
        for user in (stranger, colleague, self.employee):
            with self.assertRaises(AccessError):
                refund.with_user(user).action_done_by_hand()
        for user in (self.salesman, self.manager):
            refund.with_user(user).action_done_by_hand()
        self.assertEqual((refund.state, refund.done_by_id), ("done", self.salesman))

    def test_what_is_written_stays(self):
        refund = self._sold()._omni_pay_back(50, "a", REASON)
        for user in (self.manager, self.salesman):
            for values in ({"amount": 1}, {"state": "done"}, {"failed": "x"}, {"key": "b"}, {"order_id": False}):
                with self.assertRaises(AccessError):
                    refund.with_user(user).write(values)
            with self.assertRaises(AccessError):
                refund.with_user(user).unlink()
            with self.assertRaises(AccessError):
                refund.with_user(user).create({"order_id": refund.order_id.id, "amount": 1, "key": "z", "reason": "z"})

    def test_another_company_does_not_see_it(self):
        self._sold()._omni_pay_back(50, "a", REASON)
        company = self.env["res.company"].create({"name": "Other retailer"})
        other = new_test_user(
            self.env,
            "omni_other",
            groups="omni_base.group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.env["omni.refund"].with_user(other).search([]))
        self.assertTrue(self.env["omni.refund"].with_user(self.manager).search([]))

    def test_they_are_found_from_the_order(self):
        order = self._sold()
        refund = order._omni_pay_back(50, "a", REASON)
        action = order.with_user(self.salesman).action_omni_refunds()
        found = self.env["omni.refund"].with_user(self.salesman).search(action["domain"])
        self.assertEqual((found, order.with_user(self.salesman).omni_refund_count), (refund, 1))
        self.assertEqual(refund.with_user(self.salesman).action_open_order()["res_id"], order.id)
        self.assertTrue(refund.with_user(self.salesman).opens_order)
        self.assertFalse(refund.with_user(self.manager).opens_order)
