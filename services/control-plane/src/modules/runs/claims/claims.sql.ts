import { fixed, hot } from '../../../core/db/fixed.js';
import { mayBegin } from './may-begin.sql.js';
import { awaitedRuns, rankedByRoom } from './slots-left.sql.js';

/** Reserved runs of a queue `w`: about to be claimed, they hold their slots already. */
export const reservedRuns = `(
  select count(*) from run_queue r where r.workspace_id = w.workspace_id and r.work_queue_id = w.id and r.reserved_until > now())`;

const isDue = `q.due <= now() and not q.in_process and (q.reserved_until is null or q.reserved_until < now()) and ${mayBegin}`;
const wantedQueues = `
     where w.workspace_id = $1 and w.work_pool_id = $2 and not w.is_paused and (cardinality($3::text[]) = 0 or w.name = any($3))`;
/** Due runs of the wanted queues that wait for nothing else, of each so many. */
const dueRunsOf = (soMany: string) => `
    select q.flow_run_id, q.deployment_id, q.due, false as awaits_slot, w.id as work_queue_id, w.priority
      from work_queue w
      cross join lateral (
        select q.flow_run_id, q.deployment_id, q.due from run_queue q
         where q.workspace_id = $1 and q.work_queue_id = w.id and not q.awaits_slot and ${isDue}
         order by q.due, q.flow_run_id ${soMany}) q ${wantedQueues}`;

/**
 * Reserves due runs of a pool for one api process: by the queue's priority, then by time, within the free slots of the
 * pool, of each queue and of the deployments. A reservation that is not followed by a claim within five seconds falls
 * away by itself. Where pool or queues have limits, rivals have to count one after the other: such a pool answers one
 * row that says so and nothing else, unless the caller has locked it. There a run that a worker is just starting has a
 * slot, and is not counted yet: it keeps its place in the front. Elsewhere it is passed over. Runs that share a limit of
 * deployments take their slots one by one. Who was found and has no slot is answered after them, as `blocked`.
 * Parameters: workspace, pool, queue names (empty: all), limit, whether the pool is locked, how many to look through in
 * each queue. Answers runs in order.
 */
export const reserveDueRuns = hot<{ flow_run_id: string | null; one_by_one: string | null; blocked: boolean }>(
  'run-queue.reserve',
  `with pool as (
    select p.id, p.concurrency_limit, p.concurrency_limit is not null or exists (
             select from work_queue w where w.workspace_id = $1 and w.work_pool_id = $2 and w.concurrency_limit is not null) as limited
      from work_pool p where p.workspace_id = $1 and p.id = $2 and not p.is_paused),
  open as (select * from pool where $5::boolean or not limited),
  busy as (
    select w.id, (select count(*) from run_active a where a.workspace_id = $1 and a.work_queue_id = w.id) + ${reservedRuns} as runs, w.concurrency_limit
      from work_queue w join open on open.limited
     where w.workspace_id = $1 and w.work_pool_id = $2 and (w.concurrency_limit is not null or open.concurrency_limit is not null)),
  free as (
    select least($4::bigint, coalesce(open.concurrency_limit - (select coalesce(sum(runs), 0) from busy), $4)) as slots from open),
  passing as (${dueRunsOf('limit $6 for update skip locked')}
       and exists (select from open where not open.limited)),
  front as (${dueRunsOf('limit case when (select slots from free) > 0 and (w.concurrency_limit is null or w.concurrency_limit > (select runs from busy b where b.id = w.id)) then $6::bigint else 0 end')}
       and exists (select from open where open.limited)),
  awaited as (
    select q.flow_run_id, q.deployment_id, q.due, true as awaits_slot, w.id as work_queue_id, w.priority
      from work_queue w cross join lateral ${awaitedRuns(isDue, '$4::bigint')} q ${wantedQueues}
       and exists (select from open)),
  found as (select * from passing union all select * from front union all select * from awaited), ${rankedByRoom},
  placed as (
    select r.*, row_number() over (partition by r.work_queue_id order by r.due, r.flow_run_id) as place from ranked r where r.may_start),
  chosen as (
    select p.flow_run_id, p.limit_id, p.priority, p.due
      from placed p left join busy b on b.id = p.work_queue_id
     where b.concurrency_limit is null or p.place <= b.concurrency_limit - b.runs
     order by p.priority, p.due, p.flow_run_id limit greatest(0, coalesce((select slots from free), 0))),
  held as (
    select c.* from chosen c join run_queue q on q.workspace_id = $1 and q.flow_run_id = c.flow_run_id and ${isDue}
       for update of q skip locked),
  reserved as (
    update run_queue q set reserved_until = now() + interval '5 seconds'
      from held where q.workspace_id = $1 and q.flow_run_id = held.flow_run_id
    returning q.flow_run_id)
  select flow_run_id, one_by_one, blocked from (
    select flow_run_id, limit_id as one_by_one, false as blocked, priority, due from held join reserved using (flow_run_id)
    union all select flow_run_id, null, true, priority, due from ranked where not may_start and not awaits_slot
    union all select null, null, false, null, null from pool where limited and not $5::boolean) rows
   order by blocked, priority, due, flow_run_id`,
);

