-- What PostgreSQL itself does for the promise of stock. Run at every install and update of the add-on; safe to repeat.
--
-- omni_promise          one row a product and warehouse: free (on hand - reserved - confirmed demand), held, safety
-- omni_promise_change   what happened to it since, appended by whoever moves stock: nobody waits, nobody is refused
-- omni_hold             the holds that the column `held` adds up
--
-- Facts (quants, moves) append changes. Promises (holds) take the row's lock, fold the changes in and decide.

-- The database's own clock: every server agrees, and a hold ends at its time though the request began before it.
CREATE OR REPLACE FUNCTION omni_clock() RETURNS timestamp LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() AT TIME ZONE 'UTC' $$;

-- Columns of which Odoo's models know nothing: when the next hold runs out, and which transaction wrote the row.
ALTER TABLE omni_promise ALTER free SET DEFAULT 0, ALTER held SET DEFAULT 0, ALTER safety SET DEFAULT 0,
    ADD COLUMN IF NOT EXISTS next_expiry timestamp NOT NULL DEFAULT 'infinity',
    ADD COLUMN IF NOT EXISTS txid xid8;
CREATE INDEX IF NOT EXISTS omni_promise_next_expiry_idx ON omni_promise (next_expiry) WHERE next_expiry < 'infinity';
ALTER TABLE omni_promise_change ALTER at SET DEFAULT omni_clock(),
    ADD COLUMN IF NOT EXISTS txid xid8 DEFAULT pg_current_xact_id();

-- ---------------------------------------------------------------------------------------------------------- what moves

-- Quants: on hand minus reserved, of the internal locations of a warehouse.
CREATE OR REPLACE FUNCTION omni_promise_quants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, SUM(q.quantity - q.reserved_quantity)
          FROM after AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(q.quantity - q.reserved_quantity) <> 0;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, -SUM(q.quantity - q.reserved_quantity)
          FROM before AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(q.quantity - q.reserved_quantity) <> 0;
    ELSE
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, SUM(q.amount)
          FROM (SELECT product_id, location_id, quantity - reserved_quantity AS amount FROM after
                 UNION ALL SELECT product_id, location_id, reserved_quantity - quantity FROM before) AS q
          JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(q.amount) <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_quants_insert AFTER INSERT ON stock_quant
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_quants();
CREATE OR REPLACE TRIGGER omni_promise_quants_update AFTER UPDATE ON stock_quant
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_quants();
CREATE OR REPLACE TRIGGER omni_promise_quants_delete AFTER DELETE ON stock_quant
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_quants();

-- Moves: what is to leave a warehouse and is not reserved yet. Moves that wait for another one take what that one
-- brings, not what is free. A move within the warehouse counts when another one waits for it.
CREATE OR REPLACE FUNCTION omni_promise_demand(m stock_move) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF m.state NOT IN ('confirmed', 'partially_available') THEN
        RETURN 0;
    END IF;
    RETURN COALESCE((
        SELECT m.product_qty * GREATEST(1 - COALESCE(m.quantity, 0) / NULLIF(m.product_uom_qty, 0), 0)
          FROM stock_location AS l JOIN stock_location AS f ON f.id = COALESCE(m.location_final_id, m.location_dest_id)
         WHERE l.id = m.location_id AND l.usage = 'internal' AND l.warehouse_id IS NOT NULL
           AND (f.usage <> 'internal' OR f.warehouse_id IS DISTINCT FROM l.warehouse_id
                OR EXISTS (SELECT FROM stock_move_move_rel AS r WHERE r.move_orig_id = m.id))
    ), 0);
END $$;

CREATE OR REPLACE FUNCTION omni_promise_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        NEW.omni_demand := omni_promise_demand(NEW);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.omni_demand = COALESCE(OLD.omni_demand, 0)
       AND NEW.product_id = OLD.product_id AND NEW.location_id = OLD.location_id THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.omni_demand <> 0 THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT OLD.product_id, l.warehouse_id, OLD.omni_demand FROM stock_location AS l
         WHERE l.id = OLD.location_id AND l.warehouse_id IS NOT NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.omni_demand <> 0 THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT NEW.product_id, l.warehouse_id, -NEW.omni_demand FROM stock_location AS l WHERE l.id = NEW.location_id;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_moves BEFORE INSERT OR DELETE OR UPDATE OF
    state, product_id, location_id, location_dest_id, location_final_id, product_qty, product_uom_qty, quantity
    ON stock_move FOR EACH ROW EXECUTE FUNCTION omni_promise_moves();

