from collections import defaultdict

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.omni_base.tests.common import MainCompany, pay_online
from odoo.addons.point_of_sale.tests.common import TestPoSCommon

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupTill(MainCompany, TestPoSCommon):
    """Orders to collect that a till settles: Odoo's own till moves the goods, the pickup follows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.env.user.group_ids |= cls.env.ref("omni_clickcollect.group_pickup_desk")
        cls.config = cls.basic_config
        cls.shop = cls.config.warehouse_id
        cls.shop.partner_id = cls.env["res.partner"].create({"name": "Shop", "street": "1 Main street", "city": "Lyon"})
        product = cls.env["product.product"].create({"name": "Collect", "type": "service", "list_price": 0})
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Collect",
                "delivery_type": "in_store",
                "product_id": product.id,
                "warehouse_ids": [Command.set(cls.shop.ids)],
            }
        )
        cls.scarf = cls.create_product("Silk scarf", cls.categ_basic, 50.0)
        cls.scarf.is_storable = True
        ClickCollectCommon._set_stock.__func__(cls, cls.scarf, cls.shop, 10)

    def setUp(self):
        super().setUp()
        self.open_new_session()

    def _order(self, quantity, confirm=True):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "carrier_id": self.carrier.id,
                "warehouse_id": self.shop.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.scarf.id, "product_uom_qty": quantity, "price_unit": 50, "tax_ids": False}
                    )
                ],
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def _show_code(self, order):
        """The customer shows the code at this till."""
        pickup = order.sudo().omni_pickup_ids
        pickup._check_proof(pickup.sudo().code, config=self.config)

    def _settle(self, order, quantity, **values):
        line = {
            "product": self.scarf,
            "quantity": quantity,
            "sale_order_origin_id": order.id,
            "sale_order_line_id": order.order_line[0].id,
        }
        data = self.create_ui_order_data([line], customer=self.customer)
        data.update(values)
        answer = self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].browse(answer["pos.order"][0]["id"])

    def test_settled_at_the_till_is_collected(self):
        order = self._order(2)
        pickup = order.omni_pickup_ids
        pickup.action_ready()
        self.assertEqual(pickup.amount_due, 100)
        self._show_code(order)
        self._settle(order, 2)
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("collected", 2))
        self.assertEqual(pickup.step_ids.mapped("state"), ["to_prepare", "ready", "ready", "collected"])
        self.assertEqual(pickup.step_ids[-1].warehouse_id, self.shop)
        self.env.invalidate_all()
        self.assertEqual(pickup.amount_due, 0)
        codes = [step["code"] for step in order.omni_timeline()]
        self.assertEqual(codes.count("collected"), 1)
        self.assertNotIn("shipped", codes)

    def test_part_settled_leaves_the_rest(self):
        order = self._order(3)
        pickup = order.omni_pickup_ids
        pickup.action_ready()
        self._show_code(order)
        self._settle(order, 1)
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("ready", 1))
        self._show_code(order)
        self._settle(order, 2)
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("collected", 3))

    def test_what_the_till_delivers_is_not_collected(self):
        for given in (0, 1):
            with self.subTest(given=given):
                order = self._order(3)
                pickup = order.omni_pickup_ids
                pickup.action_ready()
                if given:
                    self._show_code(order)
                    self._settle(order, given)
                self._show_code(order)
                self._settle(order, 3 - given, shipping_date="2030-01-01")
                line = pickup.line_ids
                self.assertEqual(pickup.state, "collected" if given else "cancelled")
                self.assertEqual((line.quantity, line.quantity_collected), (given, given))
                self.assertEqual(line.quantity_put_back, 3 - given)
                opened = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
                self.assertFalse(opened, "it leaves by the ticket's own delivery")
                self.assertEqual(pickup.told_ids.mapped("code")[-1], "pickup.ended")
                self.env.invalidate_all()
                self.assertEqual(pickup.amount_due, 0)

    def _leaves(self, order):
        """Return ``{store: quantity}`` that is still to leave."""
        left = defaultdict(float)
        for move in order.order_line.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
            left[move.location_id.warehouse_id] += move.product_uom_qty
        return dict(left)

    def test_what_a_till_delivers_leaves_the_rest_to_be_collected(self):
        order = self._order(3)
        pickup = order.omni_pickup_ids
        pickup.action_ready()
        self._show_code(order)
        self._settle(order, 1, shipping_date="2030-01-01")
        self.assertEqual((pickup.state, pickup.line_ids.quantity, self._leaves(order)), ("ready", 2, {self.shop: 2}))
        self._pay_rest(order)
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("collected", 2))
        self.assertFalse(self._leaves(order))

    def _pay_rest(self, order):
        provider = self.env.ref("website_sale_collect.payment_provider_on_site")
        method = self.env.ref("website_sale_collect.payment_method_pay_on_site")
        pay_online(order, order._omni_left_to_pay(), provider, method)
        self.env.invalidate_all()

    def test_what_a_till_took_or_delivers_leaves_no_other_store(self):
        """given three scarves of which a till took or delivers one, when the rest is collected elsewhere, then two
        leave there"""
        place = self.shop.partner_id.copy({"name": "Other shop"})
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH", "partner_id": place.id})
        self.carrier.warehouse_ids += other
        self.env["stock.quant"]._update_available_quantity(self.scarf, other.lot_stock_id, 10)
        for shipped in (False, "2030-01-01"):
            with self.subTest(shipped=shipped):
                order = self._order(3)
                order.omni_pickup_ids.action_ready()
                self._show_code(order)
                self._settle(order, 1, shipping_date=shipped)
                order.warehouse_id = other
                self.assertEqual(self._leaves(order), {other: 2})
                order.order_line.product_uom_qty = 4
                self.assertEqual(self._leaves(order), {other: 3})
                order._action_cancel()
                self.assertFalse(self._leaves(order))
                order.action_draft()
                order.action_confirm()
                self.assertEqual(self._leaves(order), {other: 3})

    def test_what_waits_is_not_delivered_by_a_ticket_that_nobody_opened(self):
        for step in (None, "action_prepare"):
            with self.subTest(step=step):
                order = self._order(1)
                pickup = order.omni_pickup_ids
                if step:
                    getattr(pickup, step)()
                before = pickup.state
                self._settle(order, 1, shipping_date="2030-01-01")
                self.assertEqual((pickup.state, pickup.line_ids.quantity), (before, 1))
                self.assertIn("ticket", self.env["omni.task"]._of(pickup).mapped("kind"))

    def test_reservation_is_tried_and_paid_at_the_till(self):
        self.carrier.is_published = True
        pickup = self.env["omni.pickup"].reserve(self.customer, self.shop, [(self.scarf.id, 2)])
        pickup.action_ready()
        self._show_code(pickup.order_id)
        self._settle(pickup.order_id, 1)
        self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("ready", 1))
        pickup.action_release("Only one fits")
        self.assertEqual((pickup.state, pickup.line_ids.quantity_put_back), ("released", 1))
        self.assertFalse(pickup.refund_state)
        available = self.env["omni.availability"].available(self.scarf.ids, self.shop.ids)
        self.assertEqual(available[self.scarf.id, self.shop.id], 9)

    def test_down_payment_collects_nothing(self):
        order = self._order(2)
        deposit = self.config.down_payment_product_id or self.create_product("Deposit", self.categ_basic, 20)
        self.config.down_payment_product_id = deposit
        data = self.create_ui_order_data(
            [{"product": deposit, "quantity": 1, "sale_order_origin_id": order.id}], customer=self.customer
        )
        self.env["pos.order"].sync_from_ui([data])
        self.assertEqual(order.omni_pickup_ids.state, "to_prepare")

    def test_basket_that_a_till_confirms_needs_no_pickup(self):
        order = self._order(2, confirm=False)
        self._settle(order, 2)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.omni_pickup_ids)
