import { fixed, hot } from '../../../core/db/fixed.js';
import { leftGoingAfter, overtakenAt, overtakes } from '../../runs/index.js';

/** Null where the event says nothing, or says null. */
const required = [
  'name',
  'flow_run_run_count',
  'empirical_policy',
  'labels',
  'task_inputs',
  'run_count',
  'total_run_time',
];
/** May be null: then it counts whether the event names them. */
const optional = [
  'cache_key',
  'cache_expiration',
  'task_version',
  'expected_start_time',
  'next_scheduled_start_time',
  'start_time',
  'end_time',
];
const changes = [
  ...required.map((column) => `${column} = coalesce(k.${column}, t.${column})`),
  ...optional.map((column) => `${column} = case when k.given ? '${column}' then k.${column} else t.${column} end`),
].join(', ');

const ended = (type: string) => `${type} in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')`;

const textsOf = (json: string) => `array(select jsonb_array_elements_text(${json}))`;

/**
 * Records task runs as their events tell of them. What an event leaves out stays as it is; one that is older than what is
 * stored changes nothing. A run is known by its place in its flow run, or by its id; runs of flow runs that are not there
 * are left out, and one that is there is kept from being deleted meanwhile. Left out is also what a copy of a flow run says
 * of a time at which another one had it. Who is told to run waits no longer for a task worker.
 *
 * A state that was presumed, because the flow run had ended, is later than `state_timestamp`, which says up to when the
 * process was heard: so how it really ended is heard still, while what was before that brings nobody back to life. Who
 * goes on after the end of its flow run is seen to in its turn.
 *
 * Answers under which id each is stored; `again` asks for another try, because somebody else made the run at the same
 * time; `disproved` is the presumed state that did not come to pass. Parameter: a JSON array of rows, one per task run.
 */
