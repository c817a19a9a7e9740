from odoo.tests import tagged

from .test_omni_pickup_page import PickupPageCase


@tagged("post_install", "-at_install")
class TestPickupPageWords(PickupPageCase):
    def _missing(self, decision=None, **values):
        """Return the page of a pickup of a scarf and two gloves, one of which is missing."""
        pickup = self._pickup((self.scarf, 1), (self.glove, 2), state="preparing")
        line = pickup.line_ids.filtered(lambda line: line.product_id == self.glove)
        stamp = self.env["omni.pickup.page"]._stamp(pickup.sudo())
        pickup.action_missing(line.id, 1, "damaged")
        self.assertNotEqual(self.env["omni.pickup.page"]._stamp(pickup.sudo()), stamp)
        if decision:
            pickup.action_decide(line.id, decision, **values)
        return self.url_open(pickup.sudo()._page_path()).text

    def test_part_missing_is_said(self):
        self.assertIn("Leather glove × 1: missing. The store will ask you", self._missing())
        self.assertIn("Leather glove × 1: missing, removed from your order.", self._missing("refund"))

    def test_part_from_elsewhere_is_said(self):
        page = self._missing("store", store_id=self.lille.id)
        self.assertIn("Leather glove × 1: missing here, you collect it in another store.", page)
        other = self.env["omni.pickup"].search([("warehouse_id", "=", self.lille.id)])
        self.assertIn(other.sudo()._page_path(), page)
        self.glove.product_tmpl_id.alternative_product_ids = self.scarf.product_tmpl_id
        page = self._missing("replace", product_id=self.scarf.id)
        self.assertIn("Leather glove × 1: missing, replaced at the same price.", page)

    def test_page_without_news(self):
        page = self.url_open(self._pickup(state="ready").sudo()._page_path()).text
        self.assertNotIn('name="missing"', page)
        self.assertNotIn('name="refund"', page)

    def test_money_that_goes_back_is_said(self):
        pickup = self._pickup(state="ready").sudo()
        pickup.action_release("Damaged")
        for state, words in (
            ("due", "You will be refunded"),
            ("done", "was refunded to your original means of payment"),
            ("manual", "The store refunds"),
        ):
            stamp = self.env["omni.pickup.page"]._stamp(pickup)
            pickup.refund_state = state
            page = self.url_open(pickup.sudo()._page_path()).text
            self.assertIn(words, page)
            self.assertIn("50.00", page)
            self.assertTrue(state == "manual" or self.env["omni.pickup.page"]._stamp(pickup) != stamp)
