-- What each connection on which holds are decided has prepared.

-- The usual hold as one conditional statement: one product, nothing that waits to be folded, nothing that the owner held
-- before, nothing kept back from the channel. Else, or where there is not enough, no row: `omni_hold_take` decides then.
-- $1 model, $2 id of the owner, $3 channel, $4 user, $5 seconds, $6 companies, $7 product, $8 warehouse, $9 quantity
PREPARE omni_hold_take_fast AS
WITH taken AS (
    UPDATE omni_promise AS p
       SET held = p.held + $9, txid = NULL,
           next_expiry = LEAST(p.next_expiry, omni_promise.clock() + make_interval(secs => $5))
     WHERE p.product_id = $7 AND p.warehouse_id = $8
       AND p.free - p.held - p.safety > $9 - 0.000001
       AND NOT (p.uncounted OR p.blocked) AND p.next_expiry > omni_promise.clock()
       AND ($6::int[] IS NULL OR p.company_id = ANY($6))
       AND ($3::int IS NULL OR NOT omni_promise.channel_is_limited($3))
       AND NOT EXISTS (SELECT FROM omni_promise_change AS c WHERE c.product_id = $7 AND c.warehouse_id = $8)
       AND NOT EXISTS (SELECT FROM omni_hold AS h WHERE h.res_model = $1 AND h.res_id = $2 AND h.ended IS NULL)
    RETURNING p.company_id, omni_promise.clock() AS now
)
INSERT INTO omni_hold (res_model, res_id, channel_id, user_id, product_id, warehouse_id, company_id,
                       quantity, created, expires_at)
SELECT $1, $2, $3, $4, $7, $8, company_id, $9, now, now + make_interval(secs => $5) FROM taken
RETURNING product_id, warehouse_id, quantity, id AS hold_id, expires_at, NULL AS missing, false AS former;

PREPARE omni_hold_take AS SELECT * FROM omni_promise.hold_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);
