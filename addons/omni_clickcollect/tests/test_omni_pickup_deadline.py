from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupDeadline(ClickCollectCommon):
    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_kwargs: 60)

    def _run(self, times=2):
        for _again in range(times):
            self.env["omni.pickup"]._cron_deadline()
            self.env["omni.refund"]._cron_ask()
        self.env.invalidate_all()

    def _late(self, pickup, hours=1):
        """Let the deadline of ``pickup`` be so many hours ago (below 0: to come), and it was ready long before."""
        pickup = pickup.sudo()
        pickup.deadline = fields.Datetime.now() - timedelta(hours=hours)
        pickup.step_ids.flush_recordset()
        self.env.cr.execute("UPDATE omni_pickup_step SET at = at - interval '9 days' WHERE pickup_id = %s", [pickup.id])
        self.env.invalidate_all()
        return pickup

    # -- reminders ---------------------------------------------------------------------------------------------------

    def test_reminder_then_last_day_each_once(self):
        pickup = self._late(self._pickup(state="ready"), hours=-60)
        self._run()
        self.assertEqual(self._told(pickup), ["received", "ready"])
        self._late(pickup, hours=-40)
        self._run()
        self.assertEqual(self._told(pickup), ["received", "ready", "reminder"])
        deadline = pickup.deadline
        pickup.warehouse_id.omni_last_day_hours = 41
        self._run()
        self.assertEqual(self._told(pickup), ["received", "ready", "reminder", "last_day"])
        self.assertEqual((pickup.state, pickup.deadline), ("ready", deadline))

    def test_only_the_last_day_when_the_job_slept(self):
        pickup = self._late(self._pickup(state="ready"), hours=-2)
        self._run()
        self.assertEqual(self._told(pickup), ["received", "ready", "last_day"])

    def test_who_has_just_heard_needs_no_reminder(self):
        pickup = self._pickup(state="ready").sudo()
        pickup.deadline = fields.Datetime.now() + timedelta(hours=5)
        self._run()
        self.assertEqual(self._told(pickup), ["received", "ready"])

    def test_reminders_off(self):
        self.lyon.write({"omni_reminder_hours": 0, "omni_last_day_hours": 0})
        pickup = self._late(self._pickup(state="ready"), hours=-2)
        self._run()
        self.assertEqual(self._told(pickup), ["received", "ready"])

    # -- more time ---------------------------------------------------------------------------------------------------

    def test_extension_as_often_as_the_store_allows(self):
        pickup = self._pickup(state="ready")
        deadline = pickup.deadline
        pickup.action_extend()
        self.assertEqual(pickup.deadline, deadline + timedelta(hours=24))
        self.assertIn("Kept until", pickup.sudo().step_ids[-1].note)
        with self.assertRaisesRegex(UserError, "cannot be extended any more"):
            pickup.action_extend()
        self.lyon.omni_extend_times = 2
        pickup.action_extend()
        self.assertEqual((pickup.extensions, pickup.deadline), (2, deadline + timedelta(hours=48)))
        self.assertEqual(self._told(pickup).count("extended"), 2)

    def test_extension_too_late(self):
        pickup = self._pickup(state="ready")
        self._late(pickup)
        with self.assertRaisesRegex(UserError, "no longer kept"):
            pickup.action_extend()

    def test_what_is_counted_is_not_written_by_hand(self):
        pickup = self._pickup(state="ready").with_user(self.manager)
        for name in ("extensions", "no_show_at", "refund_state", "refund_amount"):
            with self.assertRaises(AccessError):
                pickup[name] = False

    def test_ready_late_is_kept_as_long(self):
        pickup = self._pickup().sudo()
        pickup.write({"deadline": fields.Datetime.now(), "promised_at": fields.Datetime.now() - timedelta(days=7)})
        pickup.action_ready()
        self.assertGreater(pickup.deadline, fields.Datetime.now() + timedelta(days=6))

    # -- release -----------------------------------------------------------------------------------------------------

    def test_reservation_that_nobody_collects(self):
        pickup = self.env["omni.pickup"].reserve(self.customer, self.lyon, [(self.scarf.id, 2)])
        pickup.action_ready()
        self._late(pickup)
        self._run()
        self.assertEqual((pickup.state, pickup.order_id.state), ("released", "cancel"))
        self.assertEqual(self._states(pickup), ["to_prepare", "ready", "released"])
        self.assertEqual(self._told(pickup), ["received", "ready", "released"])
        self.assertEqual((self.customer.omni_no_show_count, pickup.refund_state), (1, False))
        available = self.env["omni.availability"].available(self.scarf.ids, self.lyon.ids)
        self.assertEqual(available[self.scarf.id, self.lyon.id], 10)
        self.assertFalse(pickup.order_id.activity_ids)

    def test_the_shop_is_late_not_the_customer(self):
        order = self._pickup()
        reservation = self.env["omni.pickup"].reserve(self.customer, self.lyon, [(self.scarf.id, 2)])
        self._late(order)
        self._late(reservation)
        self._run()
        self.assertEqual((order.state, reservation.state), ("to_prepare", "released"))
        self.assertEqual(self.customer.omni_no_show_count, 0)
        self.assertFalse(reservation.line_ids.quantity_put_back)

    def test_extended_meanwhile_stays(self):
        pickup = self._late(self._pickup(state="ready"))
        pickup.deadline = fields.Datetime.now() + timedelta(hours=1)
        pickup._release_late(fields.Datetime.now())
        self.assertEqual(pickup.state, "ready")

    def test_one_that_fails_stops_no_other(self):
        bad, good = (self._late(self._pickup(state="ready")) for _each in range(2))
        pickup_class = self.env.registry["omni.pickup"]
        original = pickup_class._release_late

        def release(pickup, now):
            if pickup == bad:
                raise ZeroDivisionError
            return original(pickup, now)

        self.patch(pickup_class, "_release_late", release)
        with mute_logger("odoo.addons.omni_base.tools.transactions"):
            self._run()
        self.assertEqual((bad.state, good.state), ("ready", "released"))

    # -- putting back ------------------------------------------------------------------------------------------------

    def test_goods_go_to_the_put_back_list(self):
        pickup = self._pickup((self.scarf, 3), (self.glove, 1), state="ready")
        scarf, glove = pickup.line_ids
        pickup.action_hand_over(pickup.sudo().code, {scarf.id: 1, glove.id: 1})
        self._late(pickup)
        self._run()
        self.assertEqual((scarf.quantity_put_back, glove.quantity_put_back), (2, 0))
        self.assertEqual(scarf.put_back_location_id, self.lyon.lot_stock_id)
        for _again in range(2):
            scarf.with_user(self.desk_user).action_put_back()
        self.assertTrue(scarf.put_back_at)
        self.assertEqual(scarf.put_back_user_id, self.desk_user)

    def _to_put_back(self, pickup):
        return {line.product_id.name: line.quantity_put_back for line in pickup.line_ids if line.quantity_put_back}

    def test_what_a_customer_does_not_want_of_it_is_put_back_too(self):
        pickup = self._pickup((self.scarf, 3), (self.glove, 1), state="ready").sudo()
        scarf, glove = pickup.line_ids
        pickup._hand_over({"code": pickup.sudo().code, "quantities": {scarf.id: 1, glove.id: 0}, "back": {scarf.id: 1}})
        self.assertEqual(self._to_put_back(pickup), {"Silk scarf": 1})
        self.assertEqual(scarf.put_back_location_id, self.lyon.lot_stock_id)
        pickup.action_release("Given up")
        self.assertEqual(self._to_put_back(pickup), {"Silk scarf": 2, "Leather glove": 1})

    def test_what_is_on_its_shelf_again_is_not_put_back_twice(self):
        pickup = self._pickup((self.scarf, 3), state="ready").sudo()
        pickup._put_back({pickup.line_ids.id: 1})
        pickup.line_ids.with_user(self.desk_user).action_put_back()
        pickup.action_release("Given up")
        self.assertEqual((self._to_put_back(pickup), pickup.line_ids.put_back_at), ({"Silk scarf": 2}, False))

    def test_what_is_not_there_or_not_prepared_is_not_put_back(self):
        pickup = self._pickup((self.scarf, 2), paid=False).sudo()
        pickup._put_back({pickup.line_ids.id: 1})
        self.assertFalse(self._to_put_back(pickup))
        pickup.action_ready()
        pickup.action_missing(pickup.line_ids.id, 1, "not_found")
        self.assertFalse(self._to_put_back(pickup))

    def test_what_the_order_asks_less_after_it_was_prepared_is_put_back(self):
        pickup = self._pickup((self.scarf, 3), paid=False, state="ready").sudo()
        pickup.order_id.order_line.filtered("product_id")[0].product_uom_qty = 2
        self._pay(pickup.order_id)
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual((pickup.state, self._to_put_back(pickup)), ("collected", {"Silk scarf": 1}))

    def test_put_back_list_of_other_stores(self):
        pickup = self._late(self._pickup(state="ready"))
        self._run()
        self.lille.omni_desk_user_ids = self.desk_user
        lines = self.env["omni.pickup.line"].with_user(self.desk_user)
        self.assertFalse(lines.search([("quantity_put_back", ">", 0)]))
        with self.assertRaises(AccessError):
            lines.browse(pickup.line_ids.ids).action_put_back()

    def test_cancelled_when_prepared_is_put_back_too(self):
        pickup = self._pickup(paid=False, state="ready").sudo()
        pickup.order_id._action_cancel()
        self.assertEqual((pickup.line_ids.quantity_put_back, pickup.no_show_at), (1, False))

    # -- paying back -------------------------------------------------------------------------------------------------

    def _provider_refunds(self, support, answer="_set_done"):
        """Let providers support refunds; return the list of amounts that are asked for."""
        asked = []

        def features(providers):
            features = ("support_manual_capture", "support_express_checkout", "support_tokenization")
            providers.update(dict.fromkeys(features, False) | {"support_refund": support})

        def send(transaction):
            asked.append(-transaction.amount)
            if answer:
                getattr(transaction, answer)(*(["refused"] if answer == "_set_error" else []))

        self.patch(self.env.registry["payment.provider"], "_compute_feature_support_fields", features)
        self.patch(self.env.registry["payment.transaction"], "_send_refund_request", send)
        self.env.ref("website_sale_collect.payment_provider_on_site").state = "enabled"
        self.env.ref("website_sale_collect.payment_method_pay_on_site").support_refund = support
        self.env.invalidate_all()
        return asked

    def test_paid_is_paid_back_by_the_same_means_once(self):
        asked = self._provider_refunds("partial")
        pickup = self._late(self._pickup((self.scarf, 2), state="ready"))
        self._run(3)
        self.assertEqual((asked, pickup.refund_state, pickup.state), ([100], "done", "released"))
        self.assertEqual(pickup.order_id.state, "cancel")
        self.assertFalse(pickup.order_id.activity_ids)
        mail = pickup.told_ids.filtered(lambda message: message.code == "pickup.released").mail_message_id
        self.assertIn("100", mail.body)

    def test_only_what_was_not_collected_is_paid_back(self):
        asked = self._provider_refunds("partial")
        pickup = self._pickup((self.scarf, 3), state="ready")
        pickup.action_hand_over(pickup.sudo().code, {pickup.line_ids.id: 1})
        pickup = self._late(pickup)
        self._run()
        self.assertEqual((asked, pickup.refund_state, pickup.order_id.state), ([100], "done", "sale"))
        self.assertEqual(self.customer.omni_no_show_count, 0)

    def test_manager_is_asked_where_it_cannot_be_done(self):
        for support, collected in (("none", 0), ("full_only", 1)):
            asked = self._provider_refunds(support)
            pickup = self._pickup((self.scarf, 2), state="ready")
            if collected:
                pickup.action_hand_over(pickup.sudo().code, {pickup.line_ids.id: collected})
            pickup = self._late(pickup)
            self._run()
            self.assertEqual((asked, pickup.refund_state), ([], "manual"))
            activity = pickup.order_id.activity_ids
            self.assertEqual(len(activity), 1)
            self.assertIn("Refund", activity.summary)
            self.assertTrue(activity.user_id.has_group("omni_base.group_manager"))

    def test_refund_refused_by_the_provider(self):
        asked = self._provider_refunds("full_only", answer="_set_error")
        pickup = self._late(self._pickup(state="ready"))
        self._run()
        self.assertEqual((asked, pickup.refund_state, len(pickup.order_id.activity_ids)), ([50], "manual", 1))

    def test_who_died_while_asking_asks_no_second_time(self):
        asked = self._provider_refunds("full_only")
        pickup = self._late(self._pickup(state="ready"))
        pickup._release_late(fields.Datetime.now())
        pickup.sudo().refund_ids.state = "asked"
        self.assertEqual(pickup.refund_state, "asked")
        self._run()
        self.assertEqual((asked, pickup.refund_state), ([], "manual"))
        self.assertIn("may have been refunded already", pickup.order_id.activity_ids.note)

    def test_given_up_by_hand_is_for_the_manager(self):
        asked = self._provider_refunds("partial")
        pickup = self._pickup(state="ready")
        pickup.action_release("Damaged")
        self._run()
        self.assertEqual((asked, pickup.refund_state, pickup.no_show_at), ([], "manual", False))

    def test_back_to_life_forgets_the_extension(self):
        pickup = self._pickup(paid=False, state="ready")
        pickup.action_extend()
        order = pickup.sudo().order_id
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual((pickup.state, pickup.extensions), ("to_prepare", 0))
