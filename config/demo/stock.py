"""What each place has: much in the central warehouse, unevenly in the shops, the last ones of some and none of others.

Stock comes in a year ago, and to the central warehouse four times since; what is on hand is then derived from all that moved.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from clone import clone, ids, stamped

from odoo.tools import SQL

LEFT_IN_SHOP = ((0, 1, 2, 3, 5, 8, 12), (22, 14, 14, 16, 16, 12, 6))  # at the end of the story
LEFT_IN_CENTRAL = ((0, 3, 10, 18, 30, 45), (6, 8, 22, 28, 24, 12))
DELIVERIES = (70, 150, 220, 310)  # days of the story
SUPPLIERS = ("Ateliers du Forez", "Tissages de la Lys", "Bivouac & Cie", "Manufacture du Thiernois")


def fill(env, clock, plan, central, open_orders):
    """Bring in what is sold, what orders under way at the end ask for, and what is left over."""
    clock.set(datetime.combine(plan.start - timedelta(days=1), time(9)))
    sold = plan.sold(open_orders)
    inventory, deliveries = [], defaultdict(list)
    for article in plan.articles:
        out = sold[None, article]
        [left] = plan.random.choices(*LEFT_IN_CENTRAL)
        inventory.append((central, article, out + left // 2))
        deliveries[plan.random.choice(DELIVERIES)].append((article, left - left // 2))
        for shop in plan.shops:
            if article.template in plan.assortment[shop]:
                [left] = plan.random.choices(*LEFT_IN_SHOP)
                inventory.append((shop, article, sold[shop, article] + left))
    _take_inventory(env, clock, plan, inventory)
    for day, rows in deliveries.items():
        _receive(env, clock, plan, central, day, [row for row in rows if row[1]])


def derive_quants(env, articles):
    """Make what is on hand of ``articles`` the sum of all that moved."""
    env.flush_all()
    products = [article.id for article in articles]
    env.cr.execute(SQL("DELETE FROM stock_quant WHERE product_id = ANY(%s)", products))
    env.cr.execute(
        SQL(
            """
            INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date,
                                     inventory_date, create_uid, write_uid, create_date, write_date)
            SELECT m.product_id, l.id, l.company_id, SUM(m.quantity), 0, MIN(m.date),
                   CASE WHEN l.usage = 'internal' THEN make_date(EXTRACT(YEAR FROM now())::int, 12, 31) END,
                   1, 1, MIN(m.date), MAX(m.date)
              FROM (
                       SELECT product_id, location_dest_id AS location_id, quantity, date
                         FROM stock_move_line WHERE state = 'done'
                        UNION ALL
                       SELECT product_id, location_id, -quantity, date FROM stock_move_line WHERE state = 'done'
                   ) AS m
              JOIN stock_location AS l ON l.id = m.location_id
             WHERE m.product_id = ANY(%s)
             GROUP BY m.product_id, l.id
            HAVING SUM(m.quantity) <> 0
            """,
            products,
        )
    )
    env.invalidate_all()


def _take_inventory(env, clock, plan, rows):
    """Count in ``[(warehouse, article, quantity)]`` on the first day."""
    location = rows[0][0].lot_stock_id
    quant = env["stock.quant"].with_context(inventory_mode=True)
    quant.create(
        {"product_id": rows[0][1].id, "location_id": location.id, "inventory_quantity": max(rows[0][2], 1)}
    ).action_apply_inventory()
    move = env["stock.move"].search([("product_id", "=", rows[0][1].id)], limit=1)
    rows = [row for row in rows[1:] if row[2]]
    clone_moves(
        env,
        move,
        [
            {
                "product": article,
                "quantity": quantity,
                "moment": clock.moment,
                "move": {"location_dest_id": warehouse.lot_stock_id.id},
            }
            for warehouse, article, quantity in rows
        ],
    )


def _receive(env, clock, plan, central, day, rows):
    """Receive ``[(article, quantity)]`` from a supplier: one real receipt, its lines copied."""
    clock.set(datetime.combine(plan.start + timedelta(days=day), time(8)))
    supplier = env["res.partner"].create(
        {
            "name": SUPPLIERS[DELIVERIES.index(day)],
            "is_company": True,
            "supplier_rank": 1,
            "country_id": env.ref("base.fr").id,
        }
    )
    (first, quantity), *others = rows
    kind = central.in_type_id
    picking = env["stock.picking"].create(
        {
            "partner_id": supplier.id,
            "picking_type_id": kind.id,
            "location_id": env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": kind.default_location_dest_id.id,
            "move_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": first.id,
                        "product_uom_qty": quantity,
                        "location_id": env.ref("stock.stock_location_suppliers").id,
                        "location_dest_id": kind.default_location_dest_id.id,
                    },
                )
            ],
        }
    )
    picking.action_confirm()
    picking.move_ids.picked = True
    picking._action_done()
    clone_moves(
        env,
        picking.move_ids,
        [{"product": article, "quantity": quantity, "moment": clock.moment} for article, quantity in others],
    )


def clone_moves(env, move, rows):
    """Copy a done move and its line for each of ``rows``: ``product`` (an article), ``quantity``, ``moment``, and in ``move`` what
    else differs (a line takes of it what it knows). Return the ids of the moves."""
    moves, lines = [], []
    move_ids = ids(env, "stock_move", len(rows))
    for row, move_id in zip(rows, move_ids, strict=True):
        article, quantity, moment = row["product"], row["quantity"], row["moment"]
        other = row.get("move", {})
        common = {"product_id": article.id, "date": moment, "quantity": quantity, **stamped(moment)}
        moves.append(
            {
                **common,
                "id": move_id,
                "product_qty": quantity,
                "product_uom_qty": quantity,
                "packaging_uom_qty": quantity,
                "value": round(quantity * article.cost, 2),
                "reservation_date": moment.date(),
                "date_deadline": moment,
                **other,
            }
        )
        lines.append({**common, "move_id": move_id, "quantity_product_uom": quantity, **other})
    for line_id, values in zip(ids(env, "stock_move_line", len(lines)), lines, strict=True):
        values["id"] = line_id
    clone(env, "stock_move", move.id, moves)
    clone(env, "stock_move_line", move.move_line_ids.id, lines)
    return move_ids
