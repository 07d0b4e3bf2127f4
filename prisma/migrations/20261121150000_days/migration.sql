-- With the day of the expected start, searches find the newest runs day by day: the runs of a day lie side by side in the
-- lists of the index, so that the rest of a common word's list is passed over.
drop index flow_run_search;
create index flow_run_search on flow_run
  using gin (workspace_id, tags, name gin_trgm_ops, work_pool_id, ((expected_start_time at time zone 'UTC')::date)) with (gin_pending_list_limit = 1024);

-- Task runs without a flow run expire by themselves.
create index task_run_expiry on task_run (expected_start_time) where flow_run_id is null;
