from odoo.tests import tagged
from odoo.tools import SQL

from .common_channels import ChannelsCommon


@tagged("post_install", "-at_install")
class TestFact(ChannelsCommon):
    """Sales of both channels, one of them settled at a till."""

    def _facts(self):
        self.env.flush_all()
        query = self.env["omni.fact"]._query()
        self.env.cr.execute(SQL("SELECT * FROM (%s) AS f WHERE f.product_id = %s", query, self.lamp.id))
        return self.env.cr.dictfetchall()

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

    def test_an_empty_column_counts_as_zero(self):
        """given lines that were brought in by SQL without amounts and unit, then their units count, and no sum is lost"""
        self.open_new_session(0)
        order, ticket = self._web_order(), self._ticket()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET price_subtotal = NULL, price_total = NULL, product_uom_id = NULL WHERE id = %s",
                order.order_line.id,
            )
        )
        self.env.cr.execute(SQL("UPDATE pos_order_line SET qty = NULL, total_cost = NULL WHERE id = %s", ticket.lines.id))
        web, till = sorted(self._facts(), key=lambda fact: fact["source_model"], reverse=True)
        self.assertEqual((web["quantity"], web["amount_untaxed"], web["amount_total"], web["cost"]), (2.0, 0, 0, 50.0))
        self.assertEqual((till["quantity"], till["amount_untaxed"], till["cost"]), (0, 40.0, 0))

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
