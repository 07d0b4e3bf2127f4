-- In the database of a Prefect server: the same flows, pools, deployments and runs that a workspace of ours has, read from
-- the temporary table `ours (source text, row jsonb)`. Only what the lists and the dashboard are made of: of the states of
-- a run the last one, no task runs, no logs, no events. That its tables are smaller than after real work is to its favour.

truncate flow_run, flow_run_state, deployment, flow, work_queue, work_pool cascade;

insert into flow (id, created, updated, name, tags)
select o.id, o.created, o.updated, o.name, o.tags from ours, jsonb_populate_record(null::flow, row) o where source = 'flow';

-- A pool and its default queue name each other, as a run and its state do: foreign keys are looked at when the whole
-- statement is through.
with pools as (
  insert into work_pool (id, name, type, status, base_job_template, default_queue_id)
  select o.id, o.name, o.type, 'READY', '{}', o.default_queue_id from ours, jsonb_populate_record(null::work_pool, row) o where source = 'work_pool')
insert into work_queue (id, work_pool_id, name, priority, status)
select o.id, o.work_pool_id, o.name, o.priority, 'READY' from ours, jsonb_populate_record(null::work_queue, row) o where source = 'work_queue';

insert into deployment (id, created, updated, name, flow_id, tags, work_queue_id, work_queue_name, status, parameters, entrypoint, path)
select o.id, o.created, o.updated, o.name, o.flow_id, o.tags, o.work_queue_id, q.name, 'READY', o.parameters, o.entrypoint, o.path
  from ours, jsonb_populate_record(null::deployment, row) o left join work_queue q on q.id = o.work_queue_id where source = 'deployment';

with runs as (
  insert into flow_run (id, created, updated, name, flow_id, deployment_id, work_queue_id, work_queue_name, idempotency_key, auto_scheduled, tags, labels, parameters,
    empirical_policy, created_by, state_id, state_type, state_name, state_timestamp, run_count, expected_start_time, next_scheduled_start_time, start_time, end_time, total_run_time)
  select o.id, o.created, o.updated, o.name, o.flow_id, o.deployment_id, o.work_queue_id, q.name, o.idempotency_key, o.auto_scheduled, o.tags, o.labels, o.parameters,
         o.empirical_policy, o.created_by, (row #>> '{state,id}')::uuid, o.state_type, o.state_name, (row #>> '{state,timestamp}')::timestamptz, o.run_count,
         o.expected_start_time, o.next_scheduled_start_time, o.start_time, o.end_time, o.total_run_time
    from ours, jsonb_populate_record(null::flow_run, row) o left join work_queue q on q.id = o.work_queue_id where source = 'flow_run')
insert into flow_run_state (id, created, updated, flow_run_id, type, name, timestamp, message, state_details)
select s.id, s.timestamp, s.timestamp, (row ->> 'id')::uuid, s.type, s.name, s.timestamp, s.message, s.state_details
  from ours, jsonb_populate_record(null::flow_run_state, row -> 'state') s where source = 'flow_run';

-- As dense as ours, which are made after the rows.
reindex table flow_run;
reindex table flow_run_state;
