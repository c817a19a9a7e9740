"""What the demo's manager did last: kept stock back, promised what is yet to come, found less than the books say."""

from odoo.addons.omni_base.demo.roles import by_manager, shops_of

CUSTOMERS = 2  # who are promised goods that are not there yet
MISSING = 5  # shelves on which less lies than is promised


def today(env, random, moment):
    """Leave a case of each kind for whoever opens the demo.

    :param random: ``random.Random`` of the story
    :param moment: what time it is, naive UTC
    """
    own = by_manager(env)
    shops = shops_of(own)
    _refuse(own)
    _confirm_anyway(own, random)
    _count_short(own, shops)
    _keep_back(own, shops)
    env.flush_all()
    # What jobs do at night.
    env["omni.sales.velocity"]._refresh()
    env["omni.confidence.buffer"]._look()
    env["omni.incident.watch"]._cron_watch()
    _settle(own)


def _refuse(env):
    """Have one order given back that waits to be sent."""
    waiting = env["stock.picking"].search(
        [
            ("picking_type_code", "=", "outgoing"),
            ("state", "=", "assigned"),
            ("sale_id.omni_decision_ids", "!=", False),
        ],
        order="id desc",
    )
    waiting.filtered("omni_refusable")[:1].omni_refuse("busy")


def _confirm_anyway(env, random):
    """Confirm orders by phone of goods that the warehouse is out of, for a reason."""
    central = env.ref("stock.warehouse0")
    products = env["product.product"].search([("is_storable", "=", True)], order="id")
    left = env["omni.availability"].available(products.ids, central.ids)
    gone = [product for product in products.ids if left[product, central.id] <= 0]
    people = env["res.partner"].search(
        [("phone", "!=", False), ("zip", "!=", False), ("type", "=", "contact"), ("user_ids", "=", False)], order="id"
    )
    for product, person in zip(random.sample(gone, CUSTOMERS), random.sample(people.ids, CUSTOMERS), strict=True):
        order = env["sale.order"].create(
            {
                "partner_id": person,
                "warehouse_id": central.id,
                "order_line": [(0, 0, {"product_id": product, "product_uom_qty": 1})],
            }
        )
        wizard = env["omni.confirm"].browse(order.action_omni_ask()["res_id"])
        wizard.reason = "The supplier delivers on Thursday; the customer knows."
        wizard.action_override()


def _count_short(env, shops):
    """Count shelves on which one less lies than customers were promised, where least is left beside."""
    quants = env["stock.quant"].search(
        [("location_id", "in", shops.lot_stock_id.ids), ("reserved_quantity", ">=", 1)], order="id"
    )
    short = quants.sorted(lambda quant: (quant.quantity - quant.reserved_quantity, quant.id))[:MISSING]
    for quant in short:
        quant.inventory_quantity = quant.reserved_quantity - 1
    short.action_apply_inventory()


def _keep_back(env, shops):
    """Keep stock back: tents in the windows, the last piece of one shop, a share of the warehouse for the web shop."""
    camping = env["product.category"].search([("complete_name", "=", "Camping")], limit=1)
    web = env["website"].search([], order="id", limit=1).omni_channel_id
    env["omni.safety.stock"].create(
        [
            {"kind": "all", "categ_id": camping.id, "quantity": 1},
            {"kind": "from", "channel_id": web.id, "warehouse_id": shops[:1].id, "quantity": 1},
            {"kind": "for", "channel_id": web.id, "warehouse_id": env.ref("stock.warehouse0").id, "percent": 20},
        ]
    )


def _settle(env):
    """Settle some orders that miss their goods, each in another way; the others wait for whoever opens the demo."""
    waiting = env["omni.incident"].search([("state", "=", "open")], order="id")
    for incident in waiting:
        stores = [store["id"] for store in incident.alternatives["stores"] if store["quantity"] >= incident.quantity]
        if stores:
            incident.action_take_from(stores[0])
            waiting -= incident
            break
    waiting[:1].action_told()
    dismissed = waiting[1:2]
    dismissed.reason = "The supplier's parcel is at the door already."
    dismissed.action_dismiss()
