from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestChannel(StockHoldCommon):
    def test_a_manager_sets_how_long_and_a_user_does_not(self):
        manager = self.env.ref("base.user_admin")
        self.channel.with_user(manager).hold_minutes = 20
        self.assertEqual(self.channel._hold_seconds(), 1200)
        with self.assertRaises(AccessError):
            self.channel.with_user(self.omni_user).hold_minutes = 5

    @mute_logger("odoo.sql_db")
    def test_it_must_be_some_time(self):
        with self.assertRaises(IntegrityError):
            self.channel.hold_minutes = 0
            self.env.flush_all()
