from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .. import pre_init_hook
from ..hooks import check_postgresql


@tagged("post_install", "-at_install")
class TestHooks(TransactionCase):
    def test_the_postgresql_that_is_needed(self):
        for version in (150000, 150004, 160001, 180004):
            check_postgresql(self.env, version)
        for version, words in ((130011, "13.11"), (140000, "14.0"), (149999, "14.9999"), (90624, "9.624")):
            with self.assertRaisesRegex(UserError, f"needs PostgreSQL 15 or later, and this database runs on {words}"):
                check_postgresql(self.env, version)

    def test_it_is_asked_for_before_the_install(self):
        pre_init_hook(self.env)  # what runs here is new enough
        with patch("odoo.addons.omni_stock.hooks.OLDEST", 999), self.assertRaises(UserError):
            pre_init_hook(self.env)
