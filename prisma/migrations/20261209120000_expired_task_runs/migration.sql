-- Task runs without a flow run expire by when they were made and last heard of here: the times of their states are their
-- client's, who could have them kept for ever, or lose them at once. Not by `updated`: a run that moves would have to be
-- entered anew each time. Background task runs are found by their keys (task_run_background); while there are few, Postgres
-- takes an index of the same rows for as good and reads all of it for each: so this one says of itself what only expiry asks.
drop index task_run_expiry;
create index task_run_expiry on task_run (created) where flow_run_id is null and created > '-infinity';
