from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ClickCollectCommon


@tagged("post_install", "-at_install")
class TestOmniPickupPrivacy(ClickCollectCommon):
    def _ended(self, days):
        """Return a pickup that was collected by somebody else ``days`` ago."""
        self.lyon.omni_drive_in = True
        pickup = self._pickup((self.scarf, 2), state="ready")
        pickup.sudo()._set_delegate("Paul Martin")
        pickup.sudo()._set_arrived("4", "AB-123-CD")
        pickup.action_hand_over(pickup.sudo().delegate_code)
        pickup = pickup.sudo()
        pickup.closed_at = fields.Datetime.now() - timedelta(days=days)
        return pickup

    def test_persons_go_and_figures_stay(self):
        old, young, still_open = self._ended(370), self._ended(300), self._pickup().sudo()
        link, steps = old.sudo()._page_path(), len(old.step_ids)
        due = self.env["omni.pickup"]._ids_to_forget()
        self.assertIn(old.id, due)
        self.assertFalse({young.id, still_open.id} & {*due})
        old._forget_persons()
        self.env.invalidate_all()
        self.assertEqual(
            (old.delegate_name, old.sudo().delegate_code, old.bay, old.plate), (False, False, False, False)
        )
        self.assertFalse(old.message_ids)
        self.assertNotIn(old.sudo().access_token, link)
        self.assertFalse({"Paul", "Handed"} & {*" ".join(old.step_ids.filtered("note").mapped("note")).split()})
        self.assertEqual((old.state, old.line_ids.quantity_collected, len(old.step_ids)), ("collected", 2, steps))
        codes = [step["code"] for step in old.order_id.omni_timeline()]
        self.assertEqual((codes.count("ready"), codes.count("collected")), (1, 1))
        self.assertNotIn(old.id, self.env["omni.pickup"]._ids_to_forget())
        self.assertEqual(young.delegate_name, "Paul Martin")

    def test_time_is_set_by_store(self):
        pickup = self._ended(100)
        self.assertNotIn(pickup.id, self.env["omni.pickup"]._ids_to_forget())
        self.lyon.omni_privacy_months = 3
        self.assertIn(pickup.id, self.env["omni.pickup"]._ids_to_forget())

    def test_job_does_it_in_batches(self):
        pickups = self._ended(370) + self._ended(380)
        with self.enter_registry_test_mode():
            self.env.ref("omni_clickcollect.ir_cron_pickup_privacy").method_direct_trigger()
        self.assertTrue(all(pickups.mapped("forgotten_at")))
