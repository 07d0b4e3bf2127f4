import { fixed } from '../../../core/db/fixed.js';
import { awaitedRuns, mayBegin, rankedByRoom, reservedRuns } from '../../runs/index.js';

/** The slots of a queue `w` that are taken. */
const busyRuns = `((select count(*) from run_active a where a.workspace_id = w.workspace_id and a.work_queue_id = w.id) + ${reservedRuns})`;
/** A run that is about to be claimed is nobody else's. */
const reserved = `q.reserved_until is not null and q.reserved_until > now()`;

const within = '($4::timestamptz is null or q.due <= $4) and ($5::timestamptz is null or q.due >= $5)';
const free = (soMany: string) =>
  `least(${soMany}::bigint, case when w.concurrency_limit is not null then greatest(0, w.concurrency_limit - (select runs from busy b where b.id = w.id)) end)`;

/**
 * Waiting runs of a queue `w` that may start, as `q`. Those who wait for a slot of their deployment are among them when
 * there is one. Others are offered whether there is one or not, as on the wire: their move to PENDING tells them to wait.
 */
const waitingRuns = (condition: string, most: string) => `(
  (select q.flow_run_id, q.deployment_id, q.due, false as awaits_slot from run_queue q
    where q.workspace_id = $1 and q.work_queue_id = w.id and not q.awaits_slot and not q.in_process and not (${reserved}) and ${mayBegin} and ${condition}
    order by q.due, q.flow_run_id limit ${most})
  union all
  select q.flow_run_id, q.deployment_id, q.due, true from ${awaitedRuns(`not q.in_process and not (${reserved}) and ${mayBegin} and ${condition}`, most)} q)`;

/** Of these, so many of each queue as have a place there; who has no slot comes last, so that it stands in nobody's way. */
const offered = `${rankedByRoom},
  placed as (
    select r.*, row_number() over (partition by r.work_queue_id order by not r.may_start, r.due, r.flow_run_id) as place
      from ranked r where r.may_start or not r.awaits_slot)
  select flow_run_id from placed where place <= most order by not may_start, priority, due, flow_run_id`;

/**
 * What a Prefect worker may start: by the queue's priority, then by time, within the free slots of the pool and of each
 * queue. Nothing is taken: the move to PENDING decides between rivals.
 * Parameters: workspace, pool, queue names (null: all), before, after (null: any), limit.
 */
export const dueRuns = fixed<{ flow_run_id: string }>(
  'run-queue.due',
  `with pool as (
    select concurrency_limit from work_pool where workspace_id = $1 and id = $2 and not is_paused),
  busy as (
    select w.id, ${busyRuns} as runs
      from work_queue w
     where w.workspace_id = $1 and w.work_pool_id = $2
       and (w.concurrency_limit is not null or exists (select from pool where concurrency_limit is not null))),
  found as (
    select q.*, w.id as work_queue_id, w.priority, w.most
      from (select w.*, ${free('$6')} as most from work_queue w) w
     cross join lateral ${waitingRuns(within, 'w.most')} q
     where w.workspace_id = $1 and w.work_pool_id = $2 and not w.is_paused and ($3::text[] is null or w.name = any($3))),
  ${offered}
   limit coalesce((select least($6::bigint, case when concurrency_limit is not null then greatest(0, concurrency_limit - (select coalesce(sum(runs), 0) from busy)) end) from pool), 0)`,
);

/**
 * What an agent may start of one queue: by time, within the queue's free slots. Parameters: workspace, queue, before
 * (null: any), limit.
 */
export const dueRunsOfQueue = fixed<{ flow_run_id: string }>(
  'run-queue.due-of-queue',
  `with busy as (select w.id, ${busyRuns} as runs from work_queue w where w.workspace_id = $1 and w.id = $2 and w.concurrency_limit is not null),
  found as (
    select q.*, w.id as work_queue_id, w.priority, w.most
      from (select w.*, ${free('$4')} as most from work_queue w) w
      join work_pool p on p.workspace_id = w.workspace_id and p.id = w.work_pool_id and not p.is_paused
     cross join lateral ${waitingRuns('($3::timestamptz is null or q.due <= $3)', 'w.most')} q
     where w.workspace_id = $1 and w.id = $2 and not w.is_paused),
  ${offered}`,
);
