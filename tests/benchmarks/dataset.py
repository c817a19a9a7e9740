"""The data of the benchmarks: 10,000 storable products in 50 stores, 500,000 quants."""

from odoo.tools import SQL

PRODUCTS = 10_000
STORES = 50
PREFIX = "BENCH"


def ensure(env):
    """Return ``(product_ids, warehouse_ids)`` of the data set, made once a database."""
    stores = env["stock.warehouse"].search([("name", "=like", f"{PREFIX}%")])
    if len(stores) != STORES:
        stores = env["stock.warehouse"].create(
            [{"name": f"{PREFIX} {number}", "code": f"{PREFIX[0]}{number:02d}"} for number in range(STORES)]
        )
        env["product.product"].create(
            [
                {"name": f"Bench {number}", "is_storable": True, "default_code": f"{PREFIX}-{number}"}
                for number in range(PRODUCTS)
            ]
        )
        env.flush_all()
        env.cr.execute(
            SQL(
                """
                INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date)
                SELECT p.id, w.lot_stock_id, w.company_id, 5 + (p.id + w.id) %% 40, (p.id * w.id) %% 4, now()
                  FROM product_product AS p CROSS JOIN stock_warehouse AS w
                 WHERE p.default_code LIKE %s AND w.id = ANY(%s)
                """,
                f"{PREFIX}%",
                stores.ids,
            )
        )
        env.cr.execute("ANALYZE stock_quant, stock_location, product_product, product_template")
        env.cr.commit()
    env.cr.execute(SQL("SELECT id FROM product_product WHERE default_code LIKE %s ORDER BY id", f"{PREFIX}%"))
    return [row[0] for row in env.cr.fetchall()], stores.ids
