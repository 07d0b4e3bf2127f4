import { fixed } from '../../../core/db/fixed.js';

/**
 * What a Prefect worker may start: due before the given moment, by the queue's priority, then by time, within the free
 * slots of the pool and of each queue. Nothing is taken: the move to PENDING decides between rivals.
 * Parameters: workspace, pool, queue names (null: all), before, after (null: any), limit.
 */
export const dueRuns = fixed<{ flow_run_id: string; work_queue_id: string }>(
  'run-queue.due',
  `with busy as (
    select a.work_queue_id, count(*) as runs from run_active a join work_queue w on w.workspace_id = a.workspace_id and w.id = a.work_queue_id
     where w.workspace_id = $1 and w.work_pool_id = $2 group by 1),
  pool as (
    select least($6::bigint, coalesce(concurrency_limit - (select coalesce(sum(runs), 0) from busy), $6)) as slots
      from work_pool where workspace_id = $1 and id = $2 and not is_paused)
  select q.flow_run_id, w.id as work_queue_id
    from work_queue w
    cross join lateral (
      select q.flow_run_id, q.due from run_queue q
       where q.workspace_id = $1 and q.work_queue_id = w.id and q.due <= $4 and ($5::timestamptz is null or q.due >= $5) and not q.in_process
       order by q.due
       limit greatest(0, least($6::bigint, coalesce(w.concurrency_limit - coalesce((select runs from busy b where b.work_queue_id = w.id), 0), $6)))) q
   where w.workspace_id = $1 and w.work_pool_id = $2 and not w.is_paused and ($3::text[] is null or w.name = any($3))
   order by w.priority, q.due
   limit greatest(0, coalesce((select slots from pool), 0))`,
);
