from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import models
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.http_routing.tests.common import MockRequest

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupAccess(ClickCollectCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lille_user = new_test_user(cls.env, "cc_lille", groups="omni_clickcollect.group_pickup_desk")
        cls.lille.omni_desk_user_ids = cls.lille_user

    def _refused(self, pickup):
        for call in (
            lambda: pickup.read(["code"]),
            pickup.action_prepare,
            pickup.action_ready,
            lambda: pickup.action_hand_over("X"),
            lambda: pickup.action_release("X"),
        ):
            with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
                call()

    def test_user_named_in_a_store_sees_no_other(self):
        here = self._pickup(shop=self.lille)
        there = self._pickup(shop=self.lyon)
        pickups = self.env["omni.pickup"].with_user(self.lille_user)
        self.assertEqual(pickups.search([]), here)
        here.with_user(self.lille_user).action_prepare()
        self._refused(there.with_user(self.lille_user))
        self.assertEqual(pickups.env["omni.pickup.line"].search([]), here.line_ids)
        self.assertEqual(pickups.env["omni.pickup.step"].search([]), here.step_ids)
        self.assertEqual(there.state, "to_prepare")
        self.assertEqual([store["id"] for store in pickups.env["omni.pickup.desk"].stores()], self.lille.ids)
        with self.assertRaises(AccessError):
            pickups.env["omni.pickup.desk"].queue(self.lyon.id)

    def test_naming_and_unnaming_counts_at_once(self):
        there = self._pickup(shop=self.lyon).with_user(self.lille_user)
        self.assertFalse(there.search([]))
        self.lyon.omni_desk_user_ids = self.lille_user
        self.assertEqual(there.search([]), there)
        self.lille_user.omni_desk_warehouse_ids = False
        self.lyon.invalidate_recordset()
        self.assertEqual(there.search([]), there, "named in no store: all of the company")

    def test_manager_sees_all_stores(self):
        self.lille.omni_desk_user_ids |= self.manager
        pickups = self._pickup(shop=self.lille) | self._pickup(shop=self.lyon)
        self.assertLessEqual(pickups, self.env["omni.pickup"].with_user(self.manager).search([]))
        self.env["omni.pickup.desk"].with_user(self.manager).queue(self.lyon.id)

    def test_a_store_that_closes_opens_no_other_to_its_staff(self):
        """given staff of one store, when it is archived, then they see and name no more than before"""
        there = self._pickup(shop=self.lyon)
        pickups = self.env["omni.pickup"].with_user(self.lille_user)
        closed = self._make_shop("Pop-up", "POP", "75001")
        self.lille_user.omni_desk_warehouse_ids = closed
        closed.active = False
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        self.assertFalse(pickups.search([]))
        self.assertFalse(pickups.env["omni.pickup.step"].search([]))
        self.assertFalse(pickups.env["omni.pickup.desk"].stores())
        with self.assertRaises(AccessError):
            pickups.env["omni.pickup.desk"].queue(self.lyon.id)
        self._refused(there.with_user(self.lille_user))
        with MockRequest(self.env(user=self.lille_user)):
            asked = (
                self.env["ir.websocket"]
                .with_user(self.lille_user)
                ._build_bus_channel_list([f"omni_pickup_{self.lyon.id}"])
            )
        self.assertNotIn((self.lyon, "omni_pickup"), asked)
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, "desk_user"), self.env.cr.savepoint():
            closed.unlink()

    def test_manager_moves_dates_and_nothing_else(self):
        pickup = self._pickup().with_user(self.manager)
        steps = len(pickup.step_ids)
        pickup.deadline = pickup.deadline + timedelta(days=2)
        self.assertEqual(len(pickup.step_ids), steps + 1, "the history says so")
        threads = self.env["mail.thread"]._fields
        kept = [name for name in pickup._fields if name not in ("promised_at", "deadline") and name not in threads]
        self.assertTrue(
            {"state", "code", "partner_id", "company_id", "signature", "closed_at", "forgotten_at"} < {*kept}
        )
        for name in kept:
            field = pickup._fields[name]
            if (
                field.store
                and name not in models.MAGIC_COLUMNS
                and not name.startswith(("message_", "website_message"))
            ):
                with self.subTest(field=name), self.assertRaises(AccessError):
                    pickup.write({name: False})
        for call in (pickup.unlink, pickup.copy):
            with self.assertRaises(AccessError):
                call()

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "cc_stranger",
            groups="omni_base.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        pickup = self._pickup().with_user(stranger)
        self.assertFalse(pickup.search([]))
        self._refused(pickup)
        with self.assertRaises(AccessError):
            pickup.env["omni.pickup.desk"].queue(self.lyon.id)

    def test_who_is_not_at_the_desk_is_refused(self):
        pickup = self._pickup()
        for login, groups in (("cc_employee", "base.group_user"), ("cc_portal", "base.group_portal")):
            user = new_test_user(self.env, login, groups=groups)
            self._refused(pickup.with_user(user))
            with self.assertRaises(AccessError):
                self.env["omni.pickup.desk"].with_user(user).stores()
        self._refused(pickup.with_user(self.env.ref("base.public_user")))

    def test_desk_writes_by_its_actions_alone(self):
        pickup = self._pickup()
        for call in (
            lambda: pickup.write({"state": "collected"}),
            lambda: pickup.line_ids.write({"quantity_collected": 1}),
            lambda: pickup.step_ids.create({"pickup_id": pickup.id, "state": "collected"}),
            pickup.unlink,
            lambda: pickup.read(["access_token"]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_news_of_a_store_goes_to_its_desk_alone(self):
        asked = [f"omni_pickup_{self.lyon.id}", f"omni_pickup_{self.lille.id}", "omni_pickup_999999999", "other"]

        def heard(user):
            with MockRequest(self.env(user=user)):
                channels = self.env["ir.websocket"].with_user(user)._build_bus_channel_list(list(asked))
            return [channel for channel in channels if "pickup" in str(channel)]

        self.assertEqual(heard(self.lille_user), [(self.lille, "omni_pickup")])
        self.assertEqual(heard(self.desk_user), [(self.lyon, "omni_pickup"), (self.lille, "omni_pickup")])
        self.assertEqual(heard(self.seller), [])
