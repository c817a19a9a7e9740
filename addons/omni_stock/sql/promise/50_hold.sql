-- Holds: what is kept for somebody. Who holds locks the rows, folds in what happened since, and decides.

-- Whether an open hold counts: its time is not up, or the transaction that sells its goods is under way. The latter for
-- a day at most: in a restored database the number may be that of another transaction.
CREATE OR REPLACE FUNCTION omni_promise.hold_counts(_expires_at timestamp, _lease xid8, _now timestamp) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT _expires_at > _now OR _lease IS NOT NULL AND _expires_at > _now - interval '1 day'
                                 AND NOT pg_visible_in_snapshot(_lease, pg_current_snapshot())
$$;

-- Whether the row was made or changed by this transaction, which has not ended.
CREATE OR REPLACE FUNCTION omni_promise.is_own(_row omni_promise) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT _row.txid IS NOT NULL AND _row.txid = pg_current_xact_id_if_assigned() $$;

-- Folds into one locked row what happened since, and closes the holds whose time is up. Returns the row as it is then.
-- `_most`: at most so many changes; what is to be counted anew is counted with all of them.
CREATE OR REPLACE FUNCTION omni_promise.fold(_row omni_promise, _most int DEFAULT NULL) RETURNS omni_promise
LANGUAGE plpgsql AS $$
DECLARE
    _now timestamp := omni_promise.clock();
    _before omni_promise := _row;
    _ended numeric;
    _has_expired boolean := _row.next_expiry <= _now AND omni_expires();
    _sum record;
    _next timestamp := 'infinity';
BEGIN
    IF _has_expired OR EXISTS (SELECT FROM omni_promise_change AS c
                                WHERE c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id) THEN
        IF _most IS NOT NULL AND EXISTS (SELECT FROM omni_promise_change AS c WHERE c.facts
                                            AND c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id) THEN
            _most := NULL;
        END IF;
        -- What is counted and what is deleted is of the same moment, that of this statement.
        WITH gone AS (
            DELETE FROM omni_promise_change AS d
             WHERE d.id = ANY(ARRAY(
                SELECT c.id FROM omni_promise_change AS c
                 WHERE c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id
                   AND (_most IS NULL OR c.facts IS NOT TRUE)
                 LIMIT _most))
            RETURNING d.free, d.hold_id, d.how, d.at, d.user_id, d.recount, d.facts
        ), ended AS (
            UPDATE omni_hold AS h
               SET ended = CASE WHEN h.expires_at <= g.at THEN 'expired' ELSE g.how END,
                   ended_at = LEAST(h.expires_at, g.at), ended_by_id = g.user_id
              FROM (SELECT DISTINCT ON (hold_id) * FROM gone WHERE hold_id IS NOT NULL ORDER BY hold_id, at) AS g
             WHERE h.id = g.hold_id AND h.ended IS NULL
            RETURNING h.quantity
        ), settings AS ( -- which count the same goods that the changes are about
            SELECT * FROM omni_promise.row_settings(ARRAY[_row.product_id], ARRAY[_row.warehouse_id])
             WHERE _has_expired OR (SELECT bool_or(recount) FROM gone)
        )
        SELECT g.*, t.* INTO _sum
          FROM (SELECT COALESCE(SUM(free), 0) AS free, COALESCE((SELECT SUM(quantity) FROM ended), 0) AS ended,
                       CASE WHEN bool_or(facts) THEN COALESCE((
                           SELECT f.free FROM omni_promise.free_stock(ARRAY[_row.product_id]) AS f
                            WHERE f.warehouse_id = _row.warehouse_id), 0) END AS counted
                  FROM gone) AS g
          LEFT JOIN settings AS t ON true;
        _row.free := COALESCE(_sum.counted, _row.free + _sum.free);
        _row.held := _row.held - _sum.ended;
        IF _sum.product_id IS NOT NULL THEN
            _row.company_id := _sum.company_id;
            _row.safety := _sum.safety;
            _row.uncounted := _sum.uncounted;
            _row.blocked := _sum.blocked;
            _next := _sum.next_expiry;
        END IF;
        IF _sum.counted IS NOT NULL THEN
            SELECT COALESCE(SUM(h.quantity), 0), '-infinity' INTO _row.held, _row.next_expiry
              FROM omni_hold AS h
             WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id AND h.ended IS NULL;
        END IF;
    END IF;
    IF _row.next_expiry <= _now THEN
        -- A hold that a document has ended goes with that document's moves, and not before.
        WITH expired AS (
            UPDATE omni_hold AS h SET ended = 'expired', ended_at = h.expires_at
             WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id
               AND h.ended IS NULL AND NOT omni_promise.hold_counts(h.expires_at, h.lease, _now)
               AND NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id)
            RETURNING h.quantity
        )
        SELECT COALESCE(SUM(quantity), 0) INTO _ended FROM expired;
        _row.held := _row.held - _ended;
        SELECT COALESCE(MIN(CASE WHEN h.expires_at > _now THEN h.expires_at ELSE _now + interval '1 second' END), 'infinity')
          INTO _row.next_expiry
          FROM omni_hold AS h
         WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id AND h.ended IS NULL;
    END IF;
    _row.next_expiry := LEAST(_row.next_expiry, _next);
    IF _row IS DISTINCT FROM _before THEN
        UPDATE omni_promise
           SET free = _row.free, held = _row.held, company_id = _row.company_id, safety = _row.safety,
               uncounted = _row.uncounted, blocked = _row.blocked, next_expiry = _row.next_expiry,
               txid = CASE WHEN omni_promise.is_own(_row) THEN _row.txid END
         WHERE id = _row.id;
    END IF;
    RETURN _row;
