from odoo.tests import tagged

from ..hooks import post_init_hook, pre_init_hook, uninstall_hook
from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestHooks(LoyaltyCommon):
    def test_ready_program_is_valid_on_every_channel(self):
        program = self.program
        self.assertTrue(program.pos_ok and program.ecommerce_ok and program.sale_ok)
        self.assertEqual((program.rule_ids.reward_point_amount, program.rule_ids.reward_point_mode), (1, "money"))
        self.assertEqual(
            (self.reward.discount, self.reward.discount_mode, self.reward.required_points), (5, "per_order", 100)
        )

    def test_program_follows_the_currency_of_its_company(self):
        company = self.env["res.company"].create({"name": "New", "currency_id": self.env.ref("base.USD").id})
        program = self.env["loyalty.program"].create(
            {"name": "New", "program_type": "loyalty", "company_id": company.id}
        )
        company.currency_id = self.env.ref("base.EUR")
        self.assertEqual(program.currency_id, self.env.ref("base.EUR"))

    def test_cards_that_were_there_open_the_ledger(self):
        card = self._card(self.customer, 70)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM omni_loyalty_entry")
        post_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(self._entries(self.customer), [("opening", 70, 70)])
        self._assert_right(card)

    def test_two_cards_of_one_customer_become_one(self):
        first, second = self._card(self.customer, 70), self._card(self.shopper.partner_id, 5)
        self.env.flush_all()
        self.env.cr.execute("DROP INDEX loyalty_card_omni_account_uniq")
        self.env.cr.execute("UPDATE loyalty_card SET partner_id = %s WHERE id = %s", [self.customer.id, second.id])
        pre_init_hook(self.env)
        self.assertEqual((first.points, first.active, second.points, second.active), (75, True, 0, False))

    def test_a_program_that_runs_already_comes_first(self):
        self.program.copy({"name": "Ours since long"}).active = True
        self.env.cr.execute("DELETE FROM omni_loyalty_entry")
        post_init_hook(self.env)
        self.assertFalse(self.program.active)

    def test_program_leaves_nothing_behind(self):
        product = self.reward.discount_line_product_id
        uninstall_hook(self.env)
        self.assertFalse(self.program.exists())
        self.assertFalse(product.exists())

    def test_program_with_cards_stays_as_a_plain_one(self):
        self._card(self.customer, 5)
        uninstall_hook(self.env)
        self.assertFalse(self.env.ref("omni_loyalty.loyalty_program", raise_if_not_found=False))
        self.assertTrue(self.program.exists())
