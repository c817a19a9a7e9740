from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.omni_base.tests.common_channels import ChannelsCommon


@tagged("post_install", "-at_install")
class TestFact(ChannelsCommon):
    """Gift cards and eWallets are money, points are a discount, on both channels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = {"type": "service", "taxes_id": False}
        cls.card, cls.used, cls.less = cls.env["product.product"].create(
            [{"name": name, **service} for name in ("Gift card", "Paid by gift card", "5 off")]
        )
        cls.gift, cls.points = cls.env["loyalty.program"].create(
            [
                {
                    "name": kind,
                    "program_type": kind,
                    "pos_ok": False,
                    "rule_ids": [Command.clear(), Command.create({"product_ids": [Command.set(cls.card.ids)]})]
                    if kind == "gift_card"
                    else [Command.clear(), Command.create({})],
                    "reward_ids": [Command.clear(), Command.create({"discount_line_product_id": product.id})],
                }
                for kind, product in (("gift_card", cls.used), ("loyalty", cls.less))
            ]
        )

    def _sums(self, model):
        self.env.flush_all()
        query = self.env["omni.fact"]._query()
        return self.env.execute_query(
            SQL(
                "SELECT SUM(quantity), SUM(amount_total) FROM (%s) AS f WHERE source_model = %s AND company_id = %s",
                query,
                model,
                self.env.company.id,
            )
        )[0]

    def test_money_is_no_sale_and_points_are_a_discount(self):
        rewards = ((self.used, -20.0, self.gift), (self.less, -5.0, self.points))
        order = self._web_order(2.0)  # 80
        order.order_line = [
            Command.create({"product_id": self.card.id, "price_unit": 50.0, "tax_ids": False}),
            *(
                Command.create(
                    {
                        "product_id": product.id,
                        "name": product.name,
                        "price_unit": price,
                        "tax_ids": False,
                        "reward_id": program.reward_ids.id,
                        "is_reward_line": True,
                    }
                )
                for product, price, program in rewards
            ),
        ]
        self.assertEqual(self._sums("sale.order.line"), (2, 75))
        self.open_new_session(0)
        self._ring_up(
            {"product_id": self.lamp.id, "qty": 1, "price_unit": 40.0},
            {"product_id": self.card.id, "qty": 1, "price_unit": 50.0},
            *(
                {
                    "product_id": product.id,
                    "qty": 1,
                    "price_unit": price,
                    "reward_id": program.reward_ids.id,
                    "is_reward_line": True,
                }
                for product, price, program in rewards
            ),
        )
        self.assertEqual(self._sums("pos.order.line"), (1, 35))