END $$;

-- Makes the rows of pairs that something was appended to and that have none.
CREATE OR REPLACE FUNCTION omni_promise.ensure_rows(_products int[], _warehouses int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SELECT array_agg(a.p), array_agg(a.w) INTO _products, _warehouses
      FROM unnest(_products, _warehouses) AS a(p, w)
     WHERE NOT EXISTS (SELECT FROM omni_promise AS p WHERE p.product_id = a.p AND p.warehouse_id = a.w)
       AND EXISTS (SELECT FROM omni_promise_change AS c WHERE c.product_id = a.p AND c.warehouse_id = a.w);
    IF _products IS NOT NULL THEN
        INSERT INTO omni_promise (product_id, warehouse_id, company_id, safety, uncounted, blocked, next_expiry)
        SELECT * FROM omni_promise.row_settings(_products, _warehouses) ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Locks the rows of these pairs for whoever changes them. All do it by this function: rows that are missing are made
-- first, then those that exist are locked, both in one order, so that nobody waits in a circle. `_wait`: else those that
-- somebody else has are left out.
CREATE OR REPLACE FUNCTION omni_promise.lock(_products int[], _warehouses int[], _wait boolean)
RETURNS SETOF omni_promise LANGUAGE plpgsql AS $$
BEGIN
    PERFORM omni_promise.ensure_rows(_products, _warehouses);
    IF _wait THEN
        RETURN QUERY
        SELECT p.* FROM omni_promise AS p
          JOIN unnest(_products, _warehouses) AS a(product_id, warehouse_id) USING (product_id, warehouse_id)
         ORDER BY p.product_id, p.warehouse_id FOR NO KEY UPDATE OF p;
    ELSE
        RETURN QUERY
        SELECT p.* FROM omni_promise AS p
          JOIN unnest(_products, _warehouses) AS a(product_id, warehouse_id) USING (product_id, warehouse_id)
         ORDER BY p.product_id, p.warehouse_id FOR NO KEY UPDATE OF p SKIP LOCKED;
    END IF;
END $$;

-- Folds all that was appended to these pairs, or to every pair that has something to fold. `_most`: at most so many
-- changes of each. Returns whether some are left. A row that somebody else has is passed over: whoever holds folds it.
-- Others wait for all of it: who folds much does it in steps.
CREATE OR REPLACE FUNCTION omni_promise.settle(
    _products int[] DEFAULT NULL, _warehouses int[] DEFAULT NULL, _most int DEFAULT NULL
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    _row omni_promise;
    _left boolean := false;
BEGIN
    IF _products IS NULL THEN
        SELECT array_agg(d.product_id), array_agg(d.warehouse_id) INTO _products, _warehouses
          FROM (SELECT c.product_id, c.warehouse_id FROM omni_promise_change AS c
                 UNION SELECT p.product_id, p.warehouse_id FROM omni_promise AS p
                        WHERE p.next_expiry <= omni_promise.clock()) AS d;
    END IF;
    -- A change may be of a product or a warehouse that is gone by now.
    DELETE FROM omni_promise_change AS c
     USING unnest(_products, _warehouses) AS a(product_id, warehouse_id)
     WHERE c.product_id = a.product_id AND c.warehouse_id = a.warehouse_id
       AND (NOT EXISTS (SELECT FROM product_product WHERE id = a.product_id)
            OR NOT EXISTS (SELECT FROM stock_warehouse WHERE id = a.warehouse_id));
    FOR _row IN SELECT * FROM omni_promise.lock(_products, _warehouses, false) LOOP
        PERFORM omni_promise.fold(_row, _most);
        _left := _left OR _most IS NOT NULL AND EXISTS (
            SELECT FROM omni_promise_change AS c
             WHERE c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id);
    END LOOP;
    RETURN _left;
END $$;

-- Holds all of what is asked for `_model,_res_id`, in place of what it held, or nothing.
-- The pairs come merged and sorted. `_quantities`: in the product's unit of measure.
-- `_own`: it runs in the caller's transaction. Else the caller tells what their own one did and is not seen here:
-- `_moved` of each pair, `_ended` holds.
-- Returns the holds made (hold_id, expires_at), or what is missing (missing), and changes nothing then.
-- Raises no_data_found when a product, a store or all stock of it is there for the caller only, unless `_own`.
CREATE OR REPLACE FUNCTION omni_promise.hold_take(
    _model varchar, _res_id int, _channel int, _uid int, _seconds float8, _companies int[],
    _products int[], _warehouses int[], _quantities numeric[], _moved numeric[], _ended int[], _own boolean
) RETURNS TABLE (
    product_id int, warehouse_id int, quantity numeric, missing numeric, hold_id int, expires_at timestamp, former boolean
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _pair record;
    _row omni_promise;
    _old int[];
    _former boolean;
    _lock_products int[] := _products;
    _lock_warehouses int[] := _warehouses;
    _now timestamp;
    _until timestamp;
    _left numeric;
    _freed numeric;
    _there numeric;
    _is_short boolean := false;
    -- what becomes of each locked row, and of each pair that is asked for
    _ids int[] := '{}';
    _held numeric[] := '{}';
    _next timestamp[] := '{}';
    _seen int := 0;
    _kept numeric[] := '{}';
    _companies_of int[] := '{}';
    _excluded int[] := omni_promise.excluded_products(_channel, _products);
    _sold_from int[] := omni_promise.channel_warehouses(_channel, _warehouses);
BEGIN
    -- Calls of one owner take turns, or the second would not see what the first one holds for them.
    IF NOT _own THEN
        PERFORM pg_advisory_xact_lock(hashtext(_model), _res_id);
    END IF;
    -- What the owner held before is free for their new demand.
    SELECT array_agg(h.id), bool_or(NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id))
      INTO _old, _former FROM omni_hold AS h
     WHERE h.res_model = _model AND h.res_id = _res_id AND h.ended IS NULL;
    IF _old IS NOT NULL THEN
        SELECT array_agg(d.p), array_agg(d.w) INTO _lock_products, _lock_warehouses
          FROM (SELECT a.p, a.w FROM unnest(_products, _warehouses) AS a(p, w)
                 UNION SELECT h.product_id, h.warehouse_id FROM omni_hold AS h WHERE h.id = ANY(_old)) AS d;
    END IF;
    -- Lock, and look whether there is enough of everything.
    FOR _pair IN
        SELECT p AS promise, a.q, COALESCE(a.moved, 0) AS moved,
               COALESCE(k.quantity, 0) AS reserve, COALESCE(k.share, 0) AS share
          FROM omni_promise.lock(_lock_products, _lock_warehouses, true) AS p
          LEFT JOIN unnest(_products, _warehouses, _quantities, _moved) AS a(product, store, q, moved)
            ON a.product = p.product_id AND a.store = p.warehouse_id
          LEFT JOIN omni_promise.channel_reserves(_channel, _products, _warehouses) AS k
            ON k.product_id = p.product_id AND k.warehouse_id = p.warehouse_id
         ORDER BY p.product_id, p.warehouse_id
    LOOP
        _row := omni_promise.fold(_pair.promise);
        _now := omni_promise.clock();
        _until := _now + make_interval(secs => _seconds);
        _freed := 0;
        IF _old IS NOT NULL OR cardinality(_ended) > 0 THEN
            SELECT COALESCE(SUM(h.quantity) FILTER (WHERE h.id = ANY(_old)), 0), COALESCE(SUM(h.quantity), 0)
              INTO _freed, _left
              FROM (SELECT * FROM omni_hold WHERE id = ANY(_old || _ended) OFFSET 0) AS h -- by their ids, not the product's
             WHERE h.ended IS NULL AND h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id;
        ELSE
            _left := 0;
        END IF;
        IF _pair.q IS NOT NULL THEN
            _seen := _seen + 1;
            IF _row.blocked OR _row.company_id <> ALL(_companies) OR _row.warehouse_id <> ALL(_sold_from)
               OR _row.product_id = ANY(_excluded) THEN
                _left := 0;
            ELSIF _row.uncounted THEN
                _left := 'Infinity';
            ELSE
                _there := _pair.moved + _row.free - _row.safety;
                _left := GREATEST(_left + _there - _row.held, 0);
                IF _left < _freed THEN -- gone from under holds: as omni_promise.read says
                    SELECT GREATEST(_left, LEAST(_freed, _there - COALESCE(SUM(h.quantity), 0))) INTO _left
                      FROM omni_hold AS h
                     WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id AND h.ended IS NULL
                       AND h.id <> ALL(_old || _ended) AND omni_promise.hold_counts(h.expires_at, h.lease, _now)
                       AND (h.expires_at, -h.id) > (SELECT MIN(o.expires_at), -MAX(o.id) FROM omni_hold AS o
                                                     WHERE o.id = ANY(_old) AND o.ended IS NULL
                                                       AND o.product_id = _row.product_id
                                                       AND o.warehouse_id = _row.warehouse_id);
                END IF;
                _left := GREATEST(_left * (1 - _pair.share) - _pair.reserve, 0);
            END IF;
            IF _pair.q - _left > 0.000001 THEN
                SELECT true, _row.product_id, _row.warehouse_id, _pair.q, _pair.q - _left
                  INTO _is_short, product_id, warehouse_id, quantity, missing;
                RETURN NEXT;
            ELSIF _row.uncounted THEN
                _pair.q := NULL; -- nothing is kept
            ELSE
                _row.held := _row.held + _pair.q;
                _row.next_expiry := LEAST(_row.next_expiry, _until);
            END IF;
        END IF;
        _ids := _ids || _row.id;
        _kept := _kept || _pair.q;
        _companies_of := _companies_of || _row.company_id;
        _held := _held || (_row.held - _freed);
        _next := _next || _row.next_expiry;
    END LOOP;

    -- Pairs without a row: nothing was ever there, or not counted, or not known here.
    IF _seen < cardinality(_products) THEN
        FOR _pair IN
            SELECT a.product, a.store, a.q, a.moved, w.id AS known,
                   CASE WHEN v.id IS NOT NULL THEN COALESCE(t.is_storable, false) END AS is_storable
              FROM unnest(_products, _warehouses, _quantities, _moved) AS a(product, store, q, moved)
              LEFT JOIN product_product AS v ON v.id = a.product
              LEFT JOIN product_template AS t ON t.id = v.product_tmpl_id
              LEFT JOIN stock_warehouse AS w ON w.id = a.store
             WHERE NOT EXISTS (SELECT FROM omni_promise WHERE product_id = a.product AND warehouse_id = a.store)
        LOOP
            IF NOT _own AND (_pair.is_storable IS NULL OR _pair.known IS NULL OR _pair.moved > 0) THEN
                RAISE no_data_found;
            END IF;
            CONTINUE WHEN NOT COALESCE(_pair.is_storable, true);
            SELECT true, _pair.product, _pair.store, _pair.q, _pair.q
              INTO _is_short, product_id, warehouse_id, quantity, missing;
            RETURN NEXT;
        END LOOP;
    END IF;
    IF _is_short THEN
        RETURN;
    END IF;

    IF _old IS NOT NULL THEN
        PERFORM FROM omni_hold AS h WHERE h.id = ANY(_old) -- in the order in which they are prolonged
          ORDER BY h.product_id, h.warehouse_id, h.id FOR NO KEY UPDATE;
        UPDATE omni_hold AS h SET ended = 'replaced', ended_at = _now, ended_by_id = _uid
         WHERE h.id = ANY(_old) AND h.ended IS NULL;
    END IF;
    expires_at := _until;
    former := COALESCE(_former, false);
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

-- Holds of a product that another one takes the place of.
CREATE OR REPLACE FUNCTION omni_promise.hold_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO omni_promise_change (product_id, warehouse_id, recount, facts)
    VALUES (OLD.product_id, OLD.warehouse_id, true, true), (NEW.product_id, NEW.warehouse_id, true, true);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_hold_moved AFTER UPDATE OF product_id, warehouse_id ON omni_hold
    FOR EACH ROW WHEN (OLD.ended IS NULL AND (OLD.product_id <> NEW.product_id OR OLD.warehouse_id <> NEW.warehouse_id))
    EXECUTE FUNCTION omni_promise.hold_moved();

-- A time shorter than before must be noticed when it is up, whoever wrote it.
CREATE OR REPLACE FUNCTION omni_promise.hold_shortened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE omni_promise SET next_expiry = NEW.expires_at
     WHERE product_id = NEW.product_id AND warehouse_id = NEW.warehouse_id AND next_expiry > NEW.expires_at;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_hold_shortened AFTER UPDATE OF expires_at ON omni_hold
    FOR EACH ROW WHEN (NEW.expires_at < OLD.expires_at) EXECUTE FUNCTION omni_promise.hold_shortened();

-- Keeps what a document holds now for some seconds from now; `_at_least`: what is kept longer stays so. What ran out stays
-- so. `_lease`: the transaction that sells the goods, as long as it lasts. Returns the holds that were there to keep.
CREATE OR REPLACE FUNCTION omni_promise.hold_extend(
    _model varchar, _res_id int, _seconds float8, _at_least boolean, _lease xid8, _own boolean
) RETURNS TABLE (hold_id int, product_id int, warehouse_id int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    _products int[];
    _warehouses int[];
    _now timestamp;
    _until timestamp;
BEGIN
    SELECT array_agg(h.product_id), array_agg(h.warehouse_id) INTO _products, _warehouses
      FROM (SELECT DISTINCT product_id, warehouse_id FROM omni_hold
             WHERE res_model = _model AND res_id = _res_id AND ended IS NULL) AS h;
    IF _products IS NULL AND NOT _own THEN
        RAISE no_data_found;
    END IF;
    -- More time concerns nobody else, and waits for nobody: that the row says to look earlier does no harm. Less time is
    -- written in the row, by a trigger.
    _at_least := _at_least OR NOT EXISTS (
        SELECT FROM omni_hold WHERE res_model = _model AND res_id = _res_id AND ended IS NULL
           AND expires_at > omni_promise.clock() + make_interval(secs => _seconds));
    IF NOT _at_least THEN
        PERFORM FROM omni_promise.lock(_products, _warehouses, true);
    END IF;
    PERFORM FROM omni_hold WHERE res_model = _model AND res_id = _res_id AND ended IS NULL
      ORDER BY product_id, warehouse_id, id FOR NO KEY UPDATE;
    _now := omni_promise.clock();
    _until := _now + make_interval(secs => _seconds);
    RETURN QUERY
    UPDATE omni_hold AS h
       SET expires_at = CASE WHEN _at_least THEN GREATEST(h.expires_at, _until) ELSE _until END,
           lease = COALESCE(_lease, h.lease)
     WHERE h.res_model = _model AND h.res_id = _res_id AND h.ended IS NULL
       AND omni_promise.hold_counts(h.expires_at, h.lease, _now)
    RETURNING h.id, h.product_id, h.warehouse_id;
END $$;