CREATE OR REPLACE FUNCTION omni_promise_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE stock_move SET state = state
     WHERE id = COALESCE(NEW.move_orig_id, OLD.move_orig_id) AND state IN ('confirmed', 'partially_available');
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_links AFTER INSERT OR DELETE ON stock_move_move_rel
    FOR EACH ROW EXECUTE FUNCTION omni_promise_links();

-- Locations that change sides: rare, so all is counted anew.
CREATE OR REPLACE FUNCTION omni_promise_locations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE stock_move SET state = state
     WHERE state IN ('confirmed', 'partially_available') AND NEW.id IN (location_id, location_dest_id, location_final_id);
    IF FOUND OR EXISTS (SELECT FROM stock_quant WHERE location_id = NEW.id) THEN
        PERFORM omni_promise_repair();
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_locations AFTER UPDATE OF usage, warehouse_id ON stock_location
    FOR EACH ROW WHEN (OLD.usage IS DISTINCT FROM NEW.usage OR OLD.warehouse_id IS DISTINCT FROM NEW.warehouse_id)
    EXECUTE FUNCTION omni_promise_locations();

-- ------------------------------------------------------------------------------------------------------------- checking

-- Where the promise differs from what it is made of: quants and moves, and holds. Empty unless something went wrong.
CREATE OR REPLACE FUNCTION omni_promise_differences()
RETURNS TABLE (product_id int, warehouse_id int, free numeric, held numeric) LANGUAGE sql STABLE AS $$
    SELECT product_id, warehouse_id, SUM(free), SUM(held)
      FROM (
        SELECT q.product_id, l.warehouse_id, q.quantity - q.reserved_quantity AS free, 0 AS held
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
        UNION ALL
        SELECT m.product_id, l.warehouse_id, -omni_promise_demand(m), 0
          FROM stock_move AS m JOIN stock_location AS l ON l.id = m.location_id
         WHERE m.state IN ('confirmed', 'partially_available') AND l.warehouse_id IS NOT NULL
        UNION ALL
        SELECT product_id, warehouse_id, 0, quantity FROM omni_hold WHERE ended IS NULL
        UNION ALL
        SELECT product_id, warehouse_id, -free, -held FROM omni_promise
        UNION ALL
        SELECT product_id, warehouse_id, -COALESCE(free, 0), 0 FROM omni_promise_change
      ) AS part
     GROUP BY 1, 2 HAVING SUM(free) <> 0 OR SUM(held) <> 0
$$;

-- Makes the promise what quants, moves and holds say; they are never touched. Returns how many pairs were wrong.
CREATE OR REPLACE FUNCTION omni_promise_repair() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    _wrong int := 0;
    _row record;
BEGIN
    FOR _row IN SELECT * FROM omni_promise_differences() LOOP
        _wrong := _wrong + 1;
        IF _row.free <> 0 THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            VALUES (_row.product_id, _row.warehouse_id, _row.free);
        END IF;
        IF _row.held <> 0 THEN
            INSERT INTO omni_promise (product_id, warehouse_id, held, next_expiry)
            VALUES (_row.product_id, _row.warehouse_id, _row.held, '-infinity')
            ON CONFLICT (product_id, warehouse_id)
            DO UPDATE SET held = omni_promise.held + excluded.held, next_expiry = '-infinity';
        END IF;
    END LOOP;
    RETURN _wrong;
END $$;

