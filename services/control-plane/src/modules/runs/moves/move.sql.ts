import { hot } from '../../../core/db/fixed.js';
import { relatedKey, storeRelated } from '../../../core/events/stored.sql.js';
import { leftGoingAfter } from './left-going.js';
import { parentCopied } from './parent-copy.sql.js';
import { waitsUntil } from './waits-until.sql.js';

/** One change of one run, as the statement below takes it: see `Move` in move.ts. */
const input = `jsonb_to_recordset($1::jsonb) as i(
    workspace_id uuid, id uuid, version integer, now timestamptz,
    state_id uuid, state jsonb, type text, name text, at timestamptz, message text, data jsonb, old_type text, old_name text, expected_start_time timestamptz, delay_seconds double precision,
    run_count integer, policy jsonb, next_scheduled_start_time timestamptz, start_time timestamptz, end_time timestamptz, total_run_time double precision,
    claim_id uuid, deployment_id uuid, hour timestamptz,
    due timestamptz, awaits_slot boolean, in_process boolean, late boolean, auto_scheduled boolean, work_pool_id uuid, work_queue_id uuid,
    claim jsonb, ends_claim boolean, ended_by_others boolean, actor jsonb,
    state_change text[], resource jsonb, related jsonb, payload jsonb, follows uuid,
    parent_task_run_id uuid, parent_state jsonb)`;

/** What was begun once and comes back, or is put off by a person, is not missed, whatever its schedule catches up on. */
const neverMissed = `case when auto_scheduled then 'infinity'::timestamptz end`;

/**
 * Moves runs from the versions that were seen: run, history, event, count, queue, claim and the parent's task run in
 * one statement. Answers the ids of the states that were written; who is missing lost a race and decides again.
 */
export const moveRuns = hot<{ state_id: string }>(
  'flow-run.move',
  `with input as materialized (select * from ${input}),
  moved as (
    update flow_run r set version = r.version + 1, updated = i.now, state = i.state, state_type = i.type, state_name = i.name,
           run_count = i.run_count, empirical_policy = coalesce(i.policy, '{}'), next_scheduled_start_time = i.next_scheduled_start_time,
           start_time = i.start_time, end_time = i.end_time, total_run_time = i.total_run_time, claim_id = i.claim_id
      from input i
     where r.workspace_id = i.workspace_id and r.id = i.id and r.version = i.version
    returning i.state_id),
  done as (select *, ${relatedKey} from input where (state_id in (select state_id from moved)) is true),
  history as (
    insert into flow_run_state (workspace_id, flow_run_id, timestamp, id, type, name, message, data, details, actor)
    select workspace_id, id, at, state_id, type, name, message, data, state->'state_details', actor from done),
  told as (
    insert into event (workspace_id, occurred, id, received, event, resource_id, state_change, resource, related, related_id, payload, follows)
    select workspace_id, at, state_id, now, 'prefect.flow-run.' || name, 'prefect.flow-run.' || id, state_change, resource, null, related_id, payload, follows from done
    on conflict do nothing),
  listed as (${storeRelated('done')}),
  counted as (
    insert into flow_run_count (workspace_id, hour, deployment_id, state_type, delta, started, delay_seconds)
    select workspace_id, hour, deployment_id, c.type, sum(c.delta), count(c.delay_seconds), coalesce(sum(c.delay_seconds), 0)
      from done, lateral (values (done.type, 1, done.delay_seconds), (done.old_type, -1, null)) as c (type, delta, delay_seconds)
     where c.type is not null and (done.type is distinct from done.old_type or c.delay_seconds is not null)
     group by 1, 2, 3, 4),
  stood as (
    delete from flow_run_by_state s using done d
     where s.workspace_id = d.workspace_id and s.state_type = d.old_type and s.state_name = d.old_name and s.expected_start_time = d.expected_start_time
       and s.flow_run_id = d.id and (d.old_type, d.old_name) is distinct from (d.type, d.name)),
  stands as (
    insert into flow_run_by_state as s (workspace_id, state_type, state_name, expected_start_time, flow_run_id, until)
    select workspace_id, type, name, expected_start_time, id, ${waitsUntil} from done
     where (old_type, old_name) is distinct from (type, name) or type in ('PAUSED', 'CANCELLING')
    on conflict (workspace_id, state_type, state_name, expected_start_time, flow_run_id) do update set until = excluded.until
     where s.until is distinct from excluded.until),
  queued as (
    insert into run_queue (workspace_id, flow_run_id, due, deployment_id, work_pool_id, work_queue_id, auto_scheduled, awaits_slot, in_process, late, run_count, missed_at)
    select workspace_id, id, due, deployment_id, work_pool_id, work_queue_id, auto_scheduled, awaits_slot, in_process, late, run_count, ${neverMissed}
      from done where due is not null
    on conflict (workspace_id, flow_run_id) do update
       set due = excluded.due, awaits_slot = excluded.awaits_slot, in_process = excluded.in_process, late = excluded.late, run_count = excluded.run_count, reserved_until = null,
           missed_at = case when excluded.late then run_queue.missed_at else excluded.missed_at end),
  taken as (
    delete from run_queue q using done d
     where d.due is null and d.old_type = 'SCHEDULED' and q.workspace_id = d.workspace_id and q.flow_run_id = d.id),
  claimed as (
    insert into run_claim (workspace_id, flow_run_id, claim_id, agent_id, agent_name, work_pool_id, lease_until)
    select workspace_id, id, claim_id, (claim->>'agent_id')::uuid, claim->>'agent_name', work_pool_id, now + (claim->>'lease_seconds')::double precision * interval '1 second'
      from done where claim is not null
    on conflict (workspace_id, flow_run_id) do update
       set claim_id = excluded.claim_id, agent_id = excluded.agent_id, agent_name = excluded.agent_name, lease_until = excluded.lease_until),
  unclaimed as (
    delete from run_claim c using done d where d.ends_claim and c.workspace_id = d.workspace_id and c.flow_run_id = d.id),
  active as (
    insert into run_active (workspace_id, work_queue_id, flow_run_id)
    select workspace_id, work_queue_id, id from done where work_queue_id is not null and type in ('PENDING', 'RUNNING', 'CANCELLING')
    on conflict do nothing),
  inactive as (
    delete from run_active a using done d
     where d.old_type in ('PENDING', 'RUNNING', 'CANCELLING') and d.type not in ('PENDING', 'RUNNING', 'CANCELLING')
       and a.workspace_id = d.workspace_id and a.work_queue_id = d.work_queue_id and a.flow_run_id = d.id),
  ended as (
    insert into run_ended (workspace_id, flow_run_id, due)
    select workspace_id, id, now() + unnest(case when ended_by_others then ${leftGoingAfter.endedByOthers} else ${leftGoingAfter.itself} end)
      from done where type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')),
  children as (
    insert into run_cleanup (workspace_id, flow_run_id) select workspace_id, id from done where type = 'CANCELLED' on conflict do nothing),
  ${parentCopied}
  select state_id from done`,
);
