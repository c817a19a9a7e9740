import uuid
from contextlib import suppress
from datetime import timedelta

from odoo import api, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.omni_base.models.omni_code import MOST_LOOKUPS, MOST_WRONG
from odoo.addons.omni_base.tests.common import MainCompany
from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

from ..models.omni_pickup_till import ROWS
from .common import ClickCollectCommon


class TillPickupCommon(ClickCollectCommon, MainCompany, TestPointOfSaleHttpCommon):
    """A till in Lyon and one in Lille, each with a seller who has no right but that of a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.scarf + cls.glove).available_in_pos = True
        cls.till = cls.main_pos_config
        cls.till.write({"name": "Lyon till", "picking_type_id": cls.lyon.pos_type_id.id})
        cls.other_till = cls.till.copy({"name": "Lille till", "picking_type_id": cls.lille.pos_type_id.id})
        cls.till_user = cls._seller("cc_till", "Sam Seller")
        cls.at_till = cls.env["omni.pickup.till"].with_user(cls.till_user)
        cls.env = cls.env(su=True)  # what the tests prepare, nobody does at a till

    @classmethod
    def _seller(cls, login, name):
        groups = "base.group_user,point_of_sale.group_pos_user"
        company = cls.env.company
        return new_test_user(
            cls.env, login, groups=groups, name=name, company_id=company.id, company_ids=[Command.set(company.ids)]
        )

    def setUp(self):
        super().setUp()
        self.env["omni.rate.limit"]._forget(f"till:{self.till_user.id}")  # counted on a connection of its own

    def _open_till(self):
        self.till.with_user(self.till_user).open_ui()
        self.till.current_session_id.set_opening_control(0, "")

    def _ready(self, *lines, paid=True, **kwargs):
        return self._pickup(*lines, paid=paid, state="ready", **kwargs).sudo()

    def _hand_over(self, pickup, key=None, till=None, **values):
        values = {"code": pickup.sudo().code, "cashier": "Sam Seller"} | values
        key = key or str(uuid.uuid4())
        return self.at_till.hand_over((till or self.till).id, key, pickup.id, values)

    def _line(self, pickup, product):
        return pickup.line_ids.filtered(lambda line: line.product_id == product)


@tagged("post_install", "-at_install")
class TestOmniPickupAtTill(TillPickupCommon):
    # -- the list ----------------------------------------------------------------------------------------------------

    def _orders(self, search="", till=None):
        return [row["id"] for row in self.at_till.pickups((till or self.till).id, search)["pickups"]]

    def test_own_store_alone_ready_on_top(self):
        waiting, ready = self._pickup().sudo(), self._ready()
        elsewhere = self._ready(shop=self.lille)
        done = self._ready()
        self._hand_over(done)
        self.assertEqual(self._orders(), [ready.id, waiting.id])
        self.assertEqual(self._orders(till=self.other_till), elsewhere.ids)

    def test_found_by_name_phone_and_order_but_not_by_a_part_of_its_code(self):
        louis = self.env["res.partner"].create({"name": "Louis Petit"})
        pickup, _other = self._ready(), self._ready(partner=louis)
        for search in ("camille", "56 78", pickup.order_id.name):
            self.assertEqual(self._orders(search), pickup.ids, search)
        self.assertEqual(self._orders(pickup.sudo().code[:3] + "*"), [])

    def test_row(self):
        pickup = self._ready((self.scarf, 2), paid=False)
        pickup.sudo().bin = "12"
        pickup._set_delegate("Paul Martin")
        pickup.deadline = fields.Datetime.now() - timedelta(hours=1)
        [row] = self.at_till.pickups(self.till.id)["pickups"]
        self.assertEqual((row["customer"], row["phone"], row["bin"]), ("Camille Martin", "5678", "12"))
        self.assertEqual((row["delegate"], row["late"], row["due"]), ("Paul Martin", True, 100))
        self.assertNotIn(pickup.sudo().code, str(row), "the customer shows their code")
        self.assertNotIn(pickup.sudo().delegate_code, str(row))

    def test_who_waits_outside_is_on_top(self):
        self.lyon.omni_drive_in = True
        _first, second = self._ready(), self._ready()
        second._set_arrived("4")
        [row, other] = self.at_till.pickups(self.till.id)["pickups"]
        self.assertEqual((row["id"], other["arrived"]), (second.id, ""))
        self.assertRegex(row["arrived"], r"^\d\d:\d\d, bay 4$")

    def test_as_many_queries_for_many_as_for_one(self):
        for _each in range(2):
            self._ready()
        self.at_till.pickups(self.till.id)
        counts = []
        for _round in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.at_till.pickups(self.till.id)
            counts.append(self.env.cr.sql_log_count - before)
            self._ready()
            self._ready()
        self.assertLessEqual(counts[1], counts[0] + 4)
        self.assertLessEqual(ROWS, 50)

    # -- codes -------------------------------------------------------------------------------------------------------

    def test_code_opens_the_pickup_as_typed_or_scanned(self):
        pickup = self._ready()
        pickup._set_delegate("Paul Martin")
        for code in (
            pickup.sudo().code,
            f" {pickup.sudo().code[:3]}-{pickup.sudo().code[3:].lower()} ",
            pickup.sudo().delegate_code,
        ):
            self.assertEqual(self.at_till.open_by_code(self.till.id, code)["pickup"]["id"], pickup.id)

    def test_code_of_another_store(self):
        pickup = self._ready(shop=self.lille)
        answer = self.at_till.open_by_code(self.till.id, pickup.sudo().code)
        self.assertFalse(answer["pickup"])
        self.assertIn("Lille Centre", answer["notice"])
        with self.assertRaisesRegex(UserError, "belongs to another store"):
            self._hand_over(pickup)

    def test_code_of_another_company_is_a_wrong_code(self):
        pickup = self._ready(shop=self.lille)
        wrong = self.at_till.open_by_code(self.till.id, "AAAAAA" if pickup.sudo().code != "AAAAAA" else "CCCCCC")
        other = self.env["res.company"].create({"name": "Other retailer"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE omni_pickup SET company_id = %s WHERE id = %s", [other.id, pickup.id])
        self.env.invalidate_all()
        self.assertEqual(self.at_till.open_by_code(self.till.id, pickup.sudo().code), wrong)

    def test_five_wrong_codes_then_a_pause_at_tills_and_desk(self):
        pickup = self._ready()
        for _try in range(MOST_WRONG):
            with self.assertRaisesRegex(UserError, "not the code"):
                self._hand_over(pickup, code="000000")
        for step in (self._hand_over, lambda pickup: self.at_till.open_by_code(self.till.id, pickup.sudo().code)):
            with self.assertRaisesRegex(UserError, "Too many wrong codes"):
                step(pickup)
        self.assertEqual(pickup.state, "ready")

    def test_codes_are_not_guessed_without_end(self):
        pickup = self._ready()
        for _try in range(MOST_LOOKUPS):
            self.assertFalse(self.at_till.open_by_code(self.till.id, "000000")["pickup"])
        with self.assertRaisesRegex(UserError, "Too many wrong codes"):
            self.at_till.open_by_code(self.till.id, pickup.sudo().code)

    # -- paid --------------------------------------------------------------------------------------------------------

    def test_paid_is_handed_over_without_a_ticket(self):
        pickup = self._ready((self.scarf, 2))
        tickets = self.env["pos.order"].search_count([])
        self.assertEqual(self._hand_over(pickup), {"state": "collected", "by_itself": "", "by_hand": ""})
        self.assertEqual(pickup.order_id.picking_ids.state, "done")
        self.assertEqual(self.env["pos.order"].search_count([]), tickets)
        collected = pickup.step_ids.filtered(lambda step: step.state == "collected" and not step.note)
        self.assertEqual((collected.user_id, collected.warehouse_id), (self.till_user, self.lyon))
        self.assertEqual(pickup.step_ids[-1].note, "At the till Lyon till, by Sam Seller.")
        self.assertEqual([step["code"] for step in pickup.order_id.omni_timeline()].count("collected"), 1)

    def test_network_repeats_the_hand_over(self):
        pickup = self._ready((self.scarf, 3))
        key, line = str(uuid.uuid4()), pickup.line_ids
        for _again in range(2):
            self.assertEqual(self._hand_over(pickup, key, quantities={str(line.id): 1})["state"], "ready")
        self.assertEqual(line.quantity_collected, 1)
        self._hand_over(pickup)
        with self.assertRaisesRegex(UserError, "was collected at Lyon Bellecour"):
            self._hand_over(pickup)

    def test_part_now_part_back(self):
        pickup = self._ready((self.scarf, 3), (self.glove, 1))
        pickup.order_id.user_id = self.seller
        scarf, glove = self._line(pickup, self.scarf), self._line(pickup, self.glove)
        answer = self._hand_over(pickup, quantities={scarf.id: 1, glove.id: 0}, back={scarf.id: 1, glove.id: 1})
        self.assertEqual((answer["state"], scarf.quantity, glove.quantity), ("ready", 2, 0))
        self.assertIn("80", answer["by_hand"])
        self.assertEqual((pickup.order_id.amount_total, pickup.refund_by_hand), (100, 80))
        self._hand_over(pickup)
        self.assertEqual((pickup.state, scarf.quantity_collected), ("collected", 2))

    def test_all_of_a_paid_pickup_is_returned_on_the_spot(self):
        pickup = self._ready((self.scarf, 2))
        line = pickup.line_ids
        with self.assertRaisesRegex(UserError, "not the code"):
            self._hand_over(pickup, code="000000", quantities={line.id: 0}, back={line.id: 2})
        answer = self._hand_over(pickup, quantities={line.id: 0}, back={line.id: 2})
        self.assertEqual((answer["state"], pickup.refund_by_hand), ("cancelled", 100))
        self.assertEqual(line.quantity_put_back, 2, "it lies in its bin")
        available = self.env["omni.availability"].available(self.scarf.ids, self.lyon.ids)
        self.assertEqual(available[self.scarf.id, self.lyon.id], 10)

    def test_not_ready_or_not_paid_is_not_handed_over(self):
        with self.assertRaisesRegex(UserError, "not ready"):
            self._hand_over(self._pickup().sudo())
        with self.assertRaisesRegex(UserError, "To pay at the till"):
            self._hand_over(self._ready(paid=False))
        undecided = self._pickup((self.scarf, 2), paid=False, state="preparing")
        undecided.action_missing(undecided.line_ids.id, 1, "other")
        undecided.action_ready()
        with self.assertRaisesRegex(UserError, "Decide first"):
            self.at_till.take_payment(self.till.id, undecided.id, undecided.sudo().code)

    # -- to pay ------------------------------------------------------------------------------------------------------

    def _settle(self, pickup, quantities, extra=(), **values):
        """Pay a ticket with ``{product: quantity}`` of the pickup's order, and ``extra`` lines, as the till does."""
        self._open_till()
        self.at_till.take_payment(self.till.id, pickup.id, pickup.sudo().code)
        lines = [
            (line.product_id, quantities[line.product_id], line)
            for line in pickup.order_id.order_line
            if quantities.get(line.product_id)
        ]
        lines += [(product, quantity, False) for product, quantity in extra]
        total = sum(product.list_price * quantity for product, quantity, _line in lines)
        payment = {
            "amount": total,
            "payment_method_id": self.bank_payment_method.id,
            "name": fields.Datetime.to_string(fields.Datetime.now()),
        }
        ticket = {
            "uuid": str(uuid.uuid4()),
            "name": "Ticket",
            "state": "paid",
            "session_id": self.till.current_session_id.id,
            "partner_id": pickup.partner_id.id,
            "user_id": self.till_user.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "lines": [
                Command.create(
                    {
                        "product_id": product.id,
                        "qty": quantity,
                        "price_unit": product.list_price,
                        "price_subtotal": product.list_price * quantity,
                        "price_subtotal_incl": product.list_price * quantity,
                        "tax_ids": [],
                        "sale_order_origin_id": line and line.order_id.id,
                        "sale_order_line_id": line and line.id,
                    }
                )
                for product, quantity, line in lines
            ],
            "payment_ids": [Command.create(payment)],
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

    def test_a_seller_named_in_a_store_sells_there_alone(self):
        """given a seller named in one store, when they name another one's till, then nothing is told or done"""
        pickup = self._ready(paid=False)
        self.lille.omni_desk_user_ids = self.till_user
        here, there = self.other_till.id, self.till.id
        self.assertEqual(self.at_till.pickups(here)["count"], 0)
        for call in (
            lambda: self.at_till.pickups(there),
            lambda: self.at_till.open_by_code(there, pickup.sudo().code),
            lambda: self.at_till.take_payment(there, pickup.id, pickup.sudo().code),
            lambda: self.at_till.give_up(there, pickup.id, {"code": pickup.sudo().code}),
            lambda: self._hand_over(pickup),
        ):
            with self.assertRaises(AccessError):
                call()
        closed = self._make_shop("Pop-up", "POP", "75001")
        self.till_user.omni_desk_warehouse_ids = closed
        closed.active = False
        with self.assertRaises(AccessError):
            self.at_till.pickups(there)
        self.lyon.omni_desk_user_ids = self.till_user
        self.assertEqual(self.at_till.pickups(there)["count"], 1)

    def test_a_part_that_was_given_up_elsewhere_goes_on_no_ticket(self):
        """given an order of which one part was released in another store, when the rest is paid here, then its goods
        alone are on the ticket"""
        self._open_till()
        order = self._order((self.scarf, 2), (self.glove, 1))
        glove = order.order_line.filtered(lambda line: line.product_id == self.glove)
        glove.write({"omni_way": "collect", "omni_collect_warehouse_id": self.lille.id})
        here = order.omni_pickup_ids.filtered(lambda pickup: pickup.warehouse_id == self.lyon)
        (order.omni_pickup_ids - here).action_release("Nobody came")
        self._pay(order, 60)
        here.action_ready()
        self.env.invalidate_all()
        self.assertEqual(here.amount_due, 40)
        loaded = self.at_till.take_payment(self.till.id, here.id, here.code)
        [row] = loaded["sale.order"]
        self.assertNotIn(glove.id, row["order_line"] + [line["id"] for line in loaded["sale.order.line"]])
        self.assertEqual(row["amount_paid"], 60)

    def test_balance_is_paid_with_the_rights_of_a_till_alone(self):
        self.assertFalse(self.env["sale.order"].with_user(self.till_user).has_access("read"))
        pickup = self._ready((self.scarf, 2), paid=False)
        with self.assertRaisesRegex(UserError, "Open the till first"):
            self.at_till.take_payment(self.till.id, pickup.id, pickup.sudo().code)
        self._open_till()
        loaded = self.at_till.take_payment(self.till.id, pickup.id, pickup.sudo().code)
        self.assertEqual([row["id"] for row in loaded["sale.order"]], pickup.order_id.ids)
        lines = pickup.order_id.order_line.filtered("product_id").with_user(self.till_user)
        self.assertIn(2.0, [line["product_uom_qty"] for line in lines.read_converted()])
        ticket = self._settle(pickup, {self.scarf: 2}, extra=[(self.glove, 1)])
        self.assertEqual((ticket.state, ticket.amount_total, ticket.create_uid), ("paid", 130, self.till_user))
        self.assertEqual((pickup.state, pickup.amount_due), ("collected", 0))

    def test_each_till_asks_for_its_own_part(self):
        """given one order in two stores, paid in part online, then the tickets together ask for what is left"""
        order = self._order((self.scarf, 2), (self.glove, 1))
        here = order.omni_pickup_ids
        order.order_line[1].write({"omni_way": "collect", "omni_collect_warehouse_id": self.lille.id})
        there = order.omni_pickup_ids - here
        (here + there).action_ready()
        self._open_till()
        self.other_till.with_user(self.till_user).open_ui()
        self.other_till.current_session_id.set_opening_control(0, "")

        def asked(till, pickup):
            loaded = self.at_till.take_payment(till.id, pickup.id, pickup.code)
            [row], lines = loaded["sale.order"], loaded["sale.order.line"]
            self.assertEqual(set(row["order_line"]), {line["id"] for line in lines})
            sold = self.env["sale.order.line"].browse(row["order_line"]).with_user(self.till_user)
            total = sum(  # as the till counts
                line["price_unit"] * (line["product_uom_qty"] - max(line["qty_delivered"], line["qty_invoiced"]))
                for line in sold.read_converted()
            )
            return sold.sudo().product_id, total, row["amount_paid"]

        self._pay(order, 60)
        self.assertEqual((here.amount_due, there.amount_due), (40, 30))
        self.assertEqual(asked(self.till, here), (self.scarf, 100, 60))
        self.assertEqual(asked(self.other_till, there), (self.glove, 30, 0))
        self._pay(order, 45)
        self.env.invalidate_all()
        self.assertEqual((here.amount_due, there.amount_due), (0, 25))
        with self.assertRaisesRegex(UserError, "is paid"):
            asked(self.till, here)
        self.assertEqual(asked(self.other_till, there), (self.glove, 30, 5))
        here.action_hand_over(here.code)
        self.env.invalidate_all()
        self.assertEqual(asked(self.other_till, there), (self.glove, 30, 5), "what paid for the scarves is spent")

    def test_code_is_checked_before_the_ticket(self):
        pickup = self._ready(paid=False)
        for code in ("000000", "", None, ["x"]):
            with self.assertRaisesRegex(UserError, "not the code"):
                self.at_till.take_payment(self.till.id, pickup.id, code)
        paid = self._ready()
        with self.assertRaisesRegex(UserError, "is paid"):
            self.at_till.take_payment(self.till.id, paid.id, paid.sudo().code)

    def test_what_he_leaves_goes_back_to_the_shop(self):
        pickup = self._ready((self.scarf, 3), (self.glove, 1), paid=False)
        self._settle(pickup, {self.scarf: 1}, omni_pickup_rest="back")
        self.assertEqual((pickup.state, pickup.order_id.amount_total), ("collected", 50))
        self.assertEqual(pickup.line_ids.mapped("quantity_put_back"), [2, 1])
        self.assertEqual((pickup.refund_amount, pickup.amount_due), (0, 0))
        open_moves = pickup.order_id.picking_ids.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        self.assertFalse(open_moves)
        available = self.env["omni.availability"].available((self.scarf + self.glove).ids, self.lyon.ids)
        self.assertEqual((available[self.scarf.id, self.lyon.id], available[self.glove.id, self.lyon.id]), (9, 10))

    def test_what_he_leaves_is_kept(self):
        for rest in ("later", "ask", False):
            pickup = self._ready((self.scarf, 2), paid=False)
            self._settle(pickup, {self.scarf: 1}, omni_pickup_rest=rest)
            self.assertEqual((pickup.state, pickup.line_ids.quantity_collected, pickup.amount_due), ("ready", 1, 50))

    def test_reservation_of_which_nothing_fits(self):
        pickup = self.env["omni.pickup"].reserve(self.customer, self.lyon, [(self.scarf.id, 2)])
        pickup.action_ready()
        with self.assertRaisesRegex(UserError, "not the code"):
            self.at_till.give_up(self.till.id, pickup.id, {"code": "000000"})
        for _again in range(2):
            self.at_till.give_up(self.till.id, pickup.id, {"code": pickup.sudo().code})
        self.assertEqual((pickup.state, pickup.order_id.state), ("released", "cancel"))
        paid = self._ready()
        with self.assertRaisesRegex(UserError, "is paid"):
            self.at_till.give_up(self.till.id, paid.id, {"code": paid.sudo().code})

    # -- who ---------------------------------------------------------------------------------------------------------

    def test_who_may(self):
        pickup = self._ready()
        stranger = new_test_user(self.env, "cc_stranger", groups="base.group_user")
        steps = {
            "pickups": [],
            "open_by_code": [pickup.sudo().code],
            "hand_over": ["12345678", pickup.id, {"code": pickup.sudo().code}],
            "take_payment": [pickup.id, pickup.sudo().code],
            "give_up": [pickup.id, {"code": pickup.sudo().code}],
        }
        for user in (stranger, self.env.ref("base.public_user"), self.desk_user):
            for name, args in steps.items():
                with self.assertRaises(AccessError):
                    getattr(self.env["omni.pickup.till"].with_user(user), name)(self.till.id, *args)
        for till in (0, -1, True, "x", None, 2**40, [1]):
            for name, args in steps.items():
                with self.assertRaises(UserError):
                    getattr(self.at_till, name)(till, *args)
        for name in ("hand_over", "take_payment", "give_up"):
            for other in (0, -1, True, "x", None, 2**40, self._ready(shop=self.lille).id):
                args = [other if arg == pickup.id else arg for arg in steps[name]]
                with self.assertRaisesRegex(UserError, "belongs to another store"):
                    getattr(self.at_till, name)(self.till.id, *args)
        self.assertEqual(pickup.state, "ready")
        with self.assertRaises(AccessError):
            pickup.with_user(self.till_user).read(["code"])

    def test_open_tills_of_the_store_hear_of_each_change(self):
        self.till.sudo().open_ui()
        pickup = self._pickup()
        told = []
        self.patch(self.env.registry["bus.bus"], "_sendone", lambda bus, *news: told.append(news) or None)
        pickup.action_prepare()
        token = self.till.sudo().access_token
        news = [message for target, name, message in told if name == f"{token}-OMNI_PICKUPS" and target == token]
        self.assertEqual(news, [{}])

    def test_till_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other retailer"})
        self.till_user.sudo().write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.at_till.pickups(self.till.id)

    def test_malformed(self):
        pickup = self._ready((self.scarf, 2))
        line = pickup.line_ids
        for values in (
            {"quantities": {line.id: 5}},
            {"quantities": {line.id: -1}},
            {"quantities": "x"},
            {"quantities": {"x": 1}},
            {"quantities": {line.id: 1}, "back": {line.id: 9}},
            {"quantities": {line.id: 1}, "back": "x"},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._hand_over(pickup, **values)
        for key in ("", None, 1, "x" * 100):
            with self.assertRaises(UserError):
                self.at_till.hand_over(self.till.id, key, pickup.id, {"code": pickup.sudo().code})
        with suppress(UserError):
            self.at_till.hand_over(self.till.id, "12345678", pickup.id, "x")
        self.assertEqual((pickup.state, line.quantity_collected), ("ready", 0))


class TillTours(TillPickupCommon):
    def _tour(self, name):
        self.start_pos_tour(name, login=self.till_user.login)


@tagged("post_install", "-at_install")
class TestTillPickupTours(TillTours):
    def _code(self, pickup, code, delegate=None):
        """Tours know the code."""
        pickup.write({"code": code, "delegate_code": delegate})
        return pickup

    def test_hand_over_by_typed_code(self):
        pickup = self._code(self._ready((self.scarf, 2)), "ACDEFG")
        self._code(self._ready(shop=self.lille), "CCCDDD").order_id.name = "WEB-LILLE"
        self._tour("omni_clickcollect_till_typed")
        self.assertEqual((pickup.state, pickup.step_ids[-1].user_id), ("collected", self.till_user))
        self.assertFalse(pickup.order_id.pos_order_line_ids)

    def test_pickup_gets_ready_while_the_seller_looks_at_it(self):
        pickup = self._code(self._pickup((self.scarf, 2)).sudo(), "ACDEFG")
        asked, pickups_of = [], type(self.at_till).pickups

        def ready_when_asked_again(at_till, *args):
            if len(asked) == 1:
                there = at_till.env["omni.pickup"].browse(pickup.id).with_user(self.desk_user)
                there.action_prepare()
                there.action_ready()
            asked.append(args)
            return pickups_of(at_till, *args)

        self.patch(self.env.registry["omni.pickup.till"], "pickups", api.model(ready_when_asked_again))
        self._tour("omni_clickcollect_till_waits")
        self.assertEqual(pickup.state, "collected")
        self.assertIn("“Identity card”", pickup.step_ids.filtered("proof").note)

    def test_hand_over_by_scan(self):
        pickup = self._code(self._ready((self.scarf, 2)), "ACDEFG")
        self._tour("omni_clickcollect_till_scan")
        self.assertEqual(pickup.state, "collected")

    def test_to_pay_with_an_extra_product(self):
        pickup = self._code(self._ready((self.scarf, 2), paid=False), "ACDEFG")
        self._tour("omni_clickcollect_till_pay")
        ticket = pickup.order_id.pos_order_line_ids.order_id
        self.assertEqual((pickup.state, ticket.amount_total, ticket.state), ("collected", 80, "paid"))
        self.assertEqual((pickup.order_id.amount_total, pickup.amount_due), (50, 0))

    def test_part(self):
        pickup = self._code(self._ready((self.scarf, 3)), "ACDEFG")
        self._tour("omni_clickcollect_till_part")
        line = pickup.line_ids
        self.assertEqual((pickup.state, line.quantity, line.quantity_collected), ("collected", 1, 1))
        self.assertEqual(pickup.refund_by_hand, 100)

    def test_wrong_code_five_times(self):
        pickup = self._code(self._ready(), "ACDEFG")
        self._tour("omni_clickcollect_till_wrong")
        self.assertEqual(pickup.state, "ready")
        self.env["omni.rate.limit"]._forget(f"code:omni.pickup,{pickup.id}")


@tagged("post_install", "-at_install")
class TestTillPickupToursPhone(TillTours):
    browser_size = "390x844"
    touch_enabled = True

    def test_hand_over_by_typed_code(self):
        pickup = self._ready((self.scarf, 2))
        pickup.sudo().code = "ACDEFG"
        elsewhere = self._ready(shop=self.lille)
        elsewhere.sudo().code, elsewhere.order_id.name = "CCCDDD", "WEB-LILLE"
        self._tour("omni_clickcollect_till_typed")
        self.assertEqual(pickup.state, "collected")
