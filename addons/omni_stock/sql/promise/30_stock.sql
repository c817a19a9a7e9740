-- Facts: what is there. Whoever moves stock, by the ORM or by SQL, appends how much more or less is free.

-- Takes in many pairs at once: makes the rows of those of which nothing was known, so that readers have nothing to add
-- after it, appends to the others, and waits for no row. The planner expects few rows of an array, and would go through
-- them again and again.
CREATE OR REPLACE FUNCTION omni_promise.import(_products int[], _warehouses int[], _free numeric[]) RETURNS void
LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    WITH imported AS (
        SELECT m.p, m.w, m.free, o.id IS NULL AND c.product_id IS NULL AS new
          FROM unnest(_products, _warehouses, _free) AS m(p, w, free)
          LEFT JOIN omni_promise AS o ON o.product_id = m.p AND o.warehouse_id = m.w
          LEFT JOIN (SELECT DISTINCT product_id, warehouse_id FROM omni_promise_change) AS c
            ON c.product_id = m.p AND c.warehouse_id = m.w
    ), made AS (
        INSERT INTO omni_promise (product_id, warehouse_id, free, company_id, safety, uncounted, blocked, next_expiry, txid)
        SELECT m.p, m.w, m.free, t.company_id, t.safety, t.uncounted, t.blocked, t.next_expiry, pg_current_xact_id()
          FROM imported AS m
          JOIN omni_promise.row_settings(_products, _warehouses) AS t ON t.product_id = m.p AND t.warehouse_id = m.w
         WHERE m.new ORDER BY 1, 2
        ON CONFLICT DO NOTHING
        RETURNING product_id, warehouse_id
    )
    INSERT INTO omni_promise_change (product_id, warehouse_id, free)
    SELECT m.p, m.w, m.free
      FROM imported AS m LEFT JOIN made ON made.product_id = m.p AND made.warehouse_id = m.w
     WHERE made.product_id IS NULL;
END $$;

