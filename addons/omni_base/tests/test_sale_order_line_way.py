from odoo.fields import Command
from odoo.tests import tagged

from .common import OmniCommon


@tagged("post_install", "-at_install")
class TestWayOfALine(OmniCommon):
    def setUp(self):
        super().setUp()
        self.order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.paris.id,
                "order_line": [
                    Command.create({"product_id": self.lamp.id, "product_uom_qty": 2}),
                    Command.create({"product_id": self.chair.id, "product_uom_qty": 1}),
                    Command.create({"display_type": "line_note", "name": "Thank you"}),
                ],
            }
        )
        self.lamps, self.chairs, self.note = self.order.order_line

    def _said(self, line):
        return line.omni_way, line.omni_collect_warehouse_id, line.omni_ship_partner_id

    def test_a_line_goes_with_its_order(self):
        nowhere, nobody = self.env["stock.warehouse"], self.env["res.partner"]
        self.assertEqual(self._said(self.lamps), ("ship", nowhere, self.customer))
        self.assertEqual(self._said(self.note), (False, nowhere, nobody))
        self.order.partner_shipping_id = other = self.customer.copy()
        self.assertEqual(self._said(self.lamps), ("ship", nowhere, other))
        self.order.omni_fulfilment = "collect"
        self.assertEqual(self._said(self.lamps), ("collect", self.paris, nobody))
        self.order.warehouse_id = self.lyon
        self.assertEqual(self._said(self.lamps), ("collect", self.lyon, nobody))

    def test_what_is_written_is_chosen_for_the_line(self):
        nowhere, nobody = self.env["stock.warehouse"], self.env["res.partner"]
        self.order.omni_fulfilment = "collect"
        self.chairs.omni_way = "ship"
        self.lamps.write({"omni_way": "collect", "omni_collect_warehouse_id": self.lyon.id})
        self.assertEqual(self._said(self.chairs), ("ship", nowhere, self.customer))
        self.order.order_line.flush_recordset()
        self.order.omni_fulfilment = "ship"
        self.order.omni_fulfilment = "collect"
        self.order.warehouse_id = self.env["stock.warehouse"].create({"name": "Nice", "code": "NIC"})
        self.assertEqual(self._said(self.chairs), ("ship", nowhere, self.customer))
        self.assertEqual(self._said(self.lamps), ("collect", self.lyon, nobody))
        self.chairs.omni_way = False
        self.assertEqual(self._said(self.chairs), ("collect", self.order.warehouse_id, nobody))
        carried = self.lamps.create({"order_id": self.order.id, "product_id": self.lamp.id, "omni_way": "carry"})
        self.assertEqual(self._said(carried), ("carry", nowhere, nobody))
        self.assertTrue(carried.omni_way_chosen)
        copied = self.order.copy()
        self.assertEqual(set(copied.order_line.mapped("omni_way")), {"ship", False})

    def test_address_of_the_store_is_none_to_send_to(self):
        self.order.omni_fulfilment = "collect"
        self.chairs.omni_way = "ship"
        store = self.customer.copy({"parent_id": self.customer.id, "type": "delivery", "is_pickup_location": True})
        self.order.order_line.flush_recordset()
        self.order.partner_shipping_id = store
        self.assertEqual(self.chairs.omni_ship_partner_id, self.customer)
        self.order.omni_fulfilment = "ship"  # a carrier's own pickup point
        self.assertEqual(self.lamps.omni_ship_partner_id, store)

    def test_parts(self):
        nowhere, nobody = self.env["stock.warehouse"], self.env["res.partner"]
        self.assertEqual(
            self.order._omni_split(),
            {("ship", nowhere, self.customer): self.lamps + self.chairs},
            "goods, no notes",
        )
        self.order.omni_fulfilment = "collect"
        self.chairs.omni_way = "ship"
        self.assertEqual(
            self.order._omni_split(),
            {("collect", self.paris, nobody): self.lamps, ("ship", nowhere, self.customer): self.chairs},
        )
        self.assertEqual(self.chairs._omni_goes_to(), (nowhere, self.customer))
        self.assertEqual(self.lamps._omni_goes_to(), (self.paris, self.customer))

    def test_lines_of_before(self):
        self.order.omni_fulfilment = "collect"
        self.chairs.omni_way = "ship"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET omni_way = NULL, omni_collect_warehouse_id = NULL, omni_ship_partner_id = NULL"
            " WHERE id IN %s",
            [(self.lamps + self.note)._ids],
        )
        self.order.order_line.invalidate_recordset()
        self.env["sale.order.line"]._omni_fill_way()
        self.assertEqual(self._said(self.lamps), ("collect", self.paris, self.env["res.partner"]))
        self.assertEqual((self.chairs.omni_way, self.note.omni_way), ("ship", False))
