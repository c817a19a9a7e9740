from concurrent.futures import ThreadPoolExecutor

from odoo.tests import TransactionCase
from odoo.tools import SQL

LIMIT, AT_ONCE = 5, 16


class TestOmniQuota(TransactionCase):
    def setUp(self):
        super().setUp()
        self.quota, self.who = self.env["omni.quota"], f"test:{self.id()}"
        self.addCleanup(self.quota._drop, SQL("who LIKE %s", f"{self.who}%"))

    def _keep(self, owner, quantity, what="1", seconds=60, who=None):
        def allows(others):
            return others.get(what, 0) + quantity <= LIMIT

        return self.quota._keep(who or self.who, f"test,{owner}", {what: quantity}, seconds, allows)

    def test_many_baskets_at_once_keep_no_more(self):
        """given 16 baskets of one visitor at once, on connections of their own, then they keep what is allowed"""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            kept = list(pool.map(lambda number: self._keep(number, 1), range(AT_ONCE), timeout=60))
        self.assertEqual(kept.count(True), LIMIT)

    def test_what_is_kept_counts_for_its_visitor_and_thing(self):
        self.assertTrue(self._keep(1, 5))
        self.assertFalse(self._keep(2, 1))
        self.assertTrue(self._keep(2, 1, what="2"))
        self.assertTrue(self._keep(3, 5, who=f"{self.who} another"))

    def test_it_replaces_what_was_kept_for_the_same(self):
        self.assertEqual([self._keep(1, quantity) for quantity in (3, 5, 6, 5)], [True, True, False, True])
        self.assertTrue(self._keep(1, 2))
        self.assertTrue(self._keep(2, 3))

    def test_what_is_kept_already_is_not_judged(self):
        self._keep(1, 5)
        judged = []
        wanted = {"1": 5}
        self.assertTrue(self.quota._keep(self.who, "test,1", wanted, 60, lambda others: judged.append(others)))
        self.assertFalse(judged)

    def test_until_its_time_is_up(self):
        self.assertTrue(self._keep(1, 5, seconds=-1))
        self.assertTrue(self._keep(2, 5))

    def test_who_keeps_it(self):
        self._keep(1, 5)
        self.assertEqual([self.quota._who(f"test,{owner}") for owner in (1, 2)], [self.who, ""])