-- What a quant has that nobody has reserved. Of a shelf that is locked core makes another quant, and leaves the column
-- empty that it has nothing to say about.
CREATE OR REPLACE FUNCTION omni_promise.quant_free(_quantity numeric, _reserved numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS
$$ SELECT COALESCE(_quantity, 0) - COALESCE(_reserved, 0) $$;

-- Quants: on hand minus reserved, of the internal locations of a warehouse. Where an import brings hundreds of products
-- to where they never were, their rows are made at once: nobody can have promised them, and nothing is left to fold.
CREATE OR REPLACE FUNCTION omni_promise.quants_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _products int[];
    _warehouses int[];
    _free numeric[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(m.product_id), array_agg(m.warehouse_id), array_agg(m.free) INTO _products, _warehouses, _free
          FROM (SELECT q.product_id, l.warehouse_id, SUM(omni_promise.quant_free(q.quantity, q.reserved_quantity)) AS free
                  FROM after AS q JOIN stock_location AS l ON l.id = q.location_id
                 WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
                 GROUP BY 1, 2 HAVING SUM(omni_promise.quant_free(q.quantity, q.reserved_quantity)) <> 0 ORDER BY 1, 2) AS m;
        IF cardinality(_products) < 500 THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            SELECT * FROM unnest(_products, _warehouses, _free);
        ELSIF _products IS NOT NULL THEN
            PERFORM omni_promise.import(_products, _warehouses, _free);
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, -SUM(omni_promise.quant_free(q.quantity, q.reserved_quantity))
          FROM before AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(omni_promise.quant_free(q.quantity, q.reserved_quantity)) <> 0;
    ELSE
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, SUM(q.amount)
          FROM (SELECT product_id, location_id, omni_promise.quant_free(quantity, reserved_quantity) AS amount FROM after
                 UNION ALL SELECT product_id, location_id, -omni_promise.quant_free(quantity, reserved_quantity) FROM before) AS q
          JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(q.amount) <> 0;
    END IF;
    -- What is past its removal date is kept back: the row's settings are to be read anew, for what was and for what is.
    IF NOT omni_expires() THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
        SELECT DISTINCT q.product_id, l.warehouse_id, true FROM after AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.removal_date IS NOT NULL AND l.usage = 'internal' AND l.warehouse_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
        SELECT DISTINCT q.product_id, l.warehouse_id, true FROM before AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.removal_date IS NOT NULL AND l.usage = 'internal' AND l.warehouse_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_quants_insert AFTER INSERT ON stock_quant
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.quants_changed();
CREATE OR REPLACE TRIGGER omni_promise_quants_update AFTER UPDATE ON stock_quant
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.quants_changed();
CREATE OR REPLACE TRIGGER omni_promise_quants_delete AFTER DELETE ON stock_quant
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.quants_changed();

-- Moves: what is to leave a warehouse and is not reserved yet. Moves that wait for another one take what that one
-- brings, not what is free. A move within the warehouse counts when another one waits for it.
CREATE OR REPLACE FUNCTION omni_promise.move_demand(m stock_move) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF COALESCE(m.state, '') NOT IN ('confirmed', 'partially_available') THEN
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

CREATE OR REPLACE FUNCTION omni_promise.move_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        NEW.omni_demand := omni_promise.move_demand(NEW);
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
    IF TG_OP <> 'DELETE' AND NEW.omni_demand <> 0 THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT NEW.product_id, l.warehouse_id, -NEW.omni_demand FROM stock_location AS l WHERE l.id = NEW.location_id;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE OR REPLACE TRIGGER omni_promise_moves BEFORE INSERT OR DELETE OR UPDATE OF
    state, product_id, location_id, location_dest_id, location_final_id, product_qty, product_uom_qty, quantity
    ON stock_move FOR EACH ROW EXECUTE FUNCTION omni_promise.move_changed();

CREATE OR REPLACE FUNCTION omni_promise.move_link_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE stock_move SET state = state
     WHERE id = COALESCE(NEW.move_orig_id, OLD.move_orig_id) AND state IN ('confirmed', 'partially_available');
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_links AFTER INSERT OR DELETE ON stock_move_move_rel
    FOR EACH ROW EXECUTE FUNCTION omni_promise.move_link_changed();

-- Tickets: what a till has sold and core moves only when the session closes, by `omni_unmoved` of the base plate. It
-- counts from the moment at which the ticket is paid to the end of the transaction that closes the session: the moves
-- made there take over.
CREATE OR REPLACE FUNCTION omni_promise.ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'pos_order_line' THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            SELECT u.product_id, u.warehouse_id, SUM(line.sign * u.quantity)
              FROM (SELECT OLD AS x, 1 AS sign WHERE TG_OP <> 'INSERT' UNION ALL SELECT NEW, -1 WHERE TG_OP <> 'DELETE') AS line
              JOIN pos_order AS o ON o.id = (line.x).order_id
              JOIN pos_session AS s ON s.id = o.session_id JOIN pos_config AS c ON c.id = s.config_id
             CROSS JOIN LATERAL omni_unmoved(line.x, o, s, c) AS u
             GROUP BY 1, 2 HAVING SUM(line.sign * u.quantity) <> 0;
        WHEN 'pos_order' THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            SELECT u.product_id, u.warehouse_id, SUM(ticket.sign * u.quantity)
              FROM (SELECT OLD AS o, 1 AS sign UNION ALL SELECT NEW, -1 WHERE TG_OP <> 'DELETE') AS ticket
              JOIN pos_session AS s ON s.id = (ticket.o).session_id JOIN pos_config AS c ON c.id = s.config_id
              JOIN pos_order_line AS x ON x.order_id = (ticket.o).id
             CROSS JOIN LATERAL omni_unmoved(x, ticket.o, s, c) AS u
             GROUP BY 1, 2 HAVING SUM(ticket.sign * u.quantity) <> 0;
        WHEN 'pos_session' THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            SELECT u.product_id, u.warehouse_id, SUM(session.sign * u.quantity)
              FROM (SELECT OLD AS s, 1 AS sign UNION ALL SELECT NEW, -1) AS session
              JOIN pos_config AS c ON c.id = (session.s).config_id
              JOIN pos_order AS o ON o.session_id = (session.s).id JOIN pos_order_line AS x ON x.order_id = o.id
             CROSS JOIN LATERAL omni_unmoved(x, o, session.s, c) AS u
             GROUP BY 1, 2 HAVING SUM(session.sign * u.quantity) <> 0;
        WHEN 'pos_config' THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            SELECT u.product_id, u.warehouse_id, SUM(till.sign * u.quantity)
              FROM (SELECT OLD AS c, 1 AS sign UNION ALL SELECT NEW, -1) AS till
              JOIN pos_session AS s ON s.config_id = (till.c).id AND s.update_stock_at_closing AND s.state <> 'closed'
              JOIN pos_order AS o ON o.session_id = s.id JOIN pos_order_line AS x ON x.order_id = o.id
             CROSS JOIN LATERAL omni_unmoved(x, o, s, till.c) AS u
             GROUP BY 1, 2 HAVING SUM(till.sign * u.quantity) <> 0;
    END CASE;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER INSERT OR DELETE
    OR UPDATE OF order_id, product_id, qty, omni_parts, omni_twice_order_id
    ON pos_order_line FOR EACH ROW EXECUTE FUNCTION omni_promise.ticket_changed();
CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER UPDATE ON pos_order FOR EACH ROW
    WHEN ((OLD.state, OLD.shipping_date, OLD.account_move, OLD.session_id, OLD.company_id) IS DISTINCT FROM
          (NEW.state, NEW.shipping_date, NEW.account_move, NEW.session_id, NEW.company_id))
    EXECUTE FUNCTION omni_promise.ticket_changed();
-- Before: its lines go with it, and know it no more.
CREATE OR REPLACE TRIGGER omni_promise_tickets_delete BEFORE DELETE ON pos_order
    FOR EACH ROW EXECUTE FUNCTION omni_promise.ticket_changed();
CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER UPDATE ON pos_session FOR EACH ROW
    WHEN ((OLD.state = 'closed', OLD.update_stock_at_closing, OLD.config_id) IS DISTINCT FROM
          (NEW.state = 'closed', NEW.update_stock_at_closing, NEW.config_id))
    EXECUTE FUNCTION omni_promise.ticket_changed();
CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER UPDATE ON pos_config FOR EACH ROW
    WHEN (OLD.picking_type_id IS DISTINCT FROM NEW.picking_type_id) EXECUTE FUNCTION omni_promise.ticket_changed();

-- Who empties a table at once passes the triggers by.
CREATE OR REPLACE FUNCTION omni_promise.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The promise of stock follows each row of %: delete its rows instead of truncating it.', TG_TABLE_NAME;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_truncate BEFORE TRUNCATE ON stock_quant
    FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.refuse_truncate();
CREATE OR REPLACE TRIGGER omni_promise_truncate BEFORE TRUNCATE ON stock_move
    FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.refuse_truncate();

-- Locations that change sides: what lies in them and is to leave them is counted anew on both, and once more when those
-- are done who moved goods meanwhile and still took the location for what it was.
CREATE OR REPLACE FUNCTION omni_promise.locations_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _moved int[];
    _products int[];
    _warehouses int[];
BEGIN
    SELECT array_agg(DISTINCT o.id), array_remove(array_agg(DISTINCT w), NULL) INTO _moved, _warehouses
      FROM before AS o JOIN after AS n ON n.id = o.id
     CROSS JOIN LATERAL unnest(ARRAY[o.warehouse_id, n.warehouse_id]) AS w
     WHERE o.usage IS DISTINCT FROM n.usage OR o.warehouse_id IS DISTINCT FROM n.warehouse_id;
    IF _moved IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE stock_move SET state = state WHERE state IN ('confirmed', 'partially_available')
       AND (location_id = ANY(_moved) OR location_dest_id = ANY(_moved) OR location_final_id = ANY(_moved));
    _products := ARRAY(SELECT product_id FROM stock_quant WHERE location_id = ANY(_moved)
                        UNION SELECT product_id FROM stock_move
                        WHERE location_id = ANY(_moved) AND state IN ('confirmed', 'partially_available'));
    PERFORM omni_promise.correct(_products, true);
    INSERT INTO omni_promise.late (products, warehouses, locations, facts)
    VALUES (_products, _warehouses, _moved, true);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_locations AFTER UPDATE ON stock_location
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.locations_changed();

-- What quants, moves and tickets say is free of these products.
CREATE OR REPLACE FUNCTION omni_promise.free_stock(_products int[])
RETURNS TABLE (product_id int, warehouse_id int, free numeric) LANGUAGE plpgsql STABLE AS $$ -- it keeps its plan
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT part.product_id, part.warehouse_id, SUM(part.free)
      FROM (
        SELECT q.product_id, l.warehouse_id, omni_promise.quant_free(q.quantity, q.reserved_quantity) AS free
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.product_id = ANY(_products) AND l.usage = 'internal' AND l.warehouse_id IS NOT NULL
        UNION ALL
        SELECT m.product_id, l.warehouse_id, -omni_promise.move_demand(m)
          FROM stock_move AS m JOIN stock_location AS l ON l.id = m.location_id
         WHERE m.product_id = ANY(_products) AND m.state IN ('confirmed', 'partially_available')
           AND l.warehouse_id IS NOT NULL
        UNION ALL
        SELECT product_id, warehouse_id, -quantity FROM omni_unmoved(_products)
      ) AS part
     GROUP BY 1, 2;
END $$;
