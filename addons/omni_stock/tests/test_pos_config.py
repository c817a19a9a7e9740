from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestPosConfig(TillCommon):
    def taken_from(self, quantity, user=None, product=None, ticket=False):
        till = self.till.with_user(user or self.seller)
        return till.omni_taken_from((product or self.lamp).id, quantity, ticket)

    def test_a_till_shows_what_its_shop_can_promise(self):
        self.keep(2)
        till = self.till.with_user(self.seller)
        self.assertEqual(
            till.omni_available((self.lamp + self.vase + self.advice).ids), {self.lamp.id: 3, self.vase.id: 2}
        )

    def test_one_query_for_all_products(self):
        till = self.till.with_user(self.seller)
        many = self.env["product.product"].create(
            [{"name": f"Lamp {number}", "is_storable": True, "available_in_pos": True} for number in range(50)]
        )
        till.omni_available(self.lamp.ids)
        self.env.flush_all()
        with self.assertQueryCount(3):  # is this till the caller's, is its store, and what is there of all products
            till.omni_available((many + self.lamp).ids)

    def test_the_other_stores_are_in_the_information_of_a_product(self):
        self.keep(2)
        template = self.lamp.product_tmpl_id.with_user(self.seller)
        stores = template.get_product_info_pos(40, 1, self.till.id, self.lamp.id)["warehouses"]
        promise = {store["name"]: store["free_qty"] for store in stores}
        self.assertEqual((promise["Lyon Bellecour"], promise["Central"]), (3, 40))
        service = self.advice.product_tmpl_id.with_user(self.seller)
        self.assertEqual(service.get_product_info_pos(40, 1, self.till.id)["warehouses"], [])

    def test_enough_left_asks_nothing(self):
        self.keep(2)
        self.assertEqual(self.taken_from(3), {"left": 3, "owners": []})
        self.assertEqual(self.taken_from(30, product=self.advice)["owners"], [])

    def test_a_seller_reads_that_it_is_promised_and_until_when(self):
        # given a basket, and an order that came first
        self.basket(1).action_confirm()
        basket = self.keep(2)
        hold = self.env["omni.hold"].search([("res_id", "=", basket.id), ("res_model", "=", "sale.order")])
        # when a ticket takes more than what is left
        answer = self.taken_from(3)
        # then who would give way first comes first, and nobody is named
        self.assertEqual(
            answer,
            {
                "left": 2,
                "owners": [
                    {"who": "", "quantity": 2, "until": fields.Datetime.to_string(hold.expires_at)},
                    {"who": "", "quantity": 1, "until": False},
                ],
            },
        )

    def test_who_works_with_orders_reads_the_names(self):
        basket = self.keep(5)
        guest = self.keep(1, self.vase, self.env.ref("base.public_partner"))
        [owner] = self.taken_from(1, self.clerk)["owners"]
        self.assertEqual(owner["who"], f"Anna Martin ({basket.name})")
        [owner] = self.taken_from(2, self.clerk, self.vase)["owners"]
        self.assertEqual(owner["who"], guest.display_name)

    def test_nothing_there_and_nobody_waiting_is_no_warning(self):
        self.assertEqual(self.taken_from(9), {"left": 5, "owners": []})

    def test_a_ticket_does_not_take_from_itself(self):
        self.open_till()
        ticket = self.sync(self.ticket([(self.lamp, 4)]))
        self.keep(1)
        self.assertEqual(self.taken_from(4, ticket=ticket.uuid), {"left": 4, "owners": []})
        self.assertEqual(len(self.taken_from(5, ticket=ticket.uuid)["owners"]), 1)

    def test_who_has_no_till_asks_nothing(self):
        till = self.till.with_user(self.stranger)
        with self.assertRaises(AccessError):
            till.omni_available(self.lamp.ids)
        with self.assertRaises(AccessError):
            till.omni_taken_from(self.lamp.id, 9)
