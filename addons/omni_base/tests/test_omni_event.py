from unittest.mock import patch

from odoo.tests import tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestEvent(OmniCommon):
    def _listen(self):
        heard = []
        listener = patch.object(type(self.env["omni.event"]), "_on", lambda _self, event: heard.append(event))
        self.startPatcher(listener)
        return heard

    def test_an_order_tells_when_it_is_placed_and_cancelled(self):
        heard = self._listen()
        order = self._order()
        order.action_confirm()
        order._action_cancel()
        own = [event for event in heard if event.record == order]  # other add-ons tell of other documents
        self.assertEqual([event.code for event in own], ["order.placed", "order.cancelled"])
        placed = own[0]
        self.assertEqual(placed.record, order)
        self.assertEqual(placed.partner, self.customer)
        self.assertEqual(placed.channel, order.omni_channel_id)
        self.assertEqual(placed.values, {})

    def test_the_caller_may_say_more(self):
        heard = self._listen()
        channel = self.website.omni_channel_id
        self.env["omni.event"].emit("stock.back", self.lamp, self.customer, channel.id, {"quantity": 3.0})
        self.assertEqual(heard[0], ("stock.back", self.lamp, self.customer, channel, {"quantity": 3.0}))

    def test_nobody_listens_by_default(self):
        self.assertIsNone(self.env["omni.event"].emit("stock.back", self.lamp))
