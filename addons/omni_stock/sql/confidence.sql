-- How far the stock figures of a store can be trusted, learned from counts and refusals. The method and its formulas:
-- docs/adr/0008-confidence-buffer.md. Run at every install and update of the add-on; safe to repeat.

-- The number that a loss of this mean stays within in four cases of five. Whole pieces: a negative binomial variable (a
-- Poisson one whose rate is known no better than a gamma variable of this shape). Else: that gamma variable itself,
-- after Wilson and Hilferty.
CREATE OR REPLACE FUNCTION omni_promise.confidence_quantile(_mean float8, _shape float8, _pieces boolean)
RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    _z constant float8 := 0.8416212;
    _chance float8;
    _sum float8;
    _count int := 0;
BEGIN
    IF _mean <= 0 OR _shape <= 0 THEN
        RETURN 0;
    ELSIF NOT _pieces THEN
        RETURN _mean * GREATEST(1 - 1 / (9 * _shape) + _z / sqrt(9 * _shape), 0) ^ 3;
    ELSIF _mean > 100 THEN
        RETURN round(_mean + _z * sqrt(_mean + _mean * _mean / _shape));
    END IF;
    _chance := exp(-_shape * ln(1 + _mean / _shape));
    _sum := _chance;
    WHILE _sum < 0.8 LOOP
        _chance := _chance * (_count + _shape) / (_count + 1) * _mean / (_mean + _shape);
        _count := _count + 1;
        _sum := _sum + _chance;
    END LOOP;
    RETURN _count;
END $$;

