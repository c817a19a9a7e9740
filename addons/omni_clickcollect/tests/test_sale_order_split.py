import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.http import root
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from .common import ClickCollectCommon


class SplitCommon(ClickCollectCommon):
    """A central warehouse that the web shop sends parcels from, and a carrier that brings them for 6."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.central = cls._make_shop("Roissy Central", "RCE", "95700")
        cls.website.warehouse_id = cls.central
        for product in cls.scarf + cls.glove:
            cls._set_stock(product, cls.central, 5)
        cls.parcel = cls._make_carrier("Parcel", 6.0)
        cls.customer.write({"street": "3 rue Neuve", "city": "Lyon", "zip": "69003"})

    @classmethod
    def _make_carrier(cls, name, price):
        product = cls.env["product.product"].create({"name": name, "type": "service", "taxes_id": False})
        values = {"name": name, "delivery_type": "fixed", "fixed_price": price, "product_id": product.id}
        return cls.env["delivery.carrier"].create(values | {"is_published": True})

    def _basket(self, *lines, **kwargs):
        return self._order(*(lines or [(self.scarf, 2), (self.glove, 1)]), confirm=False, **kwargs)

    def _line(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)

    def _split(self, confirm=True):
        """Two scarves to collect in Lyon, a glove sent home."""
        order = self._basket()
        order._omni_send_home(self._line(order, self.glove), True)
        if confirm:
            self._pay(order)
            order.action_confirm()
        return order

    def _outgoing(self, order, is_sent):
        return order.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing" and picking.move_ids._omni_is_sent_home() == is_sent
        )


@tagged("post_install", "-at_install")
class TestSplitBasket(SplitCommon):
    def setUp(self):
        super().setUp()
        self._bring_nothing()

    def test_figures_tell_what_is_collected_from_what_is_sent(self):
        order = self._split()
        self.env.flush_all()
        facts = self.env["omni.fact"]._sources()["sale"]
        rows = self.env.execute_query(
            SQL("SELECT product_id, fulfilment, warehouse_id FROM (%s) AS f WHERE f.order_id = %s", facts, order.id)
        )
        fee = self.parcel.product_id
        self.assertEqual(
            set(rows),
            {
                (self.scarf.id, "collect", self.lyon.id),
                (self.glove.id, "ship", self.central.id),
                (fee.id, "ship", self.central.id),
            },
        )

    # -- the basket --------------------------------------------------------------------------------------------------

    def test_basket_is_collected_until_he_says_otherwise(self):
        order = self._basket()
        self.assertEqual(order._omni_pickup_lines(), order.order_line)
        parts = order._omni_parts()
        self.assertEqual([row["level"] for row in parts["lines"]], ["here", "here"])
        self.assertTrue(all(row["can_send"] for row in parts["lines"]))
        self.assertEqual((parts["sent"], parts["short"], parts["carriers"]), (False, False, []))

    def test_what_is_sent_home_leaves_from_the_web_shop_and_costs_its_fee(self):
        order = self._split(confirm=False)
        glove = self._line(order, self.glove)
        self.assertEqual((glove.warehouse_id, self._line(order, self.scarf).warehouse_id), (self.central, self.lyon))
        self.assertEqual(order.omni_ship_carrier_id, self.parcel)
        self.assertEqual((order.amount_delivery, order.amount_total), (6, 136))
        self.assertEqual(order._omni_pickup_lines()._omni_demand(), [(self.scarf.id, 2)])
        self.assertEqual([row["words"] for row in order._omni_parts()["lines"]][1], "Delivered to your address.")

    def test_fee_is_that_of_what_is_sent(self):
        """A carrier with a price by amount sees 30, not 130; one that is free from 100 on is not free."""
        product = self.parcel.product_id
        rule = {"variable": "price", "operator": "<=", "max_value": 40.0, "list_base_price": 4.0}
        self.parcel.write({"delivery_type": "base_on_rule", "price_rule_ids": [Command.create(rule)]})
        self.assertFalse(self._basket() and self.parcel.rate_shipment(self._basket())["success"])
        self.assertEqual(self._split(confirm=False).amount_delivery, 4)
        self.parcel.write({"delivery_type": "fixed", "fixed_price": 6.0, "free_over": True, "amount": 100})
        self.assertEqual((self._split(confirm=False).amount_delivery, self.parcel.product_id), (6, product))

    def test_fee_is_shown_as_it_is_charged(self):
        """given a carrier that is free from 30, when a glove of 30 is sent home, then each question about another part
        of the basket, as the page asks them, leaves it free"""
        self.parcel.write({"free_over": True, "amount": 30})
        order = self._split(confirm=False)
        for _time in range(2):
            self.assertEqual(order._omni_home_part(order._omni_pickup_lines()).amount_total, 100)
            part = order._omni_home_part()
            self.assertEqual((part.order_line._origin, part.amount_total), (self._line(order, self.glove), 30))
            self.assertEqual(self.parcel.rate_shipment(part)["price"], order.amount_delivery)

    def test_fee_follows_the_basket_and_the_carrier(self):
        express = self._make_carrier("Express", 12.0)
        order = self._split(confirm=False)
        order._omni_charge_home(express)
        self.assertEqual((order.omni_ship_carrier_id, order.amount_delivery), (express, 12))
        order._cart_update_line_quantity(self._line(order, self.scarf).id, 1)
        order._verify_cart_after_update()
        self.assertEqual((order.omni_ship_carrier_id, order.amount_delivery, order.amount_total), (express, 12, 92))
        order._omni_send_home(self._line(order, self.glove), False)
        self.assertEqual((order.omni_ship_carrier_id.id, order.amount_delivery, order.amount_total), (False, 0, 80))
        self.assertEqual((order.carrier_id, order.warehouse_id), (self.carrier, self.lyon))

    def test_something_is_left_to_collect(self):
        order = self._split(confirm=False)
        with self.assertRaisesRegex(UserError, "nothing is left to collect"):
            order._omni_send_home(self._line(order, self.scarf), True)
        order._cart_update_line_quantity(self._line(order, self.scarf).id, 0)
        order._verify_cart_after_update()
        self.assertFalse(order._omni_home_lines() or order.omni_ship_carrier_id)
        self.assertEqual(order.amount_total, 30)

    def test_what_the_web_shop_has_not_got_is_not_sent(self):
        self._set_stock(self.glove, self.central, -5)
        order = self._basket()
        self.assertFalse(self._row(order, self.glove)["can_send"])
        with self.assertRaisesRegex(UserError, "Leather glove"):
            order._omni_send_home(self._line(order, self.glove), True)

    def test_no_carrier_nothing_to_choose(self):
        self.parcel.is_published = False
        order = self._basket()
        self.assertEqual(order._omni_parts(), {})
        with self.assertRaisesRegex(UserError, "together with a pickup"):
            order._omni_send_home(self._line(order, self.glove), True)

    def test_what_the_shop_has_not_got_can_be_sent_home(self):
        self._set_stock(self.glove, self.lyon, -10)
        order = self._basket()
        self.assertFalse(order._is_in_stock(self.lyon.id))
        self.assertEqual(self._row(order, self.glove)["level"], "short")
        with self.assertRaises(ValidationError):
            order._check_cart_is_ready_to_be_paid()
        order._omni_send_home(self._line(order, self.glove), True)
        self.assertTrue(order._is_in_stock(self.lyon.id))
        order._check_cart_is_ready_to_be_paid()

    def test_sold_meanwhile_it_is_not_paid(self):
        order = self._split(confirm=False)
        self._set_stock(self.glove, self.central, -5)
        self.env["omni.availability"].release(order)
        with self.assertRaises(UserError):
            order._check_cart_is_ready_to_be_paid()

    def test_another_shop_or_another_way_begins_anew(self):
        order = self._split(confirm=False)
        same = dict(order.pickup_location_data)
        order._set_pickup_location(json.dumps(same))
        self.assertTrue(order._omni_home_lines(), "the page tells its shop again when it is loaded")
        order._set_pickup_location(json.dumps(same | {"id": self.lille.id}))
        self.assertFalse(order._omni_home_lines() or order.omni_ship_carrier_id)
        self.assertEqual(order.amount_delivery, 0)
        order = self._split(confirm=False)
        order._set_delivery_method(self.parcel)
        self.assertFalse(order._omni_home_lines() or order.omni_ship_carrier_id)
        self.assertEqual((order.amount_delivery, order.order_line.warehouse_id), (6, self.central))

    def test_it_is_paid_online(self):
        on_site = self.env.ref("website_sale_collect.payment_provider_on_site")
        on_site.write({"state": "enabled", "is_published": True})
        providers = self.env["payment.provider"].sudo()

        def offered(order):
            asked = (order.company_id.id, order.partner_id.id, order.amount_total)
            return on_site in providers._get_compatible_providers(*asked, sale_order_id=order.id)

        self.assertTrue(offered(self._basket()))
        self.assertFalse(offered(self._split(confirm=False)))

    def _row(self, order, product):
        line = self._line(order, product)
        return next(row for row in order._omni_parts()["lines"] if row["id"] == line.id)

    # -- the order ---------------------------------------------------------------------------------------------------

    def test_each_part_leaves_in_a_transfer_of_its_own(self):
        order = self._split()
        pickup = order.omni_pickup_ids
        collected, sent = self._outgoing(order, False), self._outgoing(order, True)
        self.assertEqual(pickup.line_ids.product_id, self.scarf)
        self.assertEqual(pickup.amount_due, 0)
        self.assertEqual((collected.location_id, collected.move_ids.product_id), (self.lyon.lot_stock_id, self.scarf))
        self.assertEqual((sent.location_id, sent.move_ids.product_id), (self.central.lot_stock_id, self.glove))
        self.assertEqual((sent.partner_id, sent.carrier_id), (self.customer, self.parcel))
        self.assertEqual(collected.partner_id, order.partner_shipping_id)
        self.assertNotEqual(collected.partner_id, self.customer)

    def test_same_store_still_two_transfers(self):
        self.website.warehouse_id = self.lyon
        order = self._split()
        self.assertEqual([len(self._outgoing(order, is_sent)) for is_sent in (False, True)], [1, 1])
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        pickup.action_ready()
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(self._outgoing(order, True).state, "assigned")
        self._outgoing(order, True).button_validate()
        codes = [step["code"] for step in order.omni_timeline()]
        self.assertIn("collected", codes)
        self.assertIn("shipped", codes)

    def test_parcel_alone_does_not_collect(self):
        order = self._split()
        self._outgoing(order, True).button_validate()
        self.assertEqual(order.omni_pickup_ids.state, "to_prepare")

    def test_change_of_shop_leaves_the_parcel_alone(self):
        order = self._split()
        sent = self._outgoing(order, True)
        order.omni_pickup_ids._move_to(self.lille.id)
        collected = self._outgoing(order, False).filtered(lambda picking: picking.state != "cancel")
        self.assertEqual(collected.location_id, self.lille.lot_stock_id)
        self.assertEqual((sent.state, sent.partner_id), ("assigned", self.customer))
        self.assertEqual(order.amount_delivery, 6)

    def test_cancelled_order_sends_nothing(self):
        order = self._split()
        order._action_cancel()
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})

    def test_customers_cancel_by_themselves_until_their_parcel_is_begun(self):
        """given a paid order of which a part is sent home, when that is picked, or gone, then the customer asks"""
        for leave in (False, True):
            with self.subTest(leave=leave):
                order = self._split()
                pickup, parcel = order.omni_pickup_ids, self._outgoing(order, True)
                self.assertTrue(pickup._can_cancel())
                parcel.move_ids.picked = True
                if leave:
                    parcel._action_done()
                self._assert_asks(pickup)
        order = self._split()
        order.omni_pickup_ids._cancel_or_ask()
        self.assertEqual(order.state, "cancel")

    def test_customers_do_not_cancel_by_themselves_what_is_invoiced(self):
        (self.scarf + self.glove).invoice_policy = "order"
        pickup = self._pickup((self.scarf, 1)).sudo()
        invoice = pickup.order_id._create_invoices()
        self.assertTrue(pickup._can_cancel(), "a draft is no invoice yet")
        invoice.action_post()
        self._assert_asks(pickup)

    def _assert_asks(self, pickup):
        pickup._cancel_or_ask()
        self.assertFalse(pickup._can_cancel())
        self.assertTrue(pickup.cancel_asked_at)
        self.assertEqual((pickup.state, pickup.order_id.state), ("to_prepare", "sale"))
        self.assertFalse(pickup.refund_ids)

    def test_customers_do_not_read_where_their_order_was_planned_to_leave_from(self):
        order = self._split(confirm=False)
        portal = new_test_user(self.env, "split_portal", groups="base.group_portal")
        order.partner_id = portal.partner_id
        line = self._line(order, self.glove)
        self.assertTrue(line.omni_sources)
        self.assertEqual(line.with_user(portal).read(["product_uom_qty"])[0]["product_uom_qty"], 1)
        with self.assertRaises(AccessError):
            line.with_user(portal).read(["omni_sources"])
        with self.assertRaises(AccessError):
            line.with_user(portal).search([("omni_sources", "!=", False)])

    def test_pickup_given_up_the_parcel_still_leaves(self):
        order = self._split()
        order.omni_pickup_ids.with_user(self.desk_user).action_release("Nobody came")
        self.assertEqual(self._outgoing(order, True).state, "assigned")

    def test_promise_is_of_what_is_collected(self):
        self._set_stock(self.glove, self.lyon, -10)
        order = self._basket()
        self.assertFalse(order._omni_ready_at())
        order._omni_send_home(self._line(order, self.glove), True)
        self.assertTrue(order._omni_ready_at())


@tagged("post_install", "-at_install")
class TestBroughtBasket(SplitCommon):
    """What the shop has not got, and routing brings from another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_stock(cls.scarf, cls.lyon, -9)  # one is left, nine are missing
        cls.comes_at = fields.Datetime.now() + timedelta(days=1)

    def setUp(self):
        super().setUp()
        test = self
        original = type(self.env["omni.routing"]).plan

        def plan(contract, demand, destination=None, channel=None, collect_at=None):
            legs = original(contract, demand, destination, channel, collect_at)
            if not collect_at or test.giver == collect_at:
                return legs
            here = contract.env["omni.availability"].available([row[0] for row in demand], collect_at.ids, channel)
            short = {product: asked - here[product, collect_at.id] for product, asked in demand}
            lines = [(product, missing) for product, missing in short.items() if missing > 0]
            left = contract.env["omni.availability"].available([row[0] for row in lines], test.giver.ids, channel)
            found = lines and all(left[product, test.giver.id] >= missing for product, missing in lines)
            leg = {"mode": "transfer", "cost": 5.0, "promised_at": test.comes_at, "why": []}
            return [leg | {"warehouse_id": test.giver.id if found else False, "lines": lines}]

        self.giver = self.lille
        self.patch(self.env.registry["omni.routing"], "plan", plan)

    def _bring(self, quantity=3, confirm=True):
        order = self._basket((self.scarf, quantity), (self.glove, 1))
        if confirm:
            order._check_cart_is_ready_to_be_paid()
            order.action_confirm()
        return order

    def _transfer(self, order):
        origins = order.order_line.move_ids.move_orig_ids | self.env["stock.move"].search([("origin", "=", order.name)])
        return origins.picking_id.filtered(lambda picking: picking.picking_type_code == "internal")

    def test_basket_says_from_where_and_until_when(self):
        order = self._bring(confirm=False)
        self.assertTrue(order._is_in_stock(self.lyon.id))
        row = order._omni_parts()["lines"][0]
        self.assertEqual(row["level"], "brought")
        self.assertIn("Lille Centre", row["words"])
        self.assertIn(self.lyon._omni_when(order._omni_ready_at()), row["words"])
        self.assertEqual(self._line(order, self.scarf).omni_sources, [[self.lyon.id, 1], [self.lille.id, 2]])

    def test_what_nobody_can_bring_is_refused(self):
        order = self._bring(12, confirm=False)
        self.assertFalse(order._is_in_stock(self.lyon.id))
        self.assertEqual(order._omni_parts()["lines"][0]["level"], "short")
        with self.assertRaises(ValidationError):
            order._check_cart_is_ready_to_be_paid()

    def test_transfer_comes_first_then_the_pickup_can_be_ready(self):
        order = self._bring()
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        self.assertGreaterEqual(pickup.promised_at, self.comes_at)
        transfer = self._transfer(order)
        self.assertEqual(
            (transfer.location_id, transfer.location_dest_id), (self.lille.lot_stock_id, self.lyon.lot_stock_id)
        )
        self.assertEqual((transfer.state, transfer.move_ids.product_qty), ("assigned", 2))
        delivery = self._outgoing(order, False)
        self.assertEqual((len(delivery), delivery.partner_id), (1, order.partner_shipping_id))
        scarves = delivery.move_ids.filtered(lambda move: move.product_id == self.scarf)
        self.assertEqual({move.state: move.product_qty for move in scarves}, {"waiting": 2, "assigned": 1})
        pickup.action_prepare()
        with self.assertRaisesRegex(UserError, "Lille Centre"):
            pickup.action_ready()
        self.assertIn("Lille Centre", pickup.sudo()._shelves()[pickup.sudo().line_ids[0].id])
        transfer.button_validate()
        self.assertEqual(set(scarves.mapped("state")), {"assigned"})
        self.assertNotIn(pickup.sudo().line_ids[0].id, pickup.sudo()._shelves())
        self._pay(order)
        pickup.action_ready()
        pickup.action_hand_over(pickup.sudo().code)
        self.assertEqual((pickup.state, delivery.state), ("collected", "done"))

    def test_what_is_brought_is_promised_to_nobody_else(self):
        self._bring()
        left = self.env["omni.availability"].available(self.scarf.ids, (self.lyon + self.lille).ids)
        self.assertEqual([left[self.scarf.id, shop.id] for shop in (self.lyon, self.lille)], [0, 8])

    def test_all_of_it_is_brought_to_a_shop_that_has_none(self):
        self._set_stock(self.scarf, self.lyon, -1)
        order = self._bring(2)
        move = order.order_line.move_ids.filtered(lambda move: move.product_id == self.scarf)
        self.assertEqual((move.product_qty, move.move_orig_ids.product_qty, move.state), (2, 2, "waiting"))

    def test_cancelled_order_brings_nothing(self):
        order = self._bring()
        order._action_cancel()
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        left = self.env["omni.availability"].available(self.scarf.ids, self.lille.ids)
        self.assertEqual(left[self.scarf.id, self.lille.id], 10)

    def test_missing_and_released_bring_nothing(self):
        order = self._bring()
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        pickup.action_prepare()
        line = pickup.sudo().line_ids[0]
        pickup.action_missing(line.id, 3.0, "not_found")
        self.assertEqual(self._transfer(order).state, "cancel")
        pickup.action_ready()
        order = self._bring()
        order.omni_pickup_ids.with_user(self.desk_user).action_release("Not wanted any more")
        self.assertEqual(self._transfer(order).state, "cancel")

    def test_what_is_missing_at_the_desk_is_brought_here(self):
        order = self._order((self.scarf, 1), (self.glove, 1))
        self._pay(order)
        pickup = order.omni_pickup_ids
        pickup.with_user(self.desk_user).action_prepare()
        line = pickup.line_ids.filtered(lambda line: line.product_id == self.scarf)
        pickup.with_user(self.desk_user).action_missing(line.id, 1, "not_found")
        self._set_stock(self.scarf, self.lyon, -1)
        desk = self.env["omni.pickup.desk"].with_user(self.desk_user)
        offered = desk.missing_options(pickup.id, line.id)["bring"]
        self.assertEqual(offered["stores"], "Lille Centre")
        pickup.with_user(self.desk_user).action_decide(line.id, "bring")
        self.assertEqual((order.omni_pickup_ids, order.amount_total, pickup.state), (pickup, 80, "preparing"))
        self.assertGreaterEqual(pickup.promised_at, self.comes_at)
        words = pickup.told_ids.filtered(lambda told: told.code == "pickup.part_missing").words
        self.assertIn("transferred from Lille Centre", words)
        [card] = desk.queue(self.lyon.id)["to_prepare"]["cards"]
        self.assertEqual((card["items"], card["arrives"]), (2, "Arrives from Lille Centre"))
        with self.assertRaisesRegex(UserError, "not here yet from Lille Centre"):
            pickup.action_ready()
        left = self.env["omni.availability"].available(self.scarf.ids, self.lille.ids)
        self.assertEqual(left[self.scarf.id, self.lille.id], 9)
        self._transfer(order).button_validate()
        pickup.action_ready()
        pickup.action_hand_over(pickup.code)
        self.assertEqual((pickup.state, sum(order.order_line.mapped("qty_delivered"))), ("collected", 2))

    def test_what_nobody_brings_is_not_offered(self):
        order = self._order((self.scarf, 1))
        pickup = order.omni_pickup_ids
        pickup.action_prepare()
        pickup.action_missing(pickup.line_ids.id, 1, "not_found")
        self._set_stock(self.scarf, self.lyon, -1)
        self._set_stock(self.scarf, self.lille, -10)
        self.assertFalse(pickup.line_ids._missing_options()["bring"])
        with self.assertRaisesRegex(UserError, "No other store"):
            pickup.action_decide(pickup.line_ids.id, "bring")

    def test_transfer_that_the_giver_cancels_lets_the_shop_give_its_own(self):
        order = self._bring()
        self._transfer(order).action_cancel()
        waiting = self._outgoing(order, False).move_ids.filtered(lambda move: move.product_id == self.scarf)
        self.assertNotIn("cancel", waiting.mapped("state"))
        self.assertFalse(waiting.move_orig_ids)

    def test_another_was_faster_at_the_giver(self):
        """What the plan of a moment ago counted on is gone: the order is not promised it."""
        order = self._bring(confirm=False)
        order._check_cart_is_ready_to_be_paid()
        self.env["omni.availability"].release(order)
        self._set_stock(self.scarf, self.lille, -10)
        order._omni_leave_from_sources()
        self.assertFalse(self._transfer(order))
        self.assertFalse(any(order.order_line.mapped("omni_sources")))

    def test_brought_and_sent_home_in_one_basket(self):
        order = self._bring(confirm=False)
        order._omni_send_home(self._line(order, self.glove), True)
        order._check_cart_is_ready_to_be_paid()
        self._pay(order)
        order.action_confirm()
        self.assertEqual(self._transfer(order).state, "assigned")
        self.assertEqual(self._outgoing(order, True).location_id, self.central.lot_stock_id)
        self.assertEqual(self._outgoing(order, False).move_ids.product_id, self.scarf)

    def test_change_of_shop_brings_nothing(self):
        order = self._bring()
        transfer = self._transfer(order)
        order.omni_pickup_ids._move_to(self.lille.id)
        self.assertEqual(transfer.state, "cancel")
        self.assertEqual(order.omni_pickup_ids.warehouse_id, self.lille)


