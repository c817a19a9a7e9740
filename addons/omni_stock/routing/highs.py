"""The problem as HiGHS sees it: a relaxation for its prices, and the whole of it for the answer.

Binary ``y[store]``: the store has a leg; binary ``z[line, store]``: it picks the line; ``u[line]``: the part of the
line that is left out although somebody has it.

    minimise    sum leg y + sum pick z
    such that   sum share z + u >= need     for each line
                z <= y                      for each line and store
                sum worth u <= spare,  sum y <= legs
"""

from dataclasses import dataclass

import highspy
import numpy as np

SECONDS = 20  # far beyond what was ever seen; no request may wait for ever
INFINITY = highspy.kHighsInf
TOLERANCE = 1e-8  # of a line; rows get no slack of their own, which HiGHS does not take well at its tolerance


@dataclass(frozen=True)
class Answer:
    """:ivar objective: None when nothing satisfies the constraints
    :ivar stores: positions that have a leg
    :ivar picks: ``[(store, line)]``
    :ivar prices: of each line's demand, and last that of ``spare``; of the relaxation only
    """

    objective: float | None
    stores: list
    picks: list
    prices: np.ndarray
    proven: bool


class _Rows:
    """Rows of a sparse matrix."""

    def __init__(self):
        self.starts, self.columns, self.values, self.lower, self.upper = [0], [], [], [], []

    def add(self, columns, values, lower=-INFINITY, upper=INFINITY):
        self.columns.extend(columns)
        self.values.extend(values)
        self.starts.append(len(self.columns))
        self.lower.append(lower)
        self.upper.append(upper)


def cheapest(grid, stores, spare=0.0, relaxed=False):
    """Return the cheapest :class:`Answer` with legs from ``stores`` only.

    :param stores: positions
    :param spare: worth of what may be left out although somebody has it
    :param relaxed: allow fractions of legs, and give the prices
    """
    lines = range(len(grid.need))
    picks = [(store, line) for line in lines for store in stores if grid.share[store, line] > 0]
    left_out = len(stores) + len(picks)  # position of the first u
    costs = [grid.leg[store] for store in stores] + [grid.pick[pick] for pick in picks]
    upper = [1.0] * left_out
    rows, column = _Rows(), {pick: position for position, pick in enumerate(picks, len(stores))}
    for line in lines:
        givers = [store for store in stores if grid.share[store, line] > 0]
        columns = [column[store, line] for store in givers]
        values = [grid.share[store, line] for store in givers]
        if spare > 0:
            columns.append(left_out + line)
            values.append(1.0)
        rows.add(columns, values, lower=grid.need[line])
    if spare > 0:
        costs += [0.0] * len(lines)
        upper += list(grid.need)
        rows.add([left_out + line for line in lines], grid.worth, upper=spare)
    place = {store: position for position, store in enumerate(stores)}
    for store, line in picks:
        rows.add([column[store, line], place[store]], [1.0, -1.0], upper=0.0)
    if grid.legs < len(stores):
        rows.add(range(len(stores)), [1.0] * len(stores), upper=grid.legs)
    solver = _run(costs, upper, rows, 0 if relaxed else left_out)
    values = np.array(solver.getSolution().col_value)
    prices = np.zeros(len(lines) + 1)
    if relaxed:
        duals = np.array(solver.getSolution().row_dual)
        prices[: len(lines)] = np.maximum(duals[: len(lines)], 0)
        if spare > 0:
            prices[-1] = max(-duals[len(lines)], 0.0)
    return _answer(solver, values, stores, picks, prices)


def least_left_out(grid):
    """Return the worth of what must be left out at least since legs are limited."""
    stores, lines = range(len(grid.leg)), range(len(grid.need))
    rows = _Rows()
    for line in lines:
        givers = [store for store in stores if grid.share[store, line] > 0]
        rows.add([*givers, len(stores) + line], [*grid.share[givers, line], 1.0], lower=grid.need[line])
    rows.add(stores, [1.0] * len(stores), upper=grid.legs)
    costs = [0.0] * len(stores) + list(grid.worth)
    solver = _run(costs, [1.0] * len(stores) + list(grid.need), rows, len(stores))
    values = np.array(solver.getSolution().col_value)
    chosen = [store for store in stores if values[store] > 0.5]
    # Counted from the stores rather than from the solver's rounded answer.
    left_out = np.maximum(grid.need - grid.share[chosen].sum(0), 0.0)
    return float((left_out * grid.worth).sum()), chosen


def _run(costs, upper, rows, integers):
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(costs), len(rows.lower)
    model.col_cost_, model.col_lower_, model.col_upper_ = np.array(costs), np.zeros(len(costs)), np.array(upper)
    model.row_lower_, model.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(rows.starts)
    model.a_matrix_.index_ = np.array(rows.columns)
    model.a_matrix_.value_ = np.array(rows.values, dtype=float)
    if integers:
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger] * integers + [kinds.kContinuous] * (len(costs) - integers)
    solver = highspy.Highs()
    solver.silent()
    options = {
        "threads": 1,  # the server's workers are the parallel ones
        "time_limit": float(SECONDS),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-7,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
    }
    if not integers:
        options["presolve"] = "off"
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(model)
    solver.run()
    return solver


def _answer(solver, values, stores, picks, prices):
    status, info = solver.getModelStatus(), solver.getInfo()
    known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not known:
        return Answer(None, [], [], prices, status == highspy.HighsModelStatus.kInfeasible)
    legs = [store for position, store in enumerate(stores) if values[position] > 0.5]
    taken = [pick for position, pick in enumerate(picks, len(stores)) if values[position] > 0.5]
    return Answer(info.objective_function_value, legs, taken, prices, status == highspy.HighsModelStatus.kOptimal)
