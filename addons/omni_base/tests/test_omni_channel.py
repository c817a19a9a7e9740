from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import post_init_hook
from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestChannel(OmniCommon):
    def test_every_website_till_and_company_gets_one(self):
        website = self.env["website"].create({"name": "Second shop"})
        till = self.env["pos.config"].create({"name": "Lyon till"})
        company = self.env["res.company"].create({"name": "Sister"})
        self.assertEqual((website.omni_channel_id.name, website.omni_channel_id.kind), ("Second shop", "web"))
        self.assertEqual((till.omni_channel_id.name, till.omni_channel_id.kind), ("Lyon till", "store"))
        self.assertEqual(company.omni_phone_channel_id.kind, "phone")
        self.assertEqual(company.omni_phone_channel_id.company_id, company)

    def test_website_that_changes_company_gets_one_there(self):
        website = self.env["website"].create({"name": "Second shop"})
        before = self._order(website_id=website.id)
        channel = website.omni_channel_id
        company = self.env["res.company"].create({"name": "Sister"})
        website.company_id = company
        self.assertEqual((website.omni_channel_id.company_id, website.omni_channel_id.kind), (company, "web"))
        self.assertEqual(before.omni_channel_id, channel)

    def test_a_channel_in_use_cannot_be_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.website.omni_channel_id.unlink()

    def test_orders_carry_where_they_were_placed(self):
        web = self._order(website_id=self.website.id)
        phone = self._order()
        self.assertEqual(web.omni_channel_id, self.website.omni_channel_id)
        self.assertEqual(phone.omni_channel_id, self.company.omni_phone_channel_id)
        self.assertEqual(web.omni_fulfilment, "ship")
        marketplace = self.env["omni.channel"].create({"name": "Market", "kind": "marketplace"})
        phone.omni_channel_id = marketplace
        phone.action_confirm()
        self.assertEqual(phone.omni_channel_id, marketplace)

    def test_where_a_channel_sells_from_is_asked_once(self):
        """given a channel that was asked for its warehouses, when these or the channel change, then it knows"""
        channel = self.env["omni.channel"].create({"name": "Market", "kind": "marketplace"})
        everywhere = channel._omni_warehouses()
        with self.assertQueryCount(0):
            self.assertEqual(channel._omni_warehouses(), everywhere)
        store = self.env["stock.warehouse"].create({"name": "Late", "code": "LATE"})
        self.assertEqual(channel._omni_warehouses(), everywhere + store)
        store.sequence = everywhere[0].sequence - 1
        self.assertEqual(channel._omni_warehouses(), store + everywhere)
        channel.warehouse_ids = everywhere[:1]
        self.assertEqual(channel._omni_warehouses(), everywhere[:1])
        channel.warehouse_ids = False
        store.active = False
        self.assertEqual(channel._omni_warehouses(), everywhere)

    def test_a_form_asks_for_what_is_not_saved(self):
        """given a form on which a channel's warehouses are chosen, when they are asked for, then they are those; and
        what is saved is known as before"""
        channel = self.env["omni.channel"].create({"name": "Market", "kind": "marketplace"})
        everywhere = channel._omni_warehouses()
        for form in (channel.new({}), channel.new(origin=channel)):
            form.warehouse_ids = self.lyon
            self.assertEqual(form._omni_warehouses()._origin, self.lyon)
        self.assertEqual(channel._omni_warehouses(), everywhere)
        self.assertEqual(channel.browse()._omni_warehouses(), everywhere)

    def test_install_fills_orders_made_before(self):
        web, phone = self._order(website_id=self.website.id), self._order()
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET omni_channel_id = NULL WHERE id = ANY(%s)", [[web.id, phone.id]])
        (web + phone).invalidate_recordset()
        post_init_hook(self.env)
        self.assertEqual(web.omni_channel_id, self.website.omni_channel_id)
        self.assertEqual(phone.omni_channel_id, self.company.omni_phone_channel_id)

    def test_install_twice_makes_no_second_channel(self):
        count = self.env["omni.channel"].search_count([])
        post_init_hook(self.env)
        self.assertEqual(self.env["omni.channel"].search_count([]), count)

    def test_managers_manage_and_employees_read(self):
        channel = self.website.omni_channel_id
        self.assertTrue(channel.with_user(self.employee).name)
        with self.assertRaises(AccessError):
            channel.with_user(self.employee).name = "Mine"
        channel.with_user(self.manager).name = "Web"
        other = self.env["res.company"].create({"name": "Other"}).omni_phone_channel_id
        with self.assertRaises(AccessError):
            other.with_user(self.manager).read(["name"])

    def test_warehouses_of_a_channel(self):
        channel = self.website.omni_channel_id
        self.assertIn(self.lyon, channel._omni_warehouses())
        channel.warehouse_ids = self.lyon
        self.assertEqual(channel._omni_warehouses(), self.lyon)
        self.assertFalse(self.lyon._omni_calendar())
