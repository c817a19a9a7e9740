from odoo.tests import tagged

from .common import TillCommon


@tagged("post_install", "-at_install")
class TestTimeline(TillCommon):
    def _steps(self, order):
        return [(step["code"], step["store"]) for step in order.omni_timeline()]

    def test_handed_over_is_collected_and_not_shipped(self):
        order = self._order(paid=True)
        self.till_as_seller.omni_hand_over(order.id, "key")
        codes = [code for code, _store in self._steps(order)]
        self.assertNotIn("shipped", codes)
        self.assertEqual(self._steps(order).count(("collected", "Lyon Bellecour")), 1)

    def test_collected_in_two_parts_is_collected_once_with_the_last(self):
        order = self._order({self.lamp: 12}, paid=True)
        self.till_as_seller.omni_hand_over(order.id, "key", partial=True)
        self._stock(self.lamp, self.shop, 2)
        self.till_as_seller.omni_hand_over(order.id, "key-2")
        collected = [step for step in order.omni_timeline() if step["code"] == "collected"]
        self.assertEqual(len(collected), 1)
        self.assertEqual(collected[0]["at"], max(order.picking_ids.mapped("date_done")))

    def test_shipped_stays_shipped(self):
        order = self._order(paid=True)
        order.picking_ids.button_validate()
        self.assertIn(("shipped", "Lyon Bellecour"), self._steps(order))
