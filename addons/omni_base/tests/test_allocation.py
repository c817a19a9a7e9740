import random
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged
from odoo.tools import float_compare

from ..tools.allocation import allocate, allocate_goods

PIECE = SimpleNamespace(compare=lambda one, other: float_compare(one, other, precision_digits=2))


class Line:
    def __init__(self, product_id):
        self.product_id = SimpleNamespace(id=product_id, uom_id=PIECE)


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    def test_each_in_turn_takes_what_it_can(self):
        for case, quantity, takers, expected in (
            ("one takes all", 2, [("a", 5), ("b", 5)], ([("a", 2)], 0)),
            ("the second takes what the first cannot", 7, [("a", 5), ("b", 5)], ([("a", 5), ("b", 2)], 0)),
            ("a rest", 12, [("a", 5), ("b", 5)], ([("a", 5), ("b", 5)], 2)),
            ("who can take nothing gets nothing", 2, [("a", 0), ("b", -1), ("c", 2)], ([("c", 2)], 0)),
            ("nothing to share out", 0, [("a", 5)], ([], 0)),
            ("less than nothing", -1, [("a", 5)], ([], -1)),
            ("nobody", 3, [], ([], 3)),
            ("without end", 3, [("a", float("inf"))], ([("a", 3)], 0)),
            ("less than the unit counts is no part", 1, [("a", 0.004), ("b", 1)], ([("b", 1)], 0)),
        ):
            with self.subTest(case):
                self.assertEqual(allocate(quantity, takers, PIECE), expected)

    def test_three_times_a_tenth(self):
        parts, rest = allocate(0.3, [("a", 0.1), ("b", 0.1), ("c", 0.1)], PIECE)
        self.assertEqual([taker for taker, _part in parts], ["a", "b", "c"])
        self.assertEqual(PIECE.compare(rest, 0), 0)

    def test_nothing_is_lost_and_nobody_gets_too_much(self):
        dice = random.Random(7)
        for _case in range(500):
            takers = [(number, round(dice.uniform(-1, 5), 2)) for number in range(dice.randint(0, 6))]
            quantity = round(dice.uniform(0, 12), 2)
            parts, rest = allocate(quantity, takers, PIECE)
            self.assertAlmostEqual(sum(part for _taker, part in parts) + rest, quantity)
            self.assertTrue(all(0 < part <= dict(takers)[taker] for taker, part in parts))
            if PIECE.compare(rest, 0) > 0:
                self.assertAlmostEqual(sum(most for _taker, most in takers if most > 0), quantity - rest)

    def test_goods_go_to_the_lines_that_want_them(self):
        lamps, more_lamps, vases = Line(1), Line(1), Line(2)
        left = {lamps: 2, vases: 1, more_lamps: 3}
        first = list(allocate_goods([(1, 4), (2, 1), (3, 9)], left))
        self.assertEqual(first, [(lamps, 2), (more_lamps, 2), (vases, 1)])
        self.assertEqual(left, {lamps: 0, vases: 0, more_lamps: 1})
        self.assertEqual(list(allocate_goods([(1, 5)], left)), [(more_lamps, 1)])
