"""From a problem to its cheapest plan: prices of the relaxation, the stores worth looking at, the exact answer."""

from . import highs, sieve
from .grid import EPSILON, Grid
from .problem import Solution, price

SLACK = 1e-7  # of worth: what the solver's tolerance may need


def solve(problem):
    """Return the :class:`Solution` of a :class:`Problem`.

    What is left out is first made as little as the stock and ``max_legs`` allow, by value; then the cost is.
    """
    if not problem.quantities:
        return Solution()
    grid = Grid(problem)
    if not grid.share.any():
        return Solution(unserved=dict(enumerate(problem.quantities)))
    answer = _cheapest(grid)
    if answer.objective is None:  # not in so few legs
        spare, known = highs.least_left_out(grid)
        answer = _cheapest(grid, spare * (1 + SLACK) + SLACK, known)
    parts, unserved = _deal_out(problem, grid, answer.picks)
    return Solution(parts, unserved, price(problem, parts), answer.proven)


def _cheapest(grid, spare=0.0, known=None):
    everywhere = [store for store in range(len(grid.leg)) if grid.share[store].any()]
    relaxation = highs.cheapest(grid, everywhere, spare, relaxed=True)
    if relaxation.objective is None:
        return relaxation
    stores = sieve.promising(grid, relaxation.prices, spare, known)
    if not stores:
        return highs.Answer(None, [], [], relaxation.prices, True)
    return highs.cheapest(grid, stores, spare)


def _deal_out(problem, grid, picks):
    """Return ``({store: {line: quantity}}, {line: quantity left out})`` of the stores that pick each line.

    Those that have most give first, so that nobody is bothered for a part that another one could have given as well.
    """
    givers = {}
    for store, line in picks:
        givers.setdefault(line, []).append(store)
    parts, unserved = {}, {}
    for line, asked in enumerate(problem.quantities):
        left = asked
        for store in sorted(givers.get(line, ()), key=lambda store: (-grid.stock[store, line], store)):
            given = min(left, float(grid.stock[store, line]))
            if given <= asked * EPSILON:
                continue
            parts.setdefault(store, {})[line] = given
            left -= given
        if left > asked * EPSILON:
            unserved[line] = left
    return dict(sorted(parts.items())), unserved
