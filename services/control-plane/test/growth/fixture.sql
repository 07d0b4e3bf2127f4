-- A workspace that has worked for 30 days, made by a few statements that each write a whole table.
-- Settings: growth.workspace (it has to exist), growth.runs (how many ended runs), growth.flows, growth.deployments.
-- Everything follows from the number of a row, so that two loads of the same size are the same.

-- A number in [0, 1) that looks like chance.
create function pg_temp.chance(n bigint, salt integer) returns double precision language sql immutable parallel safe
return (hashint8extended(n, salt) & 1073741823) / 1073741824.0;

-- The n-th id of a kind made at a moment: a UUID of version 7, so that ids follow time. Called stable, as what it calls:
-- so Postgres puts it in line.
create function pg_temp.made(at timestamptz, kind integer, n bigint) returns uuid language sql stable parallel safe
return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid;

create function pg_temp.fixed(kind integer, n bigint) returns uuid language sql stable parallel safe
return pg_temp.made('2026-01-01 00:00:00+00', kind, n);

create function pg_temp.wire(at timestamptz) returns text language sql stable parallel safe
return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- The hour of an id, as the rollup has it.
create function pg_temp.hour_made(id uuid) returns timestamptz language sql stable parallel safe
return to_timestamp(('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint / 3600000 * 3600);

create temp table growth as
select current_setting('growth.workspace')::uuid as ws, current_setting('growth.runs')::bigint as runs,
       current_setting('growth.flows')::integer as flows, current_setting('growth.deployments')::integer as deployments,
       date_trunc('second', now()) as until;

insert into flow (workspace_id, id, created, updated, name, tags)
select ws, pg_temp.fixed(1, n), until - interval '60 days', until, 'flow-' || n, case when n % 4 = 0 then '{nightly}' else '{}' end::text[]
  from growth, generate_series(0, flows - 1) n;

insert into work_pool (workspace_id, id, name, type, default_queue_id, status)
select ws, pg_temp.fixed(2, n), 'pool-' || n, 'process', pg_temp.fixed(3, n), 'READY' from growth, generate_series(0, 4) n;
insert into work_queue (workspace_id, id, work_pool_id, name, priority, status)
select ws, pg_temp.fixed(3, n), pg_temp.fixed(2, n % 5), case when n < 5 then 'default' else 'queue-' || n end, n / 5 + 1, 'READY' from growth, generate_series(0, 9) n;
insert into worker (workspace_id, id, work_pool_id, name, last_heartbeat_time, heartbeat_interval_seconds)
select ws, pg_temp.fixed(4, n), pg_temp.fixed(2, n % 5), 'worker-' || n, until, 30 from growth, generate_series(0, 19) n;

insert into deployment (workspace_id, id, created, updated, name, flow_id, tags, work_queue_id, status, parameters, entrypoint, path)
select ws, pg_temp.fixed(5, n), until - interval '60 days', until, 'deployment-' || n, pg_temp.fixed(1, n % flows), array['team-' || n % 20],
       pg_temp.fixed(3, n % 10), 'READY', '{"limit": 10}', 'flows.py:main', '/srv/flows'
  from growth, generate_series(0, deployments - 1) n;
insert into deployment_schedule (workspace_id, id, deployment_id, schedule, slug, next_pass)
select ws, pg_temp.fixed(6, n), pg_temp.fixed(5, n), '{"interval": 3600, "anchor_date": "2026-01-01T00:00:00.000000Z", "timezone": "UTC"}', 'hourly', until + interval '1 day' from growth, generate_series(0, deployments - 1) n;

-- The plan of every run: when, of what, how it went. The newest ones have not ended; then come those of the future.
create temp table planned as
-- Materialized, so that nothing is computed anew wherever it is named.
with numbered as materialized (
  select n, n > runs as future, runs - n as age, ws, flows, deployments, until,
         case when n > runs then until + (n - runs) * interval '10 seconds'
              else until - interval '30 days' * ((runs - n)::double precision / runs) - interval '20 seconds' end as expected,
         case when n > runs or pg_temp.chance(n, 1) < 0.8 then floor(deployments * power(pg_temp.chance(n, 2), 2))::integer end as d,
         pg_temp.chance(n, 3) as fate, pg_temp.chance(n, 4) as length
    from growth, generate_series(1, runs + least(10000, runs / 50)) n),
stated as materialized (
  select *, case when future then 'SCHEDULED' when age < 40 then 'SCHEDULED' when age < 60 then 'PENDING' when age < 260 then 'RUNNING'
                 when age < 275 then 'PAUSED' when age < 280 then 'CANCELLING'
                 when fate < 0.04 then 'FAILED' when fate < 0.045 then 'CRASHED' when fate < 0.05 then 'CANCELLED' else 'COMPLETED' end as type
    from numbered)
select n, ws, expected, type, d, case when d is not null then pg_temp.fixed(5, d) end as deployment_id,
       pg_temp.fixed(1, coalesce(d % flows, floor(flows * pg_temp.chance(n, 5))::integer)) as flow_id,
       case when d is not null then pg_temp.fixed(2, d % 10 % 5) end as pool_id, case when d is not null then pg_temp.fixed(3, d % 10) end as queue_id,
       pg_temp.made(expected - interval '5 seconds', 7, n) as id,
       case when type in ('SCHEDULED', 'PENDING') then null else expected + interval '1 second' * (0.2 + 9 * length) end as started,
       case when type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED') then expected + interval '1 second' * (1 + 600 * power(length, 3)) end as ended,
       case type when 'SCHEDULED' then case when future then 'Scheduled' else 'Late' end else initcap(type) end as name,
       pg_temp.made(expected + interval '1 second', 8, n) as state_id
  from stated;
analyze planned;

-- Loading is faster without indexes; they are put back as they were.
create temp table put_aside as
select indexdef from pg_indexes i
 where schemaname = 'public' and tablename in ('flow_run', 'run_queue')
   and not exists (select from pg_constraint c where c.conindid = (quote_ident(i.schemaname) || '.' || quote_ident(i.indexname))::regclass);
do $$
declare one record;
begin
  for one in select indexdef, (regexp_match(indexdef, 'INDEX (\S+) ON'))[1] as name from put_aside loop
    execute format('drop index %I', one.name);
  end loop;
end $$;

insert into flow_run (workspace_id, id, created, updated, version, name, flow_id, deployment_id, work_pool_id, work_queue_id, idempotency_key, parent_task_run_id,
  auto_scheduled, tags, labels, parameters, empirical_policy, created_by, related, state_type, state_name, state, run_count, expected_start_time,
  next_scheduled_start_time, start_time, end_time, total_run_time)
select ws, id, expected - interval '5 seconds', coalesce(ended, started, expected), case when type = 'SCHEDULED' then 1 else 4 end,
       (array['able','amber','bold','brisk','calm','clever','crisp','daring','eager','fair','fleet','gentle','grand','happy','keen','kind','lively','lucid','merry','mighty','neat','noble','polite','proud','quick','quiet','rapid','ready','sharp','silver','smart','solid','steady','sunny','swift','tidy','vivid','warm','wise','witty'])[1 + floor(40 * pg_temp.chance(n, 6))::integer]
       || '-' ||
       (array['alpaca','badger','beaver','bison','bobcat','camel','caribou','cheetah','condor','coyote','crane','dingo','dolphin','dove','eagle','egret','falcon','ferret','finch','fox','gazelle','gecko','heron','ibex','jackal','kestrel','koala','lemur','lynx','marmot','marten','mole','newt','ocelot','osprey','otter','panther','pelican','puffin','raven'])[1 + floor(40 * pg_temp.chance(n, 7))::integer],
       flow_id, deployment_id, pool_id, queue_id, case when d is not null then 'scheduled ' || n end,
       case when n % 50 = 0 and d is null then pg_temp.made(expected, 9, n - n % 20) end,
       d is not null,
       case when pg_temp.chance(n, 8) < 0.6 then '{prod}' else '{}' end::text[] || ('team-' || n % 16) || case when pg_temp.chance(n, 9) < 0.002 then array['release-' || n % 7] else '{}' end,
       jsonb_build_object('prefect.flow.id', flow_id), jsonb_build_object('customer', n % 997, 'day', to_char(expected, 'YYYY-MM-DD'), 'dry_run', false),
       '{"retries": 0, "retry_delay": 0, "max_retries": 0, "retry_delay_seconds": 0, "pause_keys": [], "resuming": false, "retry_type": null}',
       case when d is not null then jsonb_build_object('id', deployment_id, 'type', 'DEPLOYMENT', 'display_value', 'deployment-' || d) end,
       jsonb_build_array(jsonb_build_object('prefect.resource.id', 'prefect.flow.' || flow_id, 'prefect.resource.role', 'flow', 'prefect.resource.name', 'flow')),
       type, name,
       jsonb_build_object('id', state_id, 'type', type, 'name', name, 'timestamp', pg_temp.wire(coalesce(ended, started, expected)), 'message', case type when 'FAILED' then 'Flow run encountered an exception' end,
                          'data', null, 'state_details', jsonb_build_object('flow_run_id', id, 'scheduled_time', pg_temp.wire(expected))),
       case when started is null then 0 else 1 end, expected, case when type = 'SCHEDULED' then expected end, started, ended,
       coalesce(extract(epoch from ended - started), 0)
  from planned order by n;

insert into run_queue (workspace_id, flow_run_id, due, deployment_id, work_pool_id, work_queue_id, auto_scheduled, late)
select ws, id, expected, deployment_id, pool_id, queue_id, d is not null, name = 'Late' from planned where type = 'SCHEDULED';
insert into run_active (workspace_id, work_queue_id, flow_run_id)
select ws, queue_id, id from planned where type in ('PENDING', 'RUNNING', 'CANCELLING') and queue_id is not null;

insert into flow_run_by_state (workspace_id, state_type, state_name, expected_start_time, flow_run_id)
select ws, type, name, expected, id from planned order by type, name, expected;

insert into flow_run_tally (workspace_id, deployment_id, hour, state_type, runs, started, delay_seconds)
select ws, level.deployment, level.hour, level.type, count(*), count(started) filter (where level.type <> ''),
       coalesce(sum(greatest(0, extract(epoch from started - expected))) filter (where level.type <> ''), 0)
  from planned, lateral (values ('00000000-0000-0000-0000-000000000000'::uuid, date_trunc('hour', expected), type),
                                ('00000000-0000-0000-0000-000000000000', '-infinity', type), (deployment_id, '-infinity', type),
                                ('00000000-0000-0000-0000-000000000001', date_trunc('day', expected, 'UTC'), type),
                                ('00000000-0000-0000-0000-000000000002', pg_temp.hour_made(id), ''),
                                ('00000000-0000-0000-0000-000000000003', date_trunc('day', pg_temp.hour_made(id), 'UTC'), '')) level (deployment, hour, type)
 where level.deployment is not null group by 1, 2, 3, 4;

do $$
declare one record;
begin
  for one in select indexdef from put_aside loop
    execute one.indexdef;
  end loop;
end $$;

-- What hangs on runs, for every tenth: history, task runs, events, log lines.
create temp table sampled as select * from planned where n % 10 = 0;
analyze sampled;

insert into flow_run_state (workspace_id, flow_run_id, timestamp, id, type, name, details)
select ws, id, at, pg_temp.made(at, 10 + k, n), state, initcap(state), jsonb_build_object('flow_run_id', id)
  from sampled, lateral (values (1, 'SCHEDULED', expected - interval '5 seconds'), (2, 'PENDING', started - interval '0.1 second'), (3, 'RUNNING', started), (4, type, ended)) s (k, state, at)
 where at is not null;

insert into task_run (workspace_id, id, created, updated, name, flow_run_id, task_key, dynamic_key, state_type, state_name, state_timestamp, state, run_count,
  expected_start_time, start_time, end_time, total_run_time, tags)
select ws, pg_temp.made(expected, 9, n + k), expected, coalesce(ended, expected), 'step-' || k, id, 'step-' || k, '0', coalesce(case when ended is not null then 'COMPLETED' end, 'RUNNING'),
       coalesce(case when ended is not null then 'Completed' end, 'Running'), expected,
       jsonb_build_object('id', pg_temp.made(expected, 20, n + k), 'type', 'COMPLETED', 'name', 'Completed', 'timestamp', pg_temp.wire(coalesce(ended, expected)), 'message', null, 'data', null, 'state_details', '{}'::jsonb),
       1, started + k * interval '0.1 second', started, ended, 1, '{}'
  from sampled, generate_series(0, 3) k where started is not null;

insert into event (workspace_id, occurred, id, received, event, resource_id, resource, related)
select ws, at, pg_temp.made(at, 30 + k, n), at, 'prefect.flow-run.' || initcap(state), 'prefect.flow-run.' || id,
       jsonb_build_object('prefect.resource.id', 'prefect.flow-run.' || id, 'prefect.resource.name', 'run', 'prefect.state-type', state),
       jsonb_build_array(jsonb_build_object('prefect.resource.id', 'prefect.flow.' || flow_id, 'prefect.resource.role', 'flow'))
  from sampled, lateral (values (1, 'PENDING', started - interval '0.1 second'), (2, 'RUNNING', started), (3, type, ended)) s (k, state, at)
 where at is not null;

insert into log (workspace_id, flow_run_id, timestamp, id, level, name, message)
select ws, id, started + k * interval '0.2 second', pg_temp.made(started, 40, n * 16 + k), case when k = 7 and type = 'FAILED' then 40 else 20 end, 'prefect.flow_runs',
       'Finished in state ' || name || ' after step ' || k || ' of run ' || n
  from sampled, generate_series(0, 7) k where started is not null;

insert into artifact (workspace_id, id, created, key, type, data, flow_run_id)
select ws, pg_temp.made(ended, 50, n), ended, case when n % 3 = 0 then 'report-' || n / 40 % 30 end, 'markdown', '"# Report"', id from sampled where ended is not null and n % 40 = 0;
insert into artifact_collection (workspace_id, id, key, latest_id)
select distinct on (ws, key) ws, pg_temp.fixed(51, ('x' || substr(md5(key), 1, 7))::bit(28)::integer), key, a.id
  from growth join artifact a on a.workspace_id = ws where key is not null order by ws, key, created desc;
