from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.point_of_sale.tests.common import TestPoSCommon


@tagged("post_install", "-at_install")
class TestFact(TestPoSCommon):
    """Sales of both channels, one of them settled at a till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.config = cls.basic_config
        cls.website = cls.env["website"].create({"name": "Fact shop"})
        cls.lamp = cls.create_product("Lamp", cls.categ_basic, 40.0, 25.0)

    def _facts(self):
        self.env.flush_all()
        query = self.env["omni.fact"]._query()
        self.env.cr.execute(SQL("SELECT * FROM (%s) AS f WHERE f.product_id = %s", query, self.lamp.id))
        return self.env.cr.dictfetchall()

    def _web_order(self, quantity=2.0):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "website_id": self.website.id,
                "order_line": [
                    Command.create({"product_id": self.lamp.id, "product_uom_qty": quantity, "tax_ids": False})
                ],
            }
        )
        order.action_confirm()
        return order

    def _ticket(self, **line):
        data = self.create_ui_order_data([(self.lamp, 1)], customer=self.customer)
        data["lines"][0][2].update(line)
        result = self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].browse(result["pos.order"][0]["id"])

    def test_a_web_order_and_a_ticket(self):
        self.open_new_session(0)
        order, ticket = self._web_order(), self._ticket()
        web, till = sorted(self._facts(), key=lambda fact: fact["source_model"], reverse=True)
        self.assertEqual(
            (web["source_model"], web["order_id"], web["order_ref"]), ("sale.order.line", order.id, order.name)
        )
        self.assertEqual((web["channel_id"], web["fulfilment"]), (self.website.omni_channel_id.id, "ship"))
        self.assertEqual((web["quantity"], web["amount_untaxed"], web["cost"]), (2.0, 80.0, 50.0))
        self.assertEqual((till["source_model"], till["order_id"]), ("pos.order.line", ticket.id))
        self.assertEqual(till["channel_id"], self.config.omni_channel_id.id)
        self.assertEqual((till["quantity"], till["amount_untaxed"], till["fulfilment"]), (1.0, 40.0, "carry"))
        self.assertEqual(till["warehouse_id"], self.config.picking_type_id.warehouse_id.id)

    def test_a_web_order_settled_at_the_till_counts_once(self):
        self.open_new_session(0)
        order = self._web_order(1.0)
        ticket = self._ticket(sale_order_origin_id=order.id, sale_order_line_id=order.order_line.id)
        (fact,) = self._facts()
        self.assertEqual((fact["source_model"], fact["order_id"]), ("sale.order.line", order.id))
        self.assertIn("paid", [step["code"] for step in order.omni_timeline()])
        self.assertEqual([step["code"] for step in ticket.omni_timeline()], ["placed", "paid", "collected"])

    def test_quotations_do_not_count(self):
        order = self._web_order()
        order._action_cancel()
        self.assertFalse(self._facts())

    def test_sources_share_their_columns(self):
        columns = []
        for source in self.env["omni.fact"]._sources().values():
            self.env.cr.execute(SQL("SELECT * FROM (%s) AS s LIMIT 0", source))
            columns.append([(column.name, column.type_code) for column in self.env.cr.description])
        self.assertEqual(columns.count(columns[0]), len(columns))
