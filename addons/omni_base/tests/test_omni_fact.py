from odoo.exceptions import UserError
from odoo.fields import Command
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
        """given lines brought in by SQL without amounts and unit, then their units count, and no sum is lost"""
        self.open_new_session(0)
        order, ticket = self._web_order(), self._ticket()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET price_subtotal = NULL, price_total = NULL, product_uom_id = NULL"
                " WHERE id = %s",
                order.order_line.id,
            )
        )
        self.env.cr.execute(
            SQL("UPDATE pos_order_line SET qty = NULL, total_cost = NULL WHERE id = %s", ticket.lines.id)
        )
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

    # -- who serves --------------------------------------------------------------------------------------------------

    def _served_by(self):
        return {(fact["fulfilment_channel_id"], fact["warehouse_id"], fact["quantity"]) for fact in self._facts()}

    def _store(self, name):
        return self.env["stock.warehouse"].create({"name": name, "code": name[:5]})

    def _till(self, store):
        return self.env["pos.config"].create(
            {"name": store.name, "picking_type_id": store.pos_type_id.id or store.out_type_id.id}
        )

    def test_a_till_that_goes_takes_no_history_along(self):
        """given what a store handed over, when its till is archived or deleted, then the store has served it"""
        store = self._store("Nantes")
        till, second = self._till(store), self._till(store)
        self._web_order(1.0, warehouse_id=store.id).sudo().omni_fulfilment = "collect"
        right = {(till.omni_channel_id.id, store.id, 1.0)}
        self.assertEqual(self._served_by(), right)
        self.assertNotEqual(second.omni_channel_id, till.omni_channel_id)
        till.active = False
        self.assertEqual(self._served_by(), right)
        till.unlink()
        self.assertEqual(self._served_by(), right)

    def test_tickets_stay_where_they_were_sold(self):
        """given a ticket, when its till moves to another store, then the ticket, and what comes back of it, stays"""
        self.open_new_session(0)
        ticket = self._ticket(2)
        here = ticket.config_id.picking_type_id.warehouse_id
        self.pos_session.action_pos_session_closing_control()
        there = self._store("Nantes")
        ticket.config_id.picking_type_id = there.pos_type_id
        self.open_new_session(0)
        self._ticket(1)
        refund = self._take_back((ticket.lines, 1))
        self.assertEqual(
            sorted((fact["warehouse_id"], fact["quantity"]) for fact in self._facts()),
            sorted([(here.id, 2.0), (here.id, -1.0), (there.id, 1.0)]),
        )
        stores = [step["store"] for step in ticket.omni_timeline()]
        self.assertEqual(stores, [here.name] * 3 + [there.name])
        self.assertEqual(refund.omni_warehouse_id, there)

    def test_tickets_of_before_the_upgrade_know_their_store(self):
        self.open_new_session(0)
        ticket = self._ticket(2)
        here, there = ticket.omni_warehouse_id, self._store("Nantes")
        self.pos_session.action_pos_session_closing_control()
        ticket.config_id.picking_type_id = there.pos_type_id
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE pos_order SET omni_warehouse_id = NULL WHERE id = %s", ticket.id))
        ticket.invalidate_recordset()
        self.env["pos.order"]._omni_fill_stores()
        self.assertEqual(ticket.omni_warehouse_id, here)

    def test_a_store_that_closes_takes_no_history_along(self):
        store = self._store("Nantes")
        till = self._till(store)
        self._web_order(1.0, warehouse_id=store.id).sudo().omni_fulfilment = "collect"
        right = self._served_by()
        channel = till.omni_channel_id
        till.unlink()
        order = self.env["sale.order"].search([("warehouse_id", "=", store.id)])
        order.picking_ids.action_cancel()
        store.active = False
        self.assertEqual(self._served_by(), right)
        self.assertFalse(channel.active, "nobody sells there any more")
        store.active = True
        self.assertTrue(channel.active)

    def test_the_first_warehouse_stays(self):
        """What it sends, the web shop has sent: another one would become the first."""
        self._web_order(1.0, warehouse_id=self._store("Nantes").id)
        first = (
            self.env["stock.warehouse"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.env.company.id)], order="id", limit=1)
        )
        with self.assertRaisesRegex(UserError, "Archive it"):
            first.unlink()

    def test_a_till_that_goes_leaves_no_channel_in_the_lists(self):
        till, second = self._till(self._store("Nantes")), self._till(self._store("Brest"))
        (till + second).picking_type_id.warehouse_id.omni_channel_id = False
        channels = till.omni_channel_id + second.omni_channel_id
        till.active = False
        second.unlink()
        self.assertFalse(channels.filtered("active"))
        till.active = True
        self.assertEqual(channels.filtered("active"), till.omni_channel_id)

    def test_a_store_without_a_till_serves(self):
        store = self._store("Kiosk")
        self._web_order(1.0, warehouse_id=store.id).sudo().omni_fulfilment = "collect"
        self.assertEqual(store.omni_channel_id.kind, "store")
        self.assertEqual(self._served_by(), {(store.omni_channel_id.id, store.id, 1.0)})
        # its first till is that same store
        self.assertEqual(self._till(store).omni_channel_id, store.omni_channel_id)

    def test_what_a_store_sends_counts_for_it(self):
        """given an order of three lamps that leaves from the first warehouse and a store, then each has served its own
        part, and money and pieces are whole"""
        store = self._store("Lille")
        channel = self._till(store).omni_channel_id
        order = self._web_order(3.0)
        first = order.warehouse_id
        move = order.picking_ids.move_ids
        move.product_uom_qty = 2
        order.order_line._omni_deliver_from(store, 1.0)
        self.assertEqual(
            self._served_by(), {(self.website.omni_channel_id.id, first.id, 2.0), (channel.id, store.id, 1.0)}
        )
        facts = self._facts()
        self.assertEqual(sum(fact["amount_total"] for fact in facts), 120.0)
        self.assertEqual(sum(fact["cost"] for fact in facts), 75.0)

    # -- pieces ------------------------------------------------------------------------------------------------------

    def test_pieces_are_what_is_sold(self):
        """given fee, discount, tip, hemming and a set of two, then the set's parts and the hemming are pieces, all but
        the tip is money"""
        fee, less, tip, hem = self.env["product.product"].create(
            [
                {"name": name, "type": "service", "taxes_id": False}
                for name in ("Delivery", "Discount", "Tip", "Hemming")
            ]
        )
        part = self.env["product.product"].create({"name": "Part"})
        choice = self.env["product.combo"].create(
            {"name": "Part", "combo_item_ids": [Command.create({"product_id": part.id})]}
        )
        whole = self.env["product.product"].create(
            {"name": "Set", "type": "combo", "combo_ids": [Command.set(choice.ids)], "taxes_id": False}
        )
        order = self._web_order(2.0)
        order.order_line = [
            Command.create({"product_id": product.id, "price_unit": price, "tax_ids": False, "is_delivery": is_fee})
            for product, price, is_fee in ((fee, 6.0, True), (less, -8.0, False), (hem, 12.0, False), (whole, 0, False))
        ]
        self.open_new_session(0)
        self.config.tip_product_id = tip
        self._ring_up(
            *(
                {"product_id": product.id, "qty": 1, "price_unit": price}
                for product, price in ((self.lamp, 40.0), (less, -4.0), (tip, 3.0), (hem, 12.0), (whole, 0.0))
            )
        )
        self.env.flush_all()
        sums = self.env.execute_query(
            SQL(
                "SELECT source_model, SUM(quantity), SUM(amount_total) FROM (%s) AS f WHERE company_id = %s GROUP BY 1",
                self.env["omni.fact"]._query(),
                self.env.company.id,
            )
        )
        self.assertEqual(sorted(sums), [("pos.order.line", 2, 48), ("sale.order.line", 3, 90)])
