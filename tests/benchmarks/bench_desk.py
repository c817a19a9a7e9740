"""The pickup desk of one of 50 shops with 10,000 open pickups in all: what opening it costs."""

import statistics
import time

from odoo.tools import SQL

ROUNDS = 30
STORES = 50
OPEN = 10_000
DONE = 100_000  # collected before: history that must not be read
LINES = 3  # of each pickup
PREFIX = "DESK"


def run(env, rounds=ROUNDS):
    """Print milliseconds of the server for the list of stores and the queue of one, by who works at all stores.

    The quickest of all is what it costs when nothing else runs on the machine.
    """
    stores = _data(env)
    group = env.ref("omni_clickcollect.group_pickup_desk")
    user = env["res.users"].search([("login", "=", "bench_desk")]) or env["res.users"].create(
        {"name": "Desk", "login": "bench_desk", "group_ids": [(6, 0, group.ids)]}
    )
    env.cr.commit()
    desk = env["omni.pickup.desk"].with_user(user)
    times = {"stores": [], "queue": [], "both": [], "search": []}
    desk.stores()
    desk.queue(stores[0])
    for number in range(rounds):
        store = stores[number % STORES]
        taken = {}
        for name, call in (
            ("stores", desk.stores),
            ("queue", lambda store=store: desk.queue(store)),
            ("search", lambda store=store: desk.queue(store, "4321")),
        ):
            env.invalidate_all()
            start = time.perf_counter()
            answer = call()
            taken[name] = (time.perf_counter() - start) * 1000
            times[name].append(taken[name])
            if name == "queue":
                cards = sum(len(answer[column]["cards"]) for column in ("to_prepare", "ready"))
        times["both"].append(taken["stores"] + taken["queue"])
    print(f"pickup desk, {OPEN} open pickups in {STORES} stores, {DONE} collected, {cards} cards, {rounds} rounds, ms")
    print(f"{'':<10} {'quickest':>8} {'median':>8} {'p95':>8} {'most':>8}")
    for name, values in times.items():
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{name:<10} {min(values):>8.1f} {statistics.median(values):>8.1f} {p95:>8.1f} {max(values):>8.1f}")


def _data(env):
    """Return the ids of the stores, made once a database with their orders, transfers and pickups."""
    stores = env["stock.warehouse"].search([("name", "=like", f"{PREFIX}%")])
    if len(stores) != STORES:
        stores = env["stock.warehouse"].create(
            [{"name": f"{PREFIX} {number}", "code": f"D{number:03d}"} for number in range(STORES)]
        )
        products = env["product.product"].create(
            [
                {"name": f"Desk {number}", "is_storable": True, "barcode": f"{PREFIX}{number:05d}"}
                for number in range(500)
            ]
        )
        env.flush_all()
        carrier = env["delivery.carrier"].search([("delivery_type", "=", "in_store")], limit=1)
        carrier.write({"is_published": False, "warehouse_ids": [(4, store.id) for store in stores]})
        _insert(env, stores.ids, products.ids)
        env.cr.commit()
        env.cr.execute(
            "ANALYZE omni_pickup, omni_pickup_line, omni_pickup_step, sale_order, sale_order_line, res_partner,"
            " stock_move, stock_move_line"
        )
    return stores.ids


