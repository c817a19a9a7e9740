-- What PostgreSQL itself does for the promise of stock. Run at every install and update of the add-on; safe to repeat.
--
-- omni_promise          one row a product and warehouse: free (on hand - reserved - confirmed demand), held, safety
--                       what can be promised: free - held - safety + beyond, not below 0
-- omni_promise_change   what happened to it since, appended by whoever moves stock: nobody waits, nobody is refused
-- omni_hold             the holds that the column `held` adds up
--
-- Facts (quants, moves) append changes. Promises (holds) take the row's lock, fold the changes in and decide.

-- Of other shape in earlier versions.
DROP TRIGGER IF EXISTS omni_promise_locations ON stock_location;
DROP FUNCTION IF EXISTS omni_promise_settle(int[], int[]),
    omni_promise_fold(omni_promise), omni_promise_differences(), omni_promise_repair(), omni_promise_terms(int[], int[]),
    omni_hold_extend(varchar, int, float8, boolean, boolean);

-- The database's own clock: every server agrees, and a hold ends at its time though the request began before it.
CREATE OR REPLACE FUNCTION omni_clock() RETURNS timestamp LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() AT TIME ZONE 'UTC' $$;

-- Columns of which Odoo's models know nothing: whose store it is, what no figure says (endless where stock is not
-- counted, endlessly below 0 where product or store are archived), when the next hold runs out or the next goods are
-- past their removal date, and which transaction wrote the row.
ALTER TABLE omni_promise ALTER free SET DEFAULT 0, ALTER held SET DEFAULT 0, ALTER safety SET DEFAULT 0,
    ADD COLUMN IF NOT EXISTS company_id int,
    ADD COLUMN IF NOT EXISTS beyond numeric NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS next_expiry timestamp NOT NULL DEFAULT 'infinity',
    ADD COLUMN IF NOT EXISTS txid xid8,
    SET (fillfactor = 80);
-- The sum itself is kept too: pages read it by the thousand.
ALTER TABLE omni_promise ADD COLUMN IF NOT EXISTS promised float8
    GENERATED ALWAYS AS (GREATEST(free - held - safety + beyond, 0)::float8) STORED;
CREATE INDEX IF NOT EXISTS omni_promise_next_expiry_idx ON omni_promise (next_expiry) WHERE next_expiry < 'infinity';
ALTER TABLE omni_promise_change ALTER at SET DEFAULT omni_clock(),
    ADD COLUMN IF NOT EXISTS txid xid8 DEFAULT pg_current_xact_id();
-- The transaction whose moves take over a hold; it may last longer than the hold's time.
ALTER TABLE omni_hold ADD COLUMN IF NOT EXISTS lease xid8;
-- After a dump and restore, numbers of transactions are those of another server.
UPDATE omni_promise SET txid = NULL WHERE txid IS NOT NULL AND txid IS DISTINCT FROM pg_current_xact_id_if_assigned();
UPDATE omni_promise_change SET txid = NULL
 WHERE txid IS NOT NULL AND txid IS DISTINCT FROM pg_current_xact_id_if_assigned();

-- Whether an open hold counts: its time is not up, or the transaction that sells its goods is under way. The latter for
-- a day at most: in a restored database the number may be that of another transaction.
CREATE OR REPLACE FUNCTION omni_hold_counts(_expires_at timestamp, _lease xid8, _now timestamp) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT _expires_at > _now OR _lease IS NOT NULL AND _expires_at > _now - interval '1 day'
                                 AND NOT pg_visible_in_snapshot(_lease, pg_current_snapshot())
$$;

-- What is to be counted once more when all transactions have ended that do not see yet what changed: `since` is the
-- first transaction that began when it was seen. Without products: all of these stores.
CREATE TABLE IF NOT EXISTS omni_promise_late (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    products int[], warehouses int[], locations int[], facts boolean NOT NULL, since xid8
);

-- ---------------------------------------------------------------------------------------------------- what is kept back

-- The rules of safety stock and the products that they are about, by how closely they name a product: 1 the variant,
-- 2 the product, 3 a category (`depth`: how far down), 4 all products.
CREATE OR REPLACE FUNCTION omni_safety_of(_products int[])
RETURNS TABLE (product_id int, near int, depth int, rule omni_safety_stock) LANGUAGE sql STABLE AS $$
    SELECT p.id, CASE WHEN r.product_id IS NOT NULL THEN 1 WHEN r.product_tmpl_id IS NOT NULL THEN 2
                      WHEN r.categ_id IS NOT NULL THEN 3 ELSE 4 END,
           COALESCE(length(above.parent_path), 0), r
      FROM product_product AS p
      JOIN product_template AS t ON t.id = p.product_tmpl_id
      LEFT JOIN product_category AS c ON c.id = t.categ_id
     CROSS JOIN omni_safety_stock AS r
      LEFT JOIN product_category AS above ON above.id = r.categ_id
     WHERE p.id = ANY(_products) AND COALESCE(r.product_id, p.id) = p.id AND COALESCE(r.product_tmpl_id, t.id) = t.id
       AND (r.categ_id IS NULL OR c.parent_path LIKE above.parent_path || '%')
$$;

