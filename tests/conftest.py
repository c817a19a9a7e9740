"""What all tests outside the add-ons share: the tool's modules, and real parallel transactions."""

import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# At the end, so that no module of the tool hides one that Odoo imports.
sys.path.append(str(ROOT / "config/tool"))


class Race:
    """Work done by many at once, each in a transaction of their own on a connection of their own, as real customers do.

    What they do is committed, so a database that has seen a race is for no other use.
    """

    PATIENCE = 120  # seconds that all of them together may take

    def __init__(self, database):
        self.database = database

    def environment(self, cr, user=None):
        """An environment on cursor `cr`, of the user with this id, else of the superuser."""
        from odoo import SUPERUSER_ID, api

        return api.Environment(cr, user or SUPERUSER_ID, {})

    def commit(self, work, user=None):
        """`work(env)` in a transaction of its own, committed; its result."""
        from odoo.modules.registry import Registry

        with Registry(self.database).cursor() as cr:
            return work(self.environment(cr, user))

    def run(self, works, retry=False):
        """Start all `works` at the same moment and return what became of each: its result, or the exception it raised.

        :param works: functions of an environment
        :param retry: as a request does it: again, when PostgreSQL found that two transactions cannot both be right
        :raises TimeoutError: they wait for each other, or are too slow
        """
        from odoo.modules.registry import Registry
        from odoo.service.model import retrying

        registry = Registry(self.database)
        outcomes = [TimeoutError("not done in time")] * len(works)
        start = threading.Barrier(len(works))

        def one(number, work):
            try:
                with registry.cursor() as cr:
                    env = self.environment(cr)
                    cr.execute("SELECT 1")  # connected before the start, so that all of them arrive together
                    cr.rollback()
                    start.wait(self.PATIENCE)
                    outcomes[number] = retrying(lambda: work(env), env) if retry else work(env)
            except Exception as error:
                outcomes[number] = error

        threads = [threading.Thread(target=one, args=pair, daemon=True) for pair in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.PATIENCE)
        if any(thread.is_alive() for thread in threads):
            raise TimeoutError(f"{sum(thread.is_alive() for thread in threads)} of {len(threads)} did not finish")
        return outcomes


@pytest.fixture
def race(request):
    """Real parallel transactions on the database of this run; the test makes its data with `race.commit`."""
    from odoo.tools import config

    names = config["db_name"]
    # Odoo counts on its tests to share one connection; here each has their own.
    enabled, config["test_enable"] = config["test_enable"], False
    yield Race(names if isinstance(names, str) else names[0])
    config["test_enable"] = enabled