@tagged("post_install", "-at_install")
class TestSplitRoutes(HttpCase, SplitCommon):
    """What a visitor's browser may ask."""

    def setUp(self):
        super().setUp()
        self._bring_nothing()
        self.order = self._basket()
        self.authenticate(None, None)
        self.session["sale_order_id"] = self.order.id
        root.session_store.save(self.session)

    def _ask(self, route, **params):
        answer = self.make_jsonrpc_request(route, params)
        self.env.invalidate_all()
        return answer

    def test_visitor_sends_a_line_home_and_chooses_who_brings_it(self):
        express = self._make_carrier("Express", 12.0)
        glove = self._line(self.order, self.glove)
        answer = self._ask("/shop/parts/line", line_id=glove.id, is_sent=True)
        self.assertEqual([row["sent"] for row in answer["lines"]], [False, True])
        self.assertIn("136", answer["summary"]["amount_total"])
        self.assertEqual([carrier["name"] for carrier in answer["carriers"] if carrier["chosen"]], ["Parcel"])
        answer = self._ask("/shop/parts/carrier", carrier_id=express.id)
        self.assertIn("142", answer["summary"]["amount_total"])
        self.assertEqual(self.order.omni_ship_carrier_id, express)

    def test_refusal_is_said_and_changes_nothing(self):
        glove, scarf = self._line(self.order, self.glove), self._line(self.order, self.scarf)
        self._ask("/shop/parts/line", line_id=glove.id, is_sent=True)
        answer = self._ask("/shop/parts/line", line_id=scarf.id, is_sent=True)
        self.assertIn("nothing is left", answer["message"])
        self.assertEqual(self.order._omni_home_lines(), glove)

    def test_foreign_and_malformed_ids_get_a_plain_answer(self):
        foreign = self._basket().order_line[:1]
        for line_id in (foreign.id, 10**30, -1, 0, True, None, "x", [], {}, 1.5):
            answer = self._ask("/shop/parts/line", line_id=line_id, is_sent=True)
            self.assertIn("cannot be chosen", answer["message"])
        for is_sent in (None, "x", 1, [], {}):
            line_id = self.order.order_line[:1].id
            self.assertIn("cannot", self._ask("/shop/parts/line", line_id=line_id, is_sent=is_sent)["message"])
        self._ask("/shop/parts/line", line_id=self._line(self.order, self.glove).id, is_sent=True)
        for carrier_id in (self.carrier.id, 10**30, -1, True, None, "x", [], {}):
            answer = self._ask("/shop/parts/carrier", carrier_id=carrier_id)
            self.assertIn("cannot be chosen", answer["message"])
        self.assertEqual(foreign.omni_way, "collect")
        self.assertEqual(self.order.omni_ship_carrier_id, self.parcel)

    def test_shop_with_a_part_can_be_chosen_when_the_rest_can_be_sent(self):
        self._set_stock(self.glove, self.lyon, -10)
        found = self._ask("/website_sale/get_pickup_locations", zip_code="69003")["pickup_locations"]
        stock = {location["id"]: location["additional_data"]["in_store_stock_data"] for location in found}
        self.assertIn("delivered", stock[self.lyon.id]["omni_offer"])
        self.assertNotIn("omni_offer", stock[self.lille.id])
        ready = {location["id"]: location["additional_data"]["omni_shop"]["ready"] for location in found}
        self.assertEqual((ready[self.lyon.id], bool(ready[self.lille.id])), ("", True), "one promise for each shop")
        self.parcel.is_published = False
        found = self._ask("/website_sale/get_pickup_locations", zip_code="69003")["pickup_locations"]
        stock = {location["id"]: location["additional_data"]["in_store_stock_data"] for location in found}
        self.assertEqual(stock[self.lyon.id], {"in_stock": False})

    def test_nothing_without_a_basket_or_a_shop(self):
        self.order.pickup_location_data = False
        self.assertEqual(self._ask("/shop/parts"), {})
        self.session.pop("sale_order_id")
        root.session_store.save(self.session)
        self.assertEqual(self._ask("/shop/parts"), {})
        self.assertIn("message", self._ask("/shop/parts/line", line_id=1, is_sent=True))
        self.assertIn("message", self._ask("/shop/parts/carrier", carrier_id=1))

    def test_not_after_payment_began(self):
        self._pay(self.order).state = "pending"
        glove = self._line(self.order, self.glove)
        answer = self._ask("/shop/parts/line", line_id=glove.id, is_sent=True)
        self.assertIn("cannot be chosen", answer["message"])
        self.assertFalse(self.order._omni_home_lines())


