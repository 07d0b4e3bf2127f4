-- Background task runs are found by their keys (task_run_background). While there are few, Postgres takes an index of the
-- same rows for as good and reads all of it for each: the index of expiry says of itself what only expiry asks.
drop index task_run_expiry;
create index task_run_expiry on task_run (expected_start_time) where flow_run_id is null and expected_start_time > '-infinity';
