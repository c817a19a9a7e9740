-- What PostgreSQL itself does for the promise of stock. The files of this folder run in the order of their numbers at
-- every install and update of the add-on, and are safe to repeat.
--
--   10_tables   what Odoo's models do not say of their tables     40_read    what is available
--   20_safety   what is kept back, from everybody or a channel    50_hold    holds, and folding what happened
--   30_stock    triggers on all that moves stock                  60_audit   comparing, and counting anew
--
-- Beside this folder: `hold_at_once.sql`, by which most holds are decided without a function of 50_hold.
--
-- omni_promise          one row a product and warehouse: free (on hand - reserved - confirmed demand), held, safety
--                       available: free - held - safety, not below 0
-- omni_promise_change   what happened to it since, appended by whoever moves stock: nobody waits, nobody is refused
-- omni_hold             the holds that the column `held` adds up
--
-- Facts (quants, moves) append changes. Holds take the row's lock, fold the changes in and decide.
--
-- All functions are in a schema of their own, which takes them and their triggers along when it is dropped. They are
-- called by their full name: no search path has to know of them, that of a restored database neither.
CREATE SCHEMA IF NOT EXISTS omni_promise;

-- The database's own clock: every server agrees, and a hold ends at its time though the request began before it.
CREATE OR REPLACE FUNCTION omni_promise.clock() RETURNS timestamp LANGUAGE sql VOLATILE AS
$$ SELECT clock_timestamp() AT TIME ZONE 'UTC' $$;

-- Columns of which Odoo's models know nothing: whose store it is; `uncounted`: no stock is counted, there is always
-- enough; `blocked`: product or store are archived, there is nothing; when the next hold runs out or the next goods are
-- past their removal date; and which transaction wrote the row.
ALTER TABLE omni_promise ALTER free SET DEFAULT 0, ALTER held SET DEFAULT 0, ALTER safety SET DEFAULT 0,
    ADD COLUMN IF NOT EXISTS company_id int,
    ADD COLUMN IF NOT EXISTS uncounted boolean DEFAULT false,
    ADD COLUMN IF NOT EXISTS blocked boolean DEFAULT false,
    ADD COLUMN IF NOT EXISTS next_expiry timestamp DEFAULT 'infinity',
    ADD COLUMN IF NOT EXISTS txid xid8,
    SET (fillfactor = 80);
-- An update of Odoo lets columns that its models do not know be empty.
ALTER TABLE omni_promise ALTER uncounted SET NOT NULL, ALTER blocked SET NOT NULL, ALTER next_expiry SET NOT NULL;
-- The sum itself is kept too: pages read it by the thousand.
ALTER TABLE omni_promise ADD COLUMN IF NOT EXISTS available float8 GENERATED ALWAYS AS (
    CASE WHEN blocked THEN 0 WHEN uncounted THEN 'Infinity' ELSE GREATEST(free - held - safety, 0)::float8 END
) STORED;
CREATE INDEX IF NOT EXISTS omni_promise_next_expiry_idx ON omni_promise (next_expiry) WHERE next_expiry < 'infinity';
ALTER TABLE omni_promise_change ALTER at SET DEFAULT omni_promise.clock(),
    ADD COLUMN IF NOT EXISTS txid xid8 DEFAULT pg_current_xact_id();
-- The transaction whose moves take over a hold; it may last longer than the hold's time.
ALTER TABLE omni_hold ADD COLUMN IF NOT EXISTS lease xid8;

-- What is to be counted once more when all transactions have ended that do not see yet what changed: `since` is the
-- first transaction that began when it was seen. Without products: all of these stores.
CREATE TABLE IF NOT EXISTS omni_promise.late (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    products int[], warehouses int[], locations int[], facts boolean NOT NULL, since xid8
);

-- After a dump and restore, numbers of transactions are those of another server.
UPDATE omni_promise SET txid = NULL WHERE txid IS NOT NULL AND txid IS DISTINCT FROM pg_current_xact_id_if_assigned();
UPDATE omni_promise_change SET txid = NULL
 WHERE txid IS NOT NULL AND txid IS DISTINCT FROM pg_current_xact_id_if_assigned();
UPDATE omni_promise.late SET since = NULL WHERE since IS NOT NULL;
