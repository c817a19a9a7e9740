from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestTimeline(OmniCommon):
    def _codes(self, order):
        return [step["code"] for step in order.omni_timeline()]

    def test_from_placed_to_shipped(self):
        self._stock(self.lamp, self.paris, 5.0)
        order = self._order(2.0)
        self.assertEqual(self._codes(order), [])
        order.action_confirm()
        self.assertEqual(self._codes(order), ["placed"])
        order.picking_ids.move_ids.write({"quantity": 2.0, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(self._codes(order), ["placed", "shipped"])
        shipped = order.omni_timeline()[1]
        self.assertEqual(shipped["label"], "Shipped")
        self.assertEqual(shipped["store"], "Paris Test")
        self.assertEqual(shipped["channel"], order.omni_channel_id.name)

    def test_cancelled(self):
        order = self._order()
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self._codes(order), ["placed", "cancelled"])

    def test_its_customer_may_read_it_and_another_may_not(self):
        order = self._order()
        order.action_confirm()
        owner = new_test_user(self.env, "owner_portal", groups="base.group_portal")
        stranger = new_test_user(self.env, "stranger_portal", groups="base.group_portal")
        owner.partner_id.parent_id = self.customer
        order.partner_id = owner.partner_id
        order.message_subscribe(owner.partner_id.ids)
        self.assertEqual(self._codes(order.with_user(owner)), ["placed"])
        with self.assertRaises(AccessError):
            order.with_user(stranger).omni_timeline()