-- What each pair with evidence of the last 12 months should not promise, all pairs in one statement.
CREATE OR REPLACE FUNCTION omni_promise.confidence_estimate() RETURNS TABLE (
    product_id int, warehouse_id int, company_id int, quantity float8, expected float8, counts int, short_counts int,
    corrected float8, refusals int, refused float8, refused_since date, sold float8, since_count float8, last_count date
) LANGUAGE sql STABLE AS $$
    WITH clock AS (
        SELECT omni_promise.clock()::date AS today, (omni_promise.clock() - interval '12 months')::date AS start,
               (omni_promise.clock() - interval '24 months')::date AS horizon
    ),
    -- What entered and left each store, two years back: a count of last year begins what this year's one corrects.
    flow AS (
        SELECT l.product_id, s.warehouse_id, l.date::date AS day, s.sign * COALESCE(l.quantity_product_uom, 0)::float8 AS change,
               s.other_usage = 'inventory' AND EXISTS (
                   SELECT FROM stock_move AS m WHERE m.id = l.move_id AND m.is_inventory) AS counted,
               s.sign < 0 AND s.other_usage <> 'inventory' AS leaves
          FROM stock_move_line AS l
          JOIN stock_location AS f ON f.id = l.location_id
          JOIN stock_location AS t ON t.id = l.location_dest_id
         CROSS JOIN LATERAL (VALUES (f.usage, f.warehouse_id, t.usage, -1), (t.usage, t.warehouse_id, f.usage, 1))
               AS s(usage, warehouse_id, other_usage, sign)
         WHERE l.state = 'done' AND l.date >= (SELECT horizon FROM clock)
           AND s.usage = 'internal' AND s.warehouse_id IS NOT NULL
           AND (s.other_usage <> 'internal' OR t.warehouse_id IS DISTINCT FROM f.warehouse_id)
    ),
    refusal AS (
        SELECT (g ->> 0)::int AS product_id, r.warehouse_id, r.refused_at::date AS day, (g ->> 1)::float8 AS quantity,
               r.reason = 'not_found' AS not_found
          FROM omni_routing_refusal AS r CROSS JOIN jsonb_array_elements(r.goods) AS g
         WHERE r.reason IN ('not_found', 'damaged') AND r.refused_at >= (SELECT start FROM clock)
    ),
    days AS (
        SELECT product_id, warehouse_id, day, SUM(change) AS change, bool_or(counted) AS counted,
               COALESCE(SUM(change) FILTER (WHERE counted), 0) AS found,
               COALESCE(-SUM(change) FILTER (WHERE leaves), 0) AS gone
          FROM flow GROUP BY product_id, warehouse_id, day
    ),
    refused AS (
        SELECT product_id, warehouse_id, day, COUNT(*) AS refusals, SUM(quantity) AS quantity,
               COALESCE(SUM(quantity) FILTER (WHERE not_found), 0) AS not_found
          FROM refusal GROUP BY product_id, warehouse_id, day
    ),
    -- The corrections of one day are one count: what lay on another shelf is not lost. A refusal counts away what was
    -- not found; that is no count. What one count missed and the next one found again was never lost.
    counted AS (
        SELECT d.product_id, d.warehouse_id, d.day,
               GREATEST(-d.found - COALESCE(r.not_found, 0)
                        - COALESCE(LEAD(GREATEST(d.found, 0)) OVER (PARTITION BY d.product_id, d.warehouse_id
                                                                     ORDER BY d.day), 0), 0) AS lost
          FROM days AS d
          LEFT JOIN refused AS r ON r.product_id = d.product_id AND r.warehouse_id = d.warehouse_id AND r.day = d.day
         WHERE d.counted AND NOT COALESCE(r.not_found > 0 AND -d.found BETWEEN 0 AND r.not_found, false)
    ),
    counting AS (
        SELECT product_id, warehouse_id, MAX(day) AS last_count, MAX(day) FILTER (WHERE day < start) AS former_count,
               COUNT(*) FILTER (WHERE day >= start) AS counts,
               COUNT(*) FILTER (WHERE day >= start AND lost > 0) AS short_counts,
               COALESCE(SUM(lost) FILTER (WHERE day >= start), 0) AS lost
          FROM counted CROSS JOIN clock GROUP BY product_id, warehouse_id
    ),
    refusing AS (
        SELECT product_id, warehouse_id, SUM(refusals) AS refusals, SUM(quantity) AS quantity, MIN(day) AS since
          FROM refused GROUP BY product_id, warehouse_id
    ),
    evidence AS (
        SELECT product_id, warehouse_id, c.last_count, c.former_count, COALESCE(c.counts, 0) AS counts,
               COALESCE(c.short_counts, 0) AS short_counts, COALESCE(c.lost, 0) AS lost,
               COALESCE(r.refusals, 0) AS refusals, COALESCE(r.quantity, 0) AS refused, r.since
          FROM counting AS c FULL JOIN refusing AS r USING (product_id, warehouse_id)
         WHERE c.counts > 0 OR r.refusals > 0
    ),
    -- What passed through, up to the last count (`before`) and since (`after`). A month on the shelf counts as a piece.
    moved AS (
        SELECT e.product_id, e.warehouse_id, MIN(d.day) AS first_day,
               COALESCE(SUM(d.gone) FILTER (
                   WHERE d.day > COALESCE(e.former_count, horizon) AND d.day <= e.last_count), 0) AS before,
               COALESCE(SUM(d.gone) FILTER (WHERE d.day > COALESCE(e.last_count, start)), 0) AS after,
               COALESCE(SUM(d.gone) FILTER (WHERE d.day >= start), 0) AS sold,
               COALESCE(SUM(d.change * (d.day - start)) FILTER (WHERE d.day > start), 0) AS moment,
               COALESCE(SUM(d.change) FILTER (WHERE d.day > start), 0) AS change
          FROM evidence AS e JOIN days AS d USING (product_id, warehouse_id) CROSS JOIN clock
         GROUP BY e.product_id, e.warehouse_id
    ),
    on_hand AS (
        SELECT q.product_id, l.warehouse_id, SUM(COALESCE(q.quantity, 0))::float8 AS quantity
          FROM stock_quant AS q JOIN stock_location AS l ON l.id = q.location_id
         WHERE l.usage = 'internal' AND l.warehouse_id IS NOT NULL GROUP BY 1, 2
    ),
    pair AS (
        SELECT e.*, COALESCE(t.categ_id, 0) AS categ_id, w.company_id,
               COALESCE(m.sold, 0) AS sold, COALESCE(m.after, 0) AS since_count,
               COALESCE(unit.parent_path LIKE piece.parent_path || '%', false) AS pieces,
               CASE WHEN e.counts > 0 THEN m.before
                    + GREATEST(e.last_count - COALESCE(e.former_count, m.first_day), 1) / 30.0 ELSE 0 END AS before,
               COALESCE(m.after, 0) + e.refused
                    + (today - COALESCE(e.last_count, GREATEST(m.first_day, start))) / 30.0 AS after,
               -- On average since the first day of the window: what is there now less each change, for as long as it
               -- had not happened yet.
               GREATEST(COALESCE(h.quantity, 0) - COALESCE(
                   (m.moment - m.change * GREATEST(m.first_day - start, 0))
                   / NULLIF(today - GREATEST(m.first_day, start), 0), 0), 0) AS usual
          FROM evidence AS e CROSS JOIN clock
          JOIN stock_warehouse AS w ON w.id = e.warehouse_id
          JOIN product_product AS p ON p.id = e.product_id
          JOIN product_template AS t ON t.id = p.product_tmpl_id
          JOIN uom_uom AS unit ON unit.id = t.uom_id
          LEFT JOIN uom_uom AS piece ON piece.id = (
               SELECT res_id FROM ir_model_data WHERE module = 'uom' AND name = 'product_uom_unit')
          LEFT JOIN moved AS m ON m.product_id = e.product_id AND m.warehouse_id = e.warehouse_id
          LEFT JOIN on_hand AS h ON h.product_id = e.product_id AND h.warehouse_id = e.warehouse_id
         WHERE t.is_storable AND p.active AND w.active
    ),
    -- The store's own rate, and how many pieces a product must have passed before it speaks for itself: the more its
    -- products differ (variance of their rates, after Marshall), the sooner.
    store AS (
        SELECT warehouse_id, rate, LEAST(GREATEST(
                   CASE WHEN spread > 0 THEN rate / spread ELSE 500 END, 20), 500) AS weight
          FROM (
            SELECT warehouse_id, SUM(lost) / SUM(before) AS rate,
                   SUM(lost * lost / before) / SUM(before) - (SUM(lost) / SUM(before)) ^ 2
                   - SUM(lost) / SUM(before) * COUNT(*) / SUM(before) AS spread
              FROM pair WHERE before > 0 GROUP BY warehouse_id
          ) AS s
    ),
    category AS (
        SELECT warehouse_id, p.categ_id, s.weight,
               (SUM(p.lost) + s.weight * s.rate) / (SUM(p.before) + s.weight) AS rate
          FROM pair AS p JOIN store AS s USING (warehouse_id) GROUP BY warehouse_id, p.categ_id, s.rate, s.weight
    ),
    estimate AS (
        SELECT p.*, weight * rate + p.lost + p.refused AS shape,
               p.after * ((weight * rate + p.lost) / (weight + p.before)
                          + p.refused / (weight + p.before + p.after)) AS expected
          FROM (SELECT p.*, COALESCE(c.rate, 0) AS rate, COALESCE(c.weight, 100) AS weight
                  FROM pair AS p
                  LEFT JOIN category AS c ON c.warehouse_id = p.warehouse_id AND c.categ_id = p.categ_id) AS p
    )
    SELECT product_id, warehouse_id, company_id,
           CASE WHEN pieces THEN LEAST(quantile, floor(usual / 2))
                ELSE round(LEAST(quantile, usual / 2)::numeric, 2)::float8 END,
           expected, counts::int, short_counts::int, lost, refusals::int, refused, since, sold, since_count, last_count
      FROM estimate CROSS JOIN LATERAL omni_promise.confidence_quantile(expected, shape, pieces) AS quantile
$$;
