import { fixed, hot } from '../../../core/db/fixed.js';
import { relatedKey, storeRelated } from '../../../core/events/stored.sql.js';
import { hourMade } from '../counts/levels.sql.js';
import { parentCopied } from '../moves/parent-copy.sql.js';
import { waitsUntil } from '../moves/waits-until.sql.js';

/** A new run, as the statements below take it: see `NewRun` in new-run.ts. */
const input = `jsonb_to_recordset($1::jsonb) as i(
    workspace_id uuid, id uuid, now timestamptz, name text, flow_id uuid, deployment_id uuid, deployment_version text,
    work_pool_id uuid, work_queue_id uuid, flow_version text, idempotency_key text, parent_task_run_id uuid, auto_scheduled boolean,
    tags jsonb, labels jsonb, parameters text, context jsonb, policy jsonb, job_variables text, created_by jsonb, related jsonb,
    infrastructure_document_id uuid, state_id uuid, state jsonb, type text, state_name text, at timestamptz, message text, data jsonb,
    run_count integer, expected_start_time timestamptz, next_scheduled_start_time timestamptz, start_time timestamptz, end_time timestamptz,
    hour timestamptz, due timestamptz, missed_at timestamptz, state_change text[], resource jsonb, payload jsonb, parent_state jsonb)`;

const insertRun = `insert into flow_run (workspace_id, id, created, updated, name, flow_id, deployment_id, deployment_version, work_pool_id, work_queue_id,
      flow_version, idempotency_key, parent_task_run_id, auto_scheduled, tags, labels, parameters, context, empirical_policy, job_variables, created_by,
      related, infrastructure_document_id, state_type, state_name, state, run_count, expected_start_time, next_scheduled_start_time, start_time, end_time)
    select workspace_id, id, now, now, name, flow_id, deployment_id, deployment_version, work_pool_id, work_queue_id,
      flow_version, idempotency_key, parent_task_run_id, auto_scheduled, array(select jsonb_array_elements_text(tags)), coalesce(inherited_labels, labels), parameters::json, coalesce(context, '{}'), coalesce(policy, '{}'),
      job_variables::json, created_by, all_related, infrastructure_document_id, type, state_name, state, run_count, expected_start_time,
      next_scheduled_start_time, start_time, end_time
      from known
    on conflict (workspace_id, flow_id, idempotency_key) where idempotency_key is not null do nothing
    returning workspace_id, id`;

/**
 * Creates runs with their first state, event, count and place in the queue, or their slot when they go on already; they
 * take over the labels of their flow. A run whose flow, deployment, parent or block is not there, or whose idempotency key is taken,
 * is left out (each is looked for by its key: for `exists` Postgres may read the whole table). Answers those that were created, with what
 * events say of them.
 */
