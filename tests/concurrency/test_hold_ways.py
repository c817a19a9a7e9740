"""Two ways to the same hold: one conditional statement for the usual case, a function for every case.

Whatever is there, asked of whichever channel, by whomever, both decide alike, and as reading says, on committed data
and the connection that production takes.
"""

import os
from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.modules.registry import Registry

from odoo.addons.omni_base.exceptions import OutOfStock

EXAMPLES = int(os.environ.get("WAYS", 80))  # `make test ONLY=concurrency WAYS=2000` tries others each time
PIECES = 3  # products that are counted

amounts = st.integers(-2, 6)
places = st.tuples(st.integers(0, PIECES - 1), st.integers(0, 2))
rules = st.lists(
    st.tuples(
        st.sampled_from(["all", "from", "for"]),
        st.booleans(),  # of the channel that asks, or of another one
        st.one_of(st.none(), st.integers(0, PIECES - 1)),
        st.one_of(st.none(), st.integers(0, 2)),
        st.integers(0, 3),
        st.sampled_from([0, 0, 25, 50]),
    ),
    max_size=3,
    unique_by=lambda rule: (rule[0], rule[0] != "all" and rule[1], rule[2], rule[3]),
)
worlds = st.fixed_dictionaries(
    {
        "stock": st.lists(amounts, min_size=3 * PIECES, max_size=3 * PIECES),
        "folded": st.booleans(),
        "rules": rules,
        "stores": st.sets(st.integers(0, 1)),  # of the channel; none: all
        "excluded": st.sets(st.integers(0, PIECES - 1), max_size=1),
        "archived": st.sampled_from([None, None, None, 0, 1]),
        "others": st.lists(st.tuples(places, st.integers(1, 3)), max_size=2),
        "former": st.lists(st.tuples(places, st.integers(1, 3)), max_size=2),
    }
)
# A kit of one part goes the short way, too; what is not counted is there without end.
goods = st.sampled_from([*range(PIECES), *range(PIECES), "kit", "pair", "service"])
questions = st.fixed_dictionaries(
    {
        "demand": st.lists(st.tuples(goods, st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=2),
        "channel": st.booleans(),
        "seller": st.booleans(),  # of the first company, or the superuser
        "moved": st.lists(st.tuples(places, st.integers(-2, 2).filter(bool)), max_size=1),
    }
)


class Shop:
    """Three stores, two of one company, products, kits, and a channel: as a hypothesis says, each time anew."""

    def __init__(self, race, monkeypatch):
        self.race, self.kits = race, {}
        code = uuid4().hex[:4].upper()
        race.commit(lambda env: self.build(env, code))
        # Kits come with Manufacturing; what they are made of is all that a hold asks.
        kits, product = self.kits, Registry(race.database)["product.product"]
        monkeypatch.setattr(product, "_omni_knows_kits", lambda self: True)

        def compute(self):
            for one in self:
                one.omni_parts = kits.get(one.id, [])

        monkeypatch.setattr(product, "_compute_omni_parts", compute)

    def build(self, env, code):
        other = env["res.company"].create({"name": f"Ways {code}"})
        values = [{"name": f"Ways {code}{n}", "code": f"{code}{n}"} for n in range(2)]
        self.stores = env["stock.warehouse"].create(values).ids
        elsewhere = {"name": f"Ways {code}2", "code": f"{code}2", "company_id": other.id}
        self.stores += env["stock.warehouse"].create(elsewhere).ids
        self.companies = [env.company.id, env.company.id, other.id]
        values = {"name": f"Ways {code}", "is_storable": True, "allow_out_of_stock_order": False}
        self.products = env["product.product"].create([values] * PIECES).ids
        kit, pair, service = env["product.product"].create([values, values, {"name": "Ways", "type": "service"}]).ids
        self.ids = dict(enumerate(self.products)) | {"kit": kit, "pair": pair, "service": service}
        self.kits[kit] = [[self.products[0], 2.0]]
        self.kits[pair] = [[self.products[0], 1.0], [self.products[1], 2.0]]
        self.channel, self.other_channel = (
            env["omni.channel"].create([{"name": f"Ways {code}{n}", "kind": "web"} for n in range(2)]).ids
        )
        self.user = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Ways",
                    "login": f"ways-{code}",
                    "group_ids": [(6, 0, env.ref("stock.group_stock_user").ids)],
                    "company_ids": [(6, 0, [env.company.id, other.id])],
                    "company_id": env.company.id,
                }
            )
            .id
        )
        self.owner, *self.others = env["res.partner"].create([{"name": "Ways"}] * 3).ids
        locations = env["stock.warehouse"].browse(self.stores).lot_stock_id
        self.quants = {
            (product, store): env["stock.quant"]
            .create({"product_id": self.products[product], "location_id": locations[store].id, "quantity": 1})
            .id
            for product in range(PIECES)
            for store in range(3)
        }

    def set(self, world):
        """Let the world be so."""
        self.race.commit(lambda env: self.clear(env))
        self.race.commit(lambda env: env["omni.promise"]._cron_settle())
        self.race.commit(lambda env: self.change(env, world))
        if world["folded"]:
            self.race.commit(lambda env: env["omni.promise"]._cron_settle())
        for owner, (place, quantity) in zip(self.others, world["others"], strict=False):
            self.take(owner, [(*self.pair(place), quantity)])

    def clear(self, env):
        for partner in (self.owner, *self.others):
            env["omni.availability"].release(env["res.partner"].browse(partner))
        env["omni.safety.stock"].search([("product_id", "in", self.products)]).unlink()
        env["omni.safety.stock"].search([("channel_id", "in", [self.channel, self.other_channel])]).unlink()
        env["omni.safety.stock"].search([("warehouse_id", "in", self.stores)]).unlink()

    def change(self, env, world):
        for (product, store), quantity in zip(self.quants, world["stock"], strict=True):
            env.cr.execute(
                "UPDATE stock_quant SET quantity = %s, reserved_quantity = 0 WHERE id = %s",
                [quantity, self.quants[product, store]],
            )
        for kind, mine, product, store, quantity, percent in world["rules"]:
            if product is None and store is None:
                continue  # of everything there is: other tests are on this database, too
            if kind != "all" and self.companies[store or 0] != self.companies[0]:
                continue  # nobody can write it: the channels are of the other company
            channel = self.channel if mine else self.other_channel
            env["omni.safety.stock"].create(
                {
                    "kind": kind,
                    "channel_id": False if kind == "all" else channel,
                    "product_id": product is not None and self.products[product],
                    "warehouse_id": store is not None and self.stores[store],
                    "company_id": self.companies[store or 0],
                    "quantity": quantity,
                    "percent": 0 if kind == "all" else percent,
                }
            )
        stores = [self.stores[n] for n in world["stores"] if self.companies[n] == self.companies[0]]
        env["omni.channel"].browse(self.channel).warehouse_ids = [(6, 0, stores)]
        products = env["product.product"].with_context(active_test=False).browse(self.products)
        templates = products.product_tmpl_id
        env.cr.execute("DELETE FROM omni_excluded_template_rel WHERE channel_id = %s", [self.channel])
        for number in world["excluded"]:
            env.cr.execute(
                "INSERT INTO omni_excluded_template_rel (channel_id, template_id) VALUES (%s, %s)",
                [self.channel, templates[number].id],
            )
        for number, product in enumerate(products):
            product.active = number != world["archived"]

    def pair(self, place):
        return self.products[place[0]], self.stores[place[1]]

    def take(self, owner, rows):
        with suppress(OutOfStock):
            self.race.commit(lambda env: env["omni.availability"].hold(env["res.partner"].browse(owner), rows))

    def ask(self, world, question, usual):
        """Hold in a transaction that has moved goods itself; give it up, and return what came of it.

        :param usual: whether the short way is open
        :return: what is missing, what reading said before, what is on hold, what the rows say
        """
        if world["former"]:
            self.take(self.owner, [(*self.pair(place), quantity) for place, quantity in world["former"]])
        demand = [(self.ids[one], self.stores[store], quantity) for one, store, quantity in question["demand"]]
        with pytest.MonkeyPatch.context() as patch, Registry(self.race.database).cursor() as cr:
            promise = Registry(self.race.database)["omni.promise"]
            decide, ways = promise._decide, []

            def decided(model, call, product_ids, short=None):
                ways.append(bool(short))
                return decide(model, call, product_ids, short if usual else None)

            patch.setattr(promise, "_decide", decided)
            env = self.race.environment(cr, self.user if question["seller"] else None)
            for (product, store), quantity in question["moved"]:
                cr.execute(
                    "UPDATE stock_quant SET quantity = quantity + %s WHERE id = %s",
                    [quantity, self.quants[product, store]],
                )
            channel = self.channel if question["channel"] else None
            owner = env["res.partner"].browse(self.owner)
            seen = (
                env["omni.availability"]
                .with_context(omni_owner=f"res.partner,{self.owner}")
                .available([*self.products, self.ids["service"]], self.stores, channel)
            )
            parts = {}
            for product, store, quantity in demand:
                for part, each in self.kits.get(product, [[product, 1.0]]):
                    parts[part, store] = parts.get((part, store), 0) + each * quantity
            short = env["omni.hold"]._take(
                "res.partner", self.owner, dict(sorted(parts.items())), env["omni.channel"].browse(channel or []), 900
            )
            try:
                env["omni.availability"].hold(owner, demand, channel)
                held = True
            except OutOfStock:
                held = False
            assert held == (not short)
            result = self.look(env)
            cr.rollback()
        fits = all(seen[pair] >= quantity - 1e-6 for pair, quantity in parts.items())
        self.race.commit(lambda env: env["omni.availability"].release(env["res.partner"].browse(self.owner)))
        self.race.commit(lambda env: env["omni.promise"]._cron_settle())
        return short, fits, result, any(ways)

    def look(self, env):
        """What is on hold for the owner, and what the rows say, as others see it."""

        def work(env):
            env.cr.execute(
                "SELECT product_id, warehouse_id, company_id, quantity FROM omni_hold WHERE res_model = 'res.partner'"
                " AND res_id = %s AND ended IS NULL ORDER BY 1, 2",
                [self.owner],
            )
            holds = env.cr.fetchall()
            env.cr.execute(
                "SELECT product_id, warehouse_id, held, free + (SELECT COALESCE(SUM(c.free), 0)"
                " FROM omni_promise_change AS c WHERE c.product_id = p.product_id AND c.warehouse_id = p.warehouse_id)"
                " FROM omni_promise AS p WHERE product_id = ANY(%s) ORDER BY 1, 2",
                [self.products],
            )
            return holds, env.cr.fetchall()

        return self.race.commit(work)


@pytest.fixture
def shop(race, monkeypatch):
    return Shop(race, monkeypatch)


def test_both_ways_decide_alike(shop):
    """given any stock, rules, channel, company and holds, when both ways are asked, then both say what reading says"""
    short_ways, outcomes = [], set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize="WAYS" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds, questions)
    def decide(world, question):
        shop.set(world)
        usual, fits, after_usual, went = shop.ask(world, question, usual=True)
        shop.set(world)
        slow, fits_too, after_slow, _went = shop.ask(world, question, usual=False)
        assert usual == slow
        assert fits == fits_too == (not usual), (usual, fits)
        assert after_usual == after_slow
        short_ways.append(went)
        outcomes.add(fits)

    decide()
    assert outcomes == {True, False}
    assert sum(short_ways) > EXAMPLES / 5
