from odoo import api, fields, models

from ..tools.migration import add_columns

COLUMNS = ("omni_way", "omni_collect_warehouse_id", "omni_ship_partner_id")


class SaleOrderLine(models.Model):
    """How a line reaches its customer: as its whole order does, unless something else is chosen for it."""

    _inherit = "sale.order.line"

    omni_way = fields.Selection(
        [("carry", "Take away"), ("collect", "Collect in store"), ("ship", "Ship")],
        string="Way",
        compute="_compute_omni_way",
        inverse="_inverse_omni_way",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        help="How it reaches the customer. What you write is chosen for this line; empty: it goes with its order.",
    )
    omni_way_chosen = fields.Boolean(
        string="Way Chosen", readonly=True, copy=False, help="For this line alone, whatever way its order goes."
    )
    omni_collect_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Collected At",
        compute="_compute_omni_collect_warehouse_id",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    omni_ship_partner_id = fields.Many2one(
        "res.partner",
        string="Delivered To",
        compute="_compute_omni_ship_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    def _auto_init(self):
        # Existing lines are filled by one statement, see _omni_fill_way, not one by one by the computes.
        add_columns(self, *COLUMNS)
        return super()._auto_init()

    @api.model
    def _omni_fill_way(self):
        """Let existing lines go the way of their orders, where nothing else is chosen for them."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE sale_order_line AS l
               SET omni_way = o.omni_fulfilment,
                   omni_collect_warehouse_id = CASE WHEN o.omni_fulfilment = 'collect' THEN o.warehouse_id END,
                   omni_ship_partner_id = CASE WHEN o.omni_fulfilment = 'ship' THEN o.partner_shipping_id END
              FROM sale_order AS o
             WHERE o.id = l.order_id AND l.display_type IS NULL AND NOT COALESCE(l.omni_way_chosen, FALSE)
               AND l.omni_way IS DISTINCT FROM o.omni_fulfilment
            """
        )
        self.invalidate_model([*COLUMNS])

    @api.depends("order_id.omni_fulfilment", "display_type")
    def _compute_omni_way(self):
        for line in self:
            of_order = not line.display_type and line.order_id.omni_fulfilment
            line.omni_way = line.omni_way if line.omni_way_chosen else of_order

    def _omni_goes_to(self):
        """Return the store where these lines are collected, or empty, and their address; those that go with their order
        speak for the others.
        """
        line = self.sorted("omni_way_chosen")[:1]
        return line.omni_collect_warehouse_id, line.omni_ship_partner_id or line.order_id.partner_shipping_id

    def _inverse_omni_way(self):
        for line in self:
            line.sudo().omni_way_chosen = bool(line.omni_way)  # sudo: it follows, and is written by nobody else
        with_order = self.filtered(lambda line: not line.omni_way_chosen)
        self.env.add_to_compute(self._fields["omni_way"], with_order)

    @api.depends("omni_way", "order_id.warehouse_id")
    def _compute_omni_collect_warehouse_id(self):
        for line in self:
            chosen = line.omni_way_chosen and line.omni_collect_warehouse_id
            line.omni_collect_warehouse_id = line.omni_way == "collect" and (chosen or line.order_id.warehouse_id)

    @api.depends("omni_way", "order_id.partner_shipping_id")
    def _compute_omni_ship_partner_id(self):
        """Once an order to collect is confirmed, its address is the store's: none to send a line of it to."""
        for line in self:
            order, address = line.order_id, line.order_id.partner_shipping_id
            if order.omni_fulfilment == "collect" and (order.state == "sale" or address.is_pickup_location):
                address = line.omni_ship_partner_id or order.partner_id
            line.omni_ship_partner_id = line.omni_way == "ship" and address
