from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTillTours(TillCommon):
    """Journeys of a seller who has no right but that of a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create({"name": "Otto Other", "phone": "+33 6 98 76 54 32"})

    def _tour(self, name):
        self.start_pos_tour(name, login=self.seller.login)

    def test_take_payment(self):
        order = self._order({self.lamp: 2, self.vase: 1})
        self._order(partner_id=self.other.id, paid=True)
        self._tour("omni_pos_take_payment")
        ticket = order.pos_order_line_ids.order_id
        self.assertEqual(ticket.state, "paid")
        self.assertEqual(ticket.amount_total, 105.0)
        self.assertEqual(ticket.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(order._omni_left_to_pay(), 0.0)
        steps = [(step["code"], step["store"]) for step in order.omni_timeline()]
        self.assertEqual(steps.count(("collected", "Lyon Bellecour")), 1)

    def test_take_rest_of_payment(self):
        self.till.down_payment_product_id = self.env.ref("pos_sale.default_downpayment_product")
        order = self._order({self.vase: 2}, paid=20.0)
        reward = self._make_product("Reward", 0.0, type="service", is_storable=False)
        order.order_line = [Command.create({"product_id": reward.id, "price_unit": -5.0})]
        self._tour("omni_pos_take_rest_of_payment")
        self.assertEqual(order.pos_order_line_ids.order_id.amount_total, 25.0)
        self.assertEqual(order._omni_left_to_pay(), 0.0)

    def test_two_devices_and_one_order(self):
        """given a return ticket of the same customer, and a second till that takes the order over, then one ticket
        alone takes the payment, and each seller reads who has it"""
        self.env["pos.config"].create({"name": "Second till", "picking_type_id": self.shop.pos_type_id.id})
        order = self._order()
        self._tour("omni_pos_two_devices")
        ticket = order.pos_order_line_ids.order_id
        self.assertEqual((ticket.state, ticket.amount_total), ("paid", 40.0))
        self.assertFalse(order.activity_ids)
        self.assertEqual((order.order_line.qty_delivered, order.order_line.qty_invoiced), (1, 1))

    def test_reload_keeps_order(self):
        order = self._order()
        self._tour("omni_pos_reload_keeps_order")
        self.assertEqual(order.pos_order_line_ids.order_id.mapped("state"), ["paid"])

    def test_hand_over(self):
        order = self._order({self.lamp: 2}, paid=True)
        short = self._order({self.vase: 12}, paid=True, partner_id=self.other.id)
        self._order(warehouse=self.other_shop, paid=True, name="LILLE-0001")
        self._tour("omni_pos_hand_over")
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.omni_handed_over_by_id, self.seller)
        self.assertEqual(short.order_line.qty_delivered, 10)

    def test_customer_panel(self):
        self._stock(self.lamp, self.other_shop, 3)
        self._order({self.lamp: 4})
        self._order({self.vase: 1}, confirm=False)
        self._ticket()
        web_only = self._make_product("Web only", 5.0, available_in_pos=False)
        for product in self.lamp + web_only:
            self.env["product.wishlist"].create(
                {"partner_id": self.customer.id, "website_id": self.website.id, "product_id": product.id}
            )
        partners = self.env.registry["res.partner"]
        sections = partners._omni_profile_sections

        def with_club(partner):
            return sections(partner) | {"club": {"label": "Club", "rows": [{"label": "Level", "value": "Gold"}]}}

        with patch.object(partners, "_omni_profile_sections", with_club):
            self._tour("omni_pos_customer_panel")

    def _ticket(self):
        self.till_as_seller.open_ui()
        session = self.till.current_session_id
        values = {
            "product_id": self.vase.id,
            "qty": 1,
            "price_unit": 25.0,
            "price_subtotal": 25.0,
            "price_subtotal_incl": 25.0,
        }
        ticket = self.env["pos.order"].create(
            {
                "session_id": session.id,
                "partner_id": self.customer.id,
                "lines": [(0, 0, values)],
                "amount_total": 25.0,
                "amount_tax": 0.0,
                "amount_paid": 0.0,
                "amount_return": 0.0,
            }
        )
        ticket.add_payment(
            {"pos_order_id": ticket.id, "amount": 25.0, "payment_method_id": self.bank_payment_method.id}
        )
        ticket.action_pos_order_paid()