-- Which of these products a channel does not sell: by their own setting, by that of their category or of one above it.
CREATE OR REPLACE FUNCTION omni_promise_excluded(_channel int, _products int[]) RETURNS int[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF _channel IS NULL OR NOT EXISTS (SELECT FROM omni_excluded_template_rel WHERE channel_id = _channel)
       AND NOT EXISTS (SELECT FROM omni_excluded_category_rel WHERE channel_id = _channel) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT p.id FROM product_product AS p JOIN product_template AS t ON t.id = p.product_tmpl_id
         WHERE p.id = ANY(_products)
           AND (EXISTS (SELECT FROM omni_excluded_template_rel AS x
                         WHERE x.channel_id = _channel AND x.template_id = t.id)
                OR EXISTS (SELECT FROM omni_excluded_category_rel AS x
                             JOIN product_category AS above ON above.id = x.category_id
                             JOIN product_category AS c ON c.parent_path LIKE above.parent_path || '%'
                            WHERE x.channel_id = _channel AND c.id = t.categ_id))
    );
END $$;

-- Whether a channel may sell from a store: it lists it, or lists none. Without a channel: yes.
CREATE OR REPLACE FUNCTION omni_promise_sells(_channel int, _warehouse int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN _channel IS NULL
        OR EXISTS (SELECT FROM omni_channel_warehouse_rel WHERE channel_id = _channel AND warehouse_id = _warehouse)
        OR NOT EXISTS (SELECT FROM omni_channel_warehouse_rel WHERE channel_id = _channel);
END $$;

-- ------------------------------------------------------------------------------------------------------------- reading

-- What can be promised, pairs without a row left out; products whose stock is not counted are there without end.
-- `_owner_model`, `_owner_id`: what is held for this document counts as there.
CREATE OR REPLACE FUNCTION omni_promise_read(
    _products int[], _warehouses int[], _companies int[], _channel int, _owner_model varchar, _owner_id int
) RETURNS TABLE (product_id int, warehouse_id int, quantity float8) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    _now timestamp := omni_clock();
    _places int[];
    _excluded int[] := omni_promise_excluded(_channel, _products);
BEGIN
    IF cardinality(_excluded) > 0 THEN
        _products := ARRAY(SELECT p FROM unnest(_products) AS p WHERE p <> ALL(_excluded));
    END IF;
    SELECT array_agg(w.id) INTO _places
      FROM stock_warehouse AS w
     WHERE w.id = ANY(_warehouses) AND w.active AND (_companies IS NULL OR w.company_id = ANY(_companies))
       AND omni_promise_sells(_channel, w.id);
    RETURN QUERY
    SELECT p.product_id, p.warehouse_id, GREATEST(p.free - p.held - p.safety, 0)::float8
      FROM omni_promise AS p
     WHERE p.product_id = ANY(_products) AND p.warehouse_id = ANY(_places) AND p.next_expiry > _now;
    -- Rows that need a closer look, and changes not folded in yet: few. They come after, and replace.
    RETURN QUERY
    WITH changed AS (
        SELECT c.product_id, c.warehouse_id, SUM(COALESCE(c.free, 0)) AS free
          FROM omni_promise_change AS c
         WHERE c.product_id = ANY(_products) AND c.warehouse_id = ANY(_places)
         GROUP BY 1, 2
    ), pairs AS (
        SELECT c.product_id, c.warehouse_id FROM changed AS c
        UNION
        SELECT h.product_id, h.warehouse_id FROM omni_hold AS h
         WHERE h.res_model = _owner_model AND h.res_id = _owner_id AND h.ended IS NULL
           AND h.product_id = ANY(_products) AND h.warehouse_id = ANY(_places)
        UNION
        SELECT d.product_id, d.warehouse_id
          FROM (SELECT * FROM omni_promise WHERE next_expiry < 'infinity' AND next_expiry <= _now OFFSET 0) AS d
         WHERE d.product_id = ANY(_products) AND d.warehouse_id = ANY(_places)
    )
    SELECT x.product_id, x.warehouse_id,
           GREATEST(COALESCE(p.free, 0) + COALESCE(c.free, 0) - COALESCE(p.safety, 0) - COALESCE((
               SELECT SUM(h.quantity) FROM omni_hold AS h
                WHERE h.product_id = x.product_id AND h.warehouse_id = x.warehouse_id AND h.ended IS NULL
                  AND h.expires_at > _now
                  AND (_owner_id IS NULL OR h.res_id <> _owner_id OR h.res_model <> _owner_model)
                  AND NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id)
           ), 0), 0)::float8
      FROM pairs AS x
      LEFT JOIN omni_promise AS p ON p.product_id = x.product_id AND p.warehouse_id = x.warehouse_id
      LEFT JOIN changed AS c ON c.product_id = x.product_id AND c.warehouse_id = x.warehouse_id;
    RETURN QUERY
    SELECT p.id, w.id, CASE WHEN p.active THEN 'Infinity'::float8 ELSE 0 END
      FROM product_product AS p
      JOIN product_template AS t ON t.id = p.product_tmpl_id
     CROSS JOIN unnest(_places) AS w(id)
     WHERE p.id = ANY(_products) AND (NOT t.is_storable OR NOT p.active);
