-- What a paid ticket has sold and core moves only when its session closes. Run at every install and update of the
-- add-on; safe to repeat.

-- What one line of a ticket takes from its store's shelf and is still to move: of a kit its parts, below 0 what comes
-- back. The lines that core's `_create_picking_at_end_of_session` will move, until the session is closed. The row of
-- each document is given, so that a trigger can ask for what was and for what is.
CREATE OR REPLACE FUNCTION omni_unmoved(x pos_order_line, o pos_order, s pos_session, c pos_config)
RETURNS TABLE (product_id int, warehouse_id int, quantity numeric) LANGUAGE sql STABLE AS $$
    SELECT part.product_id, l.warehouse_id, x.qty::numeric * part.quantity
      FROM product_product AS p
      JOIN product_template AS t ON t.id = p.product_tmpl_id AND t.type = 'consu'
      JOIN res_company AS company ON company.id = o.company_id
      JOIN stock_picking_type AS leaves ON leaves.id = c.picking_type_id
      LEFT JOIN stock_picking_type AS returns ON returns.id = leaves.return_picking_type_id AND x.qty < 0
      JOIN stock_location AS l ON l.id = CASE WHEN returns.id IS NULL THEN leaves.default_location_src_id
                                              ELSE returns.default_location_dest_id END
     CROSS JOIN LATERAL (
        SELECT x.product_id, 1::numeric AS quantity
         WHERE COALESCE(jsonb_typeof(x.omni_parts), 'null') <> 'array'
        UNION ALL
        SELECT (each ->> 0)::int, (each ->> 1)::numeric
          FROM jsonb_array_elements(CASE jsonb_typeof(x.omni_parts) WHEN 'array' THEN x.omni_parts END) AS each
           ) AS part
      JOIN product_product AS taken ON taken.id = part.product_id
      JOIN product_template AS counted ON counted.id = taken.product_tmpl_id AND counted.is_storable
     WHERE p.id = x.product_id AND x.qty <> 0 AND x.omni_twice_order_id IS NULL
       AND s.update_stock_at_closing AND s.state <> 'closed'
       AND o.state NOT IN ('draft', 'cancel') AND o.shipping_date IS NULL
       AND NOT (o.account_move IS NOT NULL AND COALESCE(company.anglo_saxon_accounting, false))
       AND l.usage = 'internal' AND l.warehouse_id IS NOT NULL
$$;

-- All of it, line by line; `_products`: NULL for those of all.
CREATE OR REPLACE FUNCTION omni_unmoved(_products int[] DEFAULT NULL)
RETURNS TABLE (product_id int, warehouse_id int, quantity numeric) LANGUAGE sql STABLE AS $$
    SELECT u.product_id, u.warehouse_id, u.quantity
      FROM pos_session AS s
      JOIN pos_config AS c ON c.id = s.config_id
      JOIN pos_order AS o ON o.session_id = s.id
      JOIN pos_order_line AS x ON x.order_id = o.id
     CROSS JOIN LATERAL omni_unmoved(x, o, s, c) AS u
     WHERE s.update_stock_at_closing AND s.state <> 'closed' AND (_products IS NULL OR u.product_id = ANY(_products))
$$;
