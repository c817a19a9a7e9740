import random

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..routing import Problem, solve
from ..routing.problem import price
from .routing_checker import brute_force, violations

SMALL_CASES = 500


@tagged("post_install", "-at_install")
class TestRoutingSolver(BaseCase):
    def problem(self, dice, lines, stores, **values):
        """A random order on random stores: whole pieces and metres, scarce and plenty."""
        return Problem(
            quantities=[dice.choice([1, 2, 3, 5, 2.5]) for _line in range(lines)],
            steps=[dice.choice([0, 1, 0.5]) for _line in range(lines)],
            values=[dice.choice([1, 5, 20.0]) for _line in range(lines)],
            stock=[[dice.choice([0, 0, 1, 2, 3, 7, 1.3]) for _store in range(stores)] for _line in range(lines)],
            leg_costs=[round(dice.uniform(0, 12), 2) for _store in range(stores)],
            line_costs=[[round(dice.uniform(0, 2), 2) for _store in range(stores)] for _line in range(lines)],
            **{"split_price": dice.choice([0, 4.0]), "max_legs": dice.choice([0, 0, 1, 2]), **values},
        )

    def check(self, problem, solution):
        self.assertEqual(violations(problem, solution), [], problem)
        self.assertAlmostEqual(solution.cost, price(problem, solution.parts))
        self.assertTrue(solution.proven)

    def test_as_cheap_as_trying_everything(self):
        dice = random.Random(2024)
        for _case in range(SMALL_CASES):
            problem = self.problem(dice, dice.randint(1, 4), dice.randint(1, 5))
            solution = solve(problem)
            self.check(problem, solution)
            left_out = sum(quantity * problem.values[line] for line, quantity in solution.unserved.items())
            worth, cost = brute_force(problem)
            self.assertAlmostEqual(left_out, worth, 4, problem)
            self.assertAlmostEqual(solution.cost, cost, 5, problem)

    def test_every_constraint_holds_on_large_orders(self):
        dice = random.Random(7)
        for legs in (0, 0, 0, 2, 3):
            problem = self.problem(dice, 20, 50, max_legs=legs)
            self.check(problem, solve(problem))

    def test_looking_at_fewer_stores_loses_nothing(self):
        """Medium orders, beyond brute force: the solver alone, without the sieve, finds nothing cheaper."""
        from ..routing import highs
        from ..routing.grid import Grid

        dice = random.Random(99)
        for _case in range(15):
            problem = self.problem(dice, 6, 10, max_legs=0)
            grid = Grid(problem)
            alone = highs.cheapest(grid, list(range(10))).objective - problem.split_price
            solution = solve(problem)
            self.check(problem, solution)
            self.assertAlmostEqual(solution.cost, alone, 5)

    def test_whole_pieces_stay_whole(self):
        problem = Problem([3], [1.0], [1.0], [[2.9, 1.5]], [1.0, 1.0], [[0.0, 0.0]])
        self.assertEqual(solve(problem).parts, {0: {0: 2.0}, 1: {0: 1.0}})

    def test_metres_may_be_cut(self):
        problem = Problem([3], [0], [1.0], [[2.9, 1.5]], [1.0, 1.0], [[0.0, 0.0]])
        solution = solve(problem)
        self.assertAlmostEqual(solution.parts[0][0], 2.9)
        self.assertAlmostEqual(solution.parts[1][0], 0.1)

    def test_large_quantities_are_counted_to_the_piece(self):
        problem = Problem([1_000_000], [1.0], [1.0], [[999_999, 1]], [1.0, 1.0], [[0.0, 0.0]])
        self.assertEqual(solve(problem).parts, {0: {0: 999_999}, 1: {0: 1}})

    def test_splitting_pays_only_beyond_its_price(self):
        stock, picks = [[1, 0, 1], [0, 1, 1]], [[0.0] * 3] * 2
        for split, stores in ((0.0, [0, 1]), (3.0, [2])):
            solution = solve(Problem([1, 1], [1, 1], [1, 1], stock, [2.0, 2.0, 6.0], picks, split))
            self.assertEqual(sorted(solution.parts), stores)

    def test_the_dearer_line_is_served_when_legs_are_limited(self):
        stock, picks = [[10, 0], [3, 1]], [[0.0] * 2] * 2
        solution = solve(Problem([10, 1], [1, 1], [1.0, 500.0], stock, [5.0, 1.0], picks, max_legs=1))
        self.assertEqual((sorted(solution.parts), solution.unserved), ([0], {}))
        stock = [[10, 0], [0, 1]]
        solution = solve(Problem([10, 1], [1, 1], [1.0, 500.0], stock, [1.0, 5.0], picks, max_legs=1))
        self.assertEqual((sorted(solution.parts), solution.unserved), ([1], {0: 10}))

    def test_nothing_to_do(self):
        self.assertEqual(solve(Problem([], [], [], [], [1.0], [])).parts, {})
        self.assertEqual(solve(Problem([2], [1], [1], [[0]], [1.0], [[0.0]])).unserved, {0: 2})
        self.assertEqual(solve(Problem([2], [1], [1], [[]], [], [[]])).unserved, {0: 2})
