-- What is kept back: from everybody, which is written in the row, and from one channel, which is looked up when it asks.

-- The rules of safety stock and the products that they are about. `specificity`: how closely a rule names a product,
-- 1 the variant, 2 the product, 3 a category (`depth`: how far down), 4 all products.
CREATE OR REPLACE FUNCTION omni_promise.safety_rules_of(_products int[])
RETURNS TABLE (product_id int, specificity int, depth int, rule omni_safety_stock) LANGUAGE sql STABLE AS $$
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

-- What the rows of these pairs are to say beside figures: what each keeps back from everybody, the buffer for figures not
-- to be trusted and what is past its removal date included (`next_expiry`: when more will be), and the columns that come
-- from product and store. The most specific rule wins; of two equally specific ones, the one that names the store.
CREATE OR REPLACE FUNCTION omni_promise.row_settings(_products int[], _warehouses int[])
RETURNS TABLE (
    product_id int, warehouse_id int, company_id int, safety numeric, uncounted boolean, blocked boolean,
    next_expiry timestamp
) LANGUAGE sql STABLE AS $$
    WITH pair AS (SELECT DISTINCT p, w FROM unnest(_products, _warehouses) AS a(p, w)),
    kept AS (
        SELECT DISTINCT ON (a.p, a.w) a.p, a.w, (s.rule).quantity
          FROM pair AS a
          JOIN stock_warehouse AS w ON w.id = a.w
          JOIN omni_promise.safety_rules_of(ARRAY(SELECT DISTINCT p FROM pair)) AS s ON s.product_id = a.p
         WHERE (s.rule).kind = 'all' AND (s.rule).company_id = w.company_id
           AND COALESCE((s.rule).warehouse_id, a.w) = a.w
         ORDER BY a.p, a.w, s.specificity, s.depth DESC, (s.rule).warehouse_id IS NULL
    )
    SELECT a.p, a.w, w.company_id,
           COALESCE(k.quantity, 0) + COALESCE(b.applied_quantity, 0) + COALESCE(e.quantity, 0),
           t.is_storable IS NOT TRUE, p.active IS NOT TRUE OR w.active IS NOT TRUE,
           COALESCE(e.next, 'infinity')
      FROM pair AS a
      JOIN product_product AS p ON p.id = a.p
      JOIN product_template AS t ON t.id = p.product_tmpl_id
      JOIN stock_warehouse AS w ON w.id = a.w
      LEFT JOIN kept AS k ON k.p = a.p AND k.w = a.w
      LEFT JOIN omni_confidence_buffer AS b ON b.product_id = a.p AND b.warehouse_id = a.w
      LEFT JOIN omni_expired(_products, _warehouses) AS e ON e.product_id = a.p AND e.warehouse_id = a.w
$$;

