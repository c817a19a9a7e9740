from types import SimpleNamespace

from odoo.tests import BaseCase
from odoo.tools.misc import Callbacks

from ..tools.transactions import after_commit, after_rollback


class TestTransactions(BaseCase):
    def test_what_fails_after_the_end_stops_nobody(self):
        """given work after a transaction that fails, when it has ended, then it is logged and the rest is done"""
        cr = SimpleNamespace(postcommit=Callbacks(), postrollback=Callbacks())
        for after, callbacks in ((after_commit, cr.postcommit), (after_rollback, cr.postrollback)):
            done = []
            after(cr, [].pop)
            after(cr, done.append, 1)
            callbacks.add(lambda done=done: done.append(2))
            with self.assertLogs("odoo.addons.omni_base.tools.transactions", "WARNING") as log:
                callbacks.run()
            self.assertEqual(done, [1, 2])
            self.assertIn("IndexError", log.output[0])
