-- Growth: lists and figures that cost the same at a million runs as at a thousand (docs/decisions/0010-growth.md).

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- A partial index names a column in its condition too: one on the state kept every change of state from being a
-- heap-only update. What stands in which state is a narrow table of its own.
drop index flow_run_waiting;
-- Room for the next version of a run on its own page: then nine changes of state in ten leave the indexes alone.
alter table flow_run set (fillfactor = 65);

-- Where every run stands. Written by the statement that creates, moves or deletes the run.
create table flow_run_by_state (
  workspace_id uuid not null,
  state_type text not null,
  state_name text not null,
  expected_start_time timestamptz(6) not null,
  flow_run_id uuid not null,
  primary key (workspace_id, state_type, state_name, expected_start_time, flow_run_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

insert into flow_run_by_state (workspace_id, state_type, state_name, expected_start_time, flow_run_id)
select workspace_id, state_type, state_name, expected_start_time, id from flow_run where state_type is not null;

-- With the id, so that a page is read in its order and no further.
create index flow_run_flow on flow_run (workspace_id, flow_id, expected_start_time desc, id desc);
drop index flow_run_deployment;
create index flow_run_deployment on flow_run (workspace_id, deployment_id, expected_start_time desc, id desc) where deployment_id is not null;
-- Tags, parts of names, pools. Inserts are gathered and merged in bulk, so that a run pays next to nothing for it.
create index flow_run_search on flow_run using gin (workspace_id, tags, name gin_trgm_ops, work_pool_id) with (gin_pending_list_limit = 1024);

create index task_run_expected on task_run (workspace_id, expected_start_time desc, id desc);

-- A state can be asked for by its id alone.
create index flow_run_state_id on flow_run_state (workspace_id, id);
create index task_run_state_id on task_run_state (workspace_id, id);
-- Lines of a task run, asked for without their flow run.
create index log_task_run on log (workspace_id, task_run_id, timestamp, id) where task_run_id is not null;

-- The appended changes of the counts also tell how many runs started, and how long after they were expected.
alter table flow_run_count add column started integer not null default 0, add column delay_seconds double precision not null default 0;
alter table flow_run_count set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- What the changes add up to. The hour -infinity stands for all time, the deployment of zeros for the whole workspace;
-- a deployment has no hours. The truth is this and the changes that have not been folded yet.
create table flow_run_tally (
  workspace_id uuid not null,
  deployment_id uuid not null,
  hour timestamptz(6) not null,
  state_type text not null,
  runs bigint not null,
  started bigint not null,
  delay_seconds double precision not null,
  primary key (workspace_id, deployment_id, hour, state_type)
) with (fillfactor = 70);
