import type { SlotHolder } from '@headgate/contracts/rest/concurrency';
import { fixed } from '../../core/db/fixed.js';

/**
 * Taking and giving back slots. Whoever changes a limit locks its row, several in the order of their ids; what has decayed
 * since the last write is worked out behind the lock, with its fraction, so that many writes do not starve the decay.
 */

/** A limit as the statement found it, before what the statement changed. */
export type SeenLimit = {
  id: string;
  name: string;
  limit: number;
  active: boolean;
  /** Slots in use, with the fraction that has not decayed yet. */
  used: number;
  /** Slots that were asked for in vain of late. */
  denied: number;
  decay: number;
  occupancy: number;
  /** False when no waiting helps: more slots than the limit has, or a rate without decay. */
  possible: boolean;
  /** Whether the slots were taken, from all limits. */
  taken: boolean;
};

/** Seconds that waiting for a slot is reckoned at, at most. */
const cap = `case when name like 'tag:%' then 10.0 else 30.0 end`;
const age = `greatest(0, extract(epoch from clock_timestamp() - updated))::double precision`;
const used = `greatest(0, active_slots - slot_decay_per_second * ${age})`;
const denied = `greatest(0, denied_slots - ${age} * case when slot_decay_per_second > 0 then slot_decay_per_second
  else 1 / least(greatest(avg_slot_occupancy_seconds, 0.1), ${cap}) end)`;

/** $1 workspace, $2 names or ids, $3 slots, $4 rate or not, $5 lease id or null, $6 lease seconds, $7 holder type, $8 holder id */
const takeWhere = (condition: string, isHeld = 'false') => `
  with found as materialized (
    select * from concurrency_limit where workspace_id = $1 and ${condition} order by id for update),
  seen as materialized (
    select id, name, "limit", active, ${used} as used, ${denied} as denied, slot_decay_per_second as decay, avg_slot_occupancy_seconds as occupancy,
           not active or ($3::int <= "limit" and (not $4::boolean or slot_decay_per_second > 0)) as possible,
           ${isHeld} as held
      from found),
  verdict as materialized (
    select coalesce(bool_and(possible), true) as possible,
           coalesce(bool_and(not active or (possible and (held or used + $3 <= "limit" + 1e-6))), true) as taken
      from seen),
  counted as (
    update concurrency_limit c
       set active_slots = s.used + case when v.taken then $3 else 0 end,
           denied_slots = s.denied + case when not v.taken and s.used + $3 > s."limit" + 1e-6 then $3 else 0 end,
           updated = clock_timestamp()
      from seen s, verdict v
     where c.workspace_id = $1 and c.id = s.id and s.active and not s.held and v.possible),
  lease as (
    insert into concurrency_lease (workspace_id, id, concurrency_limit_id, slots, expires, holder_type, holder_id)
    select $1, $5::uuid, s.id, case when s.active then $3 else 0 end, clock_timestamp() + $6::double precision * interval '1 second', $7, $8
      from seen s, verdict v where v.taken and not s.held and $5::uuid is not null)
  select s.id, s.name, s."limit", s.active, s.used, s.denied, s.decay, s.occupancy, s.possible, v.taken
    from seen s, verdict v order by s.name`;

/** Looks without taking. $1 workspace, $2 names */
export const seeByNames = fixed<Pick<SeenLimit, 'name' | 'limit' | 'used' | 'occupancy'>>(
  'concurrency.see-by-names',
  `select name, "limit", ${used} as used, avg_slot_occupancy_seconds as occupancy
     from concurrency_limit where workspace_id = $1 and name = any($2::text[]) and active order by name`,
);

export const takeByNames = fixed<SeenLimit>('concurrency.take-by-names', takeWhere('name = any($2::text[])'));
/** What the holder has already, it keeps, and takes no other. */
export const takeOnceByNames = fixed<SeenLimit>(
  'concurrency.take-once-by-names',
  takeWhere(
    'name = any($2::text[])',
    `exists (select from concurrency_lease l where l.workspace_id = $1 and l.concurrency_limit_id = found.id
               and l.holder_type = $7::text and l.holder_id = $8::uuid)`,
  ),
);
export const takeByIds = fixed<SeenLimit>('concurrency.take-by-ids', takeWhere('id = any($2::uuid[])'));

