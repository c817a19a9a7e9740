"""The promise against a plain model: whatever happens to stock and orders, in whatever order, both say the same.

Each step is a transaction of its own, committed, as on a real day. The model knows three things: what is on hand, what
confirmed orders have not received yet, and what is on hold; the promise is their difference, and never below zero.
"""

from collections import defaultdict
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo import Command

from odoo.addons.omni_base.exceptions import OutOfStock

EXAMPLES, STEPS = 21, 100
SIDE = 3  # products, and stores

pairs = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
quantities = st.integers(1, 6)


def machine(race, steps):
    class Promise(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.on_hand = defaultdict(int)
            self.orders = {}  # id: [pair, quantity, state, held]

        # -- the world -------------------------------------------------------------------------------------------------

        @initialize()
        def open_stores(self):
            def build(env):
                code = uuid4().hex[:4].upper()
                stores = env["stock.warehouse"].create(
                    [{"name": f"Model {code}{number}", "code": f"{code}{number}"} for number in range(SIDE)]
                )
                products = env["product.product"].create(
                    [{"name": f"Model {code}", "is_storable": True, "allow_out_of_stock_order": False}] * SIDE
                )
                return products.ids, stores.ids, env["res.partner"].create({"name": "Model"}).id

            self.products, self.stores, self.partner = race.commit(build)

        def ids(self, pair):
            return self.products[pair[0]], self.stores[pair[1]]

        def act(self, work):
            """Do it in a transaction; tell whether it was refused for want of stock."""
            try:
                race.commit(work)
            except OutOfStock:
                return False
            return True

        @invariant()
        def agrees(self):
            steps.append(1)
            promise = race.commit(lambda env: env["omni.availability"].available(self.products, self.stores))
            for pair in ((product, store) for product in range(SIDE) for store in range(SIDE)):
                assert promise[self.ids(pair)] == self.left(pair), (pair, self.on_hand[pair], self.orders)

        def left(self, pair, besides=None):
            taken = sum(
                quantity
                for order, (place, quantity, state, held) in self.orders.items()
                if place == pair and order != besides and (state == "sale" or (state == "draft" and held))
            )
            return max(self.on_hand[pair] - taken, 0)

        def some_order(self, data, *states, held=None):
            known = [
                order
                for order, (_pair, _quantity, state, holds) in self.orders.items()
                if state in states and held in (None, holds)
            ]
            return data.draw(st.sampled_from(known))

        def have(self, *states, held=None):
            return any(row[2] in states and held in (None, row[3]) for row in self.orders.values())

        # -- stock -----------------------------------------------------------------------------------------------------

        @rule(pair=pairs, quantity=quantities)
        def receive(self, pair, quantity):
            product, store = self.ids(pair)

            def work(env):
                location = env["stock.warehouse"].browse(store).lot_stock_id
                env["stock.quant"]._update_available_quantity(
                    env["product.product"].browse(product), location, quantity
                )

            self.act(work)
            self.on_hand[pair] += quantity

        @rule(pair=pairs, quantity=st.integers(0, 12))
        def count(self, pair, quantity):
            product, store = self.ids(pair)

            def work(env):
                quants = env["stock.quant"].with_context(inventory_mode=True)
                quants.create(
                    {
                        "product_id": product,
                        "location_id": env["stock.warehouse"].browse(store).lot_stock_id.id,
                        "inventory_quantity": quantity,
                    }
                ).action_apply_inventory()

            self.act(work)
            self.on_hand[pair] = quantity

        @rule(pair=pairs, quantity=quantities)
        def sell_at_the_till(self, pair, quantity):
            """As a till does: gone at once, whether it was there or not."""
            product, store = self.ids(pair)

            def work(env):
                warehouse = env["stock.warehouse"].browse(store)
                kind = warehouse.pos_type_id
                picking = env["stock.picking"].create(
                    {
                        "picking_type_id": kind.id,
                        "location_id": kind.default_location_src_id.id,
                        "location_dest_id": env.ref("stock.stock_location_customers").id,
                        "move_ids": [
                            Command.create(
                                {
                                    "product_id": product,
                                    "product_uom_qty": quantity,
                                    "location_id": kind.default_location_src_id.id,
                                    "location_dest_id": env.ref("stock.stock_location_customers").id,
                                }
                            )
                        ],
                    }
                )
                picking.move_ids._action_confirm(merge=False)
                picking.move_ids.write({"quantity": quantity, "picked": True})
                picking._action_done()

            self.act(work)
            self.on_hand[pair] -= quantity

        @rule()
        def merge_quants(self):
            self.act(lambda env: env["stock.quant"]._quant_tasks())

        @rule()
        def fold(self):
            self.act(lambda env: env["omni.promise"]._cron_settle())
            self.act(lambda env: env["stock.move"]._cron_omni_reserve())

        # -- orders ----------------------------------------------------------------------------------------------------

        @rule(pair=pairs, quantity=quantities)
        def order(self, pair, quantity):
            product, store = self.ids(pair)

            def work(env):
                line = Command.create({"product_id": product, "product_uom_qty": quantity})
                self.new = (
                    env["sale.order"]
                    .create({"partner_id": self.partner, "warehouse_id": store, "order_line": [line]})
                    .id
                )

            self.act(work)
            self.orders[self.new] = [pair, quantity, "draft", False]

        @precondition(lambda self: self.have("draft"))
        @rule(data=st.data())
        def hold(self, data):
            order = self.some_order(data, "draft")
            pair, quantity, _state, _held = self.orders[order]
            fits = quantity <= self.left(pair, besides=order)
            demand = [(*self.ids(pair), quantity)]
            assert self.act(lambda env: env["omni.availability"].hold(f"sale.order,{order}", demand)) == fits
            if fits:
                self.orders[order][3] = True

        @precondition(lambda self: self.have("draft", held=True))
        @rule(data=st.data())
        def release(self, data):
            order = self.some_order(data, "draft", held=True)
            self.act(lambda env: env["omni.availability"].release(f"sale.order,{order}"))
            self.orders[order][3] = False

        @precondition(lambda self: self.have("draft", held=True))
        @rule(data=st.data())
        def run_out(self, data):
            order = self.some_order(data, "draft", held=True)
            query = (
                "UPDATE omni_hold SET expires_at = created - interval '1 second' WHERE res_id = %s AND ended IS NULL"
            )
            self.act(lambda env: env.cr.execute(query, [order]))
            self.orders[order][3] = False

        @precondition(lambda self: self.have("draft"))
        @rule(data=st.data())
        def confirm(self, data):
            order = self.some_order(data, "draft")
            pair, quantity, _state, _held = self.orders[order]
            fits = quantity <= self.left(pair, besides=order)
            assert self.act(lambda env: env["sale.order"].browse(order).action_confirm()) == fits
            if fits:
                self.orders[order][2:] = ["sale", False]

        @precondition(lambda self: self.have("draft", "sale"))
        @rule(data=st.data())
        def cancel(self, data):
            order = self.some_order(data, "draft", "sale")
            self.act(lambda env: env["sale.order"].browse(order)._action_cancel())
            self.orders[order][2:] = ["cancel", False]

        @precondition(lambda self: self.have("sale"))
        @rule(data=st.data())
        def deliver(self, data):
            order = self.some_order(data, "sale")
            pair, quantity, _state, _held = self.orders[order]

            def work(env):
                moves = env["sale.order"].browse(order).picking_ids.move_ids
                moves.write({"quantity": quantity, "picked": True})
                moves.picking_id._action_done()

            self.act(work)
            self.on_hand[pair] -= quantity
            self.orders[order][2] = "delivered"

        @precondition(lambda self: self.have("delivered"))
        @rule(data=st.data())
        def take_back(self, data):
            order = self.some_order(data, "delivered")
            pair, quantity, _state, _held = self.orders[order]

            def work(env):
                picking = env["sale.order"].browse(order).picking_ids
                context = {"active_model": picking._name, "active_id": picking.id, "active_ids": picking.ids}
                wizard = env["stock.return.picking"].with_context(**context).create({})
                back = env["stock.picking"].browse(wizard.action_create_returns_all()["res_id"])
                back.move_ids.write({"quantity": quantity, "picked": True})
                back._action_done()

            self.act(work)
            self.on_hand[pair] += quantity
            self.orders[order][2] = "returned"

        def teardown(self):
            if getattr(self, "products", None):
                names = race.commit(lambda env: env["product.product"].browse(self.products).mapped("display_name"))
                differences = race.commit(lambda env: env["omni.availability"].audit())
                mine = [line for line in differences if any(name in line for name in names) and "differs" in line]
                assert not mine

    return Promise


def test_agrees_with_a_plain_model(race):
    """given 3 products in 3 stores, when 2,000 random things happen, then promise and model agree after each"""
    steps = []
    run_state_machine_as_test(
        machine(race, steps),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(steps) >= 2000
