-- What is on hand and may not be sold any more. Run at every install and update of the add-on; safe to repeat.

-- Which stock cannot be sold: what is past its removal date, where Odoo's Expiration Dates keep one. They may come or
-- go at any time: PostgreSQL reads the second branch only when their column is there.
CREATE OR REPLACE FUNCTION omni_expires() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'stock_quant'::regclass
                      AND attname = 'removal_date' AND NOT attisdropped)
$$;

-- Of each product in each warehouse: how much of what is on hand and not reserved is past its removal date, and when
-- the next will be. Pairs without any date are left out.
CREATE OR REPLACE FUNCTION omni_expired(_products int[], _warehouses int[])
RETURNS TABLE (product_id int, warehouse_id int, quantity numeric, next timestamp) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    _now timestamp := clock_timestamp() AT TIME ZONE 'UTC';
BEGIN
    IF omni_expires() THEN
        RETURN QUERY
        SELECT q.product_id, l.warehouse_id,
               COALESCE(SUM((COALESCE(q.quantity, 0) - COALESCE(q.reserved_quantity, 0))::numeric)
                        FILTER (WHERE q.removal_date <= _now), 0),
               MIN(q.removal_date) FILTER (WHERE q.removal_date > _now)
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE q.product_id = ANY(_products) AND l.warehouse_id = ANY(_warehouses) AND l.usage = 'internal'
           AND q.removal_date IS NOT NULL
         GROUP BY 1, 2;
    END IF;
END $$;
