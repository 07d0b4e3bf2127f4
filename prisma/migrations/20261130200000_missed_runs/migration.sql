-- What becomes of runs of the schedule that nobody began in time; null where nobody has said so: every one is begun.
alter table deployment_schedule add column catch_up jsonb;
-- Up to when the moments of the schedule have their runs; null when it has not been active all the time since.
alter table deployment_schedule add column made_until timestamptz(6);
-- What was skipped last: how many, from when to when, why.
alter table deployment_schedule add column last_skipped jsonb;

-- From then on nobody begins the run any more; null when it may always begin.
alter table run_queue add column missed_at timestamptz(6);
create index run_queue_missed on run_queue (workspace_id, missed_at) where missed_at is not null;
