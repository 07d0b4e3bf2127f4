-- When a run whose process tells that it lives did so last, and how far apart it does.
create table run_heartbeat (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  seen timestamptz(6) not null,
  occurred timestamptz(6) not null,
  interval_seconds double precision,
  primary key (workspace_id, flow_run_id)
);
create index run_heartbeat_seen on run_heartbeat (seen);

-- How long runs of a pool may be without a sign of life, where the pool says so.
create table work_pool_recovery (
  workspace_id uuid not null,
  work_pool_id uuid not null,
  pending_seconds_max integer,
  pending_without_worker_seconds_max integer,
  heartbeat_seconds_max integer,
  primary key (workspace_id, work_pool_id),
  foreign key (workspace_id, work_pool_id) references work_pool (workspace_id, id) on delete cascade
);

create index run_queue_in_process on run_queue (due) where in_process;
