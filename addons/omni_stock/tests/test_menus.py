from odoo import Command
from odoo.tests import tagged

from odoo.addons.omni_base.tests.menu_walk import MenuWalk

from .common import IncidentCommon


def read_stock_page(env):
    page = env["omni.stock.page"].read_page(limit=2)
    for row in page["products"]:
        env["omni.stock.page"].read_cell(row["id"], page["stores"][0]["id"])


@tagged("post_install", "-at_install")
class TestMenus(MenuWalk, IncidentCommon):
    """Who has one group of ours, and no other, opens every screen that they are shown, with something on each."""

    client_actions = {"omni_stock.stock_page": read_stock_page}

    def test_each_group_alone(self):
        self._refused()
        basket, sold = self.keep(3), self.sell(2)
        self.count(1)
        self.assertEqual(self.incidents().mapped("owner_name"), [basket.display_name, sold.display_name])
        company, product = self.env.company, self.product
        self.env["omni.override"].create(
            {
                "name": sold.name,
                "order_id": sold.id,
                "company_id": company.id,
                "user_id": self.env.uid,
                "reason": "A good customer",
                "goods": [[product.id, 1]],
            }
        )
        self.env["omni.safety.stock"].create({"kind": "all", "quantity": 1, "product_id": self.other.id})
        self.env["omni.routing.rule"].create({"name": "Bastille", "warehouse_ids": self.shop.ids, "amount": 1})
        self.env["omni.confidence.buffer"].create(
            {
                "product_id": product.id,
                "warehouse_id": self.shop.id,
                "company_id": company.id,
                "quantity": 2,
                "looked_at": "2026-01-01",
            }
        )
        self.walk_alone(
            "omni_stock",
            "omni.confidence.buffer",
            "omni.hold",
            "omni.incident",
            "omni.override",
            "omni.routing.decision",
            "omni.routing.refusal",
            "omni.routing.rule",
            "omni.safety.stock",
        )

    def test_those_who_work_with_odoo_s_forms(self):
        order = self._refused()
        self.walk_forms(
            {
                "sales_team.group_sale_salesman_all_leads": order,
                "stock.group_stock_manager": order.picking_ids,
                "product.group_product_manager": self.product.product_tmpl_id,
            }
        )

    def _refused(self):
        """An order was routed, and one store refused it."""
        phone = self.env["omni.channel"].create(
            {
                "name": "Phone",
                "kind": "phone",
                "leave_from": "best",
                "warehouse_ids": [Command.set((self.central + self.shop).ids)],
            }
        )
        self.receive(self.other, self.shop, 1)
        self.receive(self.other, self.central, 1)
        order = self.basket(1, product=self.other, website=False, warehouse=self.shop)
        order.omni_channel_id = phone
        order.action_confirm()
        order.picking_ids.with_user(self.stock_user).omni_refuse("not_found")
        return order
