import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.omni_base.exceptions import OutOfStock

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupCustomer(ClickCollectCommon):
    def _left(self, shop):
        key = (self.scarf.id, shop.id)
        return self.env["omni.availability"].available([self.scarf.id], [shop.id])[key]

    # -- another shop ------------------------------------------------------------------------------------------------

    def test_other_shop_takes_over(self):
        for paid in (False, True):
            with self.subTest(paid=paid):
                free = self._left(self.lyon), self._left(self.lille)
                pickup = self._pickup((self.scarf, 3), paid=paid).sudo()
                order, code, link = pickup.order_id, pickup.sudo().code, pickup.sudo()._page_path()
                pickup.promised_at = pickup.deadline = fields.Datetime.now() - timedelta(days=3)
                self.assertEqual(self._left(self.lyon), free[0] - 3)
                pickup._move_to(self.lille.id)
                self.assertEqual((pickup.warehouse_id, order.warehouse_id), (self.lille, self.lille))
                self.assertEqual(
                    (pickup.sudo().code, pickup.sudo()._page_path(), pickup.state), (code, link, "to_prepare")
                )
                self.assertGreater(pickup.promised_at, fields.Datetime.now())
                self.assertEqual((pickup.deadline - pickup.promised_at).days, 7)
                self.assertEqual(self._left(self.lyon), free[0])
                self.assertEqual(self._left(self.lille), free[1] - 3)
                self.assertEqual(order.pickup_location_data["name"], "Lille Centre")
                self.assertEqual(order.partner_shipping_id.city, "Lille")
                picking = order.picking_ids.filtered(lambda picking: picking.state != "cancel")
                self.assertEqual((picking.picking_type_id.warehouse_id, picking.state), (self.lille, "assigned"))
                self.assertEqual(picking.partner_id, order.partner_shipping_id)
                self.assertIn("Lille Centre", pickup.step_ids[-1].note)
                pickup.with_user(self.desk_user).action_ready()
                if paid:
                    pickup.with_user(self.desk_user).action_hand_over(code)
                    self.assertEqual((pickup.state, pickup.line_ids.quantity_collected), ("collected", 3))

    def test_time_that_was_extended_can_be_extended_again_there(self):
        pickup = self._pickup().sudo()
        pickup.action_extend()
        kept, once = pickup.deadline, pickup.extensions
        pickup._move_to(self.lille.id)
        self.assertFalse(pickup._why_not_extended())
        pickup.action_extend()
        self.assertEqual(pickup.extensions, once)
        self.assertGreater(pickup.deadline, kept - timedelta(hours=1))

    def test_back_and_forth(self):
        found = self.env["omni.availability"].audit()
        pickup = self._pickup((self.scarf, 2)).sudo()
        for shop in (self.lille, self.lyon, self.lille, self.lyon):
            pickup._move_to(shop.id)
        pickings = pickup.order_id.picking_ids.filtered(lambda picking: picking.state != "cancel")
        self.assertEqual((len(pickings), pickings.move_ids.product_uom_qty), (1, 2))
        self.assertEqual(pickings.picking_type_id.warehouse_id, self.lyon)
        self.assertEqual((self._left(self.lyon), self._left(self.lille)), (8, 10))
        self.assertEqual(self.env["omni.availability"].audit(), found)

    def test_only_shops_that_have_it_all(self):
        pickup = self._pickup((self.scarf, 3), (self.glove, 1)).sudo()
        self.assertEqual(pickup._other_shops(), self.lille)
        self._set_stock(self.scarf, self.lille, -8)
        self.assertFalse(pickup._other_shops())
        with self.assertRaises(UserError):
            pickup._move_to(self.lille.id)
        self.assertEqual(pickup.warehouse_id, self.lyon)

    def test_strange_shops_are_refused(self):
        central = self._make_shop("Central depot", "CEN", "75001")
        self._set_stock(self.scarf, central, 10)
        pickup = self._pickup().sudo()
        for shop_id in (central.id, self.lyon.id, 0, 999999999):
            with self.assertRaises(UserError):
                pickup._move_to(shop_id)

    def test_prepared_stays(self):
        for state in ("preparing", "ready"):
            pickup = self._pickup(state=state).sudo()
            self.assertFalse(pickup._other_shops())
            with self.assertRaises(UserError):
                pickup._move_to(self.lille.id)
        picked = self._pickup().sudo()
        picked.order_id.picking_ids.move_ids.picked = True
        self.assertFalse(picked._other_shops())

    def test_somebody_else_was_faster(self):
        pickup = self._pickup((self.scarf, 3)).sudo()
        with (
            patch.object(self.env.registry["omni.pickup"], "_other_shops", lambda pickup: self.lille),
            self.assertRaises(OutOfStock),
        ):
            self._set_stock(self.scarf, self.lille, -8)
            pickup._move_to(self.lille.id)
        self.assertEqual((pickup.warehouse_id, pickup.order_id.warehouse_id), (self.lyon, self.lyon))
        self.assertEqual(pickup.order_id.picking_ids.mapped("state"), ["assigned"])

    def test_locked_order_moves_too(self):
        pickup = self._pickup().sudo()
        pickup.order_id.locked = True
        pickup._move_to(self.lille.id)
        self.assertTrue(pickup.order_id.locked)
        picking = pickup.order_id.picking_ids.filtered(lambda picking: picking.state != "cancel")
        self.assertEqual(picking.picking_type_id.warehouse_id, self.lille)

    def test_shops_cost_the_same_however_many(self):
        pickup = self._pickup().sudo()

        def queries():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            pickup._other_shops()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        self.carrier.warehouse_ids = [
            Command.link(self._make_shop(f"Shop {number}", f"S{number}", "10000").id) for number in range(12)
        ]
        queries()
        self.assertLessEqual(queries(), few + 1)

    # -- cancel ------------------------------------------------------------------------------------------------------

    def test_what_nobody_has_begun_is_cancelled_at_once_paid_or_not(self):
        for paid in (False, True):
            with self.subTest(paid=paid):
                pickup = self._pickup((self.scarf, 3), paid=paid).sudo()
                for _again in range(2):
                    pickup._cancel_or_ask()
                self.assertEqual((pickup.state, pickup.order_id.state), ("cancelled", "cancel"))
                self.assertEqual(self._left(self.lyon), 10)
                self.assertEqual(pickup.step_ids.filtered("note").mapped("note"), ["Cancelled by the customer."])
                self.assertEqual(pickup.refund_amount, 150 if paid else 0)
                self.assertEqual(self._told(pickup), ["received", "ended"])
                [message] = pickup.told_ids.filtered(lambda told: told.code == "pickup.ended")
                self.assertEqual("150" in message.mail_message_id.body, paid)

    def test_what_is_begun_asks_the_shop_once(self):
        for kwargs in (
            {"state": "preparing"},
            {"paid": False, "state": "preparing"},
            {"paid": False, "state": "ready"},
        ):
            with self.subTest(**kwargs):
                pickup = self._pickup(**kwargs).sudo()
                state = pickup.state
                for _again in range(2):
                    pickup._cancel_or_ask()
                self.assertEqual((pickup.state, pickup.order_id.state), (state, "sale"))
                self.assertEqual(len(pickup.step_ids.filtered("note")), 1)
                asked = pickup.message_ids.filtered(lambda message: "Cancellation requested" in (message.subject or ""))
                self.assertEqual(len(asked), 1)
                self.assertIn(self.manager.partner_id, asked.notified_partner_ids)
                self.assertTrue(self.env["omni.pickup.desk"]._cards(pickup)[0]["cancel_asked"])

    def test_ended_pickup_changes_no_more(self):
        pickup = self._pickup(state="ready")
        pickup.action_hand_over(pickup.sudo().code)
        pickup = pickup.sudo()
        self.lyon.omni_drive_in = True
        for change in (
            lambda: pickup._set_delegate("Paul"),
            lambda: pickup._set_arrived("1", "AB"),
            lambda: pickup._move_to(self.lille.id),
            pickup._cancel_or_ask,
        ):
            with self.assertRaises(UserError):
                change()

    def test_no_seller_is_assigned_a_store(self):
        """given a customer with a seller, when they collect elsewhere, then no mail makes it the seller's contact"""
        self.customer.user_id = self.seller
        self._pickup().sudo()._move_to(self.lille.id)
        places = self.customer.child_ids.filtered("is_pickup_location")
        self.assertEqual(len(places), 2)
        self.assertEqual(places.user_id, self.seller)
        messages = self.env["mail.message"].search([("model", "=", "res.partner"), ("res_id", "in", places.ids)])
        self.assertFalse(messages.filtered(lambda message: message.message_type == "user_notification"))

    # -- drive-in ----------------------------------------------------------------------------------------------------

    def test_arrival_tells_the_desk(self):
        self.lyon.omni_drive_in = True
        pickup = self._pickup(state="ready").sudo()
        told = []
        self.patch(
            self.env.registry["bus.bus"], "_sendone", lambda bus, *news: told.append(json.dumps(news[2])) or None
        )
        pickup._set_arrived(" 4 ", "ab-123\x00-cd" + "x" * 5000)
        self.assertEqual((pickup.bay, pickup.plate), ("4", "AB-123 -CDXXXXX"))
        self.assertEqual(told, [json.dumps({"warehouse_id": self.lyon.id})])
        since = pickup.arrived_at
        pickup._set_arrived("5", "")
        self.assertEqual((pickup.bay, pickup.plate, pickup.arrived_at), ("5", False, since))
        self.assertEqual(len(pickup.step_ids.filtered("note")), 1)
        later = self._pickup(state="ready")
        later.sudo().promised_at = pickup.promised_at - timedelta(days=1)
        card = self.env["omni.pickup.desk"].with_user(self.desk_user).queue(self.lyon.id)["ready"]["cards"][0]
        self.assertEqual((card["place"], bool(card["arrived_at"])), ("bay 5", True))

    def test_arrival_says_where_and_only_while_the_store_is_open(self):
        self.lyon.omni_drive_in = True
        pickup = self._pickup(state="ready").sudo()
        with self.assertRaisesRegex(UserError, "bay or your number plate"):
            pickup._set_arrived(" ", "")
        self.patch(self.env.registry["stock.warehouse"], "_omni_openings", lambda *_args: iter(()))
        with self.assertRaisesRegex(UserError, "closed now"):
            pickup._set_arrived("4", "")
        self.assertFalse(pickup.arrived_at)

    def test_drive_in_is_off_unless_the_store_has_it(self):
        ready = self._pickup(state="ready").sudo()
        self.assertFalse(ready.warehouse_id.omni_drive_in)
        with self.assertRaises(UserError):
            ready._set_arrived("1", "")
        self.lyon.omni_drive_in = True
        with self.assertRaises(UserError):
            self._pickup(state="preparing").sudo()._set_arrived("1", "")

    def test_nobody_writes_these_by_hand(self):
        pickup = self._pickup().with_user(self.manager)
        for field in ("delegate_name", "delegate_code", "bay", "plate", "arrived_at", "cancel_asked_at"):
            with self.assertRaises(AccessError):
                pickup.write({field: False})
