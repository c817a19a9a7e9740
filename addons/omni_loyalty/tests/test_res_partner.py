import json

from odoo.tests import tagged

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestResPartner(LoyaltyCommon):
    def test_card_identifies(self):
        card = self._card(self.customer)
        partners = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(partners.omni_identify(card=f" {card.code} "), self.customer)
        self.assertFalse(partners.omni_identify(card=card.code[:-1]))
        self.assertFalse(partners.omni_identify(card="%"))
        self.assertFalse(partners.omni_identify(card=""))

    def test_card_in_any_writing(self):
        card = self._card(self.customer, code="044b-c552-4ff0")
        partners, cards = (self.env[model].with_user(self.seller) for model in ("res.partner", "loyalty.card"))
        for code in ("044b-c552-4ff0", "044B-C552-4FF0", "044bc5524ff0", " 044b c552 4ff0 ", "044B/C552_4FF0"):
            with self.subTest(code=code):
                self.assertEqual(partners.omni_identify(card=code), self.customer)
                self.assertEqual(cards.get_loyalty_card_partner_by_code(code), self.customer)
        for code in ("044bc5524ff", "44bc5524ff0", "044b%", "044b-c552-4ff_", "-", ""):
            with self.subTest(code=code):
                self.assertFalse(partners.omni_identify(card=code))
                self.assertFalse(cards.get_loyalty_card_partner_by_code(code))
        card.code = "MINE 7"
        self.assertEqual(partners.omni_identify(card="mine-7"), self.customer)
        self.assertFalse(partners.omni_identify(card="044bc5524ff0"))

    def test_two_cards_that_read_alike_are_told_apart_by_their_very_signs_or_not_at_all(self):
        self._card(self.customer, code="AB-12")
        self._card(self.shopper.partner_id, code="A-B12")
        partners, cards = (
            self.env["res.partner"].with_user(self.seller),
            self.env["loyalty.card"].with_user(self.seller),
        )
        self.assertEqual(partners.omni_identify(card="A-B12"), self.shopper.partner_id)
        self.assertFalse(partners.omni_identify(card="ab12"))
        self.assertFalse(cards.get_loyalty_card_partner_by_code("ab12"))

    def test_card_and_email_of_two_people_identify_nobody(self):
        card = self._card(self.customer)
        self.assertFalse(self.env["res.partner"].omni_identify(card=card.code, email="shopper@example.com"))

    def test_coupon_is_no_card(self):
        program = self.env["loyalty.program"].create({"name": "Coupons", "program_type": "coupons"})
        coupon = self.env["loyalty.card"].create({"program_id": program.id, "partner_id": self.customer.id})
        self.assertFalse(self.env["res.partner"].omni_identify(card=coupon.code))

    def test_profile_shows_balance_and_movements(self):
        self._card(self.shopper.partner_id, 10)
        order = self._basket(self.shopper)
        order.action_confirm()
        loyalty = self.shopper.partner_id.with_user(self.seller).omni_profile()["loyalty"]
        self.assertEqual((loyalty["balance"], loyalty["display"]), (40, "40 points"))
        self.assertEqual([entry["points"] for entry in loyalty["entries"]], [30, 10])
        newest = loyalty["entries"][0]
        self.assertEqual((newest["reason"], newest["order"]), ("earned", order.name))
        words = loyalty["rows"]
        self.assertEqual(words[0], {"label": self.program.name, "value": "40 points"})
        self.assertIn(f"Earned {order.name}", words[1]["label"])
        self.assertEqual(words[1]["value"], "+30 points")
        json.dumps(loyalty)

    def test_profile_of_a_customer_without_card(self):
        loyalty = self.customer.with_user(self.seller).omni_profile()["loyalty"]
        empty = {"label": "Loyalty", "balance": 0, "display": "", "cards": [], "entries": [], "rows": []}
        self.assertEqual(loyalty, empty)

    def test_joined_customers_keep_one_card_and_all_points(self):
        kept = self._card(self.customer, 10)
        twin = self.env["res.partner"].create({"name": "Camille R.", "email": self.customer.email})
        gone = self._card(twin, 5)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer + twin).ids, self.customer)
        self.assertEqual((kept.points, gone.points, gone.active), (15, 0, False))
        self._assert_right(kept)
        self._assert_right(gone)