END $$;

-- ------------------------------------------------------------------------------------------------------------- holding

-- Whether the row was made or changed by this transaction, which has not ended.
CREATE OR REPLACE FUNCTION omni_promise_is_own(_row omni_promise) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT _row.txid IS NOT NULL AND _row.txid = pg_current_xact_id_if_assigned() $$;

-- Folds into one locked row what happened since, and closes the holds whose time is up. Returns the row as it is then.
CREATE OR REPLACE FUNCTION omni_promise_fold(_row omni_promise) RETURNS omni_promise LANGUAGE plpgsql AS $$
DECLARE
    _now timestamp := omni_clock();
    _free numeric;
    _ended numeric;
BEGIN
    IF EXISTS (SELECT FROM omni_promise_change AS c
                WHERE c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id) THEN
        WITH gone AS (
            DELETE FROM omni_promise_change AS c
             WHERE c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id
            RETURNING c.free, c.hold_id, c.how, c.at, c.user_id
        ), ended AS (
            UPDATE omni_hold AS h
               SET ended = CASE WHEN h.expires_at <= g.at THEN 'expired' ELSE g.how END,
                   ended_at = LEAST(h.expires_at, g.at), ended_by_id = g.user_id
              FROM (SELECT DISTINCT ON (hold_id) * FROM gone WHERE hold_id IS NOT NULL ORDER BY hold_id, at) AS g
             WHERE h.id = g.hold_id AND h.ended IS NULL
            RETURNING h.quantity
        )
        SELECT COALESCE(SUM(free), 0), COALESCE((SELECT SUM(quantity) FROM ended), 0) INTO _free, _ended FROM gone;
        _row.free := _row.free + _free;
        _row.held := _row.held - _ended;
    END IF;
    IF _row.next_expiry <= _now THEN
        WITH expired AS (
            UPDATE omni_hold AS h SET ended = 'expired', ended_at = h.expires_at
             WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id
               AND h.ended IS NULL AND h.expires_at <= _now
            RETURNING h.quantity
        )
        SELECT COALESCE(SUM(quantity), 0) INTO _ended FROM expired;
        _row.held := _row.held - _ended;
        SELECT COALESCE(MIN(h.expires_at), 'infinity') INTO _row.next_expiry
          FROM omni_hold AS h
         WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id AND h.ended IS NULL;
    END IF;
    UPDATE omni_promise
       SET free = _row.free, held = _row.held, next_expiry = _row.next_expiry,
           txid = CASE WHEN omni_promise_is_own(_row) THEN _row.txid END
     WHERE id = _row.id;
    RETURN _row;
END $$;

