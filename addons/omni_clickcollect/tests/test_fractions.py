from odoo.tests import tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestFractions(ClickCollectCommon):
    """Quantities are compared as the unit of the product rounds them: three tenths are 0.3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cloth = cls._make_product("Cloth", 20.0)
        for shop in cls.lyon + cls.lille:
            cls._set_stock(cls.cloth, shop, -10)
        cls._set_stock(cls.cloth, cls.lyon, 0.3)

    def test_three_tenths_are_there(self):
        tenths = [(self.cloth, 0.1)] * 3
        order = self._order(*tenths, confirm=False)
        self.assertEqual(order._omni_short_lines_by_warehouse(self.lyon.ids), {self.lyon.id: {}})
        self.assertFalse(order._omni_collect_sources()[1])
        demand = [(product.id, quantity) for product, quantity in tenths]
        self.assertEqual(self.lyon.omni_ready_at(demand), self.lyon._omni_ready_times()[self.lyon])

    def test_four_are_not(self):
        order = self._order(*[(self.cloth, 0.1)] * 4, confirm=False)
        self.assertEqual(len(order._omni_short_lines_by_warehouse(self.lyon.ids)[self.lyon.id]), 1)

    def test_three_tenths_are_handed_over(self):
        order = self._order((self.cloth, 0.3))
        pickup = order.omni_pickup_ids.with_user(self.desk_user)
        pickup.action_prepare()
        pickup.action_ready()
        line = pickup.line_ids
        self.assertEqual(pickup._parse_quantities({line.id: 0.1 + 0.2}), {line: line.quantity})
        self.assertEqual(line._checked_quantity(0.1 + 0.2, 0.3), 0.3)
