-- What is available, pairs of which nothing is known left out; of products whose stock is not counted infinitely much.
-- `_owner_model`, `_owner_id`: what is held for this document counts as available.
CREATE OR REPLACE FUNCTION omni_promise.read(
    _products int[], _warehouses int[], _companies int[], _channel int, _owner_model varchar, _owner_id int
) RETURNS TABLE (product_id int, warehouse_id int, quantity float8) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    _now timestamp := omni_promise.clock();
    _excluded int[];
    _unsettled_products int[];
    _unsettled_warehouses int[];
    _own_products int[];
    _own_warehouses int[];
    _own_is_there boolean;
    _expires boolean;
    _found int;
BEGIN
    IF _channel IS NOT NULL THEN
        _excluded := omni_promise.excluded_products(_channel, _products);
        IF cardinality(_excluded) > 0 THEN
            _products := ARRAY(SELECT p FROM unnest(_products) AS p WHERE p <> ALL(_excluded));
        END IF;
        _warehouses := omni_promise.channel_warehouses(_channel, _warehouses);
        IF omni_promise.channel_has_reserves(_channel) THEN
            RETURN QUERY
            SELECT r.product_id, r.warehouse_id, CASE WHEN k.share IS NULL OR r.quantity = 'Infinity' THEN r.quantity
                   ELSE GREATEST(r.quantity * (1 - k.share)::float8 - k.quantity::float8, 0) END
              FROM omni_promise.read(_products, _warehouses, _companies, NULL, _owner_model, _owner_id) AS r
              LEFT JOIN omni_promise.channel_reserves(_channel, _products, _warehouses) AS k
                ON k.product_id = r.product_id AND k.warehouse_id = r.warehouse_id;
            RETURN;
        END IF;
    END IF;
    IF _companies IS NOT NULL THEN
        _warehouses := ARRAY(SELECT id FROM stock_warehouse WHERE id = ANY(_warehouses) AND company_id = ANY(_companies));
    END IF;
    -- Rows that do not say all: with changes not folded in yet, with holds that ran out.
    SELECT array_agg(x.product_id), array_agg(x.warehouse_id) INTO _unsettled_products, _unsettled_warehouses
      FROM (SELECT c.product_id, c.warehouse_id FROM omni_promise_change AS c
             WHERE c.product_id = ANY(_products) AND c.warehouse_id = ANY(_warehouses)
            UNION
            SELECT d.product_id, d.warehouse_id
              FROM (SELECT * FROM omni_promise WHERE next_expiry < 'infinity' AND next_expiry <= _now OFFSET 0) AS d
             WHERE d.product_id = ANY(_products) AND d.warehouse_id = ANY(_warehouses)) AS x;
    -- And with the owner's holds, where more is held than there is or something else is to be looked at.
    IF _owner_id IS NOT NULL THEN
        SELECT array_agg(h.product_id), array_agg(h.warehouse_id),
               bool_and(COALESCE(p.free - p.held - p.safety >= 0, false))
          INTO _own_products, _own_warehouses, _own_is_there
          FROM omni_hold AS h
          LEFT JOIN omni_promise AS p ON p.product_id = h.product_id AND p.warehouse_id = h.warehouse_id
         WHERE h.res_model = _owner_model AND h.res_id = _owner_id AND h.ended IS NULL
           AND h.product_id = ANY(_products) AND h.warehouse_id = ANY(_warehouses);
        IF _own_products IS NOT NULL AND (_unsettled_products IS NOT NULL OR NOT _own_is_there) THEN
            SELECT array_agg(x.product_id), array_agg(x.warehouse_id) INTO _unsettled_products, _unsettled_warehouses
              FROM (SELECT * FROM unnest(_unsettled_products, _unsettled_warehouses) AS u(product_id, warehouse_id)
                    UNION
                    SELECT * FROM unnest(_own_products, _own_warehouses) AS o(product_id, warehouse_id)) AS x;
        END IF;
    END IF;
    IF _unsettled_products IS NULL AND _own_products IS NOT NULL THEN
        -- What is left and what the owner holds: each page of a checkout asks just that.
        RETURN QUERY
        SELECT p.product_id, p.warehouse_id, CASE WHEN p.blocked OR p.uncounted OR h.quantity IS NULL THEN p.available
               ELSE (p.free - p.held - p.safety + h.quantity)::float8 END
          FROM omni_promise AS p
          LEFT JOIN (SELECT product_id, warehouse_id, SUM(quantity) AS quantity FROM omni_hold
                      WHERE res_model = _owner_model AND res_id = _owner_id AND ended IS NULL GROUP BY 1, 2) AS h
            ON h.product_id = p.product_id AND h.warehouse_id = p.warehouse_id
         WHERE p.product_id = ANY(_products) AND p.warehouse_id = ANY(_warehouses);
        GET DIAGNOSTICS _found = ROW_COUNT;
    ELSIF _unsettled_products IS NULL THEN
        RETURN QUERY
        SELECT p.product_id, p.warehouse_id, p.available
          FROM omni_promise AS p
         WHERE p.product_id = ANY(_products) AND p.warehouse_id = ANY(_warehouses);
        GET DIAGNOSTICS _found = ROW_COUNT;
    ELSE
        _found := 0;
        _expires := omni_expires();
        RETURN QUERY
        WITH unsettled AS (
            SELECT * FROM unnest(_unsettled_products, _unsettled_warehouses) AS x(product_id, warehouse_id)
        ), changed AS (
            SELECT c.product_id, c.warehouse_id, SUM(COALESCE(c.free, 0)) AS free, bool_or(c.recount) AS recount,
                   COALESCE(bool_or(c.facts), false) AS facts
              FROM omni_promise_change AS c
             WHERE c.product_id = ANY(_products) AND c.warehouse_id = ANY(_warehouses)
             GROUP BY 1, 2
        ), held AS (
            SELECT o.product_id, o.warehouse_id, COALESCE(SUM(o.quantity) FILTER (WHERE o.is_own), 0) AS own,
                   COALESCE(SUM(o.quantity) FILTER (WHERE NOT o.is_own), 0) AS quantity,
                   COALESCE(SUM(o.quantity) FILTER (WHERE NOT o.is_own AND (o.expires_at, -o.id) > (o.until, -o.own_id)), 0
                   ) AS stronger
              FROM (SELECT h.*, MIN(h.expires_at) FILTER (WHERE h.is_own) OVER pair AS until,
                           MAX(h.id) FILTER (WHERE h.is_own) OVER pair AS own_id
                      FROM (SELECT h.id, h.product_id, h.warehouse_id, h.quantity, h.expires_at,
                                   COALESCE(h.res_id = _owner_id AND h.res_model = _owner_model, false) AS is_own
                              FROM unsettled AS x
                              JOIN omni_hold AS h ON h.product_id = x.product_id AND h.warehouse_id = x.warehouse_id
                             WHERE h.ended IS NULL AND omni_promise.hold_counts(h.expires_at, h.lease, _now)
                               AND NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id)) AS h
                    WINDOW pair AS (PARTITION BY h.product_id, h.warehouse_id)) AS o
             GROUP BY 1, 2
        ), outdated AS (
            SELECT x.product_id, x.warehouse_id FROM unsettled AS x
              LEFT JOIN changed AS c ON c.product_id = x.product_id AND c.warehouse_id = x.warehouse_id
             WHERE c.recount OR NOT EXISTS (SELECT FROM omni_promise AS p
                                             WHERE p.product_id = x.product_id AND p.warehouse_id = x.warehouse_id
                                               AND NOT (_expires AND p.next_expiry <= _now))
        ), settings AS (
            SELECT * FROM omni_promise.row_settings(ARRAY(SELECT product_id FROM outdated),
                                                    ARRAY(SELECT warehouse_id FROM outdated))
        ), facts AS (
            SELECT * FROM omni_promise.free_stock(ARRAY(SELECT DISTINCT product_id FROM changed WHERE facts))
        )
        SELECT p.product_id, p.warehouse_id, p.available
          FROM omni_promise AS p
         WHERE p.product_id = ANY(_products) AND p.warehouse_id = ANY(_warehouses)
           AND NOT EXISTS (SELECT FROM unsettled AS x
                            WHERE x.product_id = p.product_id AND x.warehouse_id = p.warehouse_id)
        UNION ALL
        SELECT x.product_id, x.warehouse_id, CASE
               WHEN COALESCE(t.blocked, p.blocked) THEN 0
               WHEN COALESCE(t.uncounted, p.uncounted) THEN 'Infinity'
               -- Where goods are gone from under holds, the weakest gives way, as for incidents: the one that ends first.
               -- All others can still have what they hold.
               ELSE GREATEST(s.free - COALESCE(h.quantity, 0), LEAST(h.own, s.free - COALESCE(h.stronger, 0)), 0)::float8 END
          FROM unsettled AS x
          LEFT JOIN omni_promise AS p ON p.product_id = x.product_id AND p.warehouse_id = x.warehouse_id
          LEFT JOIN changed AS c ON c.product_id = x.product_id AND c.warehouse_id = x.warehouse_id
          LEFT JOIN held AS h ON h.product_id = x.product_id AND h.warehouse_id = x.warehouse_id
          LEFT JOIN settings AS t ON t.product_id = x.product_id AND t.warehouse_id = x.warehouse_id
          LEFT JOIN facts AS f ON f.product_id = x.product_id AND f.warehouse_id = x.warehouse_id
         CROSS JOIN LATERAL (
            SELECT CASE WHEN c.facts THEN COALESCE(f.free, 0) ELSE COALESCE(p.free, 0) + COALESCE(c.free, 0) END
                   - COALESCE(t.safety, p.safety, 0) AS free) AS s;
    END IF;
    -- Of what is not counted, most stores have no row.
    IF _found < cardinality(_products) * cardinality(_warehouses) THEN
        RETURN QUERY
        SELECT p.id, w.id, 'Infinity'::float8
          FROM product_product AS p
          JOIN product_template AS t ON t.id = p.product_tmpl_id
         CROSS JOIN stock_warehouse AS w
         WHERE p.id = ANY(_products) AND t.is_storable IS NOT TRUE AND p.active AND w.id = ANY(_warehouses) AND w.active;
    END IF;
END $$;