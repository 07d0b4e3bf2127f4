import { hot } from '../../../core/db/fixed.js';
import { leftGoingAfter } from '../../runs/index.js';

/**
 * Moves task runs that the caller has locked: run, history, event, cache and queue in one statement. Whoever leaves
 * SCHEDULED no longer waits for a task worker; what goes on, or begins, after the end of its flow run is seen to.
 * `heard`: when its process was last heard of, where the state is not from there. Parameter: rows of `toMoveRow`.
 */
export const moveTaskRuns = hot<never>(
  'task-run.move',
  `with input as materialized (
    select * from jsonb_to_recordset($1::jsonb) as i(
      workspace_id uuid, id uuid, now timestamptz, state_id uuid, state jsonb, type text, name text, at timestamptz, kept_at timestamptz, dated timestamptz, message text, data jsonb, details jsonb,
      run_count integer, flow_run_run_count integer, expected_start_time timestamptz, next_scheduled_start_time timestamptz,
      start_time timestamptz, end_time timestamptz, total_run_time double precision,
      event text, resource jsonb, related jsonb, payload jsonb, follows uuid,
      cache_digest text, cache_expires timestamptz, task_key text, urgent boolean, due timestamptz,
      heard timestamptz, left_by uuid)),
  moved as (
    update task_run t set updated = i.now, state = i.state, state_type = i.type, state_name = i.name, state_timestamp = coalesce(i.heard, i.at),
           run_count = i.run_count, flow_run_run_count = i.flow_run_run_count, expected_start_time = i.expected_start_time,
           next_scheduled_start_time = i.next_scheduled_start_time, start_time = i.start_time, end_time = i.end_time, total_run_time = i.total_run_time
      from input i where t.workspace_id = i.workspace_id and t.id = i.id),
  history as (
    insert into task_run_state (workspace_id, task_run_id, timestamp, dated, id, type, name, message, data, details)
    select workspace_id, id, kept_at, dated, state_id, type, name, message, data, details from input),
  told as (
    insert into event (workspace_id, occurred, dated, id, received, event, resource_id, resource, related, payload, follows)
    select workspace_id, kept_at, dated, state_id, now, event, resource->>'prefect.resource.id', resource, related, payload, follows from input where event is not null),
  cached as (
    insert into task_run_cache (workspace_id, key_digest, created, expires, task_run_id, state)
    select workspace_id, decode(cache_digest, 'hex'), now, cache_expires, id, state from input
     where cache_digest is not null and (cache_expires is null or cache_expires > now)
    on conflict (workspace_id, key_digest) do update
       set created = excluded.created, expires = excluded.expires, task_run_id = excluded.task_run_id, state = excluded.state),
  left_going as (
    insert into run_ended (workspace_id, flow_run_id, due)
    select distinct workspace_id, left_by, now() + ${leftGoingAfter.told} from input where left_by is not null),
  queued as (
    insert into task_run_queue (workspace_id, task_run_id, task_key, urgent, due)
    select workspace_id, id, task_key, urgent, due from input where urgent is not null
    on conflict (workspace_id, task_run_id) do update set urgent = excluded.urgent, due = excluded.due, offer_id = null)
  delete from task_run_queue q using input i where i.type <> 'SCHEDULED' and q.workspace_id = i.workspace_id and q.task_run_id = i.id`,
);
