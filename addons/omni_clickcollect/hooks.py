from odoo.tools import SQL


def post_init_hook(env):
    """Tell the orders of before the install that they are collected, and give those still open their pickup."""
    env.flush_all()
    env["stock.warehouse"]._omni_init_preparation()
    env.cr.execute(
        SQL(
            """
            UPDATE sale_order AS o
               SET omni_fulfilment = 'collect'
              FROM delivery_carrier AS c
             WHERE c.id = o.carrier_id AND c.delivery_type = 'in_store'
            """
        )
    )
    env["sale.order"].invalidate_model(["omni_fulfilment"])
    env["sale.order.line"]._omni_fill_way()
    collected = env["sale.order"].search([("omni_fulfilment", "=", "collect"), ("state", "=", "sale")])
    collected.warehouse_id._omni_create_channel()
    open_pickings = env["stock.picking"].search(
        [
            ("state", "not in", ("done", "cancel")),
            ("picking_type_code", "=", "outgoing"),
            ("sale_id.omni_fulfilment", "=", "collect"),
            ("sale_id.state", "=", "sale"),
        ]
    )
    open_pickings.sale_id._omni_create_pickups()


def uninstall_hook(env):
    """Take along what was told of pickups, the phones that were told, and the names that Odoo gave, in its own modules,
    to what the pickup inherits: it would leave them.
    """
    for model in ("omni.message", "omni.push.device"):
        env[model].search([("res_model", "=", "omni.pickup")]).unlink()
    env["ir.model.data"].search(
        [("model", "=", "ir.model.inherit"), ("name", "=like", "model_inherit__omni_pickup__%")]
    ).unlink()
