-- Takes back what promise.sql made outside the add-on's own tables. The triggers go with their functions.
DROP FUNCTION IF EXISTS omni_promise_quants, omni_promise_moves, omni_promise_links, omni_promise_locations, omni_hold_expiry, omni_promise_safety_rules, omni_promise_buffers, omni_promise_masters, omni_promise_tickets, omni_promise_truncate, omni_hold_moved CASCADE;
DROP FUNCTION IF EXISTS omni_quant_free, omni_promise_demand, omni_promise_differences, omni_promise_repair, omni_promise_read, omni_promise_sells, omni_promise_excluded;
DROP FUNCTION IF EXISTS omni_promise_settle, omni_promise_lock, omni_promise_fold, omni_promise_is_own, omni_promise_appear;
DROP FUNCTION IF EXISTS omni_hold_take, omni_hold_extend, omni_hold_counts, omni_promise_facts, omni_promise_late_due, omni_promise_correct;
DROP TABLE IF EXISTS omni_promise_late;
ALTER TABLE omni_promise_change ALTER at DROP DEFAULT;
DROP FUNCTION IF EXISTS omni_confidence_estimate, omni_confidence_quantile;
DROP FUNCTION IF EXISTS omni_clock;
DROP FUNCTION IF EXISTS omni_promise_recount, omni_promise_import, omni_promise_is_limited, omni_promise_has_kept_from, omni_promise_kept_from;
DROP FUNCTION IF EXISTS omni_promise_terms, omni_safety_of;
DROP TYPE IF EXISTS omni_kept_from;
DROP TYPE IF EXISTS omni_shortage;
