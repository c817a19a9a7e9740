from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.omni_base.models.omni_code import MOST_LOOKUPS

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupDesk(ClickCollectCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.env["omni.pickup.desk"].with_user(cls.desk_user)

    def _cards(self, column, search="", shop=None):
        return self.desk.queue((shop or self.lyon).id, search)[column]["cards"]

    def test_queue_by_promise(self):
        late, soon = self._pickup(), self._pickup()
        late.sudo().promised_at = fields.Datetime.now() - timedelta(hours=1)
        ready = self._pickup(state="ready")
        self._pickup(shop=self.lille)
        queue = self.desk.queue(self.lyon.id)
        self.assertEqual([card["id"] for card in queue["to_prepare"]["cards"]], [late.id, soon.id])
        self.assertEqual([card["id"] for card in queue["ready"]["cards"]], ready.ids)
        self.assertEqual((queue["to_prepare"]["count"], queue["ready"]["count"]), (2, 1))

    def test_what_a_card_says(self):
        pickup = self._pickup((self.scarf, 2), (self.glove, 1), paid=False, state="preparing")
        [card] = self._cards("to_prepare")
        self.assertEqual((card["customer"], card["call"]), ("Camille Martin", "+33 6 12 34 56 78"))
        self.assertEqual((card["items"], card["due"]), (3, 130))
        self.assertNotIn("code", card, "the screen that asks for it does not show it")
        self.assertIn("130", card["due_label"])
        self.assertEqual(card["preparer"], self.desk_user.name)
        self.assertEqual(
            [(line["name"], line["quantity"]) for line in card["lines"]], [("Leather glove", 1), ("Silk scarf", 2)]
        )
        self._pay(pickup.sudo().order_id)
        self.scarf.default_code = "SC-1"
        self.env.invalidate_all()
        [card] = self._cards("to_prepare")
        self.assertEqual((card["due_label"], card["lines"][1]["name"]), ("", "Silk scarf"))

    def test_search_by_name_phone_code_and_order(self):
        pickup = self._pickup()
        self._pickup(partner=self.env["res.partner"].create({"name": "Louis Petit", "phone": "+33611111111"}))
        for text in (
            "camille",
            "MARTIN",
            "5678",
            "06 12 34 56 78",
            pickup.sudo().code,
            pickup.sudo().code.lower(),
        ):
            self.assertIn(pickup.id, [card["id"] for card in self._cards("to_prepare", text)], text)
        found = self._cards("to_prepare", pickup.sudo().order_id.name)
        self.assertEqual([card["id"] for card in found], pickup.ids)
        self.assertEqual(len(self._cards("to_prepare", "56 78")), 1)
        for text in ("nobody of this name", pickup.sudo().code[:3], pickup.sudo().code[:5]):
            self.assertEqual(self._cards("to_prepare", text), [], "a code is not found bit by bit")

    def test_where_what_does_not_wait_here_is(self):
        elsewhere = self._pickup(shop=self.lille).sudo()
        for text in (elsewhere.code, elsewhere.order_id.name):
            queue = self.desk.queue(self.lyon.id, text)
            self.assertEqual((queue["to_prepare"]["cards"], queue["ready"]["cards"]), ([], []))
            self.assertIn("Lille Centre", queue["whereabouts"])
        self.assertEqual(self.desk.queue(self.lille.id, elsewhere.code)["whereabouts"], "")
        for _try in range(MOST_LOOKUPS + 1):
            self.assertEqual(self.desk.queue(self.lyon.id, "AAAAAA")["whereabouts"], "")
        self.assertEqual(self.desk.queue(self.lyon.id, elsewhere.code)["whereabouts"], "", "after many wrong ones")

    def test_search_as_people_type(self):
        partner = self.env["res.partner"].create(
            {"name": "Léa Œuvrard-Noël", "phone": "+33 6 39 98 00 01", "email": "lea@example.com"}
        )
        wanted, _other = self._pickup(partner=partner), self._pickup()
        for text in ("lea", "LÉA", "noel léa", "oeuvrard", "0001", "99 800", "06 39 98", "+33 6 39", "lea@"):
            self.assertEqual([card["id"] for card in self._cards("to_prepare", text)], wanted.ids, text)
        self.assertEqual(self._cards("to_prepare", "lea")[0]["phone"], "0001", "also of what is no known number")
        for text in ("0639980002", "00011", "lea martin"):
            self.assertEqual(self._cards("to_prepare", text), [], text)

    def test_who_waits_outside_is_on_top(self):
        self.lyon.omni_drive_in = True
        _first, second = self._pickup(state="ready"), self._pickup((self.scarf, 3), state="ready")
        second.sudo()._set_arrived("4")
        self.assertEqual(self._cards("ready")[0]["id"], second.id)
        second.action_hand_over(second.sudo().code, {second.line_ids.id: 1})
        self.assertEqual(self._cards("ready")[0]["items"], 2, "what is left")

    def test_search_takes_anything(self):
        self._pickup()
        for text in ("%", "'", '"; drop', "x" * 5000, "😀", None, False, "0"):
            self.desk.queue(self.lyon.id, text)

    def test_stores_that_offer_collection(self):
        self._pickup()
        central = self.env["stock.warehouse"].create({"name": "Central", "code": "CEN"})
        stores = {store["id"]: store["count"] for store in self.desk.stores()}
        self.assertEqual((stores[self.lyon.id], stores[self.lille.id]), (1, 0))
        self.assertNotIn(central.id, stores)

    def test_as_many_queries_for_twenty_as_for_two(self):
        for _number in range(2):
            self._pickup((self.scarf, 1), (self.glove, 1), shop=self.lille)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.desk.queue(self.lille.id)
            return self.env.cr.sql_log_count - before

        count()  # what is read once and kept for all (rights, languages) does not count
        few = count()
        self._set_stock(self.scarf, self.lille, 20)
        self._set_stock(self.glove, self.lille, 20)
        for _number in range(18):
            customer = self.customer.copy({"name": f"Customer {_number}"})
            self._pickup((self.scarf, 1), (self.glove, 1), shop=self.lille, partner=customer)
        self.assertEqual(len(self._cards("to_prepare", shop=self.lille)), 20)
        self.assertLessEqual(count(), few)

    def test_desks_hear_of_each_change(self):
        pickup = self._pickup()
        self.env.cr.precommit.run()  # what was said so far is sent
        bus = self.env["bus.bus"]
        last = bus.search([], order="id desc", limit=1).id
        pickup.action_prepare()
        self.env.cr.precommit.run()
        news = bus.search([("id", ">", last)]).filtered(lambda news: "omni_pickup/changed" in news.message)
        self.assertEqual(len(news), 1)
        self.assertIn(f'"stock.warehouse",{self.lyon.id},"omni_pickup"', news.channel)
        self.assertNotIn("Camille", news.message)
