import { fixed } from '../../../core/db/fixed.js';

const rows = `json_to_recordset($1::json) as i(
    workspace_id uuid, id uuid, flow_run_id uuid, now timestamptz, name text, task_key text, dynamic_key text, cache_key text, cache_expiration timestamptz,
    task_version text, flow_run_run_count integer, empirical_policy jsonb, tags jsonb, labels jsonb, task_inputs jsonb, run_count integer,
    expected_start_time timestamptz, next_scheduled_start_time timestamptz, start_time timestamptz, end_time timestamptz, total_run_time double precision,
    state jsonb, state_type text, state_name text, at timestamptz)`;

const insert = (which: string, arbiter: string) => `
    insert into task_run as t (workspace_id, id, created, updated, flow_run_id, name, task_key, dynamic_key, cache_key, cache_expiration, task_version,
      flow_run_run_count, empirical_policy, tags, labels, task_inputs, run_count, expected_start_time, next_scheduled_start_time, start_time, end_time,
      total_run_time, state, state_type, state_name, state_timestamp)
    select workspace_id, id, now, now, flow_run_id, coalesce(name, task_key || '-' || dynamic_key), task_key, dynamic_key, cache_key, cache_expiration, task_version,
      coalesce(flow_run_run_count, 0), coalesce(empirical_policy, '{}'), array(select jsonb_array_elements_text(coalesce(tags, '[]'))), coalesce(labels, '{}'),
      coalesce(task_inputs, '{}'), coalesce(run_count, 0), coalesce(expected_start_time, at), next_scheduled_start_time, start_time, end_time,
      coalesce(total_run_time, 0), state, state_type, state_name, at
      from known where ${which}
     order by workspace_id, id
    on conflict ${arbiter} do update set
      id = excluded.id, updated = excluded.updated, name = excluded.name, cache_key = coalesce(excluded.cache_key, t.cache_key),
      cache_expiration = coalesce(excluded.cache_expiration, t.cache_expiration), task_version = coalesce(excluded.task_version, t.task_version),
      flow_run_run_count = greatest(excluded.flow_run_run_count, t.flow_run_run_count),
      empirical_policy = case when excluded.empirical_policy = '{}' then t.empirical_policy else excluded.empirical_policy end,
      tags = case when cardinality(excluded.tags) = 0 then t.tags else excluded.tags end,
      labels = t.labels || excluded.labels, task_inputs = t.task_inputs || excluded.task_inputs, run_count = greatest(excluded.run_count, t.run_count),
      expected_start_time = coalesce(t.expected_start_time, excluded.expected_start_time), next_scheduled_start_time = excluded.next_scheduled_start_time,
      start_time = coalesce(excluded.start_time, t.start_time), end_time = excluded.end_time, total_run_time = greatest(excluded.total_run_time, t.total_run_time),
      state = excluded.state, state_type = excluded.state_type, state_name = excluded.state_name, state_timestamp = excluded.state_timestamp
      where t.state_timestamp is null or t.state_timestamp < excluded.state_timestamp
    returning id`;

/**
 * Records task runs as their events tell of them; what is older than what is stored changes nothing. Task runs of flow
 * runs that are not there are left out. Parameters: a JSON array of rows, one per task run.
 */
export const recordTaskRuns = fixed<{ id: string }>(
  'task-run.record',
  `with input as materialized (select * from ${rows}),
  known as materialized (
    select i.* from input i
     where i.flow_run_id is null or exists (select from flow_run r where r.workspace_id = i.workspace_id and r.id = i.flow_run_id)),
  of_flows as (${insert('flow_run_id is not null', '(workspace_id, flow_run_id, task_key, dynamic_key) where flow_run_id is not null')}),
  background as (${insert('flow_run_id is null', '(workspace_id, task_key, dynamic_key) where flow_run_id is null')})
  select id from of_flows union all select id from background`,
);

/** Keeps every state, also those that came late or twice. Parameters: a JSON array of states. */
export const recordTaskRunStates = fixed<never>(
  'task-run.record-states',
  `insert into task_run_state (workspace_id, task_run_id, timestamp, id, type, name, message, data, details)
   select s.workspace_id, s.task_run_id, s.timestamp, s.id, s.type, s.name, s.message, s.data, s.details
     from json_to_recordset($1::json) as s(workspace_id uuid, task_run_id uuid, flow_run_id uuid, timestamp timestamptz, id uuid, type text, name text, message text, data jsonb, details jsonb)
    where s.flow_run_id is null or exists (select from flow_run r where r.workspace_id = s.workspace_id and r.id = s.flow_run_id)
   on conflict do nothing`,
);
