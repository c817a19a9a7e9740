import logging

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.omni_base.tools.logs import LOGGERS

from .test_omni_pickup_page import PickupPageCase


class Kept(logging.Handler):
    """What the log keeps of these loggers, as it is written; what is wrong on purpose goes no further."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())

    def __enter__(self):
        for name in LOGGERS:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).propagate = False
        return self

    def __exit__(self, *_error):
        for name in LOGGERS:
            logging.getLogger(name).propagate = True
            logging.getLogger(name).removeHandler(self)


@tagged("post_install", "-at_install")
class TestLog(PickupPageCase):
    def test_links_stay_out_of_the_log(self):
        """given a customer who opens their page, when the log is read, then it opens nothing"""
        pickup = self._pickup(state="ready").sudo()
        with Kept() as log:
            self.url_open(pickup._page_path())
            self.url_open(f"{pickup._page_path()}/state?x=1")
            self.url_open(f"/my/orders/{pickup.order_id.id}?access_token=6b1c-secret&x=1")
        seen = "\n".join(log.lines)
        self.assertIn(f"GET /pickup/{pickup.id}/…", seen)
        self.assertIn("/state?x=1", seen)
        for secret in (pickup.access_token, "6b1c-secret"):
            self.assertNotIn(secret, seen)

    def test_statements_that_fail_keep_their_values(self):
        """given a statement that fails, when the log tells, then what opens a pickup or a reservation is not in it"""
        pickup, other = self._pickup().sudo(), self._pickup().sudo()
        self.env.flush_all()
        shown = SQL("UPDATE omni_pickup SET code = %s, access_token = %s WHERE id = %s", pickup.code, "0a1b", other.id)
        token = SQL("SELECT 'it''s 6b1c-secret' FROM omni_reserve_request WHERE token = %s AND 1 / 0 = 1", "0a1b")
        for statement, error in ((shown, UniqueViolation), (token, Exception)):
            with Kept() as log, self.assertRaises(error), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(statement)
            seen = "\n".join(log.lines)
            self.assertIn("bad query", seen)
            for secret in (pickup.code, "0a1b", "6b1c-secret"):
                self.assertNotIn(secret, seen)
