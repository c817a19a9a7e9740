from odoo.fields import Command

from odoo.addons.point_of_sale.tests.common import TestPoSCommon


class ChannelsCommon(TestPoSCommon):
    """A web shop and a till that sell the same lamp, in a company of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.config = cls.basic_config
        cls.website = cls.env["website"].create({"name": "Figures shop", "company_id": cls.env.company.id})
        cls.lamp = cls.create_product("Lamp", cls.categ_basic, 40.0, 25.0)

    def _web_order(self, quantity=2.0, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": self.website.id,
                "order_line": [
                    Command.create({"product_id": self.lamp.id, "product_uom_qty": quantity, "tax_ids": False})
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _ticket(self, quantity=1, **line):
        data = self.create_ui_order_data([(self.lamp, quantity)], customer=self.customer)
        data["lines"][0][2].update(line)
        return self.env["pos.order"].browse(self.env["pos.order"].sync_from_ui([data])["pos.order"][0]["id"])
