from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ConcurrencyError, RedirectWarning, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestOmniLoyaltyEntry(LoyaltyCommon):
    def setUp(self):
        super().setUp()
        self.card = self._card(self.customer, 50)
        self.entry = self.env["omni.loyalty.entry"].search([("card_id", "=", self.card.id)])

    def test_points_given_by_hand_are_adjustments(self):
        self.card.with_user(self.office).points += 5
        self.assertEqual(self._entries(self.customer), [("adjusted", 50, 50), ("adjusted", 5, 55)])
        wizard = self.env["loyalty.card.update.balance"].with_user(self.office)
        wizard.create(
            {"card_id": self.card.id, "new_balance": 40, "description": "A gift less"}
        ).action_update_card_point()
        last = self.env["omni.loyalty.entry"].search([("card_id", "=", self.card.id)], limit=1)
        self.assertEqual((last.reason, last.points, last.balance, last.note), ("adjusted", -15, 40, "A gift less"))
        self._assert_right(self.card)

    def test_same_points_enter_nothing(self):
        self.card.points = 50
        self.assertEqual(len(self._entries(self.customer)), 1)

    def test_append_only_for_everybody(self):
        for entry in (self.entry, self.entry.sudo()):
            with self.assertRaisesRegex(UserError, "never rewritten"):
                entry.write({"points": 1000})
            with self.assertRaisesRegex(UserError, "never erased"):
                entry.unlink()
        with self.assertRaises(UserError):
            self.entry.with_user(self.manager).write({"points": 1000})
        with self.assertRaises(AccessError):
            self.entry.with_user(self.manager).unlink()

    def test_nobody_enters_by_hand(self):
        values = {"program_id": self.program.id, "points": 5, "reason": "earned", "key": "mine"}
        with self.assertRaises(AccessError):
            self.env["omni.loyalty.entry"].with_user(self.manager).create(values)

    def test_reason_cannot_be_invented(self):
        forged = {"reason": "earned", "origin": "sale.order,1"}
        self.card.with_user(self.office).with_context(omni_movement=forged).write({"points": 500})
        last = self.env["omni.loyalty.entry"].search([("card_id", "=", self.card.id)], limit=1)
        self.assertEqual((last.reason, last.points, last.origin_id), ("adjusted", 450, 0))

    def test_access(self):
        self.assertTrue(self.entry.with_user(self.manager).read(["points"]))
        for user in (self.employee, self.seller, self.shopper):
            with self.assertRaises(AccessError):
                self.entry.with_user(user).read(["points"])
        with self.assertRaises(AccessError):
            self.env["omni.loyalty.entry"].with_user(self.employee).audit()
        with self.assertRaises(AccessError):
            self.env["omni.loyalty.entry"].with_user(self.manager).create(
                {"program_id": self.program.id, "points": 1, "reason": "earned", "key": "mine"}
            )

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.assertFalse(self.env["omni.loyalty.entry"].with_user(self.manager).search([("id", "=", self.entry.id)]))

    def test_key_counts_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.entry.copy({"key": self.entry.key})
            self.env.flush_all()

    def test_check_says_the_ledger_is_right(self):
        notice = self.entry.with_user(self.manager).action_audit()["params"]
        self.assertEqual((notice["type"], notice["title"]), ("success", "The ledger is correct"))

    def test_check_names_the_card_that_differs(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE loyalty_card SET points = 80 WHERE id = %s", [self.card.id])
        self.env.invalidate_all()
        with self.assertRaises(RedirectWarning) as told:
            self.entry.with_user(self.manager).action_audit()
        message, movements, _button = told.exception.args[:3]
        self.assertIn(f"{self.card.code} (Camille Roux): 80.00 on the card, 50.00 in the ledger.", message)
        self.assertEqual(movements["domain"], [("card_id", "in", self.card.ids)])

    def test_manager_takes_a_movement_back_once(self):
        with self.assertRaises(AccessError):
            self.entry.with_user(self.seller).action_reverse()
        self.entry.with_user(self.manager).action_reverse()
        self.assertEqual(self.card.points, 0)
        self.assertEqual(self.entry.reversed_ids.points, -50)
        with self.assertRaises(UserError):
            self.entry.with_user(self.manager).action_reverse()
        self._assert_right(self.card)

    def test_points_already_spent_are_not_taken_back(self):
        self.card.points = 10
        with self.assertRaises(UserError):
            self.entry.with_user(self.manager).action_reverse()

    def test_one_card_a_customer_and_program(self):
        with self.assertRaises(ValidationError):
            self._card(self.customer)

    def test_card_cannot_be_given_to_who_has_one(self):
        anonymous = self.env["loyalty.card"].create({"program_id": self.program.id})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            anonymous.partner_id = self.customer
            anonymous.flush_recordset()

    def test_card_made_meanwhile_by_another_channel_asks_for_another_try(self):
        self.patch(type(self.card), "_omni_check_single", lambda *args: None)  # as if not committed yet
        with mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError), self.cr.savepoint():
            self._card(self.customer)

    def test_coupons_may_be_many(self):
        program = self.env["loyalty.program"].create({"name": "Coupons", "program_type": "coupons"})
        coupons = self.env["loyalty.card"].create([{"program_id": program.id, "partner_id": self.customer.id}] * 2)
        self.assertEqual(coupons.mapped("omni_account"), [False, False])

    def test_deleted_card_leaves_its_history(self):
        self.card.unlink()
        self.assertEqual(self._entries(self.customer), [("adjusted", 50, 50), ("cancelled", -50, 0)])
