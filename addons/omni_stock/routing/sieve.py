"""Which stores a cheapest plan can contain at all.

An order seldom leaves from more than a handful of places, so the sets of stores that can serve it cheaply enough are
few, while a branch and bound on thousands of line-by-store decisions takes seconds where stock is scarce. This goes
through the sets of one store, of two, and so on, dropping a set together with all that contain it as soon as a lower
bound of their cost passes the cost of a plan that is known. Nothing is decided here: a store is dropped only on proof.

Two lower bounds of a set Y and all that contain it. The plain one: its legs, and every line at its cheapest. And the
Lagrangian one with the prices p of the relaxation: sum p need + sum over Y of (leg - sum max(0, p share - pick)); it
holds for every p >= 0, so nothing depends on the precision of the prices.
"""

import numpy as np

from .grid import EPSILON

BUDGET = 200_000  # sets looked at: some tenths of a second; beyond, every store goes on to the solver
SLACK = 1e-7  # of money: equal costs are not told apart here


def promising(grid, prices, spare=0.0, known=None):
    """Return the positions of the stores that may be part of a cheapest plan; none: no plan satisfies the constraints.

    :param prices: see :class:`.highs.Answer`
    :param spare: worth of what may be left out although somebody has it
    :param known: stores that together are a plan, if one is known
    """
    search = _Search(grid, prices, spare)
    for plan in (known, search.greedy()):
        if plan is not None and len(plan) <= grid.legs and search.suffices(grid.share[plan].sum(0)):
            search.limit = min(search.limit, float(search.above(np.array([plan]), grid.leg[plan].sum())[0]))
    return search.run()


class _Search:
    def __init__(self, grid, prices, spare):
        self.grid, self.spare = grid, spare
        self.limit = np.inf  # cost of the cheapest plan known
        demand, price = prices[:-1], prices[-1]
        saved = np.where(grid.share > 0, np.maximum(demand * grid.share - grid.pick, 0), 0).sum(1)
        reduced = grid.leg - saved
        left_out = grid.need * np.minimum(price * grid.worth - demand, 0) if spare > 0 else np.zeros(1)
        self.base = (demand * grid.need).sum() - price * spare + left_out.sum() + np.minimum(reduced, 0).sum()
        self.reduced = np.maximum(reduced, 0)
        self.dispensable = (grid.worth * grid.need <= spare + EPSILON) & (spare > 0) | (grid.need <= 0)
        self.cheapest = np.where(self.dispensable, 0.0, np.where(grid.need > 0, grid.pick.min(0), 0.0))
        self.full = np.where(grid.share >= 1, grid.pick, np.inf)
        self.partial = np.where(grid.share < 1, grid.pick, np.inf)
        self.picked = np.where(grid.share > 0, grid.pick, 0.0)

    def suffices(self, covered):
        """Whether what is left out, when ``covered`` of each line is given, may be left out."""
        lacking = np.maximum(self.grid.need - covered, 0)
        if self.spare > 0:
            return (lacking * self.grid.worth).sum(-1) <= self.spare * (1 + EPSILON) + EPSILON
        return (lacking <= EPSILON).all(-1)

    def above(self, sets, legs):
        """An upper bound of what each set's plan costs: a line from one store that has it all, else from all."""
        return legs + np.minimum(self.full[sets].min(1), self.picked[sets].sum(1)).sum(1)

    def below(self, sets, legs):
        """A lower bound of what each set's plan costs: a line from one store that has it all, else from two."""
        if sets.shape[1] > 1:
            two = np.partition(self.partial[sets], 1, axis=1)[:, :2].sum(1)
        else:
            two = np.full((len(sets), len(self.grid.need)), np.inf)
        # Where a line cannot be had in full by anybody, or may be left out, one store may do.
        loose = self.dispensable | (self.grid.need < 1)
        if self.spare > 0:
            loose = np.ones_like(loose)
        lines = np.where(loose, self.cheapest, np.minimum(self.full[sets].min(1), two))
        return legs + np.where(np.isfinite(lines), lines, self.cheapest).sum(1)

    def greedy(self):
        """A plan to begin with: the best share for its price, then exchanging one store as long as that pays."""
        grid, plan, lacking = self.grid, [], self.grid.need.copy()
        while (lacking > EPSILON).any():
            gain = np.minimum(grid.share, lacking).sum(1) / (grid.leg + EPSILON)
            gain[plan] = -1.0
            plan.append(int(gain.argmax()))
            lacking -= grid.share[plan[-1]]
            lacking[lacking <= EPSILON] = 0.0
        while plan:
            fewer = [[other for other in plan if other != store] for store in plan]
            neighbours = [rest for rest in fewer if rest]
            exchanged = [[*rest, store] for rest in fewer for store in range(len(grid.leg)) if store not in plan]
            best, cost = None, self.above(np.array([plan]), grid.leg[plan].sum())[0] - SLACK
            for candidates in (neighbours, exchanged):
                if not candidates:
                    continue
                sets = np.array(candidates)
                enough = self.suffices(grid.share[sets].sum(1))
                costs = np.where(enough, self.above(sets, grid.leg[sets].sum(1)), np.inf)
                position = int(costs.argmin())
                if costs[position] < cost:
                    best, cost = candidates[position], costs[position]
            if best is None:
                return plan
            plan = best
        return plan

    def run(self):
        """Go through the sets. Each is reached once: what its elder siblings added is barred to it."""
        grid, count = self.grid, len(self.grid.leg)
        order = np.argsort(self.reduced, kind="stable")
        share, leg, reduced = grid.share[order], grid.leg[order], self.reduced[order]
        floor, places = self.cheapest.sum(), np.arange(count)
        scarce = np.argsort((share > 0).sum(0), kind="stable")  # lines, those that fewest stores have first
        sets, barred = np.zeros((1, 0), dtype=int), np.zeros((1, count), dtype=bool)
        covered, legs, weights = np.zeros((1, len(grid.need))), np.zeros(1), np.zeros(1)
        found, seen = [], 0
        for _size in range(min(grid.legs, count)):
            room = self.limit + SLACK
            open_to = ~barred & (weights[:, None] + reduced + self.base <= room) & (legs[:, None] + leg + floor <= room)
            if not self.spare:
                # A line that still lacks something must get it from somebody: the scarcest one branches least.
                lacking = (grid.need - covered)[:, scarce] > EPSILON
                line = scarce[lacking.argmax(1)]
                open_to &= (share[:, line] > 0).T | ~lacking.any(1)[:, None]
            parent, added = np.nonzero(open_to)
            seen += len(parent)
            if seen > BUDGET:
                return list(range(count))
            sets, covered = np.hstack([sets[parent], added[:, None]]), covered[parent] + share[added]
            legs, weights = legs[parent] + leg[added], weights[parent] + reduced[added]
            barred = barred[parent] | (open_to[parent] & (places <= added[:, None]))
            enough = self.suffices(covered)
            if enough.any():
                plans = order[sets[enough]]
                self.limit = min(self.limit, float(self.above(plans, legs[enough]).min()))
                found.append((self.below(plans, legs[enough]), plans))
            go_on = (legs + floor <= self.limit + SLACK) & self.suffices(covered + ~barred @ share)
            sets, barred, covered = sets[go_on], barred[go_on], covered[go_on]
            legs, weights = legs[go_on], weights[go_on]
            if not len(sets):
                break
        kept = [plans[bounds <= self.limit + SLACK] for bounds, plans in found]
        return sorted({int(store) for plans in kept for store in np.unique(plans)})
