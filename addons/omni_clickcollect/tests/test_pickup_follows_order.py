from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..hooks import post_init_hook
from .test_omni_pickup_slot import SlotCommon

STATES = ("to_prepare", "preparing", "ready", "partly", "collected")

# change: what is expected of a pickup of two scarves and a glove in each of STATES that the change has a meaning in.
# ``restock``: the bag is ready and holds all in `preparing`, too; `partly`: one scarf was handed over.
CASES = {
    "raise": {
        "state": ("to_prepare", "preparing", "preparing", "preparing", "to_prepare"),
        "scarf": (4, 4, 4, 4, 4),
        "due": 100,
        "told": (["changed"],) * 4 + (["received"],),
    },
    "raise and lower": {"state": ("to_prepare", "preparing", "preparing", "preparing"), "told": ["changed", "changed"]},
    "lower": {
        "state": ("to_prepare", "preparing", "ready", "ready"),
        "scarf": (1, 1, 1, 1),
        "restock": ({}, {"scarf": 1}, {"scarf": 1}, {"scarf": 1}),
        "told": ["changed"],
    },
    "add": {
        "state": ("to_prepare", "preparing", "preparing", "preparing", "to_prepare"),
        "hat": (1, 1, 1, 1, 1),
        "due": 40,
        "told": (["changed"],) * 4 + (["received"],),
    },
    "add and raise at once": {
        "state": ("to_prepare", "preparing", "preparing", "preparing", "to_prepare"),
        "scarf": (3, 3, 3, 3, 3),
        "hat": (1, 1, 1, 1, 1),
        "due": 90,
        "told": (["changed"],) * 4 + (["received"],),
    },
    "take": {
        "state": ("to_prepare", "preparing", "ready", "ready"),
        "glove": (0, 0, 0, 0),
        "restock": ({}, {"glove": 1}, {"glove": 1}, {"glove": 1}),
        "told": ["changed"],
    },
    "take all": {
        "state": ("cancelled", "cancelled", "cancelled"),
        "scarf": (0, 0, 0),
        "glove": (0, 0, 0),
        "restock": ({}, {"scarf": 2, "glove": 1}, {"scarf": 2, "glove": 1}),
        "told": ["ended"],
    },
    "take the rest": {
        "state": (None, None, None, "collected"),
        "scarf": (None, None, None, 1),
        "glove": (None, None, None, 0),
        "restock": (None, None, None, {"scarf": 1, "glove": 1}),
        "told": ["ended"],
    },
    "home": {
        "state": ("cancelled", "cancelled", "cancelled", "collected", "collected"),
        "scarf": (0, 0, 0, 1, 2),
        "glove": (0, 0, 0, 0, 1),
        "restock": ({}, {"scarf": 2, "glove": 1}, {"scarf": 2, "glove": 1}, {"scarf": 1, "glove": 1}, {}),
        "leaves": (3, 3, 3, 2, 0),
        "told": (["ended"],) * 4 + ([],),
    },
    "home and back": {
        "state": ("to_prepare", "to_prepare", "to_prepare", "to_prepare", "collected"),
        "restock": ({}, {"scarf": 2, "glove": 1}, {"scarf": 2, "glove": 1}, {"scarf": 1, "glove": 1}, {}),
        "told": (["ended", "received"],) * 4 + ([],),
    },
    "store": {
        "state": ("cancelled", "cancelled", "cancelled", "collected"),
        "scarf": (0, 0, 0, 1),
        "glove": (0, 0, 0, 0),
        "restock": ({}, {"scarf": 2, "glove": 1}, {"scarf": 2, "glove": 1}, {"scarf": 1, "glove": 1}),
        "leaves": (0, 0, 0, 0),
        "there": (3, 3, 3, 2),
        "told": ["rebooked"],
    },
    "cancel": {
        "state": ("cancelled", "cancelled", "cancelled", "cancelled", "collected"),
        "restock": ({}, {"scarf": 2, "glove": 1}, {"scarf": 2, "glove": 1}, {"scarf": 1, "glove": 1}, {}),
        "leaves": (0, 0, 0, 0, 0),
        "told": (["ended"],) * 4 + ([],),
    },
    "cancel and confirm": {
        "state": ("to_prepare", "to_prepare", "to_prepare", "to_prepare", "collected"),
        "restock": ({}, {"scarf": 2, "glove": 1}, {"scarf": 2, "glove": 1}, {"scarf": 1, "glove": 1}, {}),
        "told": (["ended", "received"],) * 4 + ([],),
    },
    "install": {"state": ("to_prepare", "to_prepare", "to_prepare", "to_prepare"), "told": []},
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 06:00:00")  # Monday 7:00 in Lyon
class TestPickupFollowsOrder(SlotCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules.capacity = 200
        cls.hat = cls._make_product("Felt hat", 40.0)
        for product in cls.scarf + cls.glove + cls.hat:
            for shop in cls.lyon + cls.lille:
                cls._set_stock(product, shop, 1000)
        cls.home = cls.env["delivery.carrier"].create(
            {"name": "Home", "delivery_type": "fixed", "fixed_price": 0, "product_id": cls.carrier.product_id.id}
        )

    # -- what is done to it ------------------------------------------------------------------------------------------

    def _change_raise(self, order):
        order.order_line[0].product_uom_qty = 4

    def _change_raise_and_lower(self, order):
        order.order_line[0].product_uom_qty = 4
        order.order_line[0].product_uom_qty = 2

    def _change_lower(self, order):
        order.order_line[0].product_uom_qty = 1

    def _change_add(self, order):
        order.write({"order_line": [Command.create({"product_id": self.hat.id, "product_uom_qty": 1})]})

    def _change_add_and_raise_at_once(self, order):
        hat = Command.create({"product_id": self.hat.id, "product_uom_qty": 1})
        order.write({"order_line": [Command.update(order.order_line[0].id, {"product_uom_qty": 3}), hat]})

    def _change_take(self, order):
        order.order_line[1].product_uom_qty = 0

    def _change_take_all(self, order):
        order.write({"order_line": [Command.update(line.id, {"product_uom_qty": 0}) for line in order.order_line]})

    def _change_take_the_rest(self, order):
        scarf, glove = order.order_line
        less = [Command.update(scarf.id, {"product_uom_qty": 1}), Command.update(glove.id, {"product_uom_qty": 0})]
        order.write({"order_line": less})

    def _change_home(self, order):
        order.set_delivery_line(self.home, 0)

    def _change_home_and_back(self, order):
        order.set_delivery_line(self.home, 0)
        order.set_delivery_line(self.carrier, 0)

    def _change_store(self, order):
        order.warehouse_id = self.lille

    def _change_cancel(self, order):
        order._action_cancel()

    def _change_cancel_and_confirm(self, order):
        order._action_cancel()
        order.action_draft()
        order.action_confirm()

    def _change_install(self, order):
        order.omni_pickup_ids.unlink()
        post_init_hook(self.env)

    # -- what is so before -------------------------------------------------------------------------------------------

    def _waiting(self, state, slot=None):
        """Return an order of two scarves and a glove, paid, whose pickup is in ``state``."""
        order = self._order((self.scarf, 2), (self.glove, 1), confirm=False)
        if slot:
            order._omni_choose_slot(slot)
        order.action_confirm()
        self._pay(order)
        pickup = order.omni_pickup_ids
        if state != "to_prepare":
            pickup.action_prepare()
        if state == "preparing":
            for line in pickup.line_ids:
                pickup._count(line.id, line.quantity)
        elif state != "to_prepare":
            pickup.action_ready()
        if state == "partly":
            pickup.action_hand_over(pickup.code, {pickup.line_ids[0].id: 1})
        elif state == "collected":
            pickup.action_hand_over(pickup.code)
        return order

    def _names(self, lines, field):
        return {line.product_id.name.split()[-1]: line[field] for line in lines if line[field]}

    def _leaving(self, order, store):
        moves = order.picking_ids.filtered(lambda picking: picking.picking_type_id.warehouse_id == store).move_ids
        opened = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        self.assertEqual(set(opened.mapped("state")) - {"assigned"}, set(), "all of it is kept")
        return sum(opened.mapped("product_uom_qty"))

    def test_whatever_is_done_to_it(self):
        slot = self._slot("2026-03-02 15:00")
        for change, expected in CASES.items():
            for number, wanted in enumerate(expected["state"]):
                if wanted:
                    with self.subTest(change=change, state=STATES[number]):
                        self._check(change, number, expected, slot)

    def _check(self, change, number, expected, slot):
        def of(name, default=None):
            value = expected.get(name, default)
            return value[number] if isinstance(value, tuple) else value

        order = self._waiting(STATES[number], slot)
        pickup, before = order.omni_pickup_ids, slot.left
        was_open = not pickup.closed_at
        former = self._told(pickup)
        getattr(self, f"_change_{change.replace(' ', '_')}")(order)
        self.env.invalidate_all()
        pickups = order.omni_pickup_ids.sorted("id")
        pickup = pickups.filtered(lambda one: one.warehouse_id == self.lyon)
        collected = {"partly": 1, "collected": 3}.get(STATES[number], 0)
        asked = {
            "scarf": of("scarf", (2,) * 5),
            "glove": of("glove", (1,) * 5),
            "hat": of("hat", (0,) * 5),
        }
        asked = {name: quantity for name, quantity in asked.items() if quantity}
        self.assertEqual(pickup.state, of("state"))
        self.assertEqual(self._names(pickup.line_ids, "quantity"), asked)
        self.assertEqual(sum(pickup.line_ids.mapped("quantity_collected")), collected)
        self.assertEqual(self._names(pickup.line_ids, "quantity_put_back"), of("restock", {}))
        leaves = of("leaves", sum(asked.values()) - collected)
        self.assertEqual(self._leaving(order, self.lyon), leaves)
        self.assertEqual(pickup.amount_due, of("due", 0))
        [card] = self.env["omni.pickup.desk"]._cards(pickup)
        left = sum(line._left_to_give() for line in pickup.line_ids)
        self.assertEqual((card["state"], card["due"], card["items"]), (of("state"), of("due", 0), left))
        if not pickup.closed_at:
            self.assertEqual(left, sum(asked.values()) - collected)
        told = [code for one in pickups for code in self._told(one)]
        self.assertEqual(told[len(former) if change != "install" else 0 :], of("told"))
        for line in pickup.line_ids.filtered(lambda line: not pickup.closed_at):
            self.assertLessEqual(line.quantity_prepared, line.quantity)
        if pickup.state in ("to_prepare", "preparing"):
            with self.assertRaisesRegex(UserError, "not ready"):
                pickup.action_hand_over(pickup.code)
        booked = not pickup.closed_at and pickup.slot_id == slot
        self.assertEqual(slot.left, before + was_open - booked, "the place is free when the pickup has ended")
        if there := of("there"):
            other = pickups - pickup
            self.assertEqual((other.warehouse_id, other.state), (self.lille, "to_prepare"))
            self.assertEqual(sum(line.quantity - line.quantity_collected for line in other.line_ids), there)
            self.assertEqual(self._leaving(order, self.lille), there)

    # -- and after it ------------------------------------------------------------------------------------------------

    def test_what_was_raised_is_prepared_told_of_and_handed_over(self):
        order = self._waiting("partly")
        pickup = order.omni_pickup_ids
        order.order_line[0].product_uom_qty = 3
        self.assertEqual((pickup.state, pickup.preparer_id.id), ("preparing", False))
        pickup.action_ready()
        self._pay(order, 50)
        self.env.invalidate_all()
        self.assertEqual(self._told(pickup), ["received", "ready", "changed", "ready"])
        pickup.action_hand_over(pickup.code)
        self.assertEqual((pickup.state, pickup.line_ids.mapped("quantity_collected")), ("collected", [3, 1]))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [3, 1])

    def test_what_was_missing_is_decided_by_asking_for_less(self):
        for quantity, missing, asked in ((3, 1, 2), (2, 1, 1), (1, 0, 1)):
            with self.subTest(quantity=quantity):
                order = self._waiting("preparing")
                pickup, line = order.omni_pickup_ids, order.omni_pickup_ids.line_ids[0]
                pickup.action_missing(line.id, 1, "other")
                order.order_line[0].product_uom_qty = quantity
                self.assertEqual((line.quantity_missing, line.quantity), (missing, asked))
                self.assertEqual(self._leaving(order, self.lyon), asked + 1)

    def test_what_is_missing_is_not_asked_of_another_store(self):
        """given three caps of which one is missing, when the rest moves to a store with two, then two leave there"""
        cap = self._make_product("Wool cap", 20.0)
        self._set_stock(cap, self.lille, -8)
        order = self._order((cap, 3))
        order.omni_pickup_ids.action_missing(order.omni_pickup_ids.line_ids.id, 1, "other")
        order.warehouse_id = self.lille
        self.assertEqual((self._leaving(order, self.lyon), self._leaving(order, self.lille)), (0, 2))

    def test_a_replacement_of_what_was_ready_is_prepared_first(self):
        self.scarf.product_tmpl_id.alternative_product_ids = self.hat.product_tmpl_id
        order = self._waiting("to_prepare")
        pickup, line = order.omni_pickup_ids, order.omni_pickup_ids.line_ids[0]
        pickup.action_missing(line.id, 1, "other")
        pickup.action_ready()
        pickup.action_decide(line.id, "replace", product_id=self.hat.id)
        self.assertEqual(pickup.state, "preparing")
        self.assertEqual(self._told(pickup), ["received", "part_missing", "ready", "part_missing"])
        pickup.action_ready()
        pickup.action_hand_over(pickup.code)
        self.assertEqual((pickup.state, sum(pickup.line_ids.mapped("quantity_collected"))), ("collected", 3))

    def test_what_is_left_in_the_store_is_told(self):
        order = self._waiting("ready")
        pickup = order.omni_pickup_ids
        scarf, glove = pickup.line_ids
        pickup._hand_over({"code": pickup.code, "quantities": {scarf.id: 1}, "back": {scarf.id: 1}})
        [changed] = pickup.told_ids.filtered(lambda told: told.code == "pickup.changed")
        self.assertEqual(changed.words, "1 × Leather glove")
        pickup._hand_over({"code": pickup.code, "quantities": {glove.id: 1}})
        self.assertEqual(self._told(pickup), ["received", "ready", "changed", "collected"])

    def test_a_part_in_another_store_asks_for_its_own_part_of_the_money(self):
        order = self._order((self.scarf, 2), (self.glove, 1))
        here = order.omni_pickup_ids
        order.order_line[1].write({"omni_way": "collect", "omni_collect_warehouse_id": self.lille.id})
        there = order.omni_pickup_ids - here
        self.assertEqual((there.warehouse_id, there.line_ids.product_id), (self.lille, self.glove))
        self.assertEqual((self._told(here), self._told(there)), (["received", "changed"], ["received"]))
        desk = self.env["omni.pickup.desk"]
        due = lambda: [card["due"] for card in desk._cards(here + there)]

        def check(*wanted):
            self.env.invalidate_all()
            self.assertEqual((due(), (here + there).mapped("amount_due")), (list(wanted), list(wanted)))

        check(100, 30)
        self.assertIn("30", there._print_values()["due_label"])
        self.assertIn("30.00", there.told_ids.mail_message_id.body)
        self._pay(order, 60)
        check(40, 30)
        self._pay(order, 45)
        check(0, 25)
        (here + there).action_ready()
        with self.assertRaisesRegex(UserError, "25"):
            there.action_hand_over(there.code)
        here.action_hand_over(here.code)
        check(0, 25)
        order.order_line[1].product_uom_qty = 2
        check(0, 55)
        self.assertEqual((here.state, there.state), ("collected", "preparing"))

    def test_a_part_that_is_given_up_is_not_paid_with_the_other_one(self):
        """given an order that is collected in two stores, when one part is released, then the other one asks for its
        own money alone, whether it was paid or not, and nothing once more when the first part is refunded"""
        for paid, due in ((False, 30), (True, 0)):
            with self.subTest(paid=paid):
                order = self._order((self.scarf, 2), (self.glove, 1))
                here = order.omni_pickup_ids
                order.order_line[1].write({"omni_way": "collect", "omni_collect_warehouse_id": self.lille.id})
                there = order.omni_pickup_ids - here
                payment = self._pay(order) if paid else None
                here.action_release("Nobody came")
                self.env.invalidate_all()
                self.assertEqual((order.state, there.state, there.amount_due), ("sale", "to_prepare", due))
                if payment:
                    payment._create_child_transaction(100, is_refund=True).state = "done"
                    self.env.invalidate_all()
                    self.assertEqual(there.amount_due, 0)
                    there.action_ready()
                    there.action_hand_over(there.code)
                    self.assertEqual(there.state, "collected")

    def test_the_reader_s_language_whoever_changes_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search([("name", "=", "omni_clickcollect")])._update_translations(["fr_FR"])
        self.scarf.with_context(lang="fr_FR").name = "Foulard"
        self.scarf.default_code = "HV001"
        self.customer.lang = "fr_FR"
        order = self._waiting("to_prepare")
        order.order_line[0].product_uom_qty = 3
        self._change_take_all(order)
        changed, ended = order.omni_pickup_ids.told_ids[1:]
        self.assertIn("3 × Foulard", changed.words)
        self.assertNotIn("HV001", changed.mail_message_id.body)
        self.assertEqual(ended.words, "Ce qui restait a été retiré de votre commande.")
