"""The promise against a plain model: whatever happens to stock and orders, in whatever order, both say the same.

Each step is a transaction of its own, committed, as on a real day. The model knows what is on hand, what confirmed
orders have not received yet, what is on hold and what is kept back; the promise is their difference, never below zero.
"""

import os
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

STEPS = 100
EXAMPLES = int(os.environ.get("EXAMPLES", 8))  # `make test ONLY=concurrency EXAMPLES=50` tries others each time
SIDE = 3  # products, and stores

pairs = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
quantities = st.integers(1, 6)
kept = st.integers(0, 3)


def machine(race, steps):
    class Promise(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.on_hand = defaultdict(int)
            self.orders = {}  # id: [pair, quantity, state, held]
            self.rules = {}  # (kind, pair): (quantity, percent)
            self.excluded = set()  # products that the channel does not sell

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
                channel = env["omni.channel"].create({"name": f"Model {code}", "kind": "web"})
                return products.ids, stores.ids, env["res.partner"].create({"name": "Model"}).id, channel.id

            self.products, self.stores, self.partner, self.channel = race.commit(build)

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
            for channel in (None, self.channel):
                promise = race.commit(
                    lambda env, channel=channel: env["omni.availability"].available(self.products, self.stores, channel)
                )
                for pair in ((product, store) for product in range(SIDE) for store in range(SIDE)):
                    assert promise[self.ids(pair)] == self.left(pair, where="web" if channel else None), (
                        pair,
                        channel,
                        self.on_hand[pair],
                        self.orders,
                        self.rules,
                    )

        def left(self, pair, besides=None, where=None):
            """What can be promised: `where` on the channel "web", on another one ("phone"), or on none."""
            taken = sum(
                quantity
                for order, (place, quantity, state, held) in self.orders.items()
                if place == pair and order != besides and (state == "sale" or (state == "draft" and held))
            )
            left = max(self.on_hand[pair] - taken - self.rules.get(("all", pair), (0, 0))[0], 0)
            if where == "web" and pair[0] in self.excluded:
                return 0
            quantity, percent = self.rules.get(({"web": "from", "phone": "for"}.get(where), pair), (0, 0))
            return max(left * (1 - percent / 100) - quantity, 0)

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

        @rule(
            kind=st.sampled_from(["all", "from", "for"]),
            pair=pairs,
            quantity=kept,
            percent=st.sampled_from([0, 0, 50]),
        )
        def keep_back(self, kind, pair, quantity, percent):
            """Of everybody, from the channel, or for it."""
            product, store = self.ids(pair)
            percent = 0 if kind == "all" else percent

            def work(env):
                which = {
                    "kind": kind,
                    "product_id": product,
                    "warehouse_id": store,
                    "channel_id": False if kind == "all" else self.channel,
                }
                known = env["omni.safety.stock"].search([(name, "=", value) for name, value in which.items()])
                figures = {"quantity": quantity, "percent": percent}
                if not known:
                    env["omni.safety.stock"].create({**which, **figures})
                elif quantity or percent:
                    known.write(figures)
                else:
                    known.unlink()

            self.act(work)
            self.rules[kind, pair] = quantity, percent

        @rule(product=st.integers(0, SIDE - 1))
        def sell_on_the_channel_or_not(self, product):
            def work(env):
                template = env["product.product"].browse(self.products[product]).product_tmpl_id.id
                query = (
                    "DELETE FROM omni_excluded_template_rel WHERE channel_id = %s AND template_id = %s"
                    if product in self.excluded
                    else "INSERT INTO omni_excluded_template_rel (channel_id, template_id) VALUES (%s, %s)"
                )
                env.cr.execute(query, [self.channel, template])

            self.act(work)
            self.excluded ^= {product}

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
        @rule(data=st.data(), web=st.booleans())
        def hold(self, data, web):
            order = self.some_order(data, "draft")
            pair, quantity, _state, _held = self.orders[order]
            fits = quantity <= self.left(pair, besides=order, where="web" if web else None)
            demand, channel = [(*self.ids(pair), quantity)], self.channel if web else None
            assert self.act(lambda env: env["omni.availability"].hold(f"sale.order,{order}", demand, channel)) == fits
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
            fits = quantity <= self.left(pair, besides=order, where="phone")
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
    """given 3 products in 3 stores, when 700 random things happen, then promise and model agree after each"""
    steps = []
    run_state_machine_as_test(
        machine(race, steps),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="EXAMPLES" not in os.environ,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(steps) >= (EXAMPLES - 1) * STEPS