class SplitTours(HttpCase, SplitCommon):
    def _shop(self):
        """A guest's split basket, one of its parts brought; their payment goes through at once."""
        self._set_stock(self.scarf, self.lyon, -10)
        self._make_carrier("Express", 12.0)
        giver = self.lille.id
        original = type(self.env["omni.routing"]).plan

        def plan(contract, demand, destination=None, channel=None, collect_at=None):
            if not collect_at:
                return original(contract, demand, destination, channel, collect_at)
            lines = [(product, quantity) for product, quantity in demand if product == self.scarf.id]
            leg = {"warehouse_id": giver, "mode": "transfer", "lines": lines, "cost": 5.0, "why": []}
            return [leg | {"promised_at": fields.Datetime.now() + timedelta(days=1)}]

        self.patch(self.env.registry["omni.routing"], "plan", plan)
        transactions = self.env.registry["payment.transaction"]
        self.patch(transactions, "_set_pending", lambda tx, **_kwargs: tx._set_done())
        self.patch(transactions, "_create_payment", lambda tx, **_kwargs: tx.payment_id)  # no bank in this test
        self.env["payment.provider"].search([]).is_published = False
        for provider in ("website_sale_collect.payment_provider_on_site", "payment.payment_provider_transfer"):
            self.env.ref(provider).write({"state": "enabled", "is_published": True})
        self.start_tour(self.scarf.website_url, "omni_clickcollect_split", timeout=180)
        order = self.env["omni.pickup"].search([], order="id desc", limit=1).order_id
        self.assertEqual((order.state, order.warehouse_id, order.amount_total), ("sale", self.lyon, 92))
        self.assertEqual(order.omni_pickup_ids.line_ids.product_id, self.scarf)
        self.assertEqual(self._outgoing(order, True).move_ids.product_id, self.glove)
        self.assertEqual(self._outgoing(order, True).partner_id.street, "3 rue Neuve")
        self.assertEqual(order.order_line.move_ids.move_orig_ids.location_id, self.lille.lot_stock_id)


@tagged("post_install", "-at_install")
class TestSplitTourPhone(SplitTours):
    browser_size = "390x844"
    touch_enabled = True

    def test_guest_mixes(self):
        self._shop()


@tagged("post_install", "-at_install")
class TestSplitTourDesktop(SplitTours):
    def test_guest_mixes(self):
        self._shop()
