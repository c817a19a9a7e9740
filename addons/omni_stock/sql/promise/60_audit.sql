-- Checking: what the rows say is compared with what they are made of, and counted anew where it differs.

-- Where a row differs from quants, moves and tickets (`free`), from holds (`held`), from rules and master data
-- (`settings`). Empty unless something went wrong. What is to be counted anew is not wrong, it waits.
CREATE OR REPLACE FUNCTION omni_promise.differences()
RETURNS TABLE (product_id int, warehouse_id int, free numeric, held numeric, settings boolean) LANGUAGE sql STABLE AS $$
    SELECT d.product_id, d.warehouse_id, d.free, d.held, d.settings
      FROM (
        SELECT product_id, warehouse_id, SUM(free) AS free, SUM(held) AS held, bool_or(settings) AS settings
          FROM (
            SELECT product_id, warehouse_id, free, 0 AS held, false AS settings
              FROM omni_promise.free_stock(ARRAY(SELECT id FROM product_product))
            UNION ALL
            SELECT product_id, warehouse_id, 0, quantity, false FROM omni_hold WHERE ended IS NULL
            UNION ALL
            SELECT p.product_id, p.warehouse_id, -p.free, -p.held,
                   (p.company_id, p.safety, p.uncounted, p.blocked)
                   IS DISTINCT FROM (t.company_id, t.safety, t.uncounted, t.blocked)
                   AND NOT EXISTS (SELECT FROM omni_promise_change AS c WHERE c.recount
                                      AND c.product_id = p.product_id AND c.warehouse_id = p.warehouse_id)
                   AND NOT (p.next_expiry <= omni_promise.clock() AND omni_expires())
              FROM omni_promise AS p
              LEFT JOIN omni_promise.row_settings(ARRAY(SELECT product_id FROM omni_promise ORDER BY id),
                                                  ARRAY(SELECT warehouse_id FROM omni_promise ORDER BY id)) AS t
                ON t.product_id = p.product_id AND t.warehouse_id = p.warehouse_id
            UNION ALL
            SELECT product_id, warehouse_id, -COALESCE(free, 0), 0, false FROM omni_promise_change
          ) AS part
         GROUP BY 1, 2 HAVING SUM(free) <> 0 OR SUM(held) <> 0 OR bool_or(settings)
      ) AS d
     WHERE NOT EXISTS (SELECT FROM omni_promise_change AS c
                        WHERE c.facts AND c.product_id = d.product_id AND c.warehouse_id = d.warehouse_id)
$$;

-- Has counted anew what differs; quants, moves, tickets and holds are never touched. It waits for nobody, and doing it
-- twice changes nothing. Returns how many pairs were wrong.
CREATE OR REPLACE FUNCTION omni_promise.repair() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    _wrong int;
BEGIN
    UPDATE stock_move AS m SET state = state -- what a move was last said to take out
     WHERE m.state IN ('confirmed', 'partially_available') AND m.omni_demand IS DISTINCT FROM omni_promise.move_demand(m)
        OR m.state NOT IN ('confirmed', 'partially_available') AND m.omni_demand <> 0;
    INSERT INTO omni_promise_change (product_id, warehouse_id, free, recount, facts)
    SELECT product_id, warehouse_id, free, true, true FROM omni_promise.differences();
    GET DIAGNOSTICS _wrong = ROW_COUNT;
    RETURN _wrong;
END $$;

-- What is to be counted once more and can be by now: nobody is left who does not see what changed. `_asks`: the connection
-- of who asks, which changes nothing itself.
CREATE OR REPLACE FUNCTION omni_promise.late_due(_asks int)
RETURNS TABLE (id bigint, products int[], facts boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    UPDATE omni_promise.late SET since = pg_snapshot_xmax(pg_current_snapshot()) WHERE since IS NULL;
    RETURN QUERY
    SELECT l.id, CASE
             WHEN l.locations IS NOT NULL THEN ARRAY( -- and what was brought there meanwhile
               SELECT unnest(l.products)
                UNION SELECT q.product_id FROM stock_quant AS q WHERE q.location_id = ANY(l.locations)
                UNION SELECT m.product_id FROM stock_move AS m
                       WHERE m.location_id = ANY(l.locations) AND m.state IN ('confirmed', 'partially_available'))
             WHEN l.products IS NULL THEN ARRAY(
               SELECT DISTINCT p.product_id FROM omni_promise AS p
                WHERE l.warehouses IS NULL OR p.warehouse_id = ANY(l.warehouses))
             ELSE l.products END,
           l.facts
      FROM omni_promise.late AS l
     WHERE l.since <= pg_snapshot_xmin(pg_current_snapshot())
       AND NOT EXISTS (SELECT FROM pg_stat_activity AS a
                        WHERE a.datname = current_database() AND a.pid <> ALL(ARRAY[pg_backend_pid(), _asks])
                          AND age(a.backend_xmin) > age(l.since::xid))
     ORDER BY l.id;
END $$;

-- Has counted anew what of these products is not what it should be: the settings of their rows, or what is free.
CREATE OR REPLACE FUNCTION omni_promise.correct(_products int[], _facts boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF _facts THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free, recount, facts)
        SELECT d.product_id, d.warehouse_id, SUM(d.free), true, true
          FROM (SELECT f.product_id, f.warehouse_id, f.free FROM omni_promise.free_stock(_products) AS f
                 UNION ALL
                SELECT p.product_id, p.warehouse_id, -p.free FROM omni_promise AS p WHERE p.product_id = ANY(_products)
                 UNION ALL
                SELECT c.product_id, c.warehouse_id, -COALESCE(c.free, 0)
                  FROM omni_promise_change AS c WHERE c.product_id = ANY(_products)) AS d
         GROUP BY 1, 2 HAVING SUM(d.free) <> 0;
    ELSE
        INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
        SELECT p.product_id, p.warehouse_id, true
          FROM omni_promise AS p
          JOIN omni_promise.row_settings(
                 ARRAY(SELECT product_id FROM omni_promise WHERE product_id = ANY(_products) ORDER BY id),
                 ARRAY(SELECT warehouse_id FROM omni_promise WHERE product_id = ANY(_products) ORDER BY id)
               ) AS t ON t.product_id = p.product_id AND t.warehouse_id = p.warehouse_id
         WHERE p.product_id = ANY(_products)
           AND (p.company_id, p.safety, p.uncounted, p.blocked)
               IS DISTINCT FROM (t.company_id, t.safety, t.uncounted, t.blocked);
    END IF;
END $$;