export const recordTaskRuns = hot<{ n: number; id: string; again: boolean; disproved: PresumedState | null }>(
  'task-run.record',
  `with input as materialized (
    select * from jsonb_to_recordset($1::jsonb) as i(
      n integer, workspace_id uuid, id uuid, flow_run_id uuid, claim uuid, now timestamptz, makes boolean, given jsonb, name text, task_key text, dynamic_key text,
      cache_key text, cache_expiration timestamptz, task_version text, flow_run_run_count integer, empirical_policy jsonb, tags jsonb, labels jsonb,
      task_inputs jsonb, run_count integer, expected_start_time timestamptz, next_scheduled_start_time timestamptz, start_time timestamptz,
      end_time timestamptz, total_run_time double precision, state jsonb, state_id uuid, state_type text, state_name text, at timestamptz)),
  there as materialized (
    select r.workspace_id, r.id, r.claim_id, coalesce(${ended('r.state_type')}, false) as over from (select distinct workspace_id, flow_run_id from input) i
      join flow_run r on r.workspace_id = i.workspace_id and r.id = i.flow_run_id
     order by r.workspace_id, r.id for key share of r),
  known as materialized (
    select i.*, coalesce(t.id, case
             when i.flow_run_id is null then (
               select b.id from task_run b where b.workspace_id = i.workspace_id and b.flow_run_id is null and b.task_key = i.task_key and b.dynamic_key = i.dynamic_key)
             else (
               select f.id from task_run f where f.workspace_id = i.workspace_id and f.flow_run_id = i.flow_run_id and f.task_key = i.task_key and f.dynamic_key = i.dynamic_key)
           end) as known_id,
           case when t.state_timestamp < (t.state->>'timestamp')::timestamptz then t.state->>'timestamp' end as presumed, t.state->>'id' as presumed_id
      from input i left join task_run t on t.workspace_id = i.workspace_id and t.id = i.id
     where (t.id is not null or i.flow_run_id is null or (i.workspace_id, i.flow_run_id) in (select workspace_id, id from there))
       and not exists (
         select from there h
          where h.workspace_id = i.workspace_id and h.id = i.flow_run_id and ${overtakes('h.claim_id', 'i.claim')} and i.at > ${overtakenAt('h.claim_id')})),
  made as (
    insert into task_run (workspace_id, id, created, updated, flow_run_id, name, task_key, dynamic_key, cache_key, cache_expiration, task_version,
      flow_run_run_count, empirical_policy, tags, labels, task_inputs, run_count, expected_start_time, next_scheduled_start_time, start_time, end_time,
      total_run_time, state, state_type, state_name, state_timestamp)
    select workspace_id, id, now, now, flow_run_id, coalesce(name, task_key || '-' || dynamic_key), task_key, dynamic_key, cache_key, cache_expiration, task_version,
      coalesce(flow_run_run_count, 0), coalesce(empirical_policy, '{}'), ${textsOf("coalesce(tags, '[]')")}, coalesce(labels, '{}'),
      coalesce(task_inputs, '{}'), coalesce(run_count, 0), coalesce(expected_start_time, at), next_scheduled_start_time, start_time, end_time,
      coalesce(total_run_time, 0), state, state_type, state_name, at
      from known where known_id is null and makes order by workspace_id, id
    on conflict do nothing returning workspace_id, id),
  changed as (
    update task_run t set updated = k.now, flow_run_id = coalesce(t.flow_run_id, k.flow_run_id), ${changes},
           tags = case when k.tags is null then t.tags else ${textsOf('k.tags')} end,
           state = case when k.id = t.id then k.state else jsonb_set(k.state, '{state_details,task_run_id}', to_jsonb(t.id)) end,
           state_type = k.state_type, state_name = k.state_name, state_timestamp = k.at
      from known k
     where t.workspace_id = k.workspace_id and t.id = k.known_id
       and (t.state_timestamp is null or (
             (t.state_timestamp, (t.state->>'id')::uuid) < (k.at, k.state_id)
             and (${ended('k.state_type')} or (t.state->>'timestamp')::timestamptz <= k.at)))
    returning t.workspace_id, t.id, t.state_type),
  unqueued as (
    delete from task_run_queue q using changed c where c.state_type <> 'SCHEDULED' and q.workspace_id = c.workspace_id and q.task_run_id = c.id),
  left_going as (
    insert into run_ended (workspace_id, flow_run_id, due)
    select h.workspace_id, h.id, now() + ${leftGoingAfter.told} from there h
     where h.over and ((h.workspace_id, h.id) in (select workspace_id, flow_run_id from input where not ${ended('state_type')})) is true)
  select k.n, coalesce(k.known_id, k.id) as id,
         k.known_id is null and (k.workspace_id, k.id) not in (select workspace_id, id from made) as again,
         case when k.presumed::timestamptz >= k.at and ((k.workspace_id, k.known_id) in (select workspace_id, id from changed)) is true
              then jsonb_build_object('id', k.presumed_id, 'timestamp', k.presumed) end as disproved
    from known k where k.known_id is not null or k.makes`,
);

export type PresumedState = { id: string; timestamp: string };

/**
 * What never was is not told of in the history. We presumed it when its flow run ended, by our clock: so it is kept at its
 * time. Parameters: workspaces, task runs, times and ids of states, side by side.
 */
export const forgetTaskRunStates = fixed<never>(
  'task-run.forget-states',
  `delete from task_run_state s using unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[]) as f (workspace_id, task_run_id, timestamp, id)
    where s.workspace_id = f.workspace_id and s.task_run_id = f.task_run_id and s.timestamp = f.timestamp and s.id = f.id`,
);

/** Keeps every state, also those that came late or twice. Parameters: a JSON array of states. */
export const recordTaskRunStates = hot<never>(
  'task-run.record-states',
  `insert into task_run_state (workspace_id, task_run_id, timestamp, dated, id, type, name, message, data, details)
   select s.workspace_id, s.task_run_id, s.at, s.dated, s.id, s.type, s.name, s.message, s.data, s.details
     from jsonb_to_recordset($1::jsonb) as s(workspace_id uuid, task_run_id uuid, at timestamptz, dated timestamptz, id uuid, type text, name text, message text, data jsonb, details jsonb)
   on conflict do nothing`,
);
