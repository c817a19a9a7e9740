from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.omni_base.tests.common import MainCompany
from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

from .common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestTillTour(MainCompany, TestPointOfSaleHttpCommon):
    def test_web_order_paid_at_a_till_earns_once(self):
        # given: a web order of a customer, confirmed and not paid yet
        program = LoyaltyCommon._only_program.__func__(type(self))
        sudo_env = self.env(su=True)
        customer = sudo_env["res.partner"].create({"name": "Camille Roux"})
        scarf = sudo_env["product.product"].create(
            {"name": "Scarf", "type": "service", "list_price": 30.0, "taxes_id": False, "available_in_pos": True}
        )
        order = sudo_env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [(0, 0, {"product_id": scarf.id, "product_uom_qty": 1})]}
        )
        order.action_confirm()
        card = sudo_env["loyalty.card"].search([("partner_id", "=", customer.id), ("program_id", "=", program.id)])
        self.assertEqual(card.points, 30)
        card.code = "044b-c552-4ff0"
        for name, code in (("Otto Client", "042-7001"), ("Vera Product", "club 77")):
            other = sudo_env["res.partner"].create({"name": name})
            card.copy({"partner_id": other.id, "code": code, "points": 0})

        # when: a seller settles it at their till, and sells a second scarf with it; then scans cards
        self.pos_user.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.main_pos_config.with_user(self.pos_user).open_ui()
        self.start_pos_tour("omni_loyalty_settle")

        # then: the web order earned when it was placed, the second scarf at the till
        entries = sudo_env["omni.loyalty.entry"].search([("card_id", "=", card.id)], order="id")
        self.assertEqual(
            [(entry.points, entry.balance, entry.channel_id) for entry in entries],
            [(30, 30, order.omni_channel_id), (30, 60, self.main_pos_config.omni_channel_id)],
        )
        self.assertEqual(card.points, 60)

    def test_a_refund_at_a_till_leaves_the_points(self):
        """given points earned and spent at a till, when Odoo's own tour takes all of it back, the reward too, then the
        ledger says of the refund nothing"""
        self.env["loyalty.program"].search([]).write({"pos_ok": False})
        program = self.env["loyalty.program"].create(
            {
                "name": "Points",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "pos_ok": True,
                "pos_config_ids": [Command.link(self.main_pos_config.id)],
                "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 0.1})],
                "reward_ids": [Command.create({"required_points": 100, "discount": 1, "discount_mode": "per_point"})],
            }
        )
        self.env["product.product"].create(
            {"name": "Refund Product", "list_price": 300, "available_in_pos": True, "taxes_id": False}
        )
        customer = self.env["res.partner"].create({"name": "Refunding Guy"})
        card = self.env["loyalty.card"].create({"partner_id": customer.id, "program_id": program.id, "points": 100})
        self.main_pos_config.with_user(self.pos_user).open_ui()
        self.start_tour(f"/pos/ui/{self.main_pos_config.id}", "omni_loyalty_refund", login="pos_user")
        refund = self.env["pos.order"].search([("partner_id", "=", customer.id), ("amount_total", "<", 0)])
        self.assertEqual(refund.state, "paid")
        entries = self.env["omni.loyalty.entry"].sudo().search([("card_id", "=", card.id)])
        self.assertNotIn(refund.id, entries.mapped("origin_id"))
        self.assertEqual(sum(entries.mapped("points")), card.points)
