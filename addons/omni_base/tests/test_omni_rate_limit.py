from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from odoo.sql_db import db_connect
from odoo.tests import TransactionCase

from ..tools.addresses import visitor

LIMIT, AT_ONCE = 5, 16


class TestOmniRateLimit(TransactionCase):
    def setUp(self):
        super().setUp()
        self.limit, self.key = self.env["omni.rate.limit"], f"test:{self.id()}"
        self.limit._forget(self.key)
        self.addCleanup(self.limit._forget, self.key)

    def _take(self, **values):
        return self.limit._count(self.key, LIMIT, 60, **values)

    def test_at_the_same_moment_get_no_more(self):
        """given 16 tries at once on connections of their own, when all are counted, then five were allowed"""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tries = list(pool.map(lambda _number: self._take(), range(AT_ONCE), timeout=60))
        self.assertEqual(sum(one.allowed for one in tries), LIMIT)
        self.assertEqual({one.used for one in tries}, {1, 2, 3, 4, 5, 6})

    def test_given_back_may_be_taken_again(self):
        """given all that is allowed, when one is given back, then one more is allowed, and only one"""
        self.assertTrue(all(self._take().allowed for _one in range(LIMIT)))
        self.limit._give_back(self.key)
        self.assertEqual([self._take().allowed for _one in range(2)], [True, False])
        self.limit._give_back(self.key)
        self.assertFalse(self._take().allowed)

    def test_cost_is_counted_at_once(self):
        self.assertTrue(self._take(cost=4).allowed)
        self.assertFalse(self._take(cost=2).allowed)

    def test_connection_is_left_as_it_was(self):
        self._take()
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            self.assertFalse(cr.connection.autocommit)
            cr.execute("SHOW transaction_isolation")
            self.assertEqual(cr.fetchone(), ("repeatable read",))

    def test_one_customer_has_one_network(self):
        """given the writings of addresses, when they are counted, then one customer counts once"""
        for address, who in (
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("fe80::1%eth0", "fe80::/64"),
            ("", "unknown"),
            (None, "unknown"),
            ("<script>", "unknown"),
        ):
            self.assertEqual(visitor(address), who, address)

    def test_key_does_not_tell_a_contact(self):
        hidden = self.limit._hidden("camille@example.com")
        self.assertNotIn("camille", hidden)
        self.assertEqual(hidden, self.limit._hidden("camille@example.com"))
