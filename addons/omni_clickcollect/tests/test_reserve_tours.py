from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestReserveToursPhone(HttpCase, ClickCollectCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_customer_keeps_it_longer(self):
        pickup = self._pickup(state="ready").sudo()
        deadline = pickup.deadline
        self.start_tour(f"{pickup.sudo()._page_path()}/extend", "omni_clickcollect_extend")
        self.assertEqual(pickup.deadline, deadline + timedelta(hours=24))
