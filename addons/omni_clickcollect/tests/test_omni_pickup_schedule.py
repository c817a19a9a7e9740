from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.omni_pickup_slot import SlotTaken
from .test_omni_pickup_page import PickupPageCase
from .test_omni_pickup_slot import MONDAY, TUESDAY, SlotCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 06:00:00")  # Monday 7:00 in Lyon
class TestPickupReslot(SlotCommon):
    def _slotted(self, start, paid=True, **kwargs):
        """Return the pickup, as its customer's page has it, of an order for the slot that starts at this time."""
        order = self._basket(self._slot(start), **kwargs)
        order.action_confirm()
        if paid:
            self._pay(order)
        return order.omni_pickup_ids

    def _choices(self, pickup):
        """Return the ids of all slots that the page shows, and of those that are free."""
        rows = [slot for day in pickup._times()["days"] for slot in day["slots"]]
        return [row["id"] for row in rows], [row["id"] for row in rows if not row["full"]]

    # -- the words -----------------------------------------------------------------------------------------------------

    def test_slot_is_named_everywhere(self):
        self.lyon.omni_sms = True
        pickup = self._slotted(f"{MONDAY} 15:00")
        words = "Collect on Monday 2 March, 15:00 - 16:00"
        self.assertEqual(pickup._promise_words(), words)
        self.assertIn(words, pickup.told_ids.mail_message_id.body)
        sms = self.env["sms.sms"].search([("partner_id", "=", self.customer.id)])
        self.assertIn(words, sms.body)
        [card] = self.env["omni.pickup.desk"].with_user(self.desk_user).queue(self.lyon.id)["to_prepare"]["cards"]
        self.assertEqual(card["slot"], {"start": "2026-03-02 14:00:00", "end": "2026-03-02 15:00:00"})
        self.assertIn(b"DTEND:20260302T150000Z", self.env["omni.pickup.page"]._calendar_file(pickup))

    def test_without_a_slot_it_is_ready_by(self):
        pickup = self._pickup().sudo()
        self.assertEqual(pickup._promise_words(), "Ready by Monday 2 March, 11:00")
        self.assertIn("Ready by Monday 2 March, 11:00", pickup.told_ids.mail_message_id.body)
        [card] = self.env["omni.pickup.desk"].with_user(self.desk_user).queue(self.lyon.id)["to_prepare"]["cards"]
        self.assertIsNone(card["slot"])

    # -- what can be chosen --------------------------------------------------------------------------------------------

    def test_choices_are_those_of_the_checkout(self):
        pickup, full = self._slotted(f"{MONDAY} 15:00"), self._slot(f"{MONDAY} 16:00")
        for number in (1, 2):
            full._book(f"omni.pickup,-{number}", 600)
        times = pickup._times()
        self.assertEqual((times["soon"], times["chosen"]), ("today 11:00", pickup.slot_id.id))
        self.assertEqual([day["label"] for day in times["days"]], ["Today", "Tomorrow", "Monday 9 March"])
        self.assertEqual(times["day"], 0)
        shown, free = self._choices(pickup)
        self.assertIn(full.id, shown)
        self.assertNotIn(full.id, free)
        self.assertIn(pickup.slot_id.id, free)

    def test_store_without_slots(self):
        pickup = self._pickup(shop=self.lille).sudo()
        self.assertFalse(pickup._can_change_time())
        with self.assertRaisesRegex(UserError, "cannot be chosen"):
            pickup._change_time("soon")

    def test_paid_and_untouched_moves_freely(self):
        pickup = self._slotted(f"{MONDAY} 15:00")
        pickup.deadline = "2026-03-03 12:00:00"
        self.assertIn(self._slot(f"{TUESDAY} 16:00").id, self._choices(pickup)[0])
        pickup._change_time(str(self._slot(f"{TUESDAY} 16:00").id))
        self.assertEqual(str(pickup.deadline), "2026-03-10 15:00:00", "kept from the new time on")

    def test_begun_or_unpaid_only_before_its_deadline(self):
        begun, unpaid = self._slotted(f"{MONDAY} 14:00"), self._slotted(f"{MONDAY} 14:00", paid=False)
        begun.with_user(self.desk_user).action_prepare()
        late, early = self._slot(f"{TUESDAY} 15:00"), self._slot(f"{TUESDAY} 09:00")
        for pickup in begun | unpaid:
            pickup.deadline = "2026-03-03 12:00:00"
            self.assertNotIn(late.id, self._choices(pickup)[0])
            with self.assertRaises(SlotTaken):
                pickup._change_time(str(late.id))
            pickup._change_time(str(early.id))
            self.assertEqual((pickup.slot_id, str(pickup.deadline)), (early, "2026-03-03 12:00:00"))
        self.assertEqual((late.booked, early.booked), (0, 2))

    def test_ready_goes_any_time_before_its_deadline(self):
        pickup = self._slotted(f"{MONDAY} 15:00")
        pickup.with_user(self.desk_user).action_ready()
        nine = self._slot(f"{MONDAY} 09:00")
        pickup._change_time(str(nine.id))
        self.assertEqual((pickup.slot_id, pickup.state), (nine, "ready"))
        deadline = pickup.deadline
        pickup._change_time("soon")
        self.assertEqual((pickup.promised_at, pickup.deadline), (fields.Datetime.now(), deadline))

    def test_not_before_goods_that_come_from_elsewhere(self):
        pickup = self._slotted(f"{TUESDAY} 10:00")
        self.assertTrue(pickup._goods_are_here())
        pickup._open_pickings().do_unreserve()
        self.assertFalse(pickup._goods_are_here())
        with self.assertRaisesRegex(SlotTaken, "Tuesday"):
            pickup._change_time(str(self._slot(f"{MONDAY} 16:00").id))
        pickup._change_time(str(self._slot(f"{TUESDAY} 14:00").id))
        self.assertEqual(pickup._promise_words(), "Collect on Tuesday 3 March, 14:00 - 15:00")

    # -- the change ----------------------------------------------------------------------------------------------------

    def test_moves_promise_and_booking_once(self):
        pickup = self._slotted(f"{MONDAY} 15:00")
        three, four = pickup.slot_id, self._slot(f"{MONDAY} 16:00")
        sent = []
        bus = self.env.registry["bus.bus"]
        self.patch(bus, "_sendone", lambda _bus, target, kind, _message: sent.append((target, kind)))
        for _again in range(2):
            pickup._change_time(str(four.id))
        self.assertEqual((pickup.slot_id, pickup.promised_at), (four, four.start))
        self.assertEqual((three.booked, four.booked), (0, 1))
        self.assertEqual(pickup.order_id.omni_slot_id, four)
        notes = [note for note in pickup.step_ids.mapped("note") if note]
        self.assertEqual(
            notes,
            [
                "Changed by the customer: Monday 2 March, 16:00 - 17:00 instead of Monday 2 March, 15:00 - 16:00.",
            ],
        )
        self.assertIn(((self.lyon, "omni_pickup"), "omni_pickup/changed"), sent)
        pickup._change_time("soon")
        self.assertEqual((pickup.slot_id.id, four.booked), (False, 0))
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "today 11:00")

    def test_another_was_quicker(self):
        pickup, four = self._slotted(f"{MONDAY} 15:00"), self._slot(f"{MONDAY} 16:00")
        three = pickup.slot_id
        for number in (1, 2):
            four._book(f"omni.pickup,-{number}", 600)
        with self.assertRaisesRegex(SlotTaken, "The next free one: Monday 2 March, 17:00 - 18:00"):
            pickup._change_time(str(four.id))
        self.assertEqual((pickup.slot_id, three.booked, four.booked), (three, 1, 2), "they keep what they had")

    def test_next_free_one_is_not_proposed_when_it_is_too_late(self):
        pickup, last = self._slotted(f"{MONDAY} 15:00", paid=False), self._slot(f"{MONDAY} 17:00")
        pickup.deadline = "2026-03-02 17:00:00"
        for number in (1, 2):
            last._book(f"omni.pickup,-{number}", 600)
        with self.assertRaisesRegex(SlotTaken, r"^This time is taken\. Choose another one\.$"):
            pickup._change_time(str(last.id))

    def test_step_that_fails_keeps_the_former_place(self):
        pickup, four = self._slotted(f"{MONDAY} 15:00"), self._slot(f"{MONDAY} 16:00")
        three = pickup.slot_id
        failing = patch.object(self.env.registry["omni.pickup"], "_reschedule", side_effect=UserError("x"))
        with failing, self.assertRaises(UserError), self.env.cr.savepoint():
            pickup._change_time(str(four.id))
        self.env.invalidate_all()
        self.assertEqual((pickup.slot_id, three.booked), (three, 1))

    def test_what_cannot_be_chosen(self):
        pickup = self._slotted(f"{MONDAY} 15:00")
        self.env["omni.pickup.slot.rule"].create({"warehouse_id": self.lille.id, "hour_from": 0, "hour_to": 24})
        foreign = self.lille.omni_slots(MONDAY, TUESDAY)[0]
        for odd in (str(foreign.id), "", "0", "-1", "x", "9" * 400, "²", None, "SOON", "1 OR 1=1"):
            with self.assertRaisesRegex(UserError, "This time cannot be chosen"):
                pickup._change_time(odd)
        with self.assertRaises(SlotTaken):
            pickup._change_time(str(self._slot(f"{MONDAY} 09:00").id))  # not ready by then
        pickup.order_id._action_cancel()
        with self.assertRaisesRegex(UserError, "has ended"):
            pickup._change_time("soon")

    # -- the states in words -------------------------------------------------------------------------------------------

    def test_each_state_says_what_is_next(self):
        pickups = {
            "wait": self._pickup(),
            "now": self._pickup(state="preparing"),
            "paid": self._pickup(state="ready"),
            "pay": self._pickup(paid=False, state="ready"),
            "rest": self._pickup((self.scarf, 2), state="ready"),
            "over": self._pickup(state="ready"),
            "back": self._pickup(state="ready"),
            "gone": self._pickup(paid=False),
            "repaid": self._pickup(),
        }
        rest, over, back = pickups["rest"], pickups["over"], pickups["back"]
        rest.action_hand_over(rest.sudo().code, {rest.line_ids.id: 1})
        over.action_hand_over(over.sudo().code)
        back.action_release("Not wanted")
        pickups["gone"].sudo().order_id._action_cancel()
        pickups["repaid"].sudo().order_id._action_cancel()
        said = {name: self.env["omni.pickup.page"]._words(pickup.sudo()) for name, pickup in pickups.items()}
        expected = {
            "wait": ("We have your order", "wait for that message"),
            "now": ("preparing your order", "wait for that message"),
            "paid": ("is ready", "everything is paid"),
            "pay": ("is ready", "pay in the store"),
            "rest": ("The rest waits", "everything is paid"),
            "over": ("enjoy", "nothing more to do"),
            "back": ("is cancelled", "do not have to do anything"),
            "gone": ("is cancelled", "nothing to pay"),
            "repaid": ("is cancelled", "refunds what you paid"),
        }
        for name, parts in expected.items():
            for part, text in zip(parts, said[name], strict=True):
                self.assertIn(part, text, name)

    def test_reservation_is_tried_and_paid(self):
        pickup = self.env["omni.pickup"].reserve(self.customer, self.lyon, [(self.scarf.id, 1)])
        pickup.with_user(self.desk_user).action_ready()
        self.assertEqual(self.env["omni.pickup.page"]._words(pickup)[0], "What you reserved is ready")
        self.assertIn("pay only for what you keep", self.env["omni.pickup.page"]._words(pickup)[1])
        self.assertEqual(pickup._latest_change(), pickup.deadline)