CREATE OR REPLACE FUNCTION omni_promise.channel_has_reserves(_channel int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN _channel IS NOT NULL AND EXISTS (SELECT FROM omni_safety_stock WHERE kind <> 'all');
END $$;

-- What a channel may not have of these products beside that: what is kept from it, and what is kept for others. `share`:
-- of what is available.
CREATE OR REPLACE FUNCTION omni_promise.channel_reserves(_channel int, _products int[], _warehouses int[])
RETURNS TABLE (product_id int, warehouse_id int, quantity numeric, share numeric) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    IF NOT omni_promise.channel_has_reserves(_channel) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT k.p, k.w, SUM(k.quantity), LEAST(SUM(k.percent) / 100.0, 1)
      FROM (SELECT DISTINCT ON (s.product_id, w.id, (s.rule).kind, (s.rule).channel_id)
                   s.product_id AS p, w.id AS w, COALESCE((s.rule).quantity, 0) AS quantity,
                   COALESCE((s.rule).percent, 0)::numeric AS percent
              FROM omni_promise.safety_rules_of(_products) AS s
              JOIN stock_warehouse AS w ON w.company_id = (s.rule).company_id
                                       AND COALESCE((s.rule).warehouse_id, w.id) = w.id
             WHERE w.id = ANY(_warehouses)
               AND ((s.rule).kind = 'from' AND (s.rule).channel_id = _channel
                    OR (s.rule).kind = 'for' AND (s.rule).channel_id <> _channel)
             ORDER BY s.product_id, w.id, (s.rule).kind, (s.rule).channel_id, s.specificity, s.depth DESC,
                      (s.rule).warehouse_id IS NULL) AS k
     GROUP BY 1, 2;
END $$;

-- Which of these products a channel does not sell: by their own setting, by that of their category or of one above it.
CREATE OR REPLACE FUNCTION omni_promise.excluded_products(_channel int, _products int[]) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
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

-- From which of these stores a channel sells: those that it lists, or all if it lists none.
CREATE OR REPLACE FUNCTION omni_promise.channel_warehouses(_channel int, _warehouses int[]) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF _channel IS NULL OR NOT EXISTS (SELECT FROM omni_channel_warehouse_rel WHERE channel_id = _channel) THEN
        RETURN _warehouses;
    END IF;
    RETURN ARRAY(
        SELECT warehouse_id FROM omni_channel_warehouse_rel
         WHERE channel_id = _channel AND warehouse_id = ANY(_warehouses));
END $$;

-- Whether anything keeps a channel from selling what is there: then it takes a closer look.
CREATE OR REPLACE FUNCTION omni_promise.channel_is_limited(_channel int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN _channel IS NOT NULL AND (
        EXISTS (SELECT FROM omni_channel_warehouse_rel WHERE channel_id = _channel)
        OR EXISTS (SELECT FROM omni_excluded_template_rel WHERE channel_id = _channel)
        OR EXISTS (SELECT FROM omni_excluded_category_rel WHERE channel_id = _channel)
        OR omni_promise.channel_has_reserves(_channel));
END $$;

-- Appends that the settings of all rows of these products, or of these stores, are to be read anew: now, and once more for
-- the rows that others are about to make and that cannot be seen yet.
CREATE OR REPLACE FUNCTION omni_promise.recount(_products int[], _warehouses int[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
    SELECT product_id, warehouse_id, true FROM omni_promise
     WHERE (_products IS NULL OR product_id = ANY(_products)) AND (_warehouses IS NULL OR warehouse_id = ANY(_warehouses));
    INSERT INTO omni_promise.late (products, warehouses, facts) VALUES (_products, _warehouses, false)
$$;

CREATE OR REPLACE FUNCTION omni_promise.safety_rule_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _rule omni_safety_stock;
BEGIN
    FOREACH _rule IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
        CONTINUE WHEN _rule.kind <> 'all';
        PERFORM omni_promise.recount(
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
    FOR EACH ROW EXECUTE FUNCTION omni_promise.safety_rule_changed();

CREATE OR REPLACE FUNCTION omni_promise.buffers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO omni_promise_change (product_id, warehouse_id, recount)
    SELECT b.product_id, b.warehouse_id, true FROM changed AS b
      JOIN omni_promise AS p ON p.product_id = b.product_id AND p.warehouse_id = b.warehouse_id;
    INSERT INTO omni_promise.late (products, warehouses, facts)
    SELECT array_agg(DISTINCT product_id), array_agg(DISTINCT warehouse_id), false FROM changed
    HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_buffers_insert AFTER INSERT ON omni_confidence_buffer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.buffers_changed();
CREATE OR REPLACE TRIGGER omni_promise_buffers_update AFTER UPDATE ON omni_confidence_buffer
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.buffers_changed();
CREATE OR REPLACE TRIGGER omni_promise_buffers_delete AFTER DELETE ON omni_confidence_buffer
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION omni_promise.buffers_changed();

-- Products and stores that are archived or come back, products that are counted or not, and what moves to another
-- category.
CREATE OR REPLACE FUNCTION omni_promise.master_data_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'product_product' THEN
            PERFORM omni_promise.recount(ARRAY[NEW.id], NULL);
        WHEN 'product_template' THEN
            PERFORM omni_promise.recount(ARRAY(SELECT id FROM product_product WHERE product_tmpl_id = NEW.id), NULL);
        WHEN 'product_category' THEN
            PERFORM omni_promise.recount(ARRAY(
                SELECT p.id FROM product_product AS p JOIN product_template AS t ON t.id = p.product_tmpl_id
                 WHERE t.categ_id = NEW.id), NULL);
        WHEN 'stock_warehouse' THEN
            PERFORM omni_promise.recount(NULL, ARRAY[NEW.id]);
    END CASE;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER omni_promise_master_data AFTER UPDATE OF active ON product_product
    FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION omni_promise.master_data_changed();
CREATE OR REPLACE TRIGGER omni_promise_master_data AFTER UPDATE OF is_storable, categ_id ON product_template
    FOR EACH ROW WHEN (OLD.is_storable IS DISTINCT FROM NEW.is_storable OR OLD.categ_id IS DISTINCT FROM NEW.categ_id)
    EXECUTE FUNCTION omni_promise.master_data_changed();
CREATE OR REPLACE TRIGGER omni_promise_master_data AFTER UPDATE OF parent_path ON product_category
    FOR EACH ROW WHEN (OLD.parent_path IS DISTINCT FROM NEW.parent_path) EXECUTE FUNCTION omni_promise.master_data_changed();
CREATE OR REPLACE TRIGGER omni_promise_master_data AFTER UPDATE OF active ON stock_warehouse
    FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION omni_promise.master_data_changed();