-- Makes the rows of pairs that something was appended to and that have none.
CREATE OR REPLACE FUNCTION omni_promise_appear(_products int[], _warehouses int[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO omni_promise (product_id, warehouse_id)
    SELECT DISTINCT c.product_id, c.warehouse_id
      FROM omni_promise_change AS c
      JOIN unnest(_products, _warehouses) AS a(p, w) ON a.p = c.product_id AND a.w = c.warehouse_id
     WHERE NOT EXISTS (SELECT FROM omni_promise AS p
                        WHERE p.product_id = c.product_id AND p.warehouse_id = c.warehouse_id)
       AND EXISTS (SELECT FROM product_product WHERE id = c.product_id)
       AND EXISTS (SELECT FROM stock_warehouse WHERE id = c.warehouse_id)
     ORDER BY 1, 2
    ON CONFLICT DO NOTHING
$$;

-- Locks the rows of these pairs, in the one order that everybody keeps, so that nobody waits in a circle.
CREATE OR REPLACE FUNCTION omni_promise_lock(_products int[], _warehouses int[])
RETURNS SETOF omni_promise LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    SELECT p.* FROM omni_promise AS p
      JOIN unnest(_products, _warehouses) AS a(product_id, warehouse_id) USING (product_id, warehouse_id)
     ORDER BY p.product_id, p.warehouse_id FOR NO KEY UPDATE OF p;
END $$;

-- Folds all that was appended to these pairs, or to every pair that has something to fold.
CREATE OR REPLACE FUNCTION omni_promise_settle(_products int[] DEFAULT NULL, _warehouses int[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _row omni_promise;
BEGIN
    IF _products IS NULL THEN
        SELECT array_agg(d.product_id), array_agg(d.warehouse_id) INTO _products, _warehouses
          FROM (SELECT c.product_id, c.warehouse_id FROM omni_promise_change AS c
                 UNION SELECT p.product_id, p.warehouse_id FROM omni_promise AS p
                        WHERE p.next_expiry <= omni_clock()) AS d;
    END IF;
    -- A change may be of a product or a warehouse that is gone by now.
    DELETE FROM omni_promise_change AS c
     USING unnest(_products, _warehouses) AS a(product_id, warehouse_id)
     WHERE c.product_id = a.product_id AND c.warehouse_id = a.warehouse_id
       AND (NOT EXISTS (SELECT FROM product_product WHERE id = a.product_id)
            OR NOT EXISTS (SELECT FROM stock_warehouse WHERE id = a.warehouse_id));
    PERFORM omni_promise_appear(_products, _warehouses);
    FOR _row IN SELECT * FROM omni_promise_lock(_products, _warehouses) LOOP
        PERFORM omni_promise_fold(_row);
    END LOOP;
END $$;

DO $$
BEGIN
    CREATE TYPE omni_shortage AS (product_id int, warehouse_id int, quantity numeric, missing numeric);
EXCEPTION WHEN duplicate_object THEN
    NULL;
END $$;

-- Holds all of what is asked for `_model,_res_id`, in place of what it held, or nothing.
-- The pairs come merged and sorted. `_quantities`: in the product's unit of measure.
-- `_own`: it runs in the caller's transaction. Else the caller tells what his own one did and is not seen here:
-- `_moved` of each pair, `_ended` holds.
-- Returns the holds made (hold_id, expires_at), or what is missing (missing), and changes nothing then.
-- Raises no_data_found when a product, a store or all stock of it is there for the caller only, unless `_own`.
CREATE OR REPLACE FUNCTION omni_hold_take(
    _model varchar, _res_id int, _channel int, _uid int, _seconds float8, _companies int[],
    _products int[], _warehouses int[], _quantities numeric[], _moved numeric[], _ended int[], _own boolean
) RETURNS TABLE (
    product_id int, warehouse_id int, quantity numeric, missing numeric, hold_id int, expires_at timestamp, former boolean
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _place record;
    _row omni_promise;
    _old int[];
    _lock_products int[] := _products;
    _lock_warehouses int[] := _warehouses;
    _now timestamp;
    _until timestamp;
    _left numeric;
    _freed numeric;
    _short omni_shortage[] := '{}';
    -- what becomes of each locked row, and of each pair that is asked for
    _ids int[] := '{}';
    _held numeric[] := '{}';
    _next timestamp[] := '{}';
    _seen int := 0;
    _kept numeric[] := '{}';
    _companies_of int[] := '{}';
    _excluded int[] := omni_promise_excluded(_channel, _products);
BEGIN
    -- What the owner held before is free for his new demand.
    SELECT array_agg(h.id) INTO _old FROM omni_hold AS h
     WHERE h.res_model = _model AND h.res_id = _res_id AND h.ended IS NULL;
    IF _old IS NOT NULL THEN
        SELECT array_agg(d.p), array_agg(d.w) INTO _lock_products, _lock_warehouses
          FROM (SELECT a.p, a.w FROM unnest(_products, _warehouses) AS a(p, w)
                 UNION SELECT h.product_id, h.warehouse_id FROM omni_hold AS h WHERE h.id = ANY(_old)) AS d;
    END IF;
    -- Lock in the one order that everybody keeps, and look whether there is enough of everything.
    FOR _place IN
        SELECT p AS promise, a.q, COALESCE(a.moved, 0) AS moved, w.active AND v.active AS active, w.company_id,
               p.next_expiry < 'infinity' AND p.next_expiry <= omni_clock()
               OR EXISTS (SELECT FROM omni_promise_change AS c
                           WHERE c.product_id = p.product_id AND c.warehouse_id = p.warehouse_id) AS stale
          FROM unnest(_lock_products, _lock_warehouses) AS k(product, store)
          JOIN omni_promise AS p ON p.product_id = k.product AND p.warehouse_id = k.store
          JOIN product_product AS v ON v.id = k.product
          JOIN stock_warehouse AS w ON w.id = k.store
          LEFT JOIN unnest(_products, _warehouses, _quantities, _moved) AS a(product, store, q, moved)
            ON a.product = k.product AND a.store = k.store
         ORDER BY p.product_id, p.warehouse_id
           FOR NO KEY UPDATE OF p
    LOOP
        _row := _place.promise;
        IF _place.stale THEN
            _row := omni_promise_fold(_row);
        END IF;
        _now := omni_clock();
        _until := _now + make_interval(secs => _seconds);
        _freed := 0;
        IF _old IS NOT NULL OR cardinality(_ended) > 0 THEN
            SELECT COALESCE(SUM(h.quantity) FILTER (WHERE h.id = ANY(_old)), 0), COALESCE(SUM(h.quantity), 0)
              INTO _freed, _left
              FROM omni_hold AS h
             WHERE h.id = ANY(_old || _ended) AND h.ended IS NULL
               AND h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id;
        ELSE
            _left := 0;
        END IF;
        IF _place.q IS NOT NULL THEN
            _seen := _seen + 1;
            _left := GREATEST(_left + _place.moved + _row.free - _row.held - _row.safety, 0);
            IF NOT _place.active OR NOT (_companies IS NULL OR _place.company_id = ANY(_companies))
               OR NOT (_channel IS NULL OR omni_promise_sells(_channel, _row.warehouse_id))
               OR _row.product_id = ANY(_excluded) THEN
                _left := 0;
            END IF;
            IF _place.q - _left > 0.000001 THEN
                _short := _short || ROW(_row.product_id, _row.warehouse_id, _place.q, _place.q - _left)::omni_shortage;
            ELSE
                _row.held := _row.held + _place.q;
                _row.next_expiry := LEAST(_row.next_expiry, _until);
            END IF;
        END IF;
        _ids := _ids || _row.id;
        _kept := _kept || _place.q;
        _companies_of := _companies_of || _place.company_id;
        _held := _held || (_row.held - _freed);
        _next := _next || _row.next_expiry;
    END LOOP;

    -- Pairs without a row: asked for the first time, or nothing was ever there, or not counted, or not known here.
    IF _seen < cardinality(_products) THEN
        PERFORM omni_promise_appear(_products, _warehouses);
        IF (SELECT count(*) FROM unnest(_products, _warehouses) AS a(p, w)
              JOIN omni_promise AS p ON p.product_id = a.p AND p.warehouse_id = a.w) > _seen THEN
            RETURN QUERY SELECT * FROM omni_hold_take(_model, _res_id, _channel, _uid, _seconds, _companies, _products,
                                                      _warehouses, _quantities, _moved, _ended, _own);
            RETURN;
        END IF;
        FOR _place IN
            SELECT a.product, a.store, a.q, a.moved, t.is_storable, w.id AS known
              FROM unnest(_products, _warehouses, _quantities, _moved) AS a(product, store, q, moved)
              LEFT JOIN product_product AS v ON v.id = a.product
              LEFT JOIN product_template AS t ON t.id = v.product_tmpl_id
              LEFT JOIN stock_warehouse AS w ON w.id = a.store
             WHERE NOT EXISTS (SELECT FROM omni_promise WHERE product_id = a.product AND warehouse_id = a.store)
        LOOP
            IF NOT _own AND (_place.is_storable IS NULL OR _place.known IS NULL OR _place.moved > 0) THEN
                RAISE no_data_found;
            END IF;
            CONTINUE WHEN NOT COALESCE(_place.is_storable, true);
            _short := _short || ROW(_place.product, _place.store, _place.q, _place.q)::omni_shortage;
        END LOOP;
    END IF;
    IF cardinality(_short) > 0 THEN
        RETURN QUERY SELECT s.product_id, s.warehouse_id, s.quantity, s.missing, NULL::int, NULL::timestamp, NULL::boolean
                       FROM unnest(_short) AS s;
        RETURN;
    END IF;

    IF _old IS NOT NULL THEN
        UPDATE omni_hold AS h SET ended = 'replaced', ended_at = _now, ended_by_id = _uid
         WHERE h.id = ANY(_old) AND h.ended IS NULL;
    END IF;
    expires_at := _until;
    former := _old IS NOT NULL;
    FOR _at IN 1 .. cardinality(_ids) LOOP
        UPDATE omni_promise AS p
           SET held = _held[_at], next_expiry = _next[_at], txid = CASE WHEN _own THEN pg_current_xact_id() END
         WHERE p.id = _ids[_at]
        RETURNING p.product_id, p.warehouse_id INTO product_id, warehouse_id;
        quantity := _kept[_at];
        IF quantity IS NOT NULL THEN
            INSERT INTO omni_hold (res_model, res_id, channel_id, user_id, product_id, warehouse_id, company_id,
                                   quantity, created, expires_at)
            VALUES (_model, _res_id, _channel, _uid, product_id, warehouse_id, _companies_of[_at],
                    quantity, _now, _until)
            RETURNING id INTO hold_id;
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

-- A time shorter than before must be noticed when it is up, whoever wrote it.
CREATE OR REPLACE FUNCTION omni_hold_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE omni_promise SET next_expiry = NEW.expires_at
     WHERE product_id = NEW.product_id AND warehouse_id = NEW.warehouse_id AND next_expiry > NEW.expires_at;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_hold_expiry AFTER UPDATE OF expires_at ON omni_hold
    FOR EACH ROW WHEN (NEW.expires_at < OLD.expires_at) EXECUTE FUNCTION omni_hold_expiry();

-- Keeps what a document holds now for some seconds from now; `_at_least`: what is kept longer stays so. What ran out stays so.
-- Returns how many holds there were to keep.
CREATE OR REPLACE FUNCTION omni_hold_extend(_model varchar, _res_id int, _seconds float8, _at_least boolean, _own boolean)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    _now timestamp;
    _until timestamp;
    _row omni_promise;
    _products int[];
    _warehouses int[];
    _count int;
    _extended int := 0;
BEGIN
    SELECT array_agg(h.product_id), array_agg(h.warehouse_id) INTO _products, _warehouses
      FROM (SELECT DISTINCT product_id, warehouse_id FROM omni_hold
             WHERE res_model = _model AND res_id = _res_id AND ended IS NULL) AS h;
    IF _products IS NULL AND NOT _own THEN
        RAISE no_data_found;
    END IF;
    FOR _row IN SELECT * FROM omni_promise_lock(_products, _warehouses) LOOP
        _now := omni_clock();
        _until := _now + make_interval(secs => _seconds);
        UPDATE omni_hold AS h SET expires_at = CASE WHEN _at_least THEN GREATEST(h.expires_at, _until) ELSE _until END
         WHERE h.res_model = _model AND h.res_id = _res_id AND h.ended IS NULL AND h.expires_at > _now
           AND h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id;
        GET DIAGNOSTICS _count = ROW_COUNT;
        _extended := _extended + _count;
    END LOOP;
    RETURN _extended;
END $$;
