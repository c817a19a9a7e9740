from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """What is sent home of an order to collect, and what is collected in another store than the rest of it, is said in
    the fields of the base plate.
    """
    if not column_exists(cr, "sale_order_line", "omni_sent_home"):
        return
    cr.execute(
        SQL(
            """
            UPDATE sale_order_line AS l
               SET omni_way = 'ship', omni_way_chosen = TRUE, omni_collect_warehouse_id = NULL,
                   omni_ship_partner_id = COALESCE(o.omni_home_id, o.partner_shipping_id)
              FROM sale_order AS o
             WHERE o.id = l.order_id AND l.omni_sent_home
            """
        )
    )
    cr.execute(
        SQL(
            """
            UPDATE sale_order_line AS l
               SET omni_way = 'collect', omni_way_chosen = TRUE, omni_collect_warehouse_id = p.warehouse_id,
                   omni_ship_partner_id = NULL
              FROM omni_pickup_line AS part
              JOIN omni_pickup AS p ON p.id = part.pickup_id
              JOIN sale_order AS o ON o.id = p.order_id
             WHERE l.id = part.sale_line_id AND p.warehouse_id <> o.warehouse_id AND p.state <> 'cancelled'
               AND o.omni_fulfilment = 'collect'
            """
        )
    )
