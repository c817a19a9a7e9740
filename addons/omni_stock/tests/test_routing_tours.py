from odoo.tests import HttpCase, new_test_user, tagged

from .routing_common import RoutingCommon


@tagged("post_install", "-at_install")
class TestRoutingTours(RoutingCommon, HttpCase):
    """A store refuses in its browser, and a seller reads where the order went."""

    def test_a_refusal_moves_the_order_and_the_order_tells_why(self):
        for store in self.stores:
            self.receive(self.lamp, store, 2)
        # Odoo's form of a delivery reads its carrier's postcodes, which needs the right to contacts.
        groups = "stock.group_stock_user,base.group_partner_manager"
        stock_user = new_test_user(self.env, "tour_stock", groups=groups)
        seller = new_test_user(self.env, "tour_seller", groups="sales_team.group_sale_salesman_all_leads")
        order = self.order((self.lamp, 1))
        order.action_confirm()
        picking = order.picking_ids
        address = f"/odoo/action-stock.action_picking_tree_all/{picking.id}"
        self.start_tour(address, "omni_stock_refuse", login=stock_user.login)
        self.assertEqual(picking.state, "cancel")
        taken_over = order.picking_ids - picking
        self.assertEqual((taken_over.state, taken_over.picking_type_id.warehouse_id), ("assigned", self.lyon))
        refusal = self.env["omni.routing.refusal"].search([("order_id", "=", order.id)])
        self.assertEqual((refusal.reason, refusal.note), ("not_found", "Box is empty"))
        self.assertEqual(refusal.user_id, stock_user)
        self.start_tour(f"/odoo/action-sale.action_orders/{order.id}", "omni_stock_decision", login=seller.login)
