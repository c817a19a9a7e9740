from odoo.tests import tagged

from .common import StockHoldCommon


@tagged("post_install", "-at_install")
class TestResPartner(StockHoldCommon):
    def test_a_seller_sees_what_is_kept_for_a_customer(self):
        self.receive(self.product, self.central, 2)
        order = self.basket(2)
        self.assertEqual(self.shopper.with_user(self.seller).omni_profile()["holds"], {"holds": []})
        order._omni_hold()
        [row] = self.shopper.with_user(self.seller).omni_profile()["holds"]["holds"]
        self.assertEqual((row["name"], row["quantity"], row["store"]), ("Lamp", 2, "Central"))
        self.run_out(order)
        self.assertEqual(self.shopper.with_user(self.seller).omni_profile()["holds"], {"holds": []})
