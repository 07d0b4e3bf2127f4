import { fixed } from '../../../core/db/fixed.js';
import { reservedRuns } from '../../runs/index.js';

/** The slots of a queue `w` that are taken. */
const busyRuns = `((select count(*) from run_active a where a.workspace_id = w.workspace_id and a.work_queue_id = w.id) + ${reservedRuns})`;
/** A run that is about to be claimed is nobody else's. */
const reserved = `q.reserved_until is not null and q.reserved_until > now()`;

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
       and (w.concurrency_limit is not null or exists (select from pool where concurrency_limit is not null)))
  select q.flow_run_id
    from work_queue w
    cross join lateral (
      select q.flow_run_id, q.due from run_queue q
       where q.workspace_id = $1 and q.work_queue_id = w.id and not q.in_process and not (${reserved})
         and ($4::timestamptz is null or q.due <= $4) and ($5::timestamptz is null or q.due >= $5)
       order by q.due, q.flow_run_id
       limit least($6::bigint, case when w.concurrency_limit is not null then greatest(0, w.concurrency_limit - (select runs from busy b where b.id = w.id)) end)) q
   where w.workspace_id = $1 and w.work_pool_id = $2 and not w.is_paused and ($3::text[] is null or w.name = any($3))
   order by w.priority, q.due, q.flow_run_id
   limit coalesce((select least($6::bigint, case when concurrency_limit is not null then greatest(0, concurrency_limit - (select coalesce(sum(runs), 0) from busy)) end) from pool), 0)`,
);

/**
 * What an agent may start of one queue: by time, within the queue's free slots. Parameters: workspace, queue, before
 * (null: any), limit.
 */
export const dueRunsOfQueue = fixed<{ flow_run_id: string }>(
  'run-queue.due-of-queue',
  `select q.flow_run_id
     from work_queue w
     join work_pool p on p.workspace_id = w.workspace_id and p.id = w.work_pool_id and not p.is_paused
     cross join lateral (
       select q.flow_run_id, q.due from run_queue q
        where q.workspace_id = $1 and q.work_queue_id = w.id and not q.in_process and not (${reserved})
          and ($3::timestamptz is null or q.due <= $3)
        order by q.due, q.flow_run_id
        limit least($4::bigint, case when w.concurrency_limit is not null then greatest(0, w.concurrency_limit - ${busyRuns}) end)) q
    where w.workspace_id = $1 and w.id = $2 and not w.is_paused
    order by q.due, q.flow_run_id`,
);