/** Makes rivals wait until the transaction ends. Parameters: workspace, pool. */
export const lockPool = fixed<never>(
  'work-pool.lock',
  `select from work_pool where workspace_id = $1 and id = $2 for no key update`,
);

/**
 * When the next run of a pool's queues becomes due; null when none waits, but for a slot of its deployment. Parameters:
 * workspace, pool, queue names (empty: all).
 */
export const nextDue = hot<{ in_seconds: number | null }>(
  'run-queue.next-due',
  `select extract(epoch from min(next.due) - now())::double precision as in_seconds
     from work_queue w
     cross join lateral (
       (select q.due from run_queue q where q.workspace_id = $1 and q.work_queue_id = w.id and not q.awaits_slot and not q.in_process and ${mayBegin} order by q.due limit 1)
       union all
       select q.due from ${awaitedRuns(`not q.in_process and ${mayBegin}`, '1')} q) next
    where w.workspace_id = $1 and w.work_pool_id = $2 and (cardinality($3::text[]) = 0 or w.name = any($3))`,
);

/** Keeps an agent's claims alive. Parameters: workspace, agent, claims, seconds. */
export const renewClaims = hot<{ claim_id: string }>(
  'run-claim.renew',
  `update run_claim set lease_until = now() + $4::double precision * interval '1 second'
    where workspace_id = $1 and agent_id = $2 and claim_id = any($3::uuid[]) and lease_until > '-infinity' returning claim_id`,
);

/** Nobody renews this any more, and nothing prolongs it. Parameters: workspace, agent, claims. */
export const endLeases = fixed<{ claim_id: string }>(
  'run-claim.end-leases',
  `update run_claim set lease_until = '-infinity'
    where workspace_id = $1 and agent_id = $2 and claim_id = any($3::uuid[]) returning claim_id`,
);

/** The runs of agents that somebody wants cancelled. Parameters: workspace, agents. */
export const cancellingOf = fixed<{ agent_id: string; flow_run_id: string }>(
  'run-claim.cancelling',
  `select c.agent_id, r.id as flow_run_id from flow_run r join run_claim c on c.workspace_id = r.workspace_id and c.flow_run_id = r.id
    where r.state_type = 'CANCELLING' and r.workspace_id = $1 and c.agent_id = any($2::uuid[])`,
);

/** Who holds these runs. Parameters: workspace, runs. */
export const holdersOfRuns = fixed<{ agent_id: string }>(
  'run-claim.holders',
  `select distinct agent_id from run_claim where workspace_id = $1 and flow_run_id = any($2::uuid[])`,
);

/** Which runs an agent holds under these claims. Parameters: workspace, agent, claims. */
export const claimedRuns = fixed<{ flow_run_id: string; claim_id: string }>(
  'run-claim.of-agent',
  `select flow_run_id, claim_id from run_claim where workspace_id = $1 and agent_id = $2 and claim_id = any($3::uuid[])`,
);

/** Parameters: workspace, run, claim. */
export const dropClaim = fixed<never>(
  'run-claim.drop',
  `delete from run_claim where workspace_id = $1 and flow_run_id = $2 and claim_id = $3`,
);

/** Nobody's claim ends before so many seconds from now, but what was abandoned. Parameters: seconds. */
export const extendClaims = fixed<never>(
  'run-claim.extend',
  `update run_claim set lease_until = greatest(lease_until, now() + $1::double precision * interval '1 second') where lease_until > '-infinity'`,
);

/** Held, shared, by every api process as long as it lives. */
export const apiLock = 72_707_372;

/** Whether nobody holds the lock of the api processes. */
export const noApiIsUp = fixed<{ free: boolean }>('run-claim.no-api', `select pg_try_advisory_xact_lock($1) as free`);
