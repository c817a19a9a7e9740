from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
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

    def test_who_manages_products_excludes_them_from_their_own_channels_alone(self):
        """given a product and a category that two companies share, when the product manager of one names a channel of
        the other by its id, then it is refused; what the other has excluded stays"""
        rival = self.env["res.company"].create({"name": "Rival"})
        other = self.env["omni.channel"].create({"name": "Rival web", "kind": "web", "company_id": rival.id})
        manager = new_test_user(self.env, "exclusion_manager", groups="base.group_user,product.group_product_manager")
        category = self.env["product.category"].create({"name": "Shared"})
        for shared in (self.product.product_tmpl_id, category, self.product):
            with self.subTest(shared=shared):
                mine = shared.with_user(manager)
                with self.assertRaises(AccessError):
                    mine.omni_excluded_channel_ids = [Command.link(other.id)]
                shared.omni_excluded_channel_ids = other
                mine.omni_excluded_channel_ids = [Command.set(self.channel.ids)]
                self.env.invalidate_all()
                self.assertEqual(shared.omni_excluded_channel_ids, self.channel + other)
                shared.omni_excluded_channel_ids = False
        for model in ("product.template", "product.category"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(manager).create(
                    {"name": "New", "omni_excluded_channel_ids": [Command.set(other.ids)]}
                )
