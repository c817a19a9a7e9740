from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.omni_base.tests.common import MainCompany
from odoo.addons.point_of_sale.tests.common import TestPoSCommon

from .common import IncidentCommon, end_of_transaction

TAKING = "odoo.addons.omni_stock.models.omni_taking"


@tagged("post_install", "-at_install")
class TestOmniIncidentWatch(IncidentCommon):
    def test_a_count_takes_goods_from_under_a_hold(self):
        basket = self.keep(3)
        self.count(1)
        incident = self.incidents()
        self.assertEqual((incident.quantity, incident.value, incident.state), (2, 20, "open"))
        self.assertEqual((incident.kind, incident.res_model, incident.res_id), ("hold", "sale.order", basket.id))
        self.assertEqual((incident.partner_id, incident.channel_id), (self.shopper, self.channel))
        self.assertEqual(incident.cause_name, "A stock count")
        self.assertEqual(
            incident.alternatives,
            {
                "stores": [{"id": self.central.id, "name": "Central", "quantity": 40}],
                "expected": None,
                "refund": 0,
            },
        )
        self.assertEqual(incident.age, "less than an hour")

    def test_enough_left_is_no_incident(self):
        self.keep(3)
        self.sell(1)
        self.count(4)
        self.assertFalse(self.incidents())

    def test_one_unit_misses_once_though_its_basket_has_become_an_order(self):
        """given the weaker of two baskets, which misses a unit, when both are bought, then nobody else is told"""
        weaker, other = self.keep(1, 600), self.keep(4)
        self.count(4)
        self.assertEqual(self.told(), [(weaker.display_name, 1)])
        weaker.action_confirm()
        other.action_confirm()
        self.settle()
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual(self.told(), [(weaker.display_name, 1)])

    def test_goods_that_were_put_on_a_transfer_unasked_for(self):
        """given a transfer that takes three more than asked for, none, when a count finds fewer, then it gives way"""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.shop.out_type_id.id,
                "partner_id": self.shopper.id,
                "location_id": self.shop.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 0,
                            "quantity": 3,
                            "location_id": self.shop.lot_stock_id.id,
                            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        self.assertEqual((picking.move_ids.product_uom_qty, picking.move_ids.quantity), (0, 3))
        self.assertEqual(self.left(), 2)
        promises = self.env["omni.incident.watch"]._promises([(self.product.id, self.shop.id)])
        [promise] = promises[self.product.id, self.shop.id]
        self.assertEqual((promise["res_model"], promise["quantity"]), ("stock.picking", 3))

    def test_the_weakest_promise_gives_way(self):
        # given a confirmed order, a hold for long, and two for a short time
        order = self.sell(1)
        long, first, second = self.keep(1, 90000), self.keep(1), self.keep(1)
        names = [basket.display_name for basket in (first, second, long, order)]
        self.env.cr.execute(
            "UPDATE omni_hold SET expires_at = created + interval '1 hour' WHERE res_id <> %s", [long.id]
        )
        # when the shelf turns out to be emptier and emptier
        self.count(3)
        self.assertEqual(self.told(), [(names[0], 1)])
        self.count(1)
        self.assertEqual(self.told(), [(name, 1) for name in names[:3]])
        self.count(0)
        # then each gives way in its turn, and once
        self.assertEqual(self.told(), [(name, 1) for name in names])
        self.assertEqual(self.incidents()[-1].kind, "order")
        self.assertEqual(self.incidents()[-1].alternatives["refund"], 10)

    def test_more_of_the_same_promise(self):
        basket = self.keep(5)
        self.count(4)
        self.count(2)
        self.assertEqual(self.told(), [(basket.display_name, 3)])
        self.assertEqual(self.incidents().value, 30)

    def test_what_is_sold_anyway_breaks_only_by_what_was_taken(self):
        # given two that wait for goods by agreement, and one on hold
        self.product.allow_out_of_stock_order = True
        self.sell(7)
        self.assertFalse(self.incidents())
        self.env["omni.incident.watch"]._cron_watch()
        self.assertFalse(self.incidents())
        # when one that was there is gone
        self.count(4)
        # then one is missing, not three
        self.assertEqual([quantity for _name, quantity in self.told()], [1])

    def test_the_job_finds_what_was_missed_once(self):
        basket = self.keep(3)
        with patch.object(self.env.registry["omni.incident.watch"], "_after", lambda self, moves: None):
            self.count(0)
        self.assertFalse(self.incidents())
        for _time in range(3):
            self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual(self.told(), [(basket.display_name, 3)])
        self.assertEqual(self.incidents().cause_model, "stock.move")

    def test_the_job_closes_what_is_over(self):
        self.keep(3)
        self.count(1)
        incident = self.incidents()
        self.receive(self.product, self.shop, 2)
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual((incident.state, incident.outcome), ("solved", "over"))

    def test_a_hold_that_ran_out_is_no_promise(self):
        basket = self.keep(3)
        self.count(1)
        self.run_out(basket)
        self.env["omni.incident.watch"]._cron_watch()
        self.assertEqual(self.incidents().outcome, "over")

    def test_the_transfer_is_a_promise_too(self):
        self.keep(3)
        self.count(1)
        self.incidents(self.stock_user).action_take_from(self.central.id)
        self.count(1, store=self.central)
        self.assertEqual(self.incidents()[-1].mapped("warehouse_id.name"), ["Central"])

    def test_nobody_waits_for_a_replenishment(self):
        page = self.env["omni.stock.page"].with_user(self.stock_user)
        transfer = self.env["stock.picking"].browse(page.move(self.product.id, self.shop.id, self.central.id, 2)["id"])
        transfer.action_confirm()
        self.keep(3)
        self.count(4)
        self.assertFalse(self.incidents())

    def test_managers_and_listeners_are_told(self):
        heard = []
        self.keep(3)
        with (
            patch.object(self.env.registry["omni.event"], "_on", lambda self, event: heard.append(event)),
            patch.object(self.env.registry["res.users"], "_bus_send", autospec=True) as send,
        ):
            self.count(1)
        [event] = [event for event in heard if event.code == "promise.broken"]
        self.assertEqual((event.record, event.partner, event.channel), (self.incidents(), self.shopper, self.channel))
        self.assertEqual(event.values["quantity"], 2)
        users = {call.args[0] for call in send.call_args_list}
        self.assertIn(self.manager, users)
        self.assertNotIn(self.omni_user, users)

    def test_a_failure_never_stops_who_took_the_goods(self):
        self.keep(3)
        with (
            patch.object(self.env.registry["omni.taking"], "_taken", side_effect=ValueError),
            mute_logger(TAKING),
            self.assertLogs(TAKING, "ERROR"),
        ):
            self.count(1)
        self.assertFalse(self.env["omni.incident"].search([("product_id", "=", self.product.id)]))
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("location_id", "=", self.shop.lot_stock_id.id)]
        )
        self.assertEqual(quant.quantity, 1)

    def test_what_does_not_break_a_promise_costs_one_query(self):
        self.keep(1)
        self.settle()
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.shop.out_type_id.id,
                "location_id": self.shop.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "location_id": self.shop.lot_stock_id.id,
                            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                        }
                    )
                ],
            }
        )
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.env.flush_all()
        with self.assertQueryCount(3):  # a savepoint, one SELECT, its release
            self.env["omni.incident.watch"]._after(picking.move_ids)
            self.env.cr.flush()