-- What each of these pairs keeps back from everybody, the buffer for figures not to be trusted included, and the rest of
-- what its row is to say beside figures. What is past its removal date is kept back, too; `next_expiry`: when more will
-- be. The closest rule wins; of two as close, the one that names the store.
CREATE OR REPLACE FUNCTION omni_promise_terms(_products int[], _warehouses int[])
RETURNS TABLE (
    product_id int, warehouse_id int, company_id int, safety numeric, beyond numeric, next_expiry timestamp
) LANGUAGE sql STABLE AS $$
    WITH pair AS (SELECT DISTINCT p, w FROM unnest(_products, _warehouses) AS a(p, w)),
    kept AS (
        SELECT DISTINCT ON (a.p, a.w) a.p, a.w, (s.rule).quantity
          FROM pair AS a
          JOIN stock_warehouse AS w ON w.id = a.w
          JOIN omni_safety_of(ARRAY(SELECT DISTINCT p FROM pair)) AS s ON s.product_id = a.p
         WHERE (s.rule).kind = 'all' AND (s.rule).company_id = w.company_id
           AND COALESCE((s.rule).warehouse_id, a.w) = a.w
         ORDER BY a.p, a.w, s.near, s.depth DESC, (s.rule).warehouse_id IS NULL
    )
    SELECT a.p, a.w, w.company_id,
           COALESCE(k.quantity, 0) + COALESCE(b.applied_quantity, 0) + COALESCE(e.quantity, 0),
           CASE WHEN p.active IS NOT TRUE OR w.active IS NOT TRUE THEN '-Infinity'::numeric
                WHEN t.is_storable IS NOT TRUE THEN 'Infinity'::numeric ELSE 0 END,
           COALESCE(e.next, 'infinity')
      FROM pair AS a
      JOIN product_product AS p ON p.id = a.p
      JOIN product_template AS t ON t.id = p.product_tmpl_id
      JOIN stock_warehouse AS w ON w.id = a.w
      LEFT JOIN kept AS k ON k.p = a.p AND k.w = a.w
      LEFT JOIN omni_confidence_buffer AS b ON b.product_id = a.p AND b.warehouse_id = a.w
      LEFT JOIN omni_expired(_products, _warehouses) AS e ON e.product_id = a.p AND e.warehouse_id = a.w
$$;

-- What a channel may not have of these products beside that: what is kept from it, and what is kept for others.
DO $$
BEGIN
    CREATE TYPE omni_kept_from AS (product_id int, warehouse_id int, quantity numeric, share numeric);
EXCEPTION WHEN duplicate_object THEN
    NULL;
END $$;

CREATE OR REPLACE FUNCTION omni_promise_kept_from(_channel int, _products int[], _warehouses int[])
RETURNS SETOF omni_kept_from LANGUAGE sql STABLE AS $$
    SELECT k.p, k.w, SUM(k.quantity), LEAST(SUM(k.percent) / 100.0, 1)
      FROM (SELECT DISTINCT ON (s.product_id, w.id, (s.rule).kind, (s.rule).channel_id)
                   s.product_id AS p, w.id AS w, COALESCE((s.rule).quantity, 0) AS quantity,
                   COALESCE((s.rule).percent, 0)::numeric AS percent
              FROM omni_safety_of(_products) AS s
              JOIN stock_warehouse AS w ON w.company_id = (s.rule).company_id
                                       AND COALESCE((s.rule).warehouse_id, w.id) = w.id
             WHERE w.id = ANY(_warehouses)
               AND ((s.rule).kind = 'from' AND (s.rule).channel_id = _channel
                    OR (s.rule).kind = 'for' AND (s.rule).channel_id <> _channel)
             ORDER BY s.product_id, w.id, (s.rule).kind, (s.rule).channel_id, s.near, s.depth DESC,
                      (s.rule).warehouse_id IS NULL) AS k
     GROUP BY 1, 2
$$;

