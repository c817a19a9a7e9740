"""What the solver is asked, and what it answers. Lines and stores are known by their positions."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """An order's lines, the stores that may serve them, and what everything costs.

    A plan is: for each line and store a quantity. Its price is the price of every store that gives something, of every
    line that a store picks, and ``split_price`` for every store beyond the first.

    :ivar quantities: what each line asks for, above 0
    :ivar steps: the smallest part of each line that a store may give (1.0: whole pieces), 0 if any
    :ivar values: what one unit of each line is worth; decides which part to leave out when ``max_legs`` forces it
    :ivar stock: ``[line][store]``, what the store may give of this line; 0 where it must not
    :ivar leg_costs: of each store, not below 0
    :ivar line_costs: ``[line][store]``, not below 0
    :ivar max_legs: of how many stores at most; 0: any number
    """

    quantities: list
    steps: list
    values: list
    stock: list
    leg_costs: list
    line_costs: list
    split_price: float = 0.0
    max_legs: int = 0


@dataclass(frozen=True)
class Solution:
    """A plan that leaves out as little as possible (by value), and among those costs least.

    :ivar parts: ``{store: {line: quantity}}``
    :ivar unserved: ``{line: quantity}``
    :ivar proven: whether nothing cheaper can exist; False only when the solver's time was up
    """

    parts: dict = field(default_factory=dict)
    unserved: dict = field(default_factory=dict)
    cost: float = 0.0
    proven: bool = True


def price(problem, parts):
    """Return what the plan ``{store: {line: quantity}}`` costs."""
    legs = sum(problem.leg_costs[store] for store in parts)
    picks = sum(problem.line_costs[line][store] for store, lines in parts.items() for line in lines)
    return legs + picks + problem.split_price * max(len(parts) - 1, 0)