def _insert(env, stores, products):
    company, uom = env.company, env.ref("uom.product_uom_unit").id
    first = env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM sale_order"))[0][0]
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE one ON COMMIT DROP AS
            SELECT n, (%(stores)s::int[])[1 + n %% %(count)s] AS store,
                   CASE WHEN n > %(open)s THEN 'collected' WHEN (n / %(count)s) %% 3 = 0 THEN 'ready'
                        WHEN (n / %(count)s) %% 3 = 1 THEN 'preparing' ELSE 'to_prepare' END AS state
              FROM generate_series(1, %(all)s) AS n;
            INSERT INTO res_partner (name, complete_name, phone, phone_sanitized, email, company_id, active, lang, type,
                                     create_date, autopost_bills)
            SELECT 'Desk customer ' || n, 'Desk customer ' || n, '0600' || LPAD(n::text, 6, '0'),
                   '+33600' || LPAD(n::text, 6, '0'), 'desk' || n || '@example.com', NULL, TRUE, 'en_US', 'contact',
                   now(), 'ask'
              FROM one;
            CREATE TEMP TABLE who ON COMMIT DROP AS
            SELECT id, SUBSTR(name, 15)::int AS n FROM res_partner WHERE name LIKE 'Desk customer %%';
            INSERT INTO sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, state,
                                    date_order, warehouse_id, picking_policy, currency_id, amount_total,
                                    omni_fulfilment, create_date)
            SELECT 'DESK' || one.n, %(company)s, who.id, who.id, who.id, 'sale', now(), one.store, 'direct',
                   %(currency)s, 30, 'collect', now()
              FROM one JOIN who USING (n);
            CREATE TEMP TABLE bought ON COMMIT DROP AS
            SELECT id, SUBSTR(name, 5)::int AS n FROM sale_order WHERE id > %(first)s AND name LIKE 'DESK%%';
            INSERT INTO sale_order_line (order_id, product_id, product_uom_id, product_uom_qty, name, price_unit, state,
                                         company_id, customer_lead, warehouse_id)
            SELECT bought.id, (%(products)s::int[])[1 + (bought.n * 7 + k) %% %(goods)s], %(uom)s, 1, 'x', 10, 'sale',
                   %(company)s, 0, one.store
              FROM bought JOIN one USING (n) CROSS JOIN generate_series(1, %(lines)s) AS k;
            INSERT INTO omni_pickup (order_id, warehouse_id, company_id, partner_id, kind, state, promised_at, deadline,
                                     code, access_token, bin, create_date)
            SELECT bought.id, one.store, %(company)s, who.id, 'order', one.state,
                   now() + ((one.n %% 400) - 100) * interval '1 minute', now() + interval '7 days',
                   'D' || LPAD(one.n::text, 7, '0'), md5(one.n::text),
                   CASE WHEN one.state = 'ready' THEN (one.n %% 90)::text END, now()
              FROM one JOIN bought USING (n) JOIN who USING (n);
            INSERT INTO omni_pickup_line (pickup_id, company_id, sale_line_id, product_id, quantity)
            SELECT pickup.id, pickup.company_id, line.id, line.product_id, 1
              FROM sale_order_line AS line JOIN omni_pickup AS pickup USING (order_id) WHERE line.order_id > %(first)s;
            INSERT INTO omni_pickup_step (pickup_id, company_id, state, at, user_id, warehouse_id)
            SELECT id, company_id, 'to_prepare', now(), 1, warehouse_id FROM omni_pickup WHERE code LIKE 'D0%%';
            INSERT INTO stock_move (company_id, product_id, product_uom, product_uom_qty, quantity, location_id,
                                    location_dest_id, state, procure_method, sale_line_id, date, warehouse_id)
            SELECT line.company_id, line.product_id, line.product_uom_id, 1, 1, store.lot_stock_id, %(customers)s,
                   CASE WHEN pickup.state = 'collected' THEN 'done' ELSE 'assigned' END, 'make_to_stock', line.id,
                   now(), store.id
              FROM sale_order_line AS line
              JOIN omni_pickup AS pickup USING (order_id)
              JOIN stock_warehouse AS store ON store.id = pickup.warehouse_id
             WHERE line.order_id > %(first)s;
            """,
            stores=stores,
            count=len(stores),
            products=products,
            goods=len(products),
            company=company.id,
            currency=company.currency_id.id,
            uom=uom,
            open=OPEN,
            all=OPEN + DONE,
            lines=LINES,
            first=first,
            customers=env.ref("stock.stock_location_customers").id,
        )
    )
    shelves = env["stock.location"].create(
        [
            {"name": f"Shelf {number}", "location_id": store.lot_stock_id.id}
            for store in env["stock.warehouse"].browse(stores)
            for number in range(5)
        ]
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO stock_move_line (company_id, product_id, product_uom_id, quantity, quantity_product_uom,
                                         location_id, location_dest_id, move_id, state, date, picked)
            SELECT move.company_id, move.product_id, move.product_uom, 1, 1,
                   (SELECT (ARRAY_AGG(shelf.id))[1 + move.id %% 5] FROM stock_location AS shelf
                     WHERE shelf.location_id = move.location_id AND shelf.id = ANY(%s)),
                   move.location_dest_id, move.id, move.state, move.date, FALSE
              FROM stock_move AS move
             WHERE move.sale_line_id IS NOT NULL AND move.state = 'assigned' AND move.warehouse_id = ANY(%s)
            """,
            shelves.ids,
            stores,
        )
    )