export type Lease = { id: string; seconds: number; holder?: SlotHolder };

export function takeValues(
  workspaceId: string,
  namesOrIds: string[],
  { slots, mode }: { slots: number; mode?: 'concurrency' | 'rate_limit' },
  lease?: Lease,
): unknown[] {
  return [
    workspaceId,
    namesOrIds,
    slots,
    mode === 'rate_limit',
    lease?.id ?? null,
    lease?.seconds ?? 0,
    lease?.holder?.type ?? null,
    lease?.holder?.id ?? null,
  ];
}

export type GivenBack = { id: string; name: string; limit: number };
/** With the pools in which runs are due whose deployments have this limit. */
export type Freed = GivenBack & { pools: string[] };

/** Of each deployment a few runs are looked at, and some hundred deployments: whoever is not woken comes by himself. */
const poolsThatWait = (limit: string, ofDeployment = 'false') => `array(
  select distinct first.work_pool_id from (
    select d.id from deployment d where d.workspace_id = ${limit}.workspace_id and (d.concurrency_limit_id = ${limit}.id or ${ofDeployment}) limit 200) d
   cross join lateral (
     select q.work_pool_id from run_queue q
      where q.workspace_id = ${limit}.workspace_id and q.deployment_id = d.id and q.due <= now() order by q.due limit 20) first
   where first.work_pool_id is not null)`;

/** A moving average over about twice as many samples as there are slots. */
const averageWith = (sample: string) =>
  `greatest(0.1, avg_slot_occupancy_seconds + (${sample} - avg_slot_occupancy_seconds) / greatest(1, 2 * "limit"))`;

/** $1 workspace, $2 names, $3 slots, $4 seconds that they were held or null */
export const giveBackByNames = fixed<Freed>(
  'concurrency.give-back-by-names',
  `
  with found as materialized (
    select id, ${used} as used, ${denied} as denied, case when $4::double precision is null then avg_slot_occupancy_seconds
           else ${averageWith('$4::double precision / $3::int')} end as occupancy
      from (select * from concurrency_limit where workspace_id = $1 and name = any($2::text[]) order by id for update) locked)
  update concurrency_limit c
     set active_slots = greatest(0, f.used - $3::int), denied_slots = f.denied, avg_slot_occupancy_seconds = f.occupancy, updated = clock_timestamp()
    from found f where c.workspace_id = $1 and c.id = f.id
  returning c.id, c.name, c."limit", ${poolsThatWait('c')} as pools`,
);

/** Gives back what the leases in the CTE `ended` held. */
const giveBackEnded = `
  found as materialized (
    select workspace_id, id, ${used} as used, ${denied} as denied, slots,
           case when held is null or slots = 0 then avg_slot_occupancy_seconds else ${averageWith('held')} end as occupancy
      from (select c.*, e.slots, e.held from concurrency_limit c
              join (select workspace_id, concurrency_limit_id, sum(slots)::double precision as slots, avg(held) as held from ended group by 1, 2) e
                on e.workspace_id = c.workspace_id and e.concurrency_limit_id = c.id
             order by c.workspace_id, c.id for update of c) locked)
  update concurrency_limit c
     set active_slots = greatest(0, f.used - f.slots), denied_slots = f.denied, avg_slot_occupancy_seconds = f.occupancy, updated = clock_timestamp()
    from found f where c.workspace_id = f.workspace_id and c.id = f.id`;

const held = `extract(epoch from clock_timestamp() - created)::double precision as held`;

/** $1 workspace, $2 lease id. Answers the limits that it held; none when the lease is unknown. */
export const endLease = fixed<Freed>(
  'concurrency.end-lease',
  `
  with ended as (
    delete from concurrency_lease where workspace_id = $1 and id = $2 returning workspace_id, concurrency_limit_id, slots, ${held}),
  ${giveBackEnded}
  returning c.id, c.name, c."limit", ${poolsThatWait('c')} as pools`,
);

/**
 * $1 workspace, $2 names, $3 task-run id. Ends the leases of the task run that hold one of these limits, with all that
 * they hold. Answers the limits that are named.
 */