@tagged("post_install", "-at_install")
class TestOmniIncidentTill(MainCompany, TestPoSCommon):
    def test_an_offline_till_posts_and_the_promise_it_broke_is_found(self):
        # given the last lamp of the shop, kept for Anna on the web
        self.config = self.basic_config
        for group in ("stock.group_stock_user", "sales_team.group_sale_salesman_all_leads", "omni_base.group_user"):
            self.env.user.group_ids += self.env.ref(group)
        shop = self.config.warehouse_id
        lamp = self.create_product("Lamp", self.categ_basic, 40.0, 25.0)
        lamp.write({"is_storable": True, "allow_out_of_stock_order": False})
        self.env["stock.quant"]._update_available_quantity(lamp, shop.lot_stock_id, 1)
        self.env.flush_all()
        self.env.cr.execute("SELECT omni_promise.settle()")
        anna = self.env["res.partner"].create({"name": "Anna"})
        basket = self.env["sale.order"].create({"partner_id": anna.id})
        self.env["omni.availability"].hold(basket, [(lamp.id, shop.id, 1)])
        # when a till that was offline sends the ticket of its sale
        self.open_new_session(0)
        data = self.create_ui_order_data([(lamp, 1)])
        ticket = self.env["pos.order"].browse(self.env["pos.order"].sync_from_ui([data])["pos.order"][0]["id"])
        end_of_transaction(self.env)
        # then it is posted, and Anna's broken promise names the ticket
        self.assertEqual(ticket.state, "paid")
        incident = self.env["omni.incident"].search([("product_id", "=", lamp.id)])
        self.assertEqual((incident.partner_id, incident.quantity, incident.value), (anna, 1, 40))
        self.assertEqual(incident.cause_name, ticket.display_name)
        self.assertEqual(incident.action_open_cause()["res_id"], ticket.id)