CREATE OR REPLACE FUNCTION omni_promise_has_kept_from(_channel int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN _channel IS NOT NULL AND EXISTS (SELECT FROM omni_safety_stock WHERE kind <> 'all');
END $$;

-- Appends that the terms of all rows of these products, or of these stores, are to be read anew: now, and once more for
-- the rows that others are about to make and that cannot be seen yet.
CREATE OR REPLACE FUNCTION omni_promise_recount(_products int[], _warehouses int[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
    SELECT product_id, warehouse_id, true FROM omni_promise
     WHERE (_products IS NULL OR product_id = ANY(_products)) AND (_warehouses IS NULL OR warehouse_id = ANY(_warehouses));
    INSERT INTO omni_promise_late (products, warehouses, facts) VALUES (_products, _warehouses, false)
$$;

CREATE OR REPLACE FUNCTION omni_promise_safety_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _rule omni_safety_stock;
BEGIN
    FOREACH _rule IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
        CONTINUE WHEN _rule.kind <> 'all';
        PERFORM omni_promise_recount(
            CASE WHEN COALESCE(_rule.product_id, _rule.product_tmpl_id, _rule.categ_id) IS NOT NULL THEN ARRAY(
                SELECT p.id FROM product_product AS p JOIN product_template AS t ON t.id = p.product_tmpl_id
                  LEFT JOIN product_category AS c ON c.id = t.categ_id
                  LEFT JOIN product_category AS above ON above.id = _rule.categ_id
                 WHERE p.id = _rule.product_id OR t.id = _rule.product_tmpl_id OR c.parent_path LIKE above.parent_path || '%'
            ) END,
            ARRAY(SELECT id FROM stock_warehouse
                   WHERE company_id = _rule.company_id AND COALESCE(_rule.warehouse_id, id) = id));
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_safety_rules AFTER INSERT OR UPDATE OR DELETE ON omni_safety_stock
    FOR EACH ROW EXECUTE FUNCTION omni_promise_safety_rules();

CREATE OR REPLACE FUNCTION omni_promise_buffers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
    SELECT b.product_id, b.warehouse_id, true FROM changed AS b
      JOIN omni_promise AS p ON p.product_id = b.product_id AND p.warehouse_id = b.warehouse_id;
    INSERT INTO omni_promise_late (products, warehouses, facts)
    SELECT array_agg(DISTINCT product_id), array_agg(DISTINCT warehouse_id), false FROM changed
    HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_buffers_insert AFTER INSERT ON omni_confidence_buffer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_buffers();
CREATE OR REPLACE TRIGGER omni_promise_buffers_update AFTER UPDATE ON omni_confidence_buffer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_buffers();
CREATE OR REPLACE TRIGGER omni_promise_buffers_delete AFTER DELETE ON omni_confidence_buffer
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_buffers();

-- Products and stores that are archived or come back, products that are counted or not, and what moves to another
-- category.
CREATE OR REPLACE FUNCTION omni_promise_masters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'product_product' THEN
            PERFORM omni_promise_recount(ARRAY[NEW.id], NULL);
        WHEN 'product_template' THEN
            PERFORM omni_promise_recount(ARRAY(SELECT id FROM product_product WHERE product_tmpl_id = NEW.id), NULL);
        WHEN 'product_category' THEN
            PERFORM omni_promise_recount(ARRAY(
                SELECT p.id FROM product_product AS p JOIN product_template AS t ON t.id = p.product_tmpl_id
                 WHERE t.categ_id = NEW.id), NULL);
        WHEN 'stock_warehouse' THEN
            PERFORM omni_promise_recount(NULL, ARRAY[NEW.id]);
    END CASE;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_masters AFTER UPDATE OF active ON product_product
    FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION omni_promise_masters();
CREATE OR REPLACE TRIGGER omni_promise_masters AFTER UPDATE OF is_storable, categ_id ON product_template
    FOR EACH ROW WHEN (OLD.is_storable IS DISTINCT FROM NEW.is_storable OR OLD.categ_id IS DISTINCT FROM NEW.categ_id)
    EXECUTE FUNCTION omni_promise_masters();
CREATE OR REPLACE TRIGGER omni_promise_masters AFTER UPDATE OF parent_path ON product_category
    FOR EACH ROW WHEN (OLD.parent_path IS DISTINCT FROM NEW.parent_path) EXECUTE FUNCTION omni_promise_masters();
CREATE OR REPLACE TRIGGER omni_promise_masters AFTER UPDATE OF active ON stock_warehouse
    FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION omni_promise_masters();

-- Rows made before they said whose they are.
UPDATE omni_promise AS p SET company_id = t.company_id, safety = t.safety, beyond = t.beyond
  FROM omni_promise_terms(ARRAY(SELECT product_id FROM omni_promise WHERE company_id IS NULL),
                          ARRAY(SELECT warehouse_id FROM omni_promise WHERE company_id IS NULL)) AS t
 WHERE p.product_id = t.product_id AND p.warehouse_id = t.warehouse_id AND p.company_id IS NULL;

-- And before what is past its removal date was kept back.
INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
SELECT e.product_id, e.warehouse_id, true
  FROM omni_expired(ARRAY(SELECT DISTINCT product_id FROM omni_promise), ARRAY(SELECT id FROM stock_warehouse)) AS e;

-- ---------------------------------------------------------------------------------------------------------- what moves

-- Takes in many pairs at once: makes the rows of those of which nothing was known, appends to the others, and waits for
-- no row. The planner expects few rows of an array, and would go through them again and again.
CREATE OR REPLACE FUNCTION omni_promise_import(_products int[], _warehouses int[], _free numeric[]) RETURNS void
LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    WITH imported AS (
        SELECT m.p, m.w, m.free, o.id IS NULL AND c.product_id IS NULL AS new
          FROM unnest(_products, _warehouses, _free) AS m(p, w, free)
          LEFT JOIN omni_promise AS o ON o.product_id = m.p AND o.warehouse_id = m.w
          LEFT JOIN (SELECT DISTINCT product_id, warehouse_id FROM omni_promise_change) AS c
            ON c.product_id = m.p AND c.warehouse_id = m.w
    ), made AS (
        INSERT INTO omni_promise (product_id, warehouse_id, free, company_id, safety, beyond, next_expiry, txid)
        SELECT m.p, m.w, m.free, t.company_id, t.safety, t.beyond, t.next_expiry, pg_current_xact_id()
          FROM imported AS m
          JOIN omni_promise_terms(_products, _warehouses) AS t ON t.product_id = m.p AND t.warehouse_id = m.w
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
CREATE OR REPLACE FUNCTION omni_quant_free(_quantity numeric, _reserved numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT COALESCE(_quantity, 0) - COALESCE(_reserved, 0) $$;

-- Quants: on hand minus reserved, of the internal locations of a warehouse. Where an import brings hundreds of products
-- to where they never were, their rows are made at once: nobody can have promised them, and nothing is left to fold.
CREATE OR REPLACE FUNCTION omni_promise_quants() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _products int[];
    _warehouses int[];
    _free numeric[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(m.product_id), array_agg(m.warehouse_id), array_agg(m.free) INTO _products, _warehouses, _free
          FROM (SELECT q.product_id, l.warehouse_id, SUM(omni_quant_free(q.quantity, q.reserved_quantity)) AS free
                  FROM after AS q JOIN stock_location AS l ON l.id = q.location_id
                 WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
                 GROUP BY 1, 2 HAVING SUM(omni_quant_free(q.quantity, q.reserved_quantity)) <> 0 ORDER BY 1, 2) AS m;
        IF cardinality(_products) < 500 THEN
            INSERT INTO omni_promise_change (product_id, warehouse_id, free)
            SELECT * FROM unnest(_products, _warehouses, _free);
        ELSIF _products IS NOT NULL THEN
            PERFORM omni_promise_import(_products, _warehouses, _free);
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, -SUM(omni_quant_free(q.quantity, q.reserved_quantity))
          FROM before AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(omni_quant_free(q.quantity, q.reserved_quantity)) <> 0;
    ELSE
        INSERT INTO omni_promise_change (product_id, warehouse_id, free)
        SELECT q.product_id, l.warehouse_id, SUM(q.amount)
          FROM (SELECT product_id, location_id, omni_quant_free(quantity, reserved_quantity) AS amount FROM after
                 UNION ALL SELECT product_id, location_id, -omni_quant_free(quantity, reserved_quantity) FROM before) AS q
          JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL
         GROUP BY 1, 2 HAVING SUM(q.amount) <> 0;
    END IF;
    -- What is past its removal date is one of the terms: they are to be read anew, for what was and for what is.
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
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_quants();
CREATE OR REPLACE TRIGGER omni_promise_quants_update AFTER UPDATE ON stock_quant
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_quants();
CREATE OR REPLACE TRIGGER omni_promise_quants_delete AFTER DELETE ON stock_quant
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_quants();

-- Moves: what is to leave a warehouse and is not reserved yet. Moves that wait for another one take what that one
-- brings, not what is free. A move within the warehouse counts when another one waits for it.
CREATE OR REPLACE FUNCTION omni_promise_demand(m stock_move) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
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

-- Tickets: what a till has sold and core moves only when the session closes, by `omni_unmoved` of the base plate. It
-- counts from the moment at which the ticket is paid to the end of the transaction that closes the session: the moves
-- made there take over.
CREATE OR REPLACE FUNCTION omni_promise_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
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
    ON pos_order_line FOR EACH ROW EXECUTE FUNCTION omni_promise_tickets();
CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER UPDATE ON pos_order FOR EACH ROW
    WHEN ((OLD.state, OLD.shipping_date, OLD.account_move, OLD.session_id, OLD.company_id) IS DISTINCT FROM
          (NEW.state, NEW.shipping_date, NEW.account_move, NEW.session_id, NEW.company_id))
    EXECUTE FUNCTION omni_promise_tickets();
-- Before: its lines go with it, and know it no more.
CREATE OR REPLACE TRIGGER omni_promise_tickets_delete BEFORE DELETE ON pos_order
    FOR EACH ROW EXECUTE FUNCTION omni_promise_tickets();
CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER UPDATE ON pos_session FOR EACH ROW
    WHEN ((OLD.state = 'closed', OLD.update_stock_at_closing, OLD.config_id) IS DISTINCT FROM
          (NEW.state = 'closed', NEW.update_stock_at_closing, NEW.config_id))
    EXECUTE FUNCTION omni_promise_tickets();
CREATE OR REPLACE TRIGGER omni_promise_tickets AFTER UPDATE ON pos_config FOR EACH ROW
    WHEN (OLD.picking_type_id IS DISTINCT FROM NEW.picking_type_id) EXECUTE FUNCTION omni_promise_tickets();

-- Who empties a table at once passes the triggers by.
CREATE OR REPLACE FUNCTION omni_promise_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The promise of stock follows each row of %: delete its rows instead of truncating it.', TG_TABLE_NAME;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_truncate BEFORE TRUNCATE ON stock_quant
    FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_truncate();
CREATE OR REPLACE TRIGGER omni_promise_truncate BEFORE TRUNCATE ON stock_move
    FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_truncate();

-- Locations that change sides: what lies in them and is to leave them is counted anew on both, and once more when those
-- are done who moved goods meanwhile and still took the location for what it was.
CREATE OR REPLACE FUNCTION omni_promise_locations() RETURNS trigger LANGUAGE plpgsql AS $$
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
    PERFORM omni_promise_correct(_products, true);
    INSERT INTO omni_promise_late (products, warehouses, locations, facts)
    VALUES (_products, _warehouses, _moved, true);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_locations AFTER UPDATE ON stock_location
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION omni_promise_locations();

-- Holds of a product that another one takes the place of.
CREATE OR REPLACE FUNCTION omni_hold_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO omni_promise_change (product_id, warehouse_id, recount, facts)
    VALUES (OLD.product_id, OLD.warehouse_id, true, true), (NEW.product_id, NEW.warehouse_id, true, true);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_hold_moved AFTER UPDATE OF product_id, warehouse_id ON omni_hold
    FOR EACH ROW WHEN (OLD.ended IS NULL AND (OLD.product_id <> NEW.product_id OR OLD.warehouse_id <> NEW.warehouse_id))
    EXECUTE FUNCTION omni_hold_moved();

-- ------------------------------------------------------------------------------------------------------------- checking

-- What quants, moves and tickets say is free of these products.
CREATE OR REPLACE FUNCTION omni_promise_facts(_products int[])
RETURNS TABLE (product_id int, warehouse_id int, free numeric) LANGUAGE plpgsql STABLE AS $$ -- it keeps its plan
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT part.product_id, part.warehouse_id, SUM(part.free)
      FROM (
        SELECT q.product_id, l.warehouse_id, omni_quant_free(q.quantity, q.reserved_quantity) AS free
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.product_id = ANY(_products) AND l.usage = 'internal' AND l.warehouse_id IS NOT NULL
        UNION ALL
        SELECT m.product_id, l.warehouse_id, -omni_promise_demand(m)
          FROM stock_move AS m JOIN stock_location AS l ON l.id = m.location_id
         WHERE m.product_id = ANY(_products) AND m.state IN ('confirmed', 'partially_available')
           AND l.warehouse_id IS NOT NULL
        UNION ALL
        SELECT product_id, warehouse_id, -quantity FROM omni_unmoved(_products)
      ) AS part
     GROUP BY 1, 2;
END $$;

-- Where the promise differs from what it is made of: quants, moves and tickets, holds, and the terms. Empty unless something went
-- wrong. What is to be counted anew is not wrong, it waits.
CREATE OR REPLACE FUNCTION omni_promise_differences()
RETURNS TABLE (product_id int, warehouse_id int, free numeric, held numeric, terms boolean) LANGUAGE sql STABLE AS $$
    SELECT d.product_id, d.warehouse_id, d.free, d.held, d.terms
      FROM (
        SELECT product_id, warehouse_id, SUM(free) AS free, SUM(held) AS held, bool_or(terms) AS terms
          FROM (
            SELECT product_id, warehouse_id, free, 0 AS held, false AS terms
              FROM omni_promise_facts(ARRAY(SELECT id FROM product_product))
            UNION ALL
            SELECT product_id, warehouse_id, 0, quantity, false FROM omni_hold WHERE ended IS NULL
            UNION ALL
            SELECT p.product_id, p.warehouse_id, -p.free, -p.held,
                   (p.company_id, p.safety, p.beyond) IS DISTINCT FROM (t.company_id, t.safety, t.beyond)
                   AND NOT EXISTS (SELECT FROM omni_promise_change AS c WHERE c.recount
                                      AND c.product_id = p.product_id AND c.warehouse_id = p.warehouse_id)
                   AND NOT (p.next_expiry <= omni_clock() AND omni_expires())
              FROM omni_promise AS p
              LEFT JOIN omni_promise_terms(ARRAY(SELECT product_id FROM omni_promise ORDER BY id),
                                           ARRAY(SELECT warehouse_id FROM omni_promise ORDER BY id)) AS t
                ON t.product_id = p.product_id AND t.warehouse_id = p.warehouse_id
            UNION ALL
            SELECT product_id, warehouse_id, -COALESCE(free, 0), 0, false FROM omni_promise_change
          ) AS part
         GROUP BY 1, 2 HAVING SUM(free) <> 0 OR SUM(held) <> 0 OR bool_or(terms)
      ) AS d
     WHERE NOT EXISTS (SELECT FROM omni_promise_change AS c
                        WHERE c.facts AND c.product_id = d.product_id AND c.warehouse_id = d.warehouse_id)
$$;

-- Has the promise counted anew where it is not what quants, moves, tickets, holds and terms say; they are never touched. It waits
-- for nobody, and who does it twice changes nothing. Returns how many pairs were wrong.
CREATE OR REPLACE FUNCTION omni_promise_repair() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    _wrong int;
BEGIN
    UPDATE stock_move AS m SET state = state -- what a move was last said to take out
     WHERE m.state IN ('confirmed', 'partially_available') AND m.omni_demand IS DISTINCT FROM omni_promise_demand(m)
        OR m.state NOT IN ('confirmed', 'partially_available') AND m.omni_demand <> 0;
    INSERT INTO omni_promise_change (product_id, warehouse_id, free, recount, facts)
    SELECT product_id, warehouse_id, free, true, true FROM omni_promise_differences();
    GET DIAGNOSTICS _wrong = ROW_COUNT;
    RETURN _wrong;
END $$;

-- What is to be counted once more and can be by now: nobody is left who does not see what changed. `_asks`: the connection
-- of who asks, which changes nothing itself.
CREATE OR REPLACE FUNCTION omni_promise_late_due(_asks int)
RETURNS TABLE (id bigint, products int[], facts boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    UPDATE omni_promise_late SET since = pg_snapshot_xmax(pg_current_snapshot()) WHERE since IS NULL;
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
      FROM omni_promise_late AS l
     WHERE l.since <= pg_snapshot_xmin(pg_current_snapshot())
       AND NOT EXISTS (SELECT FROM pg_stat_activity AS a
                        WHERE a.datname = current_database() AND a.pid <> ALL(ARRAY[pg_backend_pid(), _asks])
                          AND age(a.backend_xmin) > age(l.since::xid))
     ORDER BY l.id;
END $$;

-- Has counted anew what of these products is not what it should be: terms, or what is there.
CREATE OR REPLACE FUNCTION omni_promise_correct(_products int[], _facts boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF _facts THEN
        INSERT INTO omni_promise_change (product_id, warehouse_id, free, recount, facts)
        SELECT d.product_id, d.warehouse_id, SUM(d.free), true, true
          FROM (SELECT f.product_id, f.warehouse_id, f.free FROM omni_promise_facts(_products) AS f
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
          JOIN omni_promise_terms(
                 ARRAY(SELECT product_id FROM omni_promise WHERE product_id = ANY(_products) ORDER BY id),
                 ARRAY(SELECT warehouse_id FROM omni_promise WHERE product_id = ANY(_products) ORDER BY id)
               ) AS t ON t.product_id = p.product_id AND t.warehouse_id = p.warehouse_id
         WHERE p.product_id = ANY(_products)
           AND (p.company_id, p.safety, p.beyond) IS DISTINCT FROM (t.company_id, t.safety, t.beyond);
    END IF;
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

-- What can be promised, pairs of which nothing is known left out; products whose stock is not counted are there without
-- end. `_owner_model`, `_owner_id`: what is held for this document counts as there.
CREATE OR REPLACE FUNCTION omni_promise_read(
    _products int[], _warehouses int[], _companies int[], _channel int, _owner_model varchar, _owner_id int
) RETURNS TABLE (product_id int, warehouse_id int, quantity float8) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    _now timestamp := omni_clock();
    _excluded int[];
    _close_products int[];
    _close_warehouses int[];
    _expires boolean;
    _found int;
BEGIN
    IF _channel IS NOT NULL THEN
        _excluded := omni_promise_excluded(_channel, _products);
        IF cardinality(_excluded) > 0 THEN
            _products := ARRAY(SELECT p FROM unnest(_products) AS p WHERE p <> ALL(_excluded));
        END IF;
        _warehouses := ARRAY(SELECT w FROM unnest(_warehouses) AS w WHERE omni_promise_sells(_channel, w));
        IF omni_promise_has_kept_from(_channel) THEN
            RETURN QUERY
            SELECT r.product_id, r.warehouse_id, CASE WHEN k.share IS NULL OR r.quantity = 'Infinity' THEN r.quantity
                   ELSE GREATEST(r.quantity * (1 - k.share)::float8 - k.quantity::float8, 0) END
              FROM omni_promise_read(_products, _warehouses, _companies, NULL, _owner_model, _owner_id) AS r
              LEFT JOIN omni_promise_kept_from(_channel, _products, _warehouses) AS k
                ON k.product_id = r.product_id AND k.warehouse_id = r.warehouse_id;
            RETURN;
        END IF;
    END IF;
    IF _companies IS NOT NULL THEN
        _warehouses := ARRAY(SELECT id FROM stock_warehouse WHERE id = ANY(_warehouses) AND company_id = ANY(_companies));
    END IF;
    -- Rows that need a closer look: with changes not folded in yet, with holds that ran out, with the owner's holds.
    SELECT array_agg(x.product_id), array_agg(x.warehouse_id) INTO _close_products, _close_warehouses
      FROM (SELECT c.product_id, c.warehouse_id FROM omni_promise_change AS c
             WHERE c.product_id = ANY(_products) AND c.warehouse_id = ANY(_warehouses)
            UNION
            SELECT d.product_id, d.warehouse_id
              FROM (SELECT * FROM omni_promise WHERE next_expiry < 'infinity' AND next_expiry <= _now OFFSET 0) AS d
             WHERE d.product_id = ANY(_products) AND d.warehouse_id = ANY(_warehouses)
            UNION
            SELECT h.product_id, h.warehouse_id FROM omni_hold AS h
             WHERE h.res_model = _owner_model AND h.res_id = _owner_id AND h.ended IS NULL
               AND h.product_id = ANY(_products) AND h.warehouse_id = ANY(_warehouses)) AS x;
    IF _close_products IS NULL THEN
        RETURN QUERY
        SELECT p.product_id, p.warehouse_id, p.promised
          FROM omni_promise AS p
         WHERE p.product_id = ANY(_products) AND p.warehouse_id = ANY(_warehouses);
        GET DIAGNOSTICS _found = ROW_COUNT;
    ELSE
        _found := 0;
        _expires := omni_expires();
        RETURN QUERY
        WITH close AS (
            SELECT * FROM unnest(_close_products, _close_warehouses) AS x(product_id, warehouse_id)
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
                              FROM close AS x
                              JOIN omni_hold AS h ON h.product_id = x.product_id AND h.warehouse_id = x.warehouse_id
                             WHERE h.ended IS NULL AND omni_hold_counts(h.expires_at, h.lease, _now)
                               AND NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id)) AS h
                    WINDOW pair AS (PARTITION BY h.product_id, h.warehouse_id)) AS o
             GROUP BY 1, 2
        ), anew AS (
            SELECT x.product_id, x.warehouse_id FROM close AS x
              LEFT JOIN changed AS c ON c.product_id = x.product_id AND c.warehouse_id = x.warehouse_id
             WHERE c.recount OR NOT EXISTS (SELECT FROM omni_promise AS p
                                             WHERE p.product_id = x.product_id AND p.warehouse_id = x.warehouse_id
                                               AND NOT (_expires AND p.next_expiry <= _now))
        ), terms AS (
            SELECT * FROM omni_promise_terms(ARRAY(SELECT product_id FROM anew), ARRAY(SELECT warehouse_id FROM anew))
        ), facts AS (
            SELECT * FROM omni_promise_facts(ARRAY(SELECT DISTINCT product_id FROM changed WHERE facts))
        )
        SELECT p.product_id, p.warehouse_id, p.promised
          FROM omni_promise AS p
         WHERE p.product_id = ANY(_products) AND p.warehouse_id = ANY(_warehouses)
           AND NOT EXISTS (SELECT FROM close AS x
                            WHERE x.product_id = p.product_id AND x.warehouse_id = p.warehouse_id)
        UNION ALL
        SELECT x.product_id, x.warehouse_id,
               -- Where goods are gone from under holds, the weakest gives way, as for incidents: the one that ends first.
               -- All others can still have what they hold.
               GREATEST(s.free - COALESCE(h.quantity, 0), LEAST(h.own, s.free - COALESCE(h.stronger, 0)), 0)::float8
          FROM close AS x
          LEFT JOIN omni_promise AS p ON p.product_id = x.product_id AND p.warehouse_id = x.warehouse_id
          LEFT JOIN changed AS c ON c.product_id = x.product_id AND c.warehouse_id = x.warehouse_id
          LEFT JOIN held AS h ON h.product_id = x.product_id AND h.warehouse_id = x.warehouse_id
          LEFT JOIN terms AS t ON t.product_id = x.product_id AND t.warehouse_id = x.warehouse_id
          LEFT JOIN facts AS f ON f.product_id = x.product_id AND f.warehouse_id = x.warehouse_id
         CROSS JOIN LATERAL (
            SELECT CASE WHEN c.facts THEN COALESCE(f.free, 0) ELSE COALESCE(p.free, 0) + COALESCE(c.free, 0) END
                   - COALESCE(t.safety, p.safety, 0) + COALESCE(t.beyond, p.beyond, 0) AS free) AS s;
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

-- ------------------------------------------------------------------------------------------------------------- holding

-- Whether the row was made or changed by this transaction, which has not ended.
CREATE OR REPLACE FUNCTION omni_promise_is_own(_row omni_promise) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT _row.txid IS NOT NULL AND _row.txid = pg_current_xact_id_if_assigned() $$;

-- Folds into one locked row what happened since, and closes the holds whose time is up. Returns the row as it is then.
-- `_most`: at most so many changes; what is to be counted anew is counted with all of them.
CREATE OR REPLACE FUNCTION omni_promise_fold(_row omni_promise, _most int DEFAULT NULL) RETURNS omni_promise
LANGUAGE plpgsql AS $$
DECLARE
    _now timestamp := omni_clock();
    _before omni_promise := _row;
    _ended numeric;
    _anew boolean := _row.next_expiry <= _now AND omni_expires();
    _sum record;
    _next timestamp := 'infinity';
BEGIN
    IF _anew OR EXISTS (SELECT FROM omni_promise_change AS c
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
        ), terms AS ( -- which count the same goods that the changes are about
            SELECT * FROM omni_promise_terms(ARRAY[_row.product_id], ARRAY[_row.warehouse_id])
             WHERE _anew OR (SELECT bool_or(recount) FROM gone)
        )
        SELECT g.*, t.* INTO _sum
          FROM (SELECT COALESCE(SUM(free), 0) AS free, COALESCE((SELECT SUM(quantity) FROM ended), 0) AS ended,
                       CASE WHEN bool_or(facts) THEN COALESCE((
                           SELECT f.free FROM omni_promise_facts(ARRAY[_row.product_id]) AS f
                            WHERE f.warehouse_id = _row.warehouse_id), 0) END AS counted
                  FROM gone) AS g
          LEFT JOIN terms AS t ON true;
        _row.free := COALESCE(_sum.counted, _row.free + _sum.free);
        _row.held := _row.held - _sum.ended;
        IF _sum.product_id IS NOT NULL THEN
            _row.company_id := _sum.company_id;
            _row.safety := _sum.safety;
            _row.beyond := _sum.beyond;
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
               AND h.ended IS NULL AND NOT omni_hold_counts(h.expires_at, h.lease, _now)
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
               beyond = _row.beyond, next_expiry = _row.next_expiry,
               txid = CASE WHEN omni_promise_is_own(_row) THEN _row.txid END
         WHERE id = _row.id;
    END IF;
    RETURN _row;
END $$;

-- Makes the rows of pairs that something was appended to and that have none.
CREATE OR REPLACE FUNCTION omni_promise_appear(_products int[], _warehouses int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SELECT array_agg(a.p), array_agg(a.w) INTO _products, _warehouses
      FROM unnest(_products, _warehouses) AS a(p, w)
     WHERE NOT EXISTS (SELECT FROM omni_promise AS p WHERE p.product_id = a.p AND p.warehouse_id = a.w)
       AND EXISTS (SELECT FROM omni_promise_change AS c WHERE c.product_id = a.p AND c.warehouse_id = a.w);
    IF _products IS NOT NULL THEN
        INSERT INTO omni_promise (product_id, warehouse_id, company_id, safety, beyond, next_expiry)
        SELECT * FROM omni_promise_terms(_products, _warehouses) ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Locks the rows of these pairs for whoever changes them. All do it by this function: rows that are missing are made
-- first, then those that exist are locked, both in one order, so that nobody waits in a circle. `_wait`: else those that
-- somebody else has are left out.
DROP FUNCTION IF EXISTS omni_promise_lock(int[], int[]);
CREATE OR REPLACE FUNCTION omni_promise_lock(_products int[], _warehouses int[], _wait boolean)
RETURNS SETOF omni_promise LANGUAGE plpgsql AS $$
BEGIN
    PERFORM omni_promise_appear(_products, _warehouses);
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
-- changes of each. Returns whether some are left. A row that somebody else has is passed over: who promises folds himself.
-- Others wait for all of it: who folds much does it in steps.
CREATE OR REPLACE FUNCTION omni_promise_settle(
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
                        WHERE p.next_expiry <= omni_clock()) AS d;
    END IF;
    -- A change may be of a product or a warehouse that is gone by now.
    DELETE FROM omni_promise_change AS c
     USING unnest(_products, _warehouses) AS a(product_id, warehouse_id)
     WHERE c.product_id = a.product_id AND c.warehouse_id = a.warehouse_id
       AND (NOT EXISTS (SELECT FROM product_product WHERE id = a.product_id)
            OR NOT EXISTS (SELECT FROM stock_warehouse WHERE id = a.warehouse_id));
    FOR _row IN SELECT * FROM omni_promise_lock(_products, _warehouses, false) LOOP
        PERFORM omni_promise_fold(_row, _most);
        _left := _left OR _most IS NOT NULL AND EXISTS (
            SELECT FROM omni_promise_change AS c
             WHERE c.product_id = _row.product_id AND c.warehouse_id = _row.warehouse_id);
    END LOOP;
    RETURN _left;
END $$;

-- Whether anything keeps a channel from selling what is there: then it takes a closer look.
CREATE OR REPLACE FUNCTION omni_promise_is_limited(_channel int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN _channel IS NOT NULL AND (
        EXISTS (SELECT FROM omni_channel_warehouse_rel WHERE channel_id = _channel)
        OR EXISTS (SELECT FROM omni_excluded_template_rel WHERE channel_id = _channel)
        OR EXISTS (SELECT FROM omni_excluded_category_rel WHERE channel_id = _channel)
        OR omni_promise_has_kept_from(_channel));
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
    _former boolean;
    _lock_products int[] := _products;
    _lock_warehouses int[] := _warehouses;
    _now timestamp;
    _until timestamp;
    _left numeric;
    _freed numeric;
    _there numeric;
    _short omni_shortage[] := '{}';
    -- what becomes of each locked row, and of each pair that is asked for
    _ids int[] := '{}';
    _held numeric[] := '{}';
    _next timestamp[] := '{}';
    _seen int := 0;
    _kept numeric[] := '{}';
    _companies_of int[] := '{}';
    _excluded int[] := omni_promise_excluded(_channel, _products);
    _kept_from omni_kept_from[];
BEGIN
    -- Calls of one owner take turns, or the second would not see what the first one holds for him.
    IF NOT _own THEN
        PERFORM pg_advisory_xact_lock(hashtext(_model), _res_id);
    END IF;
    -- What the owner held before is free for his new demand.
    SELECT array_agg(h.id), bool_or(NOT EXISTS (SELECT FROM omni_promise_change AS e WHERE e.hold_id = h.id))
      INTO _old, _former FROM omni_hold AS h
     WHERE h.res_model = _model AND h.res_id = _res_id AND h.ended IS NULL;
    IF _old IS NOT NULL THEN
        SELECT array_agg(d.p), array_agg(d.w) INTO _lock_products, _lock_warehouses
          FROM (SELECT a.p, a.w FROM unnest(_products, _warehouses) AS a(p, w)
                 UNION SELECT h.product_id, h.warehouse_id FROM omni_hold AS h WHERE h.id = ANY(_old)) AS d;
    END IF;
    IF omni_promise_has_kept_from(_channel) THEN
        SELECT array_agg(k) INTO _kept_from FROM omni_promise_kept_from(_channel, _products, _warehouses) AS k;
    END IF;
    -- Lock, and look whether there is enough of everything.
    FOR _place IN
        SELECT p AS promise, a.q, COALESCE(a.moved, 0) AS moved
          FROM omni_promise_lock(_lock_products, _lock_warehouses, true) AS p
          LEFT JOIN unnest(_products, _warehouses, _quantities, _moved) AS a(product, store, q, moved)
            ON a.product = p.product_id AND a.store = p.warehouse_id
         ORDER BY p.product_id, p.warehouse_id
    LOOP
        _row := omni_promise_fold(_place.promise);
        _now := omni_clock();
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
        IF _place.q IS NOT NULL THEN
            _seen := _seen + 1;
            _there := _place.moved + _row.free - _row.safety + _row.beyond;
            _left := GREATEST(_left + _there - _row.held, 0);
            IF _left < _freed THEN -- gone from under holds: as omni_promise_read says
                SELECT GREATEST(_left, LEAST(_freed, _there - COALESCE(SUM(h.quantity), 0))) INTO _left
                  FROM omni_hold AS h
                 WHERE h.product_id = _row.product_id AND h.warehouse_id = _row.warehouse_id AND h.ended IS NULL
                   AND h.id <> ALL(_old || _ended) AND omni_hold_counts(h.expires_at, h.lease, _now)
                   AND (h.expires_at, -h.id) > (SELECT MIN(o.expires_at), -MAX(o.id) FROM omni_hold AS o
                                                 WHERE o.id = ANY(_old) AND o.ended IS NULL
                                                   AND o.product_id = _row.product_id
                                                   AND o.warehouse_id = _row.warehouse_id);
            END IF;
            IF _kept_from IS NOT NULL THEN
                _left := COALESCE((SELECT GREATEST(_left * (1 - k.share) - k.quantity, 0)
                                     FROM unnest(_kept_from) AS k
                                    WHERE k.product_id = _row.product_id AND k.warehouse_id = _row.warehouse_id), _left);
            END IF;
            IF NOT (_companies IS NULL OR _row.company_id = ANY(_companies))
               OR NOT (_channel IS NULL OR omni_promise_sells(_channel, _row.warehouse_id))
               OR _row.product_id = ANY(_excluded) THEN
                _left := 0;
            END IF;
            IF _place.q - _left > 0.000001 THEN
                _short := _short || ROW(_row.product_id, _row.warehouse_id, _place.q, _place.q - _left)::omni_shortage;
            ELSIF _row.beyond = 0 THEN
                _row.held := _row.held + _place.q;
                _row.next_expiry := LEAST(_row.next_expiry, _until);
            ELSE
                _place.q := NULL; -- not counted: nothing is kept
            END IF;
        END IF;
        _ids := _ids || _row.id;
        _kept := _kept || _place.q;
        _companies_of := _companies_of || _row.company_id;
        _held := _held || (_row.held - _freed);
        _next := _next || _row.next_expiry;
    END LOOP;

    -- Pairs without a row: nothing was ever there, or not counted, or not known here.
    IF _seen < cardinality(_products) THEN
        FOR _place IN
            SELECT a.product, a.store, a.q, a.moved, w.id AS known,
                   CASE WHEN v.id IS NOT NULL THEN COALESCE(t.is_storable, false) END AS is_storable
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

-- A time shorter than before must be noticed when it is up, whoever wrote it.
CREATE OR REPLACE FUNCTION omni_hold_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE omni_promise SET next_expiry = NEW.expires_at
     WHERE product_id = NEW.product_id AND warehouse_id = NEW.warehouse_id AND next_expiry > NEW.expires_at;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_hold_expiry AFTER UPDATE OF expires_at ON omni_hold
    FOR EACH ROW WHEN (NEW.expires_at < OLD.expires_at) EXECUTE FUNCTION omni_hold_expiry();

-- Keeps what a document holds now for some seconds from now; `_at_least`: what is kept longer stays so. What ran out stays
-- so. `_lease`: the transaction that sells the goods, as long as it lasts. Returns the holds that were there to keep.
CREATE OR REPLACE FUNCTION omni_hold_extend(
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
           AND expires_at > omni_clock() + make_interval(secs => _seconds));
    IF NOT _at_least THEN
        PERFORM FROM omni_promise_lock(_products, _warehouses, true);
    END IF;
    PERFORM FROM omni_hold WHERE res_model = _model AND res_id = _res_id AND ended IS NULL
      ORDER BY product_id, warehouse_id, id FOR NO KEY UPDATE;
    _now := omni_clock();
    _until := _now + make_interval(secs => _seconds);
    RETURN QUERY
    UPDATE omni_hold AS h
       SET expires_at = CASE WHEN _at_least THEN GREATEST(h.expires_at, _until) ELSE _until END,
           lease = COALESCE(_lease, h.lease)
     WHERE h.res_model = _model AND h.res_id = _res_id AND h.ended IS NULL
       AND omni_hold_counts(h.expires_at, h.lease, _now)
    RETURNING h.id, h.product_id, h.warehouse_id;
END $$;