@tagged("post_install", "-at_install")
class TestPickupReslotPage(PickupPageCase, SlotCommon):
    """The customer's browser; the clock of this class is the real one."""

    def setUp(self):
        super().setUp()
        self._every_day()
        self.first, self.second, self.third = self._coming()[:3]

    def _every_day(self):
        self.rules.unlink()
        self.env["omni.pickup.slot.rule"].create(
            [
                {"warehouse_id": self.lyon.id, "dayofweek": str(day), "hour_from": 9, "hour_to": 19, "capacity": 1}
                for day in range(6)
            ]
        )

    def _coming(self):
        today = fields.Date.today()
        store = self.lyon.with_context(omni_lines=[(self.scarf.id, 1)])
        return store.omni_slots(today, today + timedelta(days=7))

    def _slotted(self, slot):
        order = self._basket(slot)
        order.action_confirm()
        self._pay(order)
        return order.omni_pickup_ids

    def test_changes_the_time_without_login(self):
        pickup = self._slotted(self.first)
        self.assertIn(f"Collect on {self.first.display_name}", self.url_open(pickup.sudo()._page_path()).text)
        choice = self.url_open(f"{pickup.sudo()._page_path()}/times").text
        for slot in self.first | self.second:
            self.assertIn(f'value="{slot.id}"', choice)
        answer = self._post(pickup, "slot", slot_id=self.second.id)
        self.assertTrue(answer.url.partition("?")[0].endswith(pickup.sudo()._page_path()))
        self.assertIn(f"Collect on {self.second.display_name}", answer.text)
        self.env.invalidate_all()
        self.assertEqual((pickup.slot_id, self.first.booked, self.second.booked), (self.second, 0, 1))

    def test_hears_which_is_free_next(self):
        pickup = self._slotted(self.first)
        self.second._book("sale.order,0", 600)
        answer = self._post(pickup, "slot", slot_id=self.second.id)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"The next free one: {self.third.display_name}", answer.text)
        self.assertIn("o_omni_pickup_reslot", answer.text)
        self.env.invalidate_all()
        self.assertEqual((pickup.slot_id, self.first.booked), (self.first, 1))

    def test_more_time_is_offered_once(self):
        pickup = self._pickup(state="ready").sudo()
        until = pickup._local(pickup._extended_until())
        page = self.url_open(pickup.sudo()._page_path()).text
        self.assertIn(until, page)
        answer = self._post(pickup, "extend", until=str(pickup.deadline))
        self.assertIn(until, answer.text)
        page = self.url_open(pickup.sudo()._page_path()).text
        self.assertIn("It cannot be extended any more", page)
        self.assertNotIn('name="extend"', page)

    def test_page_shows_what_is_missing_collected_and_elsewhere(self):
        pickup = self._pickup((self.scarf, 3), (self.glove, 1), state="preparing")
        scarf, glove = pickup.line_ids
        pickup.action_missing(scarf.id, 1, "not_found")
        pickup.action_missing(glove.id, 1, "damaged")
        pickup.action_decide(glove.id, "refund")
        text = self.url_open(pickup.sudo()._page_path()).text
        for words in ("The store will ask you", "removed from your order", 'data-state="preparing"'):
            self.assertIn(words, text)
        pickup.action_decide(scarf.id, "store", store_id=self.lille.id)
        pickup.action_ready()
        pickup.action_hand_over(pickup.sudo().code, {scarf.id: 1})
        text = self.url_open(pickup.sudo()._page_path()).text
        other = pickup.sudo().order_id.omni_pickup_ids - pickup.sudo()
        for words in (
            "Collected already: × 1",
            "is collected in another store",
            other.sudo()._page_path(),
            "The rest waits for you",
        ):
            self.assertIn(words, text)

    def test_page_hears_of_each_step(self):
        pickup = self._pickup((self.scarf, 2), state="preparing")
        stamps = [self.env["omni.pickup.page"]._stamp(pickup.sudo())]
        pickup.action_missing(pickup.line_ids.id, 1, "not_found")
        stamps.append(self.env["omni.pickup.page"]._stamp(pickup.sudo()))
        pickup.action_decide(pickup.line_ids.id, "refund")
        stamps.append(self.env["omni.pickup.page"]._stamp(pickup.sudo()))
        self.assertEqual(len({*stamps}), 3)

    def test_dead_link_says_what_to_do(self):
        answer = self.url_open(f"/pickup/1/{'0' * 32}")
        self.assertEqual(answer.status_code, 404)
        self.assertIn("your name and your order number are enough", answer.text)

    def test_account_names_the_slot(self):
        user = new_test_user(self.env, "cc_camille", groups="base.group_portal")
        pickup = self._slotted(self.first)
        pickup.partner_id = user.partner_id
        self.authenticate("cc_camille", "cc_camille")
        self.assertIn(f"Collect on {self.first.display_name}", self.url_open("/my/pickups").text)


