import json
from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.omni_pickup_slot import SlotTaken
from .common import ClickCollectCommon

MONDAY, TUESDAY = "2026-03-02", "2026-03-03"


class SlotCommon(ClickCollectCommon):
    """Lyon opens Monday to Saturday 9-12 and 14-19, and has slots of an hour for two, 9-18, on Monday and Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lyon.opening_hours = cls.env["resource.calendar"].create(
            {
                "name": "Lyon",
                "tz": "Europe/Paris",
                "attendance_ids": [
                    Command.create({"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": end})
                    for day in range(6)
                    for start, end in ((9, 12), (14, 19))
                ],
            }
        )
        cls.rules = cls.env["omni.pickup.slot.rule"].create(
            [
                {"warehouse_id": cls.lyon.id, "dayofweek": day, "hour_from": 9, "hour_to": 18, "capacity": 2}
                for day in ("0", "1")
            ]
        )

    def _hours(self, slots):
        return [slot.display_name.split(", ")[1][:5] for slot in slots]

    def _slot(self, start):
        """Return the slot of Lyon that starts at this time of Monday or another day."""
        moment = self.lyon._omni_utc(fields.Datetime.to_datetime(f"{start}:00"))
        return self.lyon.omni_slots(moment, moment + timedelta(minutes=1))

    def _basket(self, slot=None, **kwargs):
        order = self._order(confirm=False, **kwargs)
        if slot:
            order._omni_choose_slot(slot)
        return order

    def _moved_mails(self, pickup):
        mails = self.env["mail.mail"].search([("model", "=", "omni.pickup"), ("res_id", "=", pickup.id)])
        return mails.filtered(lambda mail: "New pickup time" in mail.subject)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 06:00:00")  # Monday 7:00 in Lyon
class TestOmniPickupSlot(SlotCommon):
    # -- which there are ---------------------------------------------------------------------------------------------

    def test_slots_are_those_of_the_rules_while_the_store_is_open(self):
        slots = self.lyon.omni_slots(MONDAY, MONDAY)
        self.assertEqual(self._hours(slots), ["09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"])
        self.assertEqual(str(slots[0].start), "2026-03-02 08:00:00")
        self.assertEqual(slots[0].display_name, "Monday 2 March, 09:00 - 10:00")
        self.assertEqual(set(slots.mapped("left")), {2})
        self.assertEqual(self.lyon.omni_slots(MONDAY, MONDAY), slots, "made once")
        self.assertEqual(len(self.lyon.omni_slots(MONDAY, "2026-03-15")), 28, "two weeks, two days each")

    def test_no_rule_no_slot(self):
        self.assertFalse(self.lille.omni_slots(MONDAY, TUESDAY))

    def test_period_in_any_writing(self):
        day = self.lyon.omni_slots(MONDAY, MONDAY)
        date = fields.Date.to_date(MONDAY)
        self.assertEqual(self.lyon.omni_slots(date, date), day)
        self.assertEqual(
            self._hours(self.lyon.omni_slots("2026-03-02 13:00:00", "2026-03-02 15:00:00")), ["14:00", "15:00"]
        )
        self.assertFalse(self.lyon.omni_slots(TUESDAY, MONDAY))
        self.assertFalse(self.lyon.omni_slots("2026-02-01", "2026-02-28"), "over")
        self.assertFalse(self.lyon.omni_slots("2027-03-01", "2027-03-02"), "too far ahead")
        for bad in ("x", 5, None, "2026-13-01", "2026-03-02 99:00:00", []):
            with self.assertRaises(ValidationError):
                self.lyon.omni_slots(bad, MONDAY)

    def test_slots_that_are_over_or_too_early(self):
        with freeze_time("2026-03-02 13:30:00"):
            self.assertEqual(self._hours(self.lyon.omni_slots(MONDAY, MONDAY)), ["15:00", "16:00", "17:00"])
        lines = self.lyon.with_context(omni_lines=[(self.scarf.id, 1)])
        self.assertEqual(self._hours(lines.omni_slots(MONDAY, MONDAY))[:2], ["11:00", "14:00"], "two hours to prepare")
        nothing = self.lyon.with_context(omni_lines=[(self.scarf.id, 1000)])
        self.assertFalse(nothing.omni_slots(MONDAY, MONDAY))

    def test_closing_days(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Stocktaking",
                "calendar_id": self.lyon.opening_hours.id,
                "date_from": "2026-03-02 09:30:00",
                "date_to": "2026-03-02 14:00:00",
            }
        )
        self.assertEqual(self._hours(self.lyon.omni_slots(MONDAY, MONDAY)), ["09:00", "15:00", "16:00", "17:00"])

    def test_clocks_change(self):
        self.rules.unlink()
        self.env["omni.pickup.slot.rule"].create(
            {"warehouse_id": self.lyon.id, "dayofweek": "5", "hour_from": 9, "hour_to": 10}
        )
        slots = self.lyon.omni_slots("2026-03-28", "2026-04-04")
        self.assertEqual(slots.mapped(lambda slot: str(slot.start)), ["2026-03-28 08:00:00", "2026-04-04 07:00:00"])

    def test_rule_that_makes_no_sense(self):
        for bad in ({"hour_from": 20}, {"hour_to": 25}, {"minutes": 0}, {"capacity": 0}, {"hour_from": -1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.rules[0].write(bad)
                self.env.flush_all()
        with self.assertRaises(ValidationError):
            self.rules[0].copy({"hour_from": 17, "hour_to": 20})
        self.rules[0].copy({"hour_from": 18, "hour_to": 19})

    def test_rule_that_changes(self):
        nine, ten = self.lyon.omni_slots(MONDAY, MONDAY)[:2]
        nine._book("omni.pickup,1", 600)
        self.rules.capacity = 5
        self.assertEqual((nine.capacity, nine.left, ten.left), (5, 4, 5))
        self.rules[0].hour_to = 11
        self.assertEqual(self._hours(self.lyon.omni_slots(MONDAY, MONDAY)), ["09:00", "10:00"])
        self.assertEqual(nine.left, 4, "the same as before")
        self.rules[0].minutes = 30
        self.assertEqual(self._hours(self.lyon.omni_slots(MONDAY, MONDAY)), ["09:00", "09:30", "10:00", "10:30"])
        self.assertEqual((nine.booked, nine.left), (1, 0), "who has it keeps it, nobody else gets it")
        self.rules.unlink()
        self.assertEqual(nine.exists(), nine)
        self.assertFalse(self.lyon.omni_slots(MONDAY, MONDAY))

    def test_job_makes_the_next_days(self):
        self.env["omni.pickup.slot"]._cron_make()
        self.assertEqual(self.env["omni.pickup.slot"].search_count([("warehouse_id", "=", self.lyon.id)]), 42)

    def test_old_slots_are_forgotten(self):
        used, *others = self.lyon.omni_slots(MONDAY, MONDAY)[3:5]
        order = self._basket(used)
        order.action_confirm()
        for date, left in (("2026-03-31", 2), ("2026-04-02", 1)):
            with freeze_time(date):
                self.env["omni.pickup.slot"]._gc_slots()
                self.assertEqual(len((used + others[0]).exists()), left)
        self.assertEqual(order.omni_pickup_ids.slot_id, used)

    def test_who_may_see_and_plan(self):
        slots = self.lyon.with_user(self.seller).omni_slots(MONDAY, MONDAY)
        self.assertEqual(slots[0].left, 2)
        for user in (self.seller, self.desk_user):
            with self.assertRaises(AccessError):
                slots.with_user(user).capacity = 100
            with self.assertRaises(AccessError):
                self.rules.with_user(user).capacity = 100
        self.rules.with_user(self.manager).capacity = 3
        self.assertEqual(slots[0].left, 3)
        with self.assertRaises(AccessError):
            self.lyon.with_user(self.env.ref("base.public_user")).omni_slots(MONDAY, MONDAY)

    # -- booking -----------------------------------------------------------------------------------------------------

    def test_no_more_than_there_is_room_for(self):
        slot = self._slot(f"{MONDAY} 17:00")
        for number in (1, 2, 1, 2):
            slot._book(f"omni.pickup,{number}", 600)
        self.assertEqual((slot.booked, slot.left), (2, 0), "again is not more")
        with self.assertRaisesRegex(SlotTaken, "Tuesday 3 March, 09:00 - 10:00") as error:
            slot._book("omni.pickup,3", 600)
        self.assertEqual(str(error.exception.following), "2026-03-03 08:00:00")
        self.assertIsInstance(error.exception, UserError)

    def test_full_slots_are_not_proposed(self):
        ten, eleven, afternoon = self.lyon.omni_slots(MONDAY, MONDAY)[1:4]
        for number, slot in enumerate((ten, ten, eleven, eleven)):
            slot._book(f"omni.pickup,{number}", 600)
        with self.assertRaisesRegex(SlotTaken, "14:00 - 15:00") as error:
            ten._book("omni.pickup,9", 600)
        self.assertEqual(error.exception.following, afternoon.start)

    def test_nothing_left_at_all(self):
        self.rules[1].unlink()
        self.rules[0].write({"hour_from": 17, "capacity": 1})
        for number, slot in enumerate(self.lyon.omni_slots(MONDAY, "2026-03-31")):
            slot._book(f"omni.pickup,{number}", 600)
        first = self._slot(f"{MONDAY} 17:00")
        with self.assertRaisesRegex(SlotTaken, "as soon as your order is ready"):
            first._book("omni.pickup,99", 600)

    def test_a_place_that_nobody_confirms_comes_back(self):
        slot = self._slot(f"{MONDAY} 17:00")
        slot._book("sale.order,1", 600)
        slot._book("sale.order,2", 900)
        with freeze_time("2026-03-02 06:11:00"):
            slot.invalidate_recordset()
            self.assertEqual(slot.left, 1)
            slot._book("sale.order,3", 600)
            self.assertEqual((slot.booked, slot.left), (2, 0))
            with self.assertRaises(SlotTaken):
                slot._book("sale.order,1", 600)

    def test_another_slot_gives_the_former_back(self):
        ten, eleven = self.lyon.omni_slots(MONDAY, MONDAY)[1:3]
        ten._book("sale.order,1", 600)
        eleven._book("sale.order,1", 600)
        self.assertEqual((ten.booked, eleven.booked), (0, 1))
        for number in (2, 3):
            ten._book(f"sale.order,{number}", 600)
        with self.assertRaises(SlotTaken):
            ten._book("sale.order,1", 600)
        self.assertEqual(eleven.booked, 1, "who cannot have the other keeps their own")

    def test_slot_that_has_begun(self):
        slot = self._slot(f"{MONDAY} 09:00")
        with freeze_time("2026-03-02 08:00:00"), self.assertRaisesRegex(SlotTaken, "10:00 - 11:00"):
            slot._book("sale.order,1", 600)

    def test_database_does_not_overbook(self):
        slot = self._slot(f"{MONDAY} 17:00")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env.cr.execute("UPDATE omni_pickup_slot SET booked = 3 WHERE id = %s", [slot.id])

    # -- orders and pickups ------------------------------------------------------------------------------------------

    def test_chosen_slot_is_the_promise(self):
        slot = self._slot(f"{MONDAY} 16:00")
        order = self._basket(slot)
        self.assertEqual(slot.booked, 1)
        order.action_confirm()
        pickup = order.omni_pickup_ids
        self.assertEqual((pickup.slot_id, pickup.promised_at, slot.booked), (slot, slot.start, 1))
        with freeze_time("2026-03-02 12:00:00"):
            slot.invalidate_recordset()
            self.assertEqual(slot.left, 1, "a pickup's place does not run out")
            slot._book("sale.order,0", 600)
            with self.assertRaises(SlotTaken):
                slot._book("sale.order,-1", 600)

    def test_reservation_takes_its_slot(self):
        slot = self._slot(f"{MONDAY} 16:00")
        pickups = self.env["omni.pickup"].with_user(self.desk_user)
        for given in (slot, slot.id):
            pickup = pickups.reserve(self.customer, self.lyon, [(self.scarf.id, 1)], given)
            self.assertEqual((pickup.kind, pickup.slot_id, pickup.promised_at), ("reservation", slot, slot.start))
        before = self.env["sale.order"].search_count([])
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            pickups.reserve(self.customer, self.lyon, [(self.scarf.id, 1)], slot)
        self.assertEqual(self.env["sale.order"].search_count([]), before)
        for wrong in (slot.id + 10**6, "x", self.customer):
            with self.assertRaises(ValidationError):
                pickups.reserve(self.customer, self.lyon, [(self.scarf.id, 1)], wrong)
        with self.assertRaises(ValidationError):
            pickups.reserve(self.customer, self.lille, [(self.scarf.id, 1)], slot)

    def test_cancelled_and_released_give_back(self):
        slot = self._slot(f"{MONDAY} 16:00")
        order, other = self._basket(slot), self._basket(slot)
        (order + other).action_confirm()
        self.assertEqual(slot.left, 0)
        order._action_cancel()
        self.assertEqual((slot.booked, slot.left), (1, 1))
        pickup = other.omni_pickup_ids.with_user(self.desk_user)
        pickup.action_release("Nobody came")
        self.assertEqual((slot.booked, pickup.slot_id.id), (0, False))
        order.action_draft()
        order.action_confirm()
        self.assertEqual((order.omni_pickup_ids.slot_id, slot.booked), (slot, 1), "and book anew")

    def test_collected_gives_back_and_remembers(self):
        slot = self._slot(f"{MONDAY} 16:00")
        order = self._basket(slot)
        order.action_confirm()
        self._pay(order)
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        pickup.action_ready()
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual((pickup.slot_id, slot.booked), (slot, 0))

    def test_paid_order_whose_slot_is_gone_gets_the_next(self):
        slot = self._slot(f"{MONDAY} 16:00")
        order = self._basket(slot)
        with freeze_time("2026-03-02 06:30:00"):
            for number in (1, 2):
                slot._book(f"omni.pickup,{number}", 600)
            order.action_confirm()
        pickup = order.omni_pickup_ids
        self.assertEqual(pickup.slot_id.display_name, "Monday 2 March, 17:00 - 18:00")
        self.assertEqual((order.omni_slot_id, pickup.promised_at), (pickup.slot_id, pickup.slot_id.start))
        self.assertEqual(pickup.step_ids[-1].note, "The chosen time was taken.")
        self.assertIn("17:00 - 18:00", self._moved_mails(pickup).body_html)

    def test_slot_is_kept_until_the_payment(self):
        slot = self._slot(f"{MONDAY} 16:00")
        order = self._basket(slot)
        with freeze_time("2026-03-02 06:30:00"):
            order._check_cart_is_ready_to_be_paid()
            slot._book("omni.pickup,1", 600)
            with self.assertRaises(SlotTaken):
                slot._book("omni.pickup,2", 600)
        with freeze_time("2026-03-02 06:50:00"):
            for number in (1, 2):
                slot._book(f"omni.pickup,{number}", 600)
            with self.assertRaisesRegex(ValidationError, "The next free one: Monday 2 March, 17:00"):
                order._check_cart_is_ready_to_be_paid()

    def test_slot_before_the_goods_can_be_ready(self):
        order = self._basket()
        early = self._slot(f"{MONDAY} 09:00")
        with self.assertRaisesRegex(SlotTaken, "11:00 - 12:00"):
            order._omni_choose_slot(early)
        self.assertEqual(early.booked, 0)

    def test_another_shop_gives_the_slot_back(self):
        slot = self._slot(f"{MONDAY} 16:00")
        order = self._basket(slot)
        order._set_pickup_location(json.dumps(dict(order.pickup_location_data, id=self.lille.id)))
        self.assertEqual((order.omni_slot_id.id, slot.booked), (False, 0))
        order.action_confirm()
        self.assertFalse(order.omni_pickup_ids.slot_id)

    def test_change_of_slot(self):
        four, five = self.lyon.omni_slots(MONDAY, MONDAY)[-2:]
        order = self._basket(four)
        order.action_confirm()
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        for _again in range(2):
            pickup.action_change_slot(five.id)
        self.assertEqual((pickup.slot_id, pickup.promised_at, four.booked, five.booked), (five, five.start, 0, 1))
        self.assertEqual(pickup.sudo().step_ids.mapped("note"), [False, "The time was changed."])
        pickup.action_change_slot(False)
        self.assertEqual((pickup.slot_id.id, five.booked), (False, 0))
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "today 11:00")
        for number in (1, 2):
            four._book(f"omni.pickup,-{number}", 600)
        with self.assertRaisesRegex(SlotTaken, "next free one"):
            pickup.action_change_slot(four.id)
        with self.assertRaises(UserError):
            pickup.action_change_slot(2**30)
        with self.assertRaises(AccessError):
            pickup.sudo(False).write({"slot_id": four.id})
        order._action_cancel()
        with self.assertRaisesRegex(UserError, "not waiting"):
            pickup.action_change_slot(five.id)

    # -- closing days ------------------------------------------------------------------------------------------------

    def _close(self, start, end, **values):
        utc = [self.lyon._omni_utc(fields.Datetime.to_datetime(f"{edge}:00")) for edge in (start, end)]
        values = {"calendar_id": self.lyon.opening_hours.id} | values
        closures = self.env["resource.calendar.leaves"].with_user(self.manager)
        return closures.create({"name": "Water damage", "date_from": utc[0], "date_to": utc[1]} | values)

    def test_closing_moves_promises_and_says_so_once(self):
        pickup, later = self._order().omni_pickup_ids, self._order().omni_pickup_ids
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "today 11:00")
        later.promised_at = "2026-03-03 10:00:00"
        self._close(f"{MONDAY} 10:30", f"{MONDAY} 15:00")
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "today 15:30", "half an hour was still to do")
        self.assertEqual(pickup.deadline, pickup.promised_at + timedelta(days=7))
        self.assertEqual(pickup.step_ids[-1].note, "The store is closed: Water damage")
        mail = self._moved_mails(pickup)
        self.assertEqual((len(mail), mail.recipient_ids), (1, self.customer))
        self.assertIn("Monday 2 March, 15:30", mail.body_html)
        self.assertIn("Water damage", mail.body_html)
        self.assertFalse(self._moved_mails(later))
        self.assertEqual(str(later.promised_at), "2026-03-03 10:00:00")

    def test_closing_moves_slots(self):
        slot, following = self.lyon.omni_slots(MONDAY, MONDAY)[-2:]
        order = self._basket(slot)
        order.action_confirm()
        pickup = order.omni_pickup_ids
        self._close(f"{MONDAY} 15:30", f"{MONDAY} 16:30")
        self.assertEqual((pickup.slot_id, pickup.promised_at), (following, following.start))
        self.assertEqual((slot.booked, following.booked), (0, 1))
        self.assertIn("17:00 - 18:00", self._moved_mails(pickup).body_html)
        self._close(f"{MONDAY} 00:00", f"{TUESDAY} 23:59", name=False)
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "Monday 9 March, 09:00", "the next slot with room")
        self.assertEqual(len(self._moved_mails(pickup)), 2, "one for each time that it moved")

    def test_closing_prolongs_what_waits(self):
        pickup = self._pickup(state="ready").sudo()
        pickup.write({"promised_at": "2026-02-25 10:00:00", "deadline": "2026-03-04 10:00:00"})
        self._close("2026-03-04 00:00", "2026-03-05 23:59")
        self.assertEqual(str(pickup.promised_at), "2026-02-25 10:00:00")
        self.assertEqual(self.lyon._omni_when(pickup.deadline), "Friday 6 March, 10:59")
        self.assertEqual(len(self._moved_mails(pickup)), 1)

    def test_closing_the_company_or_nobody(self):
        pickup = self._order().omni_pickup_ids
        self._close(f"{MONDAY} 00:00", f"{MONDAY} 23:59", calendar_id=False)
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "tomorrow 11:00")
        promised_at = pickup.promised_at
        person = self.env["resource.resource"].create({"name": "Louis", "calendar_id": self.lyon.opening_hours.id})
        self.env["resource.calendar.leaves"].create(
            {"resource_id": person.id, "date_from": "2026-03-03 00:00:00", "date_to": "2026-03-04 00:00:00"}
        )
        self._close("2026-02-01 00:00", "2026-02-02 00:00")
        self.assertEqual((pickup.promised_at, len(self._moved_mails(pickup))), (promised_at, 1))

    def test_closing_that_moves_itself(self):
        pickup = self._order().omni_pickup_ids
        closure = self._close("2026-03-09 09:00", "2026-03-09 19:00")
        self.assertFalse(self._moved_mails(pickup))
        closure.write({"date_from": "2026-03-02 06:00:00", "date_to": "2026-03-02 23:00:00"})
        self.assertEqual(self.lyon._omni_when(pickup.promised_at), "tomorrow 11:00")
        closure.name = "Flood"
        self.assertEqual(len(self._moved_mails(pickup)), 1)

    def test_who_closes_stores(self):
        with self.assertRaises(AccessError):
            self._close(f"{MONDAY} 10:00", f"{MONDAY} 12:00").with_user(self.desk_user).write({"name": "x"})


@tagged("post_install", "-at_install")
class TestPickupTimes(HttpCase, SlotCommon):
    """What the shopper's browser asks; the clock of this class is the real one."""

    def setUp(self):
        super().setUp()
        days = [
            {"warehouse_id": self.lyon.id, "dayofweek": str(day), "hour_from": 9, "hour_to": 19} for day in range(6)
        ]
        self.rules.unlink()
        self.rules = self.env["omni.pickup.slot.rule"].create([day | {"capacity": 1} for day in days])
        self.order = self._order(confirm=False)
        self.authenticate(None, None)
        self._use(self.order)

    def _use(self, order):
        self.session["sale_order_id"] = order.id
        from odoo.http import root

        root.session_store.save(self.session)

    def _ask(self, route="/shop/pickup_times", **params):
        answer = self.make_jsonrpc_request(route, params)
        self.env.invalidate_all()
        return answer

    def _free(self, answer):
        return [slot["id"] for day in answer["days"] for slot in day["slots"] if not slot["full"]]

    def test_choose_change_and_give_back(self):
        times = self._ask()
        self.assertRegex(times["soon"], r"\d\d:\d\d$")
        with freeze_time("2026-03-02 06:00:00"):
            labels = [
                self.lyon._omni_day_and_hours(slot.start, slot.end) for slot in self.lyon.omni_slots(MONDAY, TUESDAY)
            ]
            self.assertEqual((labels[0], labels[-1][0]), (("Today", "09:00 - 10:00"), "Tomorrow"))
        self.assertEqual(times["chosen"], 0)
        first, second = self._free(times)[:2]
        slots = self.env["omni.pickup.slot"]
        self.assertEqual(self._ask("/shop/pickup_slot", slot_id=first)["chosen"], first)
        self.assertEqual(slots.browse(first).booked, 1)
        times = self._ask("/shop/pickup_slot", slot_id=second)
        self.assertEqual((times["chosen"], slots.browse(first).booked, slots.browse(second).booked), (second, 0, 1))
        self.assertEqual(self._ask()["chosen"], second)
        self.assertEqual(self._ask("/shop/pickup_slot", slot_id=0)["chosen"], 0)
        self.assertEqual((slots.browse(second).booked, self.order.omni_slot_id.id), (0, False))

    def test_taken_by_another_while_choosing(self):
        first, second = self._free(self._ask())[:2]
        self.env["omni.pickup.slot"].browse(first)._book("sale.order,0", 600)
        answer = self._ask("/shop/pickup_slot", slot_id=first)
        self.assertIn(self.env["omni.pickup.slot"].browse(second).display_name, answer["message"])
        self.assertEqual(answer["chosen"], 0)
        self.assertNotIn(first, self._free(answer))

    def test_abuse_has_one_plain_answer(self):
        self.env["omni.pickup.slot.rule"].create({"warehouse_id": self.lille.id, "hour_from": 0, "hour_to": 24})
        today = fields.Date.today()
        foreign = self.env["stock.warehouse"].browse(self.lille.id).omni_slots(today, today + timedelta(days=8))[0]
        messages = set()
        for bad in (foreign.id, 10**9, 10**30, -1, 1.5, True, "1", "x" * 100000, [1], {"id": 1}, [[[]]]):
            answer = self._ask("/shop/pickup_slot", slot_id=bad, other="x", order_id=1)
            messages.add(answer.get("message"))
            self.assertEqual(answer["chosen"], 0)
        self.assertEqual(len(messages), 1)
        self.assertFalse(self.env["omni.pickup.booking"].search_count([("owner", "=", self.order._omni_owner())]))

    def test_nothing_to_collect(self):
        self.order.carrier_id = False
        self.assertEqual(self._ask(), {})
        self.assertEqual(self._ask("/shop/pickup_slot", slot_id=1), {})
        self.order.unlink()
        self.assertEqual(self._ask(), {})
        self.assertEqual(self._ask("/shop/pickup_slot", slot_id=1), {})

    def test_product_page_says_when(self):
        text = self.url_open(self.scarf.website_url).text
        self.assertIn(self.lyon._omni_when(self.lyon.omni_ready_at([(self.scarf.id, 1)])), text)

    def test_other_programs_ask_over_json_2(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.seller)
            ._generate("rpc", "Marketplace", fields.Datetime.now() + timedelta(days=1))
        )
        today = fields.Date.to_string(fields.Date.today())
        calls = {
            "omni_ready_at": {"demand": [[self.scarf.id, 1]]},
            "omni_slots": {
                "date_from": today,
                "date_to": "2099-01-01",
                "context": {"omni_lines": [[self.scarf.id, 1]]},
            },
        }
        answers = {}
        for method, params in calls.items():
            response = self.url_open(
                f"/json/2/stock.warehouse/{method}",
                data=json.dumps({"ids": self.lyon.ids} | params),
                headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
            )
            self.assertEqual(response.status_code, 200, response.text)
            answers[method] = response.json()
        promise = fields.Datetime.to_datetime(answers["omni_ready_at"])
        slots = self.env["omni.pickup.slot"].browse(answers["omni_slots"])
        self.assertTrue(slots)
        self.assertGreaterEqual(slots[0].start, promise)
