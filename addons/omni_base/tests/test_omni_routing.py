from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestRouting(OmniCommon):
    """What the contract says, whoever fills it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for store in cls.paris + cls.lyon:
            cls.env["stock.quant"]._update_available_quantity(cls.lamp, store.lot_stock_id, 5)

    def test_one_leg_from_the_first_warehouse_of_the_channel(self):
        channel = self.env["omni.channel"].create({"name": "Lyon", "warehouse_ids": self.lyon.ids})
        (leg,) = self.env["omni.routing"].with_user(self.seller).plan([(self.lamp.id, 2.0)], channel=channel.id)
        self.assertEqual(leg["warehouse_id"], self.lyon.id)
        self.assertEqual((leg["mode"], leg["lines"]), ("ship", [(self.lamp.id, 2.0)]))
        self.assertGreaterEqual(leg["cost"], 0)
        self.assertTrue(leg["promised_at"] and leg["why"])

    def test_collected_where_the_customer_wants(self):
        for paris in (self.paris, self.paris.id):
            (leg,) = self.env["omni.routing"].plan([(self.lamp.id, 2.0)], collect_at=paris)
            self.assertEqual((leg["warehouse_id"], leg["mode"]), (self.paris.id, "collect"))

    def test_nothing_asked_nothing_planned(self):
        self.assertEqual(self.env["omni.routing"].plan([]), [])

    def test_bad_input_and_strangers_are_refused(self):
        for demand in ([(1,)], [(1, 0)], [("x", 1)], 3):
            with self.assertRaises(ValidationError):
                self.env["omni.routing"].plan(demand)
        with self.assertRaises(AccessError):
            self.env["omni.routing"].with_user(self.employee).plan([(1, 1)])
