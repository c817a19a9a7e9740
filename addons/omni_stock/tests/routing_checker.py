"""What a plan must satisfy, and what the cheapest one costs, told a second time: nothing here comes from the solver."""

import math
from itertools import chain, combinations

FUZZ = 1e-6


def subsets(items, at_most=None):
    items = list(items)
    return chain.from_iterable(combinations(items, size) for size in range((at_most or len(items)) + 1))


def usable(problem, line, store):
    """How much of a line a store can give: whole steps only."""
    step, stock = problem.steps[line], problem.stock[line][store]
    return math.floor(stock / step + FUZZ) * step if step else stock


def brute_force(problem):
    """``(worth left out, cost)`` of the best plan, found by trying every choice of stores for every line."""
    best = None
    for stores in subsets(range(len(problem.leg_costs)), problem.max_legs):
        worth, cost = 0.0, sum(problem.leg_costs[store] for store in stores)
        cost += problem.split_price * max(len(stores) - 1, 0)
        for line, asked in enumerate(problem.quantities):
            choices = []
            for givers in subsets(stores):
                lacking = max(asked - sum(usable(problem, line, store) for store in givers), 0.0)
                picks = sum(problem.line_costs[line][store] for store in givers)
                choices.append((round(lacking * problem.values[line], 6), picks))
            lost, picks = min(choices)
            worth, cost = worth + lost, cost + picks
        plan = (round(worth, 6), cost)
        if best is None or plan < best:
            best = plan
    return best


def violations(problem, solution):
    """Every constraint that a plan breaks, in words; empty: it is a plan."""
    found = []
    if problem.max_legs and len(solution.parts) > problem.max_legs:
        found.append(f"{len(solution.parts)} legs instead of {problem.max_legs}")
    for line, asked in enumerate(problem.quantities):
        given = [(store, lines[line]) for store, lines in solution.parts.items() if line in lines]
        if abs(sum(part for _store, part in given) + solution.unserved.get(line, 0.0) - asked) > FUZZ:
            found.append(f"line {line}: parts do not add up to {asked}")
        for store, part in given:
            if not 0 < part <= problem.stock[line][store] + FUZZ:
                found.append(f"line {line}: {part} from store {store}, which has {problem.stock[line][store]}")
        step = problem.steps[line]
        if step and math.isclose(asked / step, round(asked / step)):
            if any(abs(part / step - round(part / step)) > FUZZ for _store, part in given):
                found.append(f"line {line}: a part is no multiple of {step}")
        if not problem.max_legs:
            there = sum(usable(problem, line, store) for store in range(len(problem.leg_costs)))
            if solution.unserved.get(line, 0.0) > max(asked - there, 0.0) + FUZZ:
                found.append(f"line {line}: left out although it is there")
    if any(not lines for lines in solution.parts.values()):
        found.append("a leg without a line")
    return found
