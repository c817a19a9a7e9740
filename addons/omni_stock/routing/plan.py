"""From an order and the stores as they are to the cheapest plan, with what every store would have cost."""

from dataclasses import dataclass
from datetime import datetime

from .costs import Store, weigh
from .places import Place
from .problem import Problem, Solution
from .solver import solve

TIE = 1e-5  # of money, for each place in the order of the stores: equal plans go to the first, cents are not touched


@dataclass(frozen=True)
class Line:
    """:ivar step: the smallest part that a store may give, 0: any; ``value``: what one unit is worth"""

    product: int
    quantity: float
    category: int = 0
    step: float = 0.0
    value: float = 1.0


@dataclass(frozen=True)
class Order:
    """:ivar place: where the goods go: the customer's address, or that of the store where they collect
    :ivar collect: the :class:`Store` where they collect, or None
    :ivar deadline: when they must have them at the latest, or None
    :ivar refused: ids of stores that shall not be asked (again)
    """

    lines: tuple
    now: datetime
    place: Place = Place()
    channel: int = 0
    amount: float = 0.0
    collect: Store | None = None
    deadline: datetime | None = None
    refused: frozenset = frozenset()


@dataclass(frozen=True)
class Plan:
    order: Order
    candidates: list
    solution: Solution
    policy: object

    def taken(self):
        """Return ``{(product, store id): quantity}`` that it takes."""
        return {
            (self.order.lines[line].product, candidate.store.id): quantity
            for candidate in self.candidates
            for line, quantity in candidate.lines.items()
        }


def make(order, stores, tariff, policy, stock, velocity):
    """Return the :class:`Plan` of an order.

    :param stores: candidates, those to take first when all else is equal first
    :param policy: see :func:`.rules.policy`
    :param stock: ``{(product, store id): quantity}`` that is available
    :param velocity: ``{(product, store id): units a day}`` that lately left each store
    """
    candidates = [weigh(order, store, tariff, policy, stock, velocity) for store in stores]
    open_ones = [candidate for candidate in candidates if not candidate.barred]
    lines = range(len(order.lines))
    solution = solve(
        Problem(
            quantities=[line.quantity for line in order.lines],
            steps=[line.step for line in order.lines],
            values=[line.value for line in order.lines],
            stock=[[candidate.stock[line] for candidate in open_ones] for line in lines],
            leg_costs=[candidate.leg_cost + rank * TIE for rank, candidate in enumerate(open_ones)],
            line_costs=[[candidate.line_cost(line) for candidate in open_ones] for line in lines],
            split_price=policy.split_price,
            max_legs=policy.max_legs,
        )
    )
    for position, parts in solution.parts.items():
        open_ones[position].lines = parts
    return Plan(order, candidates, solution, policy)
