/**
 * The slots that the deployment of a row has left, as `room`: without a limit `limit_id` is null. `slots` is null, too,
 * where nobody is kept waiting: whom such a limit refuses is cancelled, and has to be found for that.
 */
export const roomFor = (row: string): string => `left join lateral (
  select l.id as limit_id, case
           when l."limit" > 0 and d.concurrency_options->>'collision_strategy' = 'CANCEL_NEW' then null
           else greatest(0, floor(l."limit" - l.active_slots + l.slot_decay_per_second * greatest(0, extract(epoch from now() - l.updated)) + 1e-6)) end as slots
    from deployment d join concurrency_limit l on l.workspace_id = d.workspace_id and l.id = d.concurrency_limit_id and l.active
   where d.workspace_id = $1 and d.id = ${row}.deployment_id
  offset 0) room on true`;

/** The next deployment of which runs wait, be it in the next queue: only the index that is meant has this order. */
const hopFrom = (last: string): string => `
  select q.work_queue_id, q.deployment_id from run_queue q
   where q.workspace_id = $1 and q.awaits_slot and (q.work_queue_id, q.deployment_id) > (${last})
   order by q.work_queue_id, q.deployment_id limit 1`;

/**
 * Of those who wait in a queue `w` for a slot of their deployment, the first for whom there is one: rows `q` that fit
 * the condition, so many of each deployment. The deployments are found by hops through the index, so that it costs
 * nothing how many wait.
 */
export const awaitedRuns = (condition: string, most: string): string => `(
  with recursive waiting as (
    select hop.* from (${hopFrom("w.id, '00000000-0000-0000-0000-000000000000'::uuid")}) hop
    union all
    select hop.* from waiting t cross join lateral (${hopFrom('t.work_queue_id, t.deployment_id')}) hop where t.work_queue_id = w.id)
  select first.* from waiting t ${roomFor('t')}
   cross join lateral (
     select q.flow_run_id, q.deployment_id, q.due from run_queue q
      where q.workspace_id = $1 and q.work_queue_id = w.id and q.awaits_slot and q.deployment_id = t.deployment_id and ${condition}
      order by q.due, q.flow_run_id limit least(${most}, room.slots)) first
   where t.work_queue_id = w.id)`;

/** Who may start of the runs `found`, as far as the limits of their deployments go: so many in order as there are slots. */
export const rankedByRoom = `
  ranked as (
    select f.*, room.limit_id,
           room.slots is null or row_number() over (partition by room.limit_id order by f.priority, f.due, f.flow_run_id) <= room.slots as may_start
      from found f ${roomFor('f')})`;
