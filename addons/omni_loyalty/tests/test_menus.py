from odoo.tests import tagged

from odoo.addons.omni_base.tests.menu_walk import MenuWalk

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestMenus(MenuWalk, LoyaltyCommon):
    """Who has one group of ours, and no other, opens every screen that they are shown."""

    def test_each_group_alone(self):
        self._card(self.customer, 50)
        self.program.sudo().rule_ids.minimum_qty = 1
        basket = self._basket(self.shopper)
        basket.action_confirm()
        self.assertTrue(self._entries(self.shopper.partner_id))
        self.walk_alone("omni_loyalty", "omni.loyalty.entry")
