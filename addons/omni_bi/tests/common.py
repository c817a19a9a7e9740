from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.point_of_sale.tests.common import TestPoSCommon


class SalesCommon(TestPoSCommon):
    """A web shop and a till, each with a sale, in a company of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.config = cls.basic_config
        cls.website = cls.env["website"].create({"name": "Figures shop", "company_id": cls.env.company.id})
        cls.lamp = cls.create_product("Lamp", cls.categ_basic, 40.0, 25.0)
        cls.manager = new_test_user(cls.env, "bi_manager", groups="omni_base.group_manager", tz="Europe/Paris")
        cls.user = new_test_user(cls.env, "bi_user", groups="omni_base.group_user")
        for user in (cls.manager, cls.user):
            user.write({"company_ids": [Command.set(cls.env.company.ids)], "company_id": cls.env.company.id})
        cls.page = cls.env["omni.sales.page"].with_user(cls.manager)
        cls.analysis = cls.env["omni.sales.analysis"].with_user(cls.manager)

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
