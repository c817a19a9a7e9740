-- What each connection on which holds are decided is told first; it is kept after.

-- What cannot be decided in that time is refused, in words. Arrays of any length are planned alike, once; and a plan that was made while a
-- table was small must not read all of it when it has grown.
SET statement_timeout = '2s';
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
