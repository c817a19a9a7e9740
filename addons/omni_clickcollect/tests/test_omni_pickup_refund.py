from datetime import timedelta
from random import Random

from odoo import fields
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.omni_base.tests.common import Providers

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupRefund(Providers, ClickCollectCommon):
    """What a customer paid and does not get goes back by the means it came by, once; the rest is a task."""

    def _ready(self, *lines, paid=None):
        """Return a ready pickup of two scarfs and a glove (130), paid by card unless ``paid`` says else."""
        pickup = self._pickup(*lines or [(self.scarf, 2), (self.glove, 1)], paid=False, state="ready").sudo()
        pickup.order_id.user_id = self.seller
        for amount, provider in paid or [(pickup.order_id.amount_total, self.card)]:
            self._pay_by(pickup.order_id, amount, provider)
        return pickup

    def _hand_over(self, pickup, taken=(), back=()):
        lines = {line.product_id: line.id for line in pickup.line_ids}
        pickup.with_user(self.desk_user)._hand_over(
            {
                "code": pickup.sudo().code,
                "quantities": {lines[product]: quantity for product, quantity in taken},
                "back": {lines[product]: quantity for product, quantity in back},
            }
        )

    def _late(self, pickup):
        pickup.deadline = fields.Datetime.now() - timedelta(hours=1)

    def _run(self, times=2):
        for _again in range(times):
            self.env["omni.pickup"]._cron_deadline()
            self.env["omni.refund"]._cron_ask()
        self.env.invalidate_all()

    def _take_off(self, pickup, reason):
        """The desk misses one piece of the first line, and takes it off the order."""
        desk, line = pickup.with_user(self.desk_user), pickup.line_ids[0]
        desk.action_missing(line.id, 1, reason)
        desk.action_decide(line.id, "refund")

    def _tasks(self, pickup):
        return pickup.order_id.activity_ids.filtered(lambda task: "Refund" in task.summary)

    # -- by itself ---------------------------------------------------------------------------------------------------

    def test_missing_part(self):
        pickup = self._ready()
        self._take_off(pickup, "not_found")
        self.assertEqual((self._amounts(), pickup.refund_state, pickup.refund_amount), ([], "due", 50))
        self.assertIn("is refunded: ", pickup.step_ids[-1].note)
        self._run()
        self.assertEqual((self._amounts(), pickup.refund_state), ([50], "done"))
        self.assertEqual((pickup.state, pickup.order_id.state), ("ready", "sale"))
        self.assertFalse(self._tasks(pickup))
        refund = pickup.order_id.transaction_ids.child_transaction_ids
        self.assertEqual((refund.operation, refund.omni_refund_id.pickup_id), ("refund", pickup))

    def test_put_back_at_the_hand_over(self):
        pickup = self._ready()
        self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
        self._run()
        self.assertEqual((self._amounts(), pickup.state), ([30], "collected"))

    def test_missing_then_nobody_came_gives_no_more_than_was_paid(self):
        pickup = self._ready()
        self._take_off(pickup, "damaged")
        self._late(pickup)
        self._run(3)
        self.assertEqual((self._amounts(), pickup.state, pickup.refund_amount), ([50, 80], "released", 130))
        self.assertEqual(pickup.order_id.state, "cancel")

    def test_missing_paid_back_then_nobody_came(self):
        pickup = self._ready()
        self._take_off(pickup, "damaged")
        self._run()
        self._late(pickup)
        self._run(3)
        self.assertEqual((self._amounts(), pickup.refund_state), ([50, 80], "done"))

    def test_customer_asks_and_the_shop_cancels(self):
        pickup = self._pickup(paid=False).sudo()
        self._pay_by(pickup.order_id, 50)
        pickup.action_prepare()
        pickup._cancel_or_ask()
        pickup.order_id.with_user(self.seller)._action_cancel()
        self._run()
        self.assertEqual((self._amounts(), pickup.state, pickup.refund_state), ([50], "cancelled", "done"))

    def test_asked_for_after_a_part_was_collected_pays_back_the_rest(self):
        pickup = self._ready()
        self._hand_over(pickup, [(self.scarf, 1)])
        pickup._cancel_or_ask()
        pickup.order_id.with_user(self.seller)._action_cancel()
        self._run()
        self.assertEqual((self._amounts(), pickup.state), ([80], "cancelled"))

    def test_cancelled_by_the_shop_alone_is_left_to_the_shop(self):
        pickup = self._ready()
        pickup.order_id.with_user(self.seller)._action_cancel()
        self._run()
        self.assertEqual((self._amounts(), pickup.refund_state), ([], False))

    def test_newest_first_and_no_more_than_each_took(self):
        pickup = self._ready(paid=[(100, self.card), (30, self.card)])
        first, second = pickup.order_id.transaction_ids.sorted("id")
        self._hand_over(pickup, [(self.scarf, 1)], [(self.scarf, 1)])
        self._run()
        self.assertEqual(self.asked, [(second, 30), (first, 20)])
        self._late(pickup)
        self._run()
        self.assertEqual(self.asked[2:], [(first, 30)])

    # -- by hand -----------------------------------------------------------------------------------------------------

    def test_who_cannot_refund_is_a_task_of_the_seller(self):
        pickup = self._ready(paid=[(130, self._provider("none"))])
        self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
        self._run()
        task = self._tasks(pickup)
        self.assertEqual((self._amounts(), len(task), task.user_id), ([], 1, self.seller))
        self.assertIn("30", task.summary)
        self.assertEqual((pickup.refund_state, pickup.refund_by_hand), ("manual", 30))

    def test_without_seller_a_manager_is_asked(self):
        pickup = self._ready(paid=[(130, self._provider("none"))])
        pickup.order_id.user_id = False
        self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
        self.assertTrue(self._tasks(pickup).user_id.has_group("omni_base.group_manager"))

    def test_part_by_itself_part_by_hand(self):
        pickup = self._ready(paid=[(100, self._provider("none")), (30, self.card)])
        self._hand_over(pickup, [(self.glove, 1)], [(self.scarf, 1)])
        self._run()
        self.assertEqual((self._amounts(), pickup.refund_by_hand, pickup.refund_state), ([30], 20, "manual"))
        self.assertIn("20", self._tasks(pickup).summary)

    def test_full_only_provider_gives_back_all_or_nothing(self):
        pickup = self._ready(paid=[(130, self._provider("full_only"))])
        self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
        self._run()
        self.assertEqual((self._amounts(), pickup.refund_by_hand), ([], 30))
        whole = self._ready(paid=[(130, self._provider("full_only"))])
        self._late(whole)
        self._run()
        self.assertEqual((self._amounts(), whole.refund_state), ([130], "done"))

    def test_disabled_provider(self):
        pickup = self._ready()
        self.card.state = "disabled"
        self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
        self.assertEqual((pickup.refund_state, pickup.refund_by_hand), ("manual", 30))

    # -- once --------------------------------------------------------------------------------------------------------

    def test_repeated_gives_nothing_more(self):
        for provider in (self.card, self._provider("none")):
            pickup = self._ready(paid=[(130, provider)])
            self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
            self.assertEqual(pickup._pay_back(30), 0)
            self._run()
            self.assertEqual(pickup._pay_back(30), 0)
            self.assertEqual((pickup.refund_amount, len(self._tasks(pickup)) <= 1), (30, True))
        self.assertEqual(self._amounts(), [30])

    def test_never_more_than_was_paid_too_much(self):
        pickup = self._ready(paid=[(100, self.card)])
        self._pay(pickup.order_id, 30)
        self.assertEqual(pickup._pay_back(1000), 0)
        pickup.line_ids[1]._lower_order(1)
        pickup._pay_back(1000)
        self.assertEqual(pickup.refund_amount, 30)

    # -- refused -----------------------------------------------------------------------------------------------------

    def test_refused_at_once(self):
        self.answer = "_set_error"
        pickup = self._ready()
        self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
        self._run(3)
        self.assertEqual((self._amounts(), pickup.refund_state, pickup.refund_by_hand), ([30], "manual", 30))
        self.assertEqual(len(self._tasks(pickup)), 1)

    def test_refused_days_later(self):
        for refuse in ("_set_error", "_set_canceled"):
            self.answer = "_set_pending"
            pickup = self._ready()
            self._hand_over(pickup, [(self.scarf, 2)], [(self.glove, 1)])
            self._run()
            self.assertEqual((pickup.refund_state, len(self._tasks(pickup))), ("asked", 0))
            refund = pickup.order_id.transaction_ids.child_transaction_ids
            for _again in range(2):
                getattr(refund, refuse)("The card is closed")
            task = self._tasks(pickup)
            self.assertEqual((pickup.refund_state, len(task), task.user_id), ("manual", 1, self.seller))
            self.assertIn("30", task.summary)
            self.assertEqual(pickup._pay_back(30), 0)

    def test_refund_by_an_accountant_is_nobodys_task(self):
        pickup = self._ready()
        self.answer = "_set_error"
        pickup.order_id.transaction_ids.with_context(payment_backend_action=True)._refund(10)
        self.assertFalse(self._tasks(pickup))

    def test_what_a_credit_note_gave_back_is_not_paid_back_again(self):
        """given a paid order of which an accountant credited the glove and paid it out, when nobody comes for the
        pickup, then only the rest goes back"""
        pickup = self._ready()
        order = pickup.order_id
        order.order_line.product_id.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        register = self.env["account.payment.register"]
        register.with_context(active_model="account.move", active_ids=invoice.ids).create({})._create_payments()
        credit = invoice._reverse_moves()
        credit.invoice_line_ids.filtered(lambda line: line.product_id != self.glove).unlink()
        credit.action_post()
        register.with_context(active_model="account.move", active_ids=credit.ids).create({})._create_payments()
        self._late(pickup)
        self._run()
        self.assertEqual(sum(amount for _payment, amount in self.asked), order.amount_total - credit.amount_total)

    def test_never_more_than_was_paid(self):
        """given an order with a discount, paid after it, when all of it is taken back, then what was paid goes back"""
        pickup = self._ready(paid=[(100.0, self.card)])
        discount = self.env["product.product"].create({"name": "Reward", "type": "service", "taxes_id": False})
        pickup.order_id.order_line = [Command.create({"product_id": discount.id, "price_unit": -30.0})]
        pickup._put_back({line.id: line.quantity for line in pickup.line_ids})
        self._run()
        self.assertEqual(sum(amount for _payment, amount in self.asked) + pickup.refund_by_hand, 100.0)

    # -- whatever happens --------------------------------------------------------------------------------------------

    def _promised(self, order):
        """What goes back of an order, or is to: by the provider, asked and not asked yet, and by hand."""
        refunds = order.transaction_ids.child_transaction_ids.filtered(lambda tx: tx.state not in ("cancel", "error"))
        pickups = order.omni_pickup_ids
        return sum(pickups.mapped("refund_due")) + sum(pickups.mapped("refund_by_hand")) - sum(refunds.mapped("amount"))

    def _any_order(self, dice):
        """A ready pickup with whatever makes prices odd, paid in part, in all, or too much."""
        goods = [(self.scarf, dice.randint(1, 3)), (self.glove, dice.randint(1, 2))]
        pickup = self._pickup(*goods, paid=False, state="ready").sudo()
        order = pickup.order_id
        order.order_line.filtered("product_id")[0].discount = dice.choice([0, 10, 33.3])
        reward = self.env["product.product"].create({"name": "Reward", "type": "service", "taxes_id": False})
        for price in dice.sample([-5.0, -order.amount_total * 0.9, 7.5, -order.amount_total * 1.2], dice.randint(0, 2)):
            order.order_line = [Command.create({"product_id": reward.id, "price_unit": price})]
        total = max(order.amount_total, 1.0)
        for part in dice.choice([(1.0,), (0.4, 0.6), (0.3,), (1.2,), (0.01, 0.99)]):
            provider = self.card if dice.random() < 0.7 else self._provider(dice.choice(["none", "full_only"]))
            self._pay_by(order, order.currency_id.round(total * part), provider)
        return pickup

    def _any_step(self, dice, pickup):
        """Something that gives money back, or changes what the order is worth."""
        order, line = pickup.order_id, dice.choice(pickup.line_ids)
        left = line.quantity - line.quantity_collected
        extra = order.order_line.filtered(lambda extra: extra.product_id.name == "Reward")
        step = dice.choice(["back", "part", "missing", "release", "late", "cancel", "pay", "reward", "job", "again"])
        is_open = pickup.state in ("to_prepare", "preparing", "ready")
        if step == "back" and is_open and left:
            pickup._put_back({line.id: dice.choice([left, 1])})
        elif step == "part" and pickup.state == "ready" and left:
            pickup._deliver({line: 1.0})
        elif step == "missing" and is_open and left:
            pickup.action_missing(line.id, 1, "other")
            pickup.action_decide(line.id, "refund")
        elif step in ("release", "late") and is_open:
            if step == "late":
                self._late(pickup)
            pickup.action_release("Nobody came.")
        elif step == "cancel" and order.state == "sale" and not any(pickup.line_ids.mapped("quantity_collected")):
            pickup.cancel_asked_at = fields.Datetime.now()
            order._action_cancel()
        elif step == "pay":
            self._pay_by(order, 10.0)
        elif step == "reward" and extra and order.state == "sale":
            extra[0].price_unit = dice.choice([0.0, -1.0, -40.0])
        elif step == "again":
            pickup._pay_back(dice.choice([1.0, 1000.0]))
        self.answer = dice.choice(["_set_done", "_set_done", "_set_error", "_set_pending"])
        self._run()
        return step

    def test_whatever_happens_no_more_goes_back_than_was_paid(self):
        """given any order, when anything happens to it in any order, then never more goes back than was paid"""
        for seed in range(14):
            dice = Random(seed)
            pickup, done = self._any_order(dice), []
            order = pickup.order_id
            for _step in range(6):
                done.append(self._any_step(dice, pickup))
                paid = sum(order.transaction_ids.filtered(lambda tx: tx.operation != "refund").mapped("amount"))
                with self.subTest(seed=seed, steps=done):
                    self.assertLessEqual(self._promised(order), paid + 0.001)
                    self.assertGreaterEqual(order._omni_refundable(), 0.0)
                    self.assertLessEqual(order._omni_refundable(), max(paid - self._promised(order), 0.0) + 0.001)

    # -- databases that ran before -----------------------------------------------------------------------------------

    def _write_as_before(self, figures, requests):
        """Write the columns of the version before.

        :param figures: ``{pickup: (state, amount, due, by hand)}``
        :param requests: ``[(pickup, amount, state)]`` made to providers
        """
        made = []
        for pickup, amount, state in requests:
            request = pickup.order_id.transaction_ids._create_child_transaction(amount, is_refund=True)
            request.state = state
            made.append((pickup.id, request.id))
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            "ALTER TABLE omni_pickup ADD refund_amount numeric, ADD refund_due numeric, ADD refund_by_hand numeric"
        )
        cr.execute("ALTER TABLE payment_transaction ADD omni_pickup_id int")
        for pickup_id, request_id in made:
            cr.execute("UPDATE payment_transaction SET omni_pickup_id = %s WHERE id = %s", [pickup_id, request_id])
        for pickup, (state, amount, due, by_hand) in figures.items():
            cr.execute(
                "UPDATE omni_pickup SET refund_state = %s, refund_amount = %s, refund_due = %s, refund_by_hand = %s"
                " WHERE id = %s",
                [state, amount, due, by_hand, pickup.id],
            )
        self.env.invalidate_all()

    def test_the_upgrade_keeps_every_amount(self):
        """given pickups with figures of the version before, when the database is upgraded, then rows say the same"""
        asked, died, whole = (self._ready() for _each in range(3))
        hand = self._ready(paid=[(130, self._provider("none"))])
        figures = {asked: ("due", 35, 10, 5), died: ("asked", 12, 12, 0), whole: ("done", 130, 0, 0)}
        figures[hand] = ("manual", 40, 0, 40)
        self._write_as_before(figures, [(asked, 20, "pending"), (whole, 130, "done"), (hand, 15, "error")])
        owed = {pickup: 130 - amount for pickup, (_state, amount, *_rest) in figures.items()}
        path = file_path("omni_clickcollect/migrations/19.0.1.2.0/end-refunds.py")
        load_script(path, "end-refunds").migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        for pickup, (state, amount, due, by_hand) in figures.items():
            self.assertEqual((pickup.refund_state, pickup.refund_amount), (state, amount))
            self.assertEqual((pickup.refund_due, pickup.refund_by_hand), (due if state == "due" else 0, by_hand))
            self.assertEqual(pickup.order_id._omni_refundable(), owed[pickup])
        self._run()
        self.assertEqual(self._amounts(), [10])
        self.assertEqual((died.refund_state, died.refund_by_hand), ("manual", 12))