const creation = (events: boolean) => `with input as materialized (select * from ${input}),
  known as materialized (
    select i.*, q.name as work_queue_name, p.name as work_pool_name, jsonb_path_query_array(jsonb_build_array(
             jsonb_build_object('prefect.resource.id', 'prefect.flow.' || f.id, 'prefect.resource.role', 'flow', 'prefect.resource.name', f.name),
             case when d.id is not null then jsonb_build_object('prefect.resource.id', 'prefect.deployment.' || d.id, 'prefect.resource.role', 'deployment', 'prefect.resource.name', d.name) end,
             case when q.id is not null then jsonb_build_object('prefect.resource.id', 'prefect.work-queue.' || q.id, 'prefect.resource.role', 'work-queue', 'prefect.resource.name', q.name) end,
             case when p.id is not null then jsonb_build_object('prefect.resource.id', 'prefect.work-pool.' || p.id, 'prefect.resource.role', 'work-pool', 'prefect.resource.name', p.name, 'prefect.work-pool.type', p.type) end
           ), '$[*] ? (@ != null)') || coalesce(i.related, '[]') as all_related,
           case when i.deployment_id is null and f.labels <> '{}' then f.labels || i.labels end as inherited_labels
      from input i
      join flow f on f.workspace_id = i.workspace_id and f.id = i.flow_id
      left join deployment d on d.workspace_id = i.workspace_id and d.id = i.deployment_id
      left join work_queue q on q.workspace_id = i.workspace_id and q.id = i.work_queue_id
      left join work_pool p on p.workspace_id = i.workspace_id and p.id = i.work_pool_id
     where (i.deployment_id is null or d.id is not null)
       and (i.parent_task_run_id is null
        or (select true from task_run t where t.workspace_id = i.workspace_id and t.id = i.parent_task_run_id))
       and (i.infrastructure_document_id is null
        or (select true from block_document b where b.workspace_id = i.workspace_id and b.id = i.infrastructure_document_id))),
  made as (${insertRun}),
  done as (select * from known where ((workspace_id, id) in (select workspace_id, id from made)) is true),
  history as (
    insert into flow_run_state (workspace_id, flow_run_id, timestamp, id, type, name, message, data, details)
    select workspace_id, id, at, state_id, type, state_name, message, data, state->'state_details' from done),
  ${
    events
      ? `listing as (
    select workspace_id, at, state_id, now, state_name, id, state_change, resource, payload, all_related as related from done),
  keyed as (select *, ${relatedKey} from listing),
  told as (
    insert into event (workspace_id, occurred, id, received, event, resource_id, state_change, resource, related, related_id, payload)
    select workspace_id, at, state_id, now, 'prefect.flow-run.' || state_name, 'prefect.flow-run.' || id, state_change, resource, null, related_id, payload from keyed),
  listed as (${storeRelated('keyed')}),`
      : ''
  }
  counted as (
    insert into flow_run_count (workspace_id, hour, made, deployment_id, state_type, delta, started, delay_seconds)
    select workspace_id, hour, ${hourMade('id')}, deployment_id, type, count(*), count(start_time), coalesce(sum(greatest(0, extract(epoch from start_time - expected_start_time))), 0)
      from done group by 1, 2, 3, 4, 5),
  stands as (
    insert into flow_run_by_state (workspace_id, state_type, state_name, expected_start_time, flow_run_id, until)
    select workspace_id, type, state_name, expected_start_time, id, ${waitsUntil} from done),
  queued as (
    insert into run_queue (workspace_id, flow_run_id, due, deployment_id, work_pool_id, work_queue_id, auto_scheduled, missed_at)
    select workspace_id, id, due, deployment_id, work_pool_id, work_queue_id, auto_scheduled, missed_at from done where due is not null),
  active as (
    insert into run_active (workspace_id, work_queue_id, flow_run_id)
    select workspace_id, work_queue_id, id from done where work_queue_id is not null and type in ('PENDING', 'RUNNING', 'CANCELLING')),
  ${parentCopied}
  select id, all_related as related, inherited_labels, work_queue_name, work_pool_name from done`;

export type CreatedRow = {
  id: string;
  related: Record<string, string>[];
  /** With those of the flow; null when it has none. */
  inherited_labels: Record<string, string | number | boolean> | null;
  work_queue_name: string | null;
  work_pool_name: string | null;
};

export const createRuns = hot<CreatedRow>('flow-run.create', creation(true));

/** The scheduler's: future runs appear without an event. */
export const createRunsSilently = fixed<CreatedRow>('flow-run.create-silently', creation(false));

/** Parameters: workspaces, flows, keys, side by side. */
export const selectByIdempotencyKey = fixed<{
  workspace_id: string;
  id: string;
  flow_id: string;
  idempotency_key: string;
}>(
  'flow-run.by-key',
  `select r.workspace_id, r.id, r.flow_id, r.idempotency_key
     from unnest($1::uuid[], $2::uuid[], $3::text[]) as wanted (workspace_id, flow_id, idempotency_key)
     join flow_run r on r.workspace_id = wanted.workspace_id and r.flow_id = wanted.flow_id and r.idempotency_key = wanted.idempotency_key`,
);
