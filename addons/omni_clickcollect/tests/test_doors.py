import uuid

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.omni_base.models.omni_code import MOST_WRONG

from .test_omni_pickup_till import TillPickupCommon


class DoorsCommon(TillPickupCommon):
    """What a till, a desk or Inventory may try at a pickup."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_user = new_test_user(
            cls.env, "cc_stock", groups="base.group_user,base.group_partner_manager,stock.group_stock_user"
        )

    def setUp(self):
        super().setUp()
        self._open_till()

    def _open_at(self, pickup, till=None, **values):
        return self.at_till.take_payment((till or self.till).id, pickup.id, pickup.sudo().code, values)

    def _line_of(self, line, quantity=1.0, **values):
        values = {"price_unit": line.price_unit, "qty": quantity, "discount": 0.0} | values
        total = values["price_unit"] * values["qty"] * (1 - values["discount"] / 100)
        return {
            "product_id": line.product_id.id,
            "price_subtotal": total,
            "price_subtotal_incl": total,
            "tax_ids": [],
            "sale_order_origin_id": line.order_id.id,
            "sale_order_line_id": line.id,
            **values,
        }

    def _ticket(self, lines, till=None, **values):
        """Post a ticket as a till sends it."""
        till = till or self.till
        if not till.current_session_id:
            till.with_user(self.till_user).open_ui()
            till.current_session_id.set_opening_control(0, "")
        total = sum(line["price_subtotal_incl"] for line in lines)
        now = fields.Datetime.to_string(fields.Datetime.now())
        pay = {"amount": total, "payment_method_id": till.payment_method_ids[:1].id, "name": now}
        ticket = {
            "uuid": str(uuid.uuid4()),
            "name": "Ticket",
            "pos_reference": "T-0001",
            "state": "paid",
            "session_id": till.current_session_id.id,
            "partner_id": self.customer.id,
            "user_id": self.till_user.id,
            "date_order": now,
            "fiscal_position_id": False,
            "lines": [Command.create(line) for line in lines],
            "payment_ids": [Command.create(pay)] if total else [],
            "amount_total": total,
            "amount_tax": 0.0,
            "amount_paid": total,
            "amount_return": 0.0,
            "to_invoice": False,
            **values,
        }
        answer = self.env["pos.order"].with_user(self.till_user).sync_from_ui([ticket])
        self.env.invalidate_all()
        return self.env["pos.order"].browse(answer["pos.order"][0]["id"])

    def _lock_by_wrong_codes(self, pickup):
        for _try in range(MOST_WRONG):
            with self.assertRaisesRegex(UserError, "not the code"):
                self._hand_over(pickup, code="000000")
        self.addCleanup(self.env["omni.rate.limit"]._forget, f"code:omni.pickup,{pickup.id}")


@tagged("post_install", "-at_install")
class TestTickets(DoorsCommon):
    """A ticket collects a pickup that it was opened for, and no other; it is posted whatever it says."""

    def assertKept(self, pickup, ticket, why, paid=0.0):
        due = pickup.currency_id.round(pickup.order_id.amount_total - paid)
        self.assertEqual(
            (pickup.state, pickup.amount_due, ticket.state), ("ready", due, "paid"), "the ticket is posted"
        )
        self.assertFalse(any(pickup.line_ids.mapped("quantity_collected")))
        self.assertEqual(set(pickup.order_id.picking_ids.mapped("state")), {"assigned"}, "its transfer waits as before")
        self.assertRegex(pickup.step_ids.sorted("id")[-1].note, why)
        self.assertIn("T-0001", pickup.order_id.activity_ids.summary)
        self.assertIn(self.manager, pickup.company_id._omni_managers())
        self.assertFalse(ticket.lines.sale_order_line_id)
        self.assertEqual(ticket.lines.sale_order_origin_id, pickup.order_id)
        self.assertNotIn("collected", [step["code"] for step in pickup.order_id.omni_timeline()])

    def test_a_ticket_of_nothing_at_another_store(self):
        pickup = self._ready(paid=False, shop=self.lille)
        line = pickup.order_id.order_line[0]
        self.assertKept(pickup, self._ticket([self._line_of(line, price_unit=0.0)]), "Lille Centre")

    def test_nobody_showed_the_code_at_this_till(self):
        pickup = self._ready(paid=False)
        line = pickup.order_id.order_line[0]
        self.assertKept(pickup, self._ticket([self._line_of(line)]), "nobody showed the code", paid=50)
        with self.assertRaisesRegex(UserError, "is paid"):
            self._open_at(pickup)
        self._hand_over(pickup)
        self.assertEqual(pickup.state, "collected", "what the ticket took is paid: whoever shows the code has it")

    def test_the_code_was_shown_at_another_till(self):
        pickup = self._ready(paid=False)
        sister = self.till.copy({"name": "Second till"})
        sister.with_user(self.till_user).open_ui()
        sister.current_session_id.set_opening_control(0, "")
        self._open_at(pickup, sister)
        line = pickup.order_id.order_line[0]
        self.assertKept(pickup, self._ticket([self._line_of(line)]), "nobody showed the code", paid=50)

    def test_it_is_not_ready(self):
        pickup = self._pickup(paid=False).sudo()
        ticket = self._ticket([self._line_of(pickup.order_id.order_line[0])])
        self.assertEqual((pickup.state, ticket.state), ("to_prepare", "paid"))
        self.assertRegex(pickup.step_ids.sorted("id")[-1].note, "not ready")

    def test_it_asks_less_than_the_order(self):
        for values in ({"price_unit": 0.0}, {"price_unit": 49.99}, {"discount": 100.0}):
            with self.subTest(**values):
                pickup = self._ready(paid=False)
                self._open_at(pickup)
                line = self._line_of(pickup.order_id.order_line[0], **values)
                paid = line["price_subtotal_incl"]
                self.assertKept(pickup, self._ticket([line]), "asks less", paid=paid)

    def test_it_takes_off_what_nobody_paid(self):
        pickup = self._ready(paid=False)
        self._pay(pickup.order_id, 20.0)
        self._open_at(pickup)
        line = pickup.order_id.order_line[0]
        deposit = self.env["product.product"].create({"name": "Deposit", "type": "service", "taxes_id": False})
        off = {"product_id": deposit.id, "sale_order_line_id": False}
        ticket = self._ticket([self._line_of(line), self._line_of(line, -1.0, price_unit=50.0, **off)])
        self.assertEqual((pickup.state, ticket.state), ("ready", "paid"))
        self.assertRegex(pickup.step_ids.sorted("id")[-1].note, "asks less")
        other = self._ready(paid=False)
        self._pay(other.order_id, 20.0)
        self._open_at(other)
        line = other.order_id.order_line[0]
        self._ticket([self._line_of(line), self._line_of(line, -1.0, price_unit=20.0, **off)])
        self.assertEqual((other.state, other.amount_due), ("collected", 0))

    def test_what_a_seller_takes_off_and_says_so_is_his_to_decide(self):
        pickup = self._ready(paid=False)
        self._open_at(pickup)
        self._ticket([self._line_of(pickup.order_id.order_line[0], discount=10.0)])
        self.assertEqual(pickup.state, "collected")

    def test_what_was_given_in_part_needs_the_code_again(self):
        pickup = self._ready((self.scarf, 3), paid=False)
        line = pickup.order_id.order_line[0]
        self._open_at(pickup)
        self._ticket([self._line_of(line)])
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("ready", 1))
        self._ticket([self._line_of(line)])
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("ready", 1))
        self._open_at(pickup)
        self._ticket([self._line_of(line)])
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("ready", 2))

    def test_two_shops_of_one_order(self):
        """The ticket takes the money of all, and gives what waits here."""
        pickup = self._ready((self.scarf, 2), paid=False)
        pickup.action_missing(pickup.line_ids.id, 1, "other")
        pickup.action_decide(pickup.line_ids.id, "store", store_id=self.lille.id)
        other = pickup.order_id.omni_pickup_ids - pickup
        self._open_at(pickup)
        self._ticket([self._line_of(line) for line in pickup.order_id.order_line if line.product_id == self.scarf])
        self.assertEqual((pickup.state, other.state, other.amount_due), ("collected", "to_prepare", 0))
        self.assertFalse(pickup.order_id.activity_ids, "nothing went wrong")

    def test_a_parked_ticket_that_is_paid_later(self):
        pickup, sneaky = self._ready(paid=False), self._ready(paid=False)
        self._open_at(pickup)
        lines = [self._line_of(one.order_id.order_line[0]) for one in (pickup, sneaky)]
        values = {"uuid": str(uuid.uuid4()), "access_token": str(uuid.uuid4())}
        parked = self._ticket(lines, state="draft", payment_ids=[], amount_paid=0.0, **values)
        self.assertEqual((parked.state, pickup.state, sneaky.state), ("draft", "ready", "ready"))
        pay = {"amount": 100.0, "payment_method_id": self.till.payment_method_ids[:1].id, "name": "2026-01-01 10:00:00"}
        totals = {"amount_total": 100.0, "amount_paid": 100.0, "payment_ids": [Command.create(pay)]}
        self._ticket([], **values, **totals)
        self.assertEqual((parked.state, pickup.state, sneaky.state), ("paid", "collected", "ready"))

    def test_a_ticket_made_by_a_script(self):
        """A seller may make and pay tickets by RPC; one that says that it was paid opens nothing for the next."""
        pickup = self._ready(paid=False)
        line = self._line_of(pickup.order_id.order_line[0])
        tickets = self.env["pos.order"].with_user(self.till_user).sudo()
        values = {
            "session_id": self.till.current_session_id.id,
            "amount_total": 50.0,
            "amount_tax": 0.0,
            "amount_paid": 50.0,
            "amount_return": 0.0,
            "lines": [Command.create(line)],
        }
        payment = {"amount": 50.0, "payment_method_id": self.till.payment_method_ids[:1].id}
        ticket = tickets.create(values)
        ticket.add_payment(payment | {"pos_order_id": ticket.id})
        ticket.action_pos_order_paid()
        self.assertEqual((ticket.state, pickup.state), ("paid", "ready"))
        tickets.create(values | {"state": "paid"})
        self._ticket([self._line_of(pickup.order_id.order_line[0])])
        self.assertEqual(pickup.state, "ready")

    def test_another_order_is_not_reached_by_its_line(self):
        """The line of an order that no till serves, behind the number of one that they do."""
        pickup = self._ready(paid=False)
        self._open_at(pickup)
        foreign = self._order(confirm=False)
        channel = self.till.omni_channel_id
        foreign.write({"website_id": False, "carrier_id": False, "omni_channel_id": channel.id})
        foreign.action_confirm()
        line = self._line_of(pickup.order_id.order_line[0], sale_order_line_id=foreign.order_line[0].id)
        with self.assertRaises(AccessError):
            self._ticket([line])


@tagged("post_install", "-at_install")
class TestDoors(DoorsCommon):
    def test_locked_by_every_door(self):
        pickup, paid = self._ready(paid=False), self._ready()
        for one in (pickup, paid):
            self._lock_by_wrong_codes(one)
        doors = {
            "till, by code": lambda: self._hand_over(paid),
            "till, by identity": lambda: self._hand_over(paid, code=None, identity="Identity card"),
            "till, opened by code": lambda: self.at_till.open_by_code(self.till.id, paid.sudo().code),
            "till, to pay": lambda: self._open_at(pickup),
            "till, to pay, by identity": lambda: self._open_at(pickup, identity="Identity card"),
            "till, given up": lambda: self.at_till.give_up(self.till.id, pickup.id, {"code": pickup.sudo().code}),
            "till, returned": lambda: self._hand_over(
                paid, quantities={paid.line_ids.id: 0}, back={paid.line_ids.id: 1}
            ),
            "desk": lambda: (
                self.env["omni.pickup.desk"]
                .with_user(self.desk_user)
                .step("12345678", paid.id, "hand_over", {"code": paid.sudo().code})
            ),
            "desk, by identity": lambda: paid.with_user(self.desk_user).action_hand_over("", identity="Passport"),
            "manager": lambda: paid.with_user(self.manager).action_hand_over(paid.sudo().code),
            "Inventory": lambda: paid.order_id.picking_ids.with_user(self.stock_user).button_validate(),
            "Inventory, by a seller": lambda: paid.order_id.picking_ids.with_user(self.till_user).button_validate(),
        }
        for name, door in doors.items():
            with self.subTest(door=name), self.assertRaisesRegex(UserError, "Too many wrong codes"):
                door()
        lines = pickup.order_id.order_line.with_user(self.till_user)
        with self.assertRaisesRegex(UserError, "customer's code"):
            lines.read_converted()
        self._ticket([self._line_of(pickup.order_id.order_line[0])])
        self.assertEqual((pickup.state, paid.state), ("ready", "ready"))

    def test_transfers_are_for_who_works_with_stock(self):
        pickup, other = self._ready(), self._ready()
        with self.assertRaisesRegex(UserError, "customer's code"):
            pickup.order_id.picking_ids.with_user(self.till_user).button_validate()
        self.assertEqual(pickup.state, "ready")
        other.order_id.picking_ids.with_user(self.stock_user).button_validate()
        self.assertEqual(other.state, "collected")
        self.assertIn("Validated in Inventory, without a code.", other.step_ids.mapped("note"))

    def test_lines_of_an_order_go_on_a_ticket_when_its_code_was_shown(self):
        """By Odoo's own button, too, and for who has every right on orders."""
        pickup = self._ready(paid=False)
        lines = pickup.order_id.order_line.filtered("product_id")
        for user in (self.till_user, self.seller, self.manager):
            with self.assertRaisesRegex(UserError, "customer's code"):
                lines.with_user(user).sudo(user == self.manager).read_converted()
        self._open_at(pickup)
        self.assertTrue(lines.with_user(self.till_user).read_converted())
        self._ticket([self._line_of(lines[0])])
        self.assertEqual(pickup.state, "collected")

    # -- identity ----------------------------------------------------------------------------------------------------

    def test_identity_in_the_place_of_a_code_is_noted(self):
        pickup = self._ready()
        self._hand_over(pickup, code=None, identity=" Identity card\n", cashier="Zoe")
        step = pickup.step_ids.filtered("proof")
        self.assertEqual((pickup.state, step.proof, step.user_id), ("collected", "identity", self.till_user))
        self.assertIn("“Identity card”", step.note)

    def test_identity_opens_what_is_to_pay(self):
        pickup = self._ready(paid=False)
        self._open_at(pickup, identity="Passport", cashier="Zoe")
        step = pickup.step_ids.filtered("proof")
        self.assertEqual((step.proof, step.config_id), ("identity", self.till))
        self.assertIn("Zoe", step.note)
        self._ticket([self._line_of(pickup.order_id.order_line[0])])
        self.assertEqual(pickup.state, "collected")

    def test_nothing_checked_is_a_wrong_code(self):
        pickup = self._ready()
        for identity in ("", "  ", None, False, 7, ["x"], {"a": 1}, "\n\t"):
            with self.subTest(identity=identity), self.assertRaisesRegex(UserError, "not the code|Too many"):
                self._hand_over(pickup, code=None, identity=identity)
        self.addCleanup(self.env["omni.rate.limit"]._forget, f"code:omni.pickup,{pickup.id}")
        with self.assertRaisesRegex(UserError, "Too many wrong codes"):
            self._hand_over(pickup)
        self.assertEqual(pickup.state, "ready")

    # -- words -------------------------------------------------------------------------------------------------------

    def _says(self, order, till=None):
        return self.at_till.pickups((till or self.till).id, order.name)["whereabouts"]

    def test_where_an_order_is(self):
        here, elsewhere = self._ready(), self._ready(shop=self.lille)
        coming, back = self._pickup(shop=self.lille).sudo(), self._ready((self.scarf, 2))
        self.assertEqual(self._says(here.order_id), "")
        name = elsewhere.order_id.name
        self.assertEqual(
            self._says(elsewhere.order_id), f"{name} waits at Lille Centre for the customer's code: see Pickups."
        )
        self.assertIn("“To prepare”", self._says(coming.order_id))
        self._hand_over(here)
        self.assertIn("was collected at Lyon Bellecour", self._says(here.order_id))
        self._hand_over(back, quantities={back.line_ids.id: 0}, back={back.line_ids.id: 2})
        self.assertIn("was returned to stock at Lyon Bellecour", self._says(back.order_id))
        released = self._ready()
        released.action_release("Nobody came.")
        self.assertIn("was returned to stock at Lyon Bellecour", self._says(released.order_id))
        given_up = self._ready(paid=False)
        given_up.action_release("Nobody came.")
        self.assertIn("was cancelled", self._says(given_up.order_id))
        for text in ("S0_", "%", "Nobody", here.order_id.name[:-1]):
            self.assertEqual(self.at_till.pickups(self.till.id, text)["whereabouts"], "", text)

    def test_double_press(self):
        pickup = self._ready()
        key = str(uuid.uuid4())
        self.assertEqual(self._hand_over(pickup, key), self._hand_over(pickup, key))
        with self.assertRaisesRegex(UserError, "was collected at Lyon Bellecour"):
            self._hand_over(pickup)
        unpaid = self._ready(paid=False)
        self.assertEqual(
            [row["id"] for row in self._open_at(unpaid)["sale.order"]],
            [row["id"] for row in self._open_at(unpaid)["sale.order"]],
        )
        self.assertEqual(len(unpaid.step_ids.filtered("proof")), 1)