@tagged("post_install", "-at_install")
class TestReslotTours(HttpCase, SlotCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_customer_changes_his_time(self):
        """The slot that they want is taken at the same moment: they take the one that they are told. Theirs is the last
        of a day, at any hour at which this runs.
        """
        TestPickupReslotPage._every_day(self)
        coming = TestPickupReslotPage._coming(self)
        last = next(i for i, slot in enumerate(coming) if coming[i + 1].start.date() != slot.start.date())
        first, second, third = coming[last : last + 3]
        pickup = TestPickupReslotPage._slotted(self, first)
        pickups = self.env.registry["omni.pickup"]
        take, show, tried = pickups._change_time, pickups._times, []

        def quicker(pickup, choice):
            if choice == str(second.id):
                tried.append(second._book("sale.order,0", 600))
            return take(pickup, choice)

        def still(pickup):
            if tried:  # a browser test has one connection: what is refused takes the other's booking back, too
                second._book("sale.order,0", 600)
            return show(pickup)

        self.patch(pickups, "_change_time", quicker)
        self.patch(pickups, "_times", still)
        self.start_tour(pickup.sudo()._page_path(), "omni_clickcollect_reslot")
        self.assertEqual(pickup.slot_id, third)
        self.assertEqual((first.booked, second.booked, third.booked), (0, 1, 1))

    def test_customer_asks_for_more_time(self):
        pickup = self._pickup(state="ready").sudo()
        until = pickup._extended_until()
        self.start_tour(pickup.sudo()._page_path(), "omni_clickcollect_more_time")
        self.assertEqual((pickup.deadline, pickup.extensions), (until, 1))
