"""A problem as matrices, every line measured in parts of what it asks for."""

import numpy as np

EPSILON = 1e-9  # a billionth of a line: what adding floats may lose


class Grid:
    """:ivar share: ``[store, line]``, how much of the line the store can give, 0 to 1
    :ivar need: of each line, how much of it all stores together can give, 0 to 1
    :ivar worth: of each line, its value
    :ivar pick: ``[store, line]``, price of picking the line, infinite where the store has nothing of it
    :ivar leg: of each store, what a leg from it costs, the price on splitting included
    :ivar legs: how many stores at most
    """

    def __init__(self, problem):
        asked = np.array(problem.quantities, dtype=float)
        steps = np.array(problem.steps, dtype=float)
        stock = np.array(problem.stock, dtype=float).reshape(len(asked), -1).T
        whole = np.where(steps > 0, steps, 1.0)
        stock = np.where(steps > 0, np.floor(stock / whole + EPSILON) * whole, stock)
        self.stock = np.maximum(stock, 0.0)
        self.share = np.minimum(self.stock, asked) / asked
        self.share[self.share > 1 - EPSILON] = 1.0
        self.share[self.share < EPSILON] = 0.0
        total = self.share.sum(0)
        self.need = np.where(total > 1 - EPSILON, 1.0, total)
        self.worth = asked * np.array(problem.values, dtype=float)
        costs = np.array(problem.line_costs, dtype=float).reshape(len(asked), -1).T
        self.pick = np.where(self.share > 0, costs, np.inf)
        self.leg = np.array(problem.leg_costs, dtype=float) + problem.split_price
        self.legs = problem.max_legs or len(self.leg)
