from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ClickCollectCommon


class DeskTours(HttpCase, ClickCollectCommon):
    def _at_desk(self, name, pickup):
        """:param pickup: whose customer shows their code"""
        code = {"journey_code": pickup.sudo().code}
        self.start_tour("/odoo/pickup-desk", f"omni_clickcollect_{name}", login="cc_desk", cookies=code)


@tagged("post_install", "-at_install")
class TestToursPhone(DeskTours):
    browser_size = "390x844"
    touch_enabled = True

    def test_desk_prepares_and_hands_over(self):
        pickup = self._pickup((self.scarf, 1), (self.glove, 2)).sudo()
        pickup.promised_at = fields.Datetime.now() - timedelta(hours=1)
        louis = self.env["res.partner"].create({"name": "Louis Petit"})
        self._pickup(paid=False, state="ready", partner=louis)
        self._pickup(partner=louis)
        self.lyon.omni_desk_user_ids = self.desk_user
        self._at_desk("desk", pickup)
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(self._told(pickup), ["received", "ready", "extended", "collected"])

    def test_customer_asks_to_cancel(self):
        pickup = self._pickup((self.scarf, 2), state="preparing").sudo()
        self.start_tour(pickup.sudo()._page_path(), "omni_clickcollect_page_cancel")
        self.assertTrue(pickup.cancel_asked_at)

    def test_desk_prepares_along_the_shelves(self):
        shelf = self.env["stock.location"].create({"name": "Shelf 2", "location_id": self.lyon.lot_stock_id.id})
        self._set_stock(self.glove, self.lyon, -10)
        self.env["stock.quant"]._update_available_quantity(self.glove, shelf, 10)
        pickup = self._pickup((self.scarf, 3), (self.glove, 1)).sudo()
        self.lyon.omni_desk_user_ids = self.desk_user
        self._at_desk("desk_prepare", pickup)
        self.assertEqual((pickup.state, pickup.bin, pickup.order_id.amount_total), ("collected", "12", 100))
        self.assertEqual(sum(pickup.line_ids.mapped("quantity_collected")), 2)

    def test_desk_keeps_its_steps_without_network(self):
        pickup = self._pickup().sudo()
        self.lyon.omni_desk_user_ids = self.desk_user
        self._at_desk("desk_offline", pickup)
        self.assertEqual(pickup.state, "collected")
        self.assertEqual(pickup.step_ids.mapped("state"), ["to_prepare", "preparing", "ready", "collected"])


@tagged("post_install", "-at_install")
class TestToursDesktop(DeskTours):
    def test_desk_by_keyboard_and_scanner(self):
        pickup = self._pickup()
        self.lyon.omni_desk_user_ids = self.desk_user
        self._at_desk("desk_scan", pickup)
        self.assertEqual(pickup.state, "collected")

    def test_desk_counts_before_its_list_has_come(self):
        pickup = self._pickup()
        self.lyon.omni_desk_user_ids = self.desk_user
        self._at_desk("desk_slow", pickup)
        self.assertEqual(pickup.state, "ready")

    def test_page_follows_the_pickup(self):
        pickup = self._pickup(state="preparing").sudo()
        self.start_tour(pickup.sudo()._page_path(), "omni_clickcollect_page_live", login="cc_desk")
        self.assertEqual(pickup.state, "ready")

    def test_desk_takes_over(self):
        colleague = new_test_user(self.env, "cc_colleague", groups="omni_clickcollect.group_pickup_desk")
        pickup = self._pickup()
        pickup.with_user(colleague).action_prepare()
        self.lyon.omni_desk_user_ids = self.desk_user
        self._at_desk("desk_take_over", pickup)
        self.assertEqual(pickup.preparer_id, self.desk_user)
