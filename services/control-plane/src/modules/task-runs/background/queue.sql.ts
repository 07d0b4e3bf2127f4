import { fixed } from '../../../core/db/fixed.js';

/**
 * Offers the next due run of the first of these keys that has one: what was offered in vain first, then in the order in
 * which they are due. `task_run_id` is null when a rival was faster. $1 workspace, $2 keys, $3 offer, $4 lease seconds
 */
export const offerNext = fixed<{ task_key: string; task_run_id: string | null }>(
  'task-run-queue.offer-next',
  `with turn as materialized (
    select wanted.task_key from unnest($2::text[]) with ordinality as wanted (task_key, place)
     where exists (select from task_run_queue q where q.workspace_id = $1 and q.task_key = wanted.task_key and q.urgent in (true, false) and q.due <= now())
     order by place limit 1),
  next as materialized (
    select q.workspace_id, q.task_run_id from task_run_queue q
     where q.workspace_id = $1 and q.task_key = (select task_key from turn) and q.due <= now()
     order by q.urgent desc, q.due limit 1 for update skip locked),
  offered as (
    update task_run_queue q set urgent = true, offer_id = $3, due = now() + $4::double precision * interval '1 second'
      from next n where q.workspace_id = n.workspace_id and q.task_run_id = n.task_run_id
    returning q.task_run_id)
  select turn.task_key, (select task_run_id from offered) as task_run_id from turn`,
);

/** Seconds until something of these keys is due; null when nothing waits. $1 workspace, $2 keys */
export const nextDue = fixed<{ in_seconds: number | null }>(
  'task-run-queue.next-due',
  `select extract(epoch from min(first.due) - now())::double precision as in_seconds
     from unnest($2::text[]) as wanted (task_key)
    cross join (values (true), (false)) as lane (urgent)
    cross join lateral (
      select due from task_run_queue q where q.workspace_id = $1 and q.task_key = wanted.task_key and q.urgent = lane.urgent order by due limit 1) as first`,
);

/** It waits no longer. $1 workspace, $2 task run, $3 offer */
export const endOffer = fixed<never>(
  'task-run-queue.end-offer',
  `delete from task_run_queue where workspace_id = $1 and task_run_id = $2 and offer_id = $3`,
);

/** $1 workspace, $2 task run, $3 offer. Answers the key when the offer was still out. */
export const takeOfferBack = fixed<{ task_key: string }>(
  'task-run-queue.take-back',
  `update task_run_queue set due = now(), offer_id = null where workspace_id = $1 and task_run_id = $2 and offer_id = $3 returning task_key`,
);

/** Answers which of them still wait to be started. $1 workspace, $2 task runs and $3 offers side by side, $4 lease seconds */
export const renewOffers = fixed<{ task_run_id: string }>(
  'task-run-queue.renew',
  `update task_run_queue q set due = now() + $4::double precision * interval '1 second'
     from unnest($2::uuid[], $3::uuid[]) as held (task_run_id, offer_id)
    where q.workspace_id = $1 and q.task_run_id = held.task_run_id and q.offer_id = held.offer_id
   returning q.task_run_id`,
);