export const endLeasesOfTaskRun = fixed<GivenBack>(
  'concurrency.end-leases-of-task-run',
  `
  with named as (select id, name, "limit" from concurrency_limit where workspace_id = $1 and name = any($2::text[])),
  ended as (
    delete from concurrency_lease
     where workspace_id = $1 and id in (
       select l.id from concurrency_lease l join named n on n.id = l.concurrency_limit_id
        where l.workspace_id = $1 and l.holder_type = 'task_run' and l.holder_id = $3)
    returning workspace_id, concurrency_limit_id, slots, ${held}),
  freed as (with ${giveBackEnded})
  select id, name, "limit" from named order by name`,
);

/** $1 workspaces, $2 task-run ids, side by side. Ends all that these task runs hold. */
export const endLeasesOfTaskRuns = fixed<never>(
  'concurrency.end-leases-of-task-runs',
  `
  with ended as (
    delete from concurrency_lease l using unnest($1::uuid[], $2::uuid[]) as h (workspace_id, id)
     where l.workspace_id = h.workspace_id and l.holder_type = 'task_run' and l.holder_id = h.id
    returning l.workspace_id, l.concurrency_limit_id, l.slots, ${held}),
  ${giveBackEnded}`,
);

/** $1 how many leases at most. Answers how many were ended, and the pools that wait for what they held. */
export const endExpiredLeases = fixed<{ leases: number; pools: string[] }>(
  'concurrency.end-expired-leases',
  `
  with due as (
    select workspace_id, id, concurrency_limit_id from concurrency_lease where expires < clock_timestamp()
     order by expires limit $1 for update skip locked),
  ended as (
    delete from concurrency_lease l using due d
     where l.workspace_id = d.workspace_id and l.id = d.id and l.concurrency_limit_id = d.concurrency_limit_id
    returning l.workspace_id, l.concurrency_limit_id, l.slots, null::double precision as held),
  freed as (with ${giveBackEnded}
    returning c.workspace_id, c.id)
  select (select count(*)::int from ended) as leases, array(select distinct unnest(${poolsThatWait('f')}) from freed f) as pools`,
);

/** $1 workspace, $2 lease id, $3 seconds from now. Answers nothing when the lease is gone. */
export const renewLease = fixed<{ id: string }>(
  'concurrency.renew-lease',
  `
  update concurrency_lease set expires = clock_timestamp() + $3::double precision * interval '1 second'
   where workspace_id = $1 and id = $2 returning id`,
);

/** $1 workspace, $2 limit or deployment. The pools that wait for its slots. */
export const poolsWaitingFor = fixed<{ pools: string[] }>(
  'concurrency.pools-waiting',
  `select ${poolsThatWait('l', 'd.id = l.id')} as pools from (select $1::uuid as workspace_id, $2::uuid as id) l`,
);

/** Leases of deployments' slots that have stood for a minute, with the run that took each. Parameters: after, limit. */
export const leasesOfDeployments = fixed<{ workspace_id: string; lease_id: string; run_id: string }>(
  'concurrency.leases-of-deployments',
  `
  select l.workspace_id, l.id as lease_id, l.holder_id as run_id
    from concurrency_lease l join concurrency_limit c on c.workspace_id = l.workspace_id and c.id = l.concurrency_limit_id
   where l.holder_type = 'flow_run' and c.name like 'deployment:%' and l.created < clock_timestamp() - interval '1 minute'
     and (l.workspace_id, l.id) > ($1::uuid, $2::uuid)
   order by l.workspace_id, l.id limit $3`,
);

/** Leases of tags' slots that have stood for a minute, with the task run that took each. Parameters: after, limit. */
export const leasesOfTaskRuns = fixed<{ workspace_id: string; lease_id: string; run_id: string }>(
  'concurrency.leases-of-task-runs',
  `
  select distinct l.workspace_id, l.id as lease_id, l.holder_id as run_id
    from concurrency_lease l
   where l.holder_type = 'task_run' and l.created < clock_timestamp() - interval '1 minute'
     and (l.workspace_id, l.id) > ($1::uuid, $2::uuid)
   order by l.workspace_id, l.id limit $3`,
);
