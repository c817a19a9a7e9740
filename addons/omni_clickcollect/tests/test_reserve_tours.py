from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestReserveToursPhone(HttpCase, ClickCollectCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_guest_reserves(self):
        with patch("odoo.addons.omni_clickcollect.models.omni_reserve_request.secrets.randbelow", return_value=42):
            self.start_tour(self.scarf.website_url, "omni_clickcollect_reserve_guest")
        pickup = self.env["omni.pickup"].search([("kind", "=", "reservation")])
        self.assertEqual((pickup.partner_id.name, pickup.warehouse_id), ("Léa Roux", self.lyon))
        self.assertEqual((pickup.line_ids.quantity, pickup.amount_due), (2, 100))

    def test_customer_keeps_it_longer(self):
        pickup = self._pickup(state="ready").sudo()
        deadline = pickup.deadline
        self.start_tour(f"{pickup._page_path()}/extend", "omni_clickcollect_extend")
        self.assertEqual(pickup.deadline, deadline + timedelta(hours=24))


@tagged("post_install", "-at_install")
class TestReserveToursDesktop(HttpCase, ClickCollectCommon):
    def test_who_has_an_account_reserves_by_keyboard(self):
        portal = new_test_user(self.env, "cc_portal", groups="base.group_portal", email="portal@example.com")
        self.start_tour(self.scarf.website_url, "omni_clickcollect_reserve_account", login="cc_portal")
        pickup = self.env["omni.pickup"].search([("kind", "=", "reservation")])
        self.assertEqual(pickup.partner_id, portal.partner_id)

    def test_nobody_came_and_the_desk_puts_back(self):
        pickup = self._pickup(paid=False, state="ready").sudo()
        pickup.deadline = fields.Datetime.now() - timedelta(hours=1)
        pickup._release_late(fields.Datetime.now())
        self.start_tour("/odoo/put-back", "omni_clickcollect_put_back", login="cc_desk")
        self.assertEqual(pickup.line_ids.put_back_user_id, self.desk_user)
