-- The foundation: tenancy, orchestration, history.
-- Three rules hold everywhere (docs/decisions/0003-data.md):
--   what a tenant owns starts its keys with workspace_id;
--   hot tables (flow_run, run_queue, history) have no foreign keys, their inserts join what they refer to;
--   history is partitioned by day, and expires by dropping partitions.

-- Tenancy ------------------------------------------------------------------------------------------------------------

create table account (
  id uuid primary key,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  handle text not null unique
);

create table app_user (
  id uuid primary key,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  email text not null unique,
  name text not null,
  handle text not null unique,
  password_hash text not null
);

create table account_membership (
  account_id uuid not null references account (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  created timestamptz(6) not null default now(),
  role text not null,
  primary key (account_id, user_id)
);
create index account_membership_user on account_membership (user_id);

create table workspace (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  handle text not null,
  description text not null default '',
  unique (account_id, handle)
);

create table workspace_membership (
  workspace_id uuid not null references workspace (id) on delete cascade,
  user_id uuid not null references app_user (id) on delete cascade,
  created timestamptz(6) not null default now(),
  role text not null,
  primary key (workspace_id, user_id)
);
create index workspace_membership_user on workspace_membership (user_id);

create table api_key (
  id uuid primary key,
  user_id uuid not null references app_user (id) on delete cascade,
  created timestamptz(6) not null default now(),
  name text not null,
  expiration timestamptz(6),
  last_used timestamptz(6),
  hash bytea not null unique,
  masked text not null
);
create index api_key_user on api_key (user_id);

create table user_session (
  id uuid primary key,
  user_id uuid not null references app_user (id) on delete cascade,
  created timestamptz(6) not null default now(),
  last_used timestamptz(6) not null default now(),
  expires timestamptz(6) not null,
  hash bytea not null unique,
  user_agent text
);
create index user_session_user on user_session (user_id);

-- Flows and deployments ----------------------------------------------------------------------------------------------

create table flow (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  tags text[] not null default '{}',
  labels jsonb not null default '{}',
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

create table work_pool (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  description text,
  type text not null,
  base_job_template jsonb not null default '{}',
  is_paused boolean not null default false,
  concurrency_limit integer,
  storage_configuration jsonb not null default '{}',
  default_queue_id uuid not null,
  status text,
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

create table work_queue (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  work_pool_id uuid not null,
  name text not null,
  description text not null default '',
  is_paused boolean not null default false,
  concurrency_limit integer,
  priority integer not null,
  last_polled timestamptz(6),
  status text not null default 'NOT_READY',
  primary key (workspace_id, id),
  unique (workspace_id, work_pool_id, name),
  foreign key (workspace_id, work_pool_id) references work_pool (workspace_id, id) on delete cascade
);

create table worker (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  work_pool_id uuid not null,
  name text not null,
  last_heartbeat_time timestamptz(6),
  heartbeat_interval_seconds integer,
  status text not null default 'ONLINE',
  metadata jsonb,
  primary key (workspace_id, id),
  unique (workspace_id, work_pool_id, name),
  foreign key (workspace_id, work_pool_id) references work_pool (workspace_id, id) on delete cascade
);

create table concurrency_limit (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  "limit" integer not null,
  active boolean not null default true,
  active_slots double precision not null default 0,
  denied_slots double precision not null default 0,
  slot_decay_per_second double precision not null default 0,
  avg_slot_occupancy_seconds double precision not null default 2,
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

-- Slots held: one row per lease and limit, so that an expired lease gives back exactly what it took.
create table concurrency_lease (
  workspace_id uuid not null,
  id uuid not null,
  concurrency_limit_id uuid not null,
  created timestamptz(6) not null default now(),
  slots integer not null,
  expires timestamptz(6) not null,
  holder_type text,
  holder_id uuid,
  primary key (workspace_id, id, concurrency_limit_id),
  foreign key (workspace_id, concurrency_limit_id) references concurrency_limit (workspace_id, id) on delete cascade
);
create index concurrency_lease_expires on concurrency_lease (expires);

create table deployment (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  flow_id uuid not null,
  version text,
  description text,
  paused boolean not null default false,
  concurrency_limit_id uuid,
  concurrency_options jsonb,
  job_variables jsonb not null default '{}',
  parameters jsonb not null default '{}',
  tags text[] not null default '{}',
  labels jsonb not null default '{}',
  work_queue_id uuid,
  parameter_openapi_schema jsonb not null default '{}',
  enforce_parameter_schema boolean not null default true,
  path text,
  pull_steps jsonb,
  entrypoint text,
  storage_document_id uuid,
  infrastructure_document_id uuid,
  created_by jsonb,
  updated_by jsonb,
  status text not null default 'NOT_READY',
  last_polled timestamptz(6),
  primary key (workspace_id, id),
  unique (workspace_id, flow_id, name),
  foreign key (workspace_id, flow_id) references flow (workspace_id, id) on delete cascade
);
create index deployment_work_queue on deployment (workspace_id, work_queue_id);

create table deployment_schedule (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  deployment_id uuid not null,
  schedule jsonb not null,
  active boolean not null default true,
  max_scheduled_runs integer,
  parameters jsonb not null default '{}',
  slug text,
  -- When the scheduler has to look again; so a pass costs what is due, not what is stored.
  next_pass timestamptz(6) not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, deployment_id, slug),
  foreign key (workspace_id, deployment_id) references deployment (workspace_id, id) on delete cascade
);
create index deployment_schedule_next_pass on deployment_schedule (next_pass) where active;

-- Runs ---------------------------------------------------------------------------------------------------------------

-- No index on a column that a state change writes (flow_run_waiting holds rare states only), room on every page:
-- so a state change is a heap-only update.
create table flow_run (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  -- Counts the changes of state; a move names the version that it has seen.
  version integer not null default 1,
  name text not null,
  flow_id uuid not null,
  deployment_id uuid,
  deployment_version text,
  work_pool_id uuid,
  work_queue_id uuid,
  flow_version text,
  idempotency_key text,
  parent_task_run_id uuid,
  auto_scheduled boolean not null default false,
  tags text[] not null default '{}',
  labels jsonb not null default '{}',
  parameters jsonb not null default '{}',
  context jsonb not null default '{}',
  empirical_policy jsonb not null default '{}',
  job_variables jsonb,
  created_by jsonb,
  -- Related resources of the run's events, as they were when it was created.
  related jsonb not null default '[]',
  infrastructure_document_id uuid,
  infrastructure_pid text,
  -- The claim under which an agent runs it; reports that carry another one are refused.
  claim_id uuid,
  state_type text,
  state_name text,
  state jsonb,
  run_count integer not null default 0,
  expected_start_time timestamptz(6) not null,
  next_scheduled_start_time timestamptz(6),
  start_time timestamptz(6),
  end_time timestamptz(6),
  total_run_time double precision not null default 0,
  primary key (workspace_id, id)
) with (fillfactor = 80);
create unique index flow_run_idempotency on flow_run (workspace_id, flow_id, idempotency_key) where idempotency_key is not null;
create index flow_run_expected on flow_run (workspace_id, expected_start_time desc, id desc);
create index flow_run_deployment on flow_run (workspace_id, deployment_id, expected_start_time desc) where deployment_id is not null;
create index flow_run_parent on flow_run (workspace_id, parent_task_run_id) where parent_task_run_id is not null;
create index flow_run_waiting on flow_run (state_type, workspace_id) where state_type in ('PAUSED', 'CANCELLING');

-- Every run that waits for its time or for somebody to take it, and nothing else. Written by the statement that moves
-- the run. What is due, what is late, what the scheduler has still to make: all read here, never in flow_run.
create table run_queue (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  due timestamptz(6) not null,
  deployment_id uuid,
  work_pool_id uuid,
  work_queue_id uuid,
  auto_scheduled boolean not null default false,
  -- A retry that the process which runs it will start by itself.
  in_process boolean not null default false,
  late boolean not null default false,
  run_count integer not null default 0,
  -- An api process that is about to claim the run holds it until then.
  reserved_until timestamptz(6),
  primary key (workspace_id, flow_run_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index run_queue_ready on run_queue (workspace_id, work_queue_id, due) where work_queue_id is not null;
create index run_queue_deployment on run_queue (workspace_id, deployment_id, due) where deployment_id is not null;
create index run_queue_late on run_queue (due) where not late;

-- A run in the hands of an agent: a lease with a fencing id.
create table run_claim (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  claim_id uuid not null,
  agent_id uuid not null,
  agent_name text not null,
  work_pool_id uuid not null,
  lease_until timestamptz(6) not null,
  primary key (workspace_id, flow_run_id)
) with (fillfactor = 70);
create index run_claim_lease on run_claim (lease_until);

-- Runs of a queue that take one of its slots, and one of its pool's: PENDING, RUNNING, CANCELLING.
create table run_active (
  workspace_id uuid not null,
  work_queue_id uuid not null,
  flow_run_id uuid not null,
  primary key (workspace_id, work_queue_id, flow_run_id)
);

-- Cancelled runs whose children have still to be cancelled.
create table run_cleanup (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  primary key (workspace_id, flow_run_id)
);

-- Rollup: how many runs stand in a state, by the hour of their expected start. Changes are appended in the statement
-- that moves the run and folded by a loop, so that rivals never wait for each other's counter.
create table flow_run_count (
  workspace_id uuid not null,
  hour timestamptz(6) not null,
  deployment_id uuid,
  state_type text not null,
  delta integer not null
);
create index flow_run_count_hour on flow_run_count (workspace_id, hour);

create table flow_run_input (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  key text not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  value text not null,
  sender text,
  primary key (workspace_id, flow_run_id, key)
);

create table task_run (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  flow_run_id uuid,
  task_key text not null,
  dynamic_key text not null,
  cache_key text,
  cache_expiration timestamptz(6),
  task_version text,
  flow_run_run_count integer not null default 0,
  empirical_policy jsonb not null default '{}',
  tags text[] not null default '{}',
  labels jsonb not null default '{}',
  task_inputs jsonb not null default '{}',
  state_type text,
  state_name text,
  state_timestamp timestamptz(6),
  state jsonb,
  run_count integer not null default 0,
  expected_start_time timestamptz(6),
  next_scheduled_start_time timestamptz(6),
  start_time timestamptz(6),
  end_time timestamptz(6),
  total_run_time double precision not null default 0,
  primary key (workspace_id, id)
) with (fillfactor = 70);
create unique index task_run_natural on task_run (workspace_id, flow_run_id, task_key, dynamic_key) where flow_run_id is not null;
create unique index task_run_background on task_run (workspace_id, task_key, dynamic_key) where flow_run_id is null;

create table artifact (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  key text,
  type text,
  description text,
  data jsonb,
  metadata jsonb,
  flow_run_id uuid,
  task_run_id uuid,
  primary key (workspace_id, id)
);
create index artifact_key on artifact (workspace_id, key, created desc) where key is not null;
create index artifact_flow_run on artifact (workspace_id, flow_run_id) where flow_run_id is not null;

create table artifact_collection (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  key text not null,
  latest_id uuid not null,
  primary key (workspace_id, key)
);

-- History, by day ------------------------------------------------------------------------------------------------------

create table flow_run_state (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  timestamp timestamptz(6) not null,
  id uuid not null,
  type text not null,
  name text not null,
  message text,
  data jsonb,
  details jsonb not null default '{}',
  primary key (workspace_id, flow_run_id, timestamp)
) partition by range (timestamp);

create table task_run_state (
  workspace_id uuid not null,
  task_run_id uuid not null,
  timestamp timestamptz(6) not null,
  id uuid not null,
  type text not null,
  name text not null,
  message text,
  data jsonb,
  details jsonb not null default '{}',
  primary key (workspace_id, task_run_id, timestamp, id)
) partition by range (timestamp);

create table log (
  workspace_id uuid not null,
  flow_run_id uuid,
  timestamp timestamptz(6) not null,
  id uuid not null,
  task_run_id uuid,
  worker_id uuid,
  level smallint not null,
  name text not null,
  message text not null
) partition by range (timestamp);
create index log_run on log (workspace_id, flow_run_id, timestamp, id);

create table event (
  workspace_id uuid not null,
  occurred timestamptz(6) not null,
  id uuid not null,
  received timestamptz(6) not null default now(),
  event text not null,
  resource_id text not null,
  resource jsonb not null,
  related jsonb not null default '[]',
  payload jsonb not null default '{}',
  follows uuid,
  primary key (workspace_id, occurred, id)
) partition by range (occurred);
create index event_received on event (workspace_id, received);
create index event_resource on event (workspace_id, resource_id, occurred);

create table flow_run_state_other partition of flow_run_state default;
create table task_run_state_other partition of task_run_state default;
create table log_other partition of log default;
create table event_other partition of event default;

-- Makes the daily partitions from yesterday to so many days ahead; safe to repeat and to race.
-- A day whose rows already lie in the default partition keeps lying there.
create function ensure_partitions(days_ahead integer) returns integer language plpgsql as $$
declare
  parent text;
  day date;
  made integer := 0;
  child text;
begin
  perform pg_advisory_xact_lock(72707370);
  foreach parent in array array['flow_run_state', 'task_run_state', 'log', 'event'] loop
    for day in select generate_series(current_date - 1, current_date + days_ahead, interval '1 day')::date loop
      child := parent || '_' || to_char(day, 'YYYYMMDD');
      if to_regclass(child) is null then
        begin
          execute format('create table %I partition of %I for values from (%L) to (%L)',
            child, parent, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
          made := made + 1;
        exception when check_violation then
          null;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the daily partitions of a table that end before the given moment. Answers how many.
create function drop_partitions(parent text, before timestamptz) returns integer language plpgsql as $$
declare
  child record;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(72707370);
  for child in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = parent::regclass and c.relname ~ '_[0-9]{8}$'
  loop
    if (to_date(right(child.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' <= before then
      execute format('drop table %I', child.relname);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end $$;

select ensure_partitions(7);
