"""What serving an order from a store costs, when its customer has it then, and why a store cannot serve at all.

What each further parcel costs belongs to no store: see `price` in problem.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .places import Place, distance

SLOW_DAYS = 180.0  # stock that lasts so long at today's velocity is as slow as it gets
SHIP, COLLECT, TRANSFER = "ship", "collect", "transfer"


@dataclass(frozen=True)
class Store:
    """A store or warehouse and its settings; costs in company currency.

    :ivar ready_at: when goods that are there are prepared, if they are ordered now
    :ivar prepare: gives, for the moment at which goods come, when they are prepared
    """

    id: int
    place: Place = Place()
    ships: bool = True
    collects: bool = True
    parcel: float = 0.0
    handling: float = 0.0
    priority: int = 0
    capacity: int = 0
    load: int = 0
    ready_at: datetime | None = None
    prepare: Callable[[datetime], datetime] | None = None
    transit_days: int = 0


@dataclass(frozen=True)
class Tariff:
    """What a company's settings say that things cost."""

    per_100_km: float = 0.0
    transfer: float = 0.0
    transfer_days: int = 0
    split: float = 0.0
    load: float = 0.0
    slow: float = 0.0
    priority: float = 0.0
    max_legs: int = 0


@dataclass
class Candidate:
    """A store and what serving from it means.

    :ivar barred: why it cannot serve at all: ``refused``, ``way``, ``rule``, ``late``, ``empty``; else empty
    :ivar rule: name of the rule that bars it, or of those that changed its cost
    :ivar stock: of each line, what it may give
    :ivar parts: ``{"parcel" | "distance" | "load" | "priority" | "rules": amount}`` of its leg
    :ivar picks: of each line ``(handling, slow, rules)``
    :ivar lines: ``{line: quantity}`` that the plan takes from it
    """

    store: Store
    mode: str
    km: float
    promised_at: datetime
    barred: str = ""
    rule: str = ""
    stock: list = field(default_factory=list)
    parts: dict = field(default_factory=dict)
    picks: list = field(default_factory=list)
    lines: dict = field(default_factory=dict)

    @property
    def leg_cost(self):
        return max(sum(self.parts.values()), 0.0)

    def line_cost(self, line):
        return max(sum(self.picks[line]), 0.0)

    def cost(self, lines=None):
        """What a leg with these lines (default: what the plan takes) costs, without the price on splitting."""
        lines = self.lines if lines is None else lines
        return self.leg_cost + sum(map(self.line_cost, lines)) if lines else 0.0

    def serves(self, lines):
        """Positions of the lines that it has in full."""
        return [position for position, line in enumerate(lines) if self.stock[position] >= line.quantity - 1e-9]


def weigh(order, store, tariff, policy, stock, velocity):
    """Return the :class:`Candidate` that a store is for an order; the arguments are those of :func:`.plan.make`."""
    mode = SHIP if not order.collect else COLLECT if order.collect.id == store.id else TRANSFER
    km = distance(store.place, order.place) if mode != COLLECT else 0.0
    candidate = Candidate(store, mode, km, promised_at(order, store, mode, tariff.transfer_days))
    candidate.parts = {
        "parcel": {SHIP: store.parcel, COLLECT: 0.0, TRANSFER: tariff.transfer}[mode],
        "distance": km / 100 * tariff.per_100_km,
        "load": tariff.load * store.load / store.capacity if store.capacity else 0.0,
        "priority": -tariff.priority * store.priority,
        "rules": -policy.legs_off.get(store.id, 0.0),
    }
    rules = list(policy.names.get(store.id, ()))
    for position, line in enumerate(order.lines):
        there = stock.get((line.product, store.id), 0.0)
        if (store.id, position) in policy.barred:
            there = 0.0
            rules.append(policy.barred[store.id, position])
        candidate.stock.append(there)
        candidate.picks.append(
            (
                store.handling,
                tariff.slow * (1 - _slowness(there, velocity.get((line.product, store.id), 0.0))),
                -policy.lines_off.get((store.id, position), 0.0),
            )
        )
    candidate.rule = ", ".join(dict.fromkeys(rules))
    candidate.barred = _barred(order, candidate, policy)
    return candidate


def _barred(order, candidate, policy):
    store = candidate.store
    if store.id in order.refused:
        return "refused"
    if not (store.collects if candidate.mode == COLLECT else store.ships):
        return "way"
    if order.collect and not order.collect.collects:
        return "way"
    if all((store.id, position) in policy.barred for position in range(len(order.lines))):
        return "rule"
    if order.deadline and candidate.promised_at > order.deadline:
        return "late"
    return "" if any(quantity > 0 for quantity in candidate.stock) else "empty"


def _slowness(stock, velocity):
    """1 for stock that lasts half a year or longer, 0 for what leaves the day it comes."""
    return min(stock / velocity / SLOW_DAYS, 1.0) if velocity > 0 else 1.0


def promised_at(order, store, mode, transfer_days):
    """Return when the customer has, or can collect, what leaves from a store."""
    if mode == SHIP:
        return store.ready_at + timedelta(days=store.transit_days)
    if mode == TRANSFER:
        return order.collect.prepare(store.ready_at + timedelta(days=transfer_days))
    return store.ready_at
