import type { WorkerFilter } from '@headgate/contracts/rest/work-pools';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { anyText, between, combined, notAnyText, subFilter } from '../../filters/index.js';

export type WorkerRow = {
  id: string;
  created: string;
  updated: string;
  work_pool_id: string;
  name: string;
  last_heartbeat_time: string | null;
  heartbeat_interval_seconds: number | null;
  status: 'ONLINE' | 'OFFLINE';
};

/** `agents`: how many of ours go by this name; null for a Prefect worker. */
export type RosterRow = WorkerRow & { agents: number | null };

const columns = sql`id, created, updated, work_pool_id, name, last_heartbeat_time, heartbeat_interval_seconds`;

export type Beat = {
  workspace_id: string;
  work_pool_id: string;
  id: string;
  name: string;
  interval: number | null;
  metadata: unknown;
  /** Those of our agents that were seen, and how many seconds ago each was; null for a Prefect worker. */
  agents: { id: string; age: number }[] | null;
  /** Seconds since it was seen. */
  age: number;
  /** By how many seconds that may be wrong: what was gathered waited, and waits for a connection. */
  doubt: number;
};

/** It said that it goes after it was seen. */
const isLeft = sql`(worker.status = 'OFFLINE' and worker.updated > excluded.updated)`;

/** An agent of ours beats every twenty seconds; one that missed three of them counts no more. */
const stillSeen = sql`seen.value::timestamptz > now() - interval '60 seconds'`;
const agentsSeen = sql`(select jsonb_object_agg(a->>'id', now() - (a->>'age')::double precision * interval '1 second') from jsonb_array_elements(b.agents) a)`;
/** Those that were there before, less one that is named. */
const agentsLeft = (less: string | null = null): RawBuilder<unknown> => sql`
  (select coalesce(jsonb_object_agg(seen.key, seen.value), '{}') from jsonb_each_text(worker.agents) seen
    where ${stillSeen} and seen.key is distinct from ${less}::text)`;

/** Records that workers are there, or were a moment ago; one statement for any number. Answers their ids. */
export async function upsertWorkers(
  db: Db,
  beats: Beat[],
): Promise<{ work_pool_id: string; name: string; id: string }[]> {
  const { rows } = await sql<{ work_pool_id: string; name: string; id: string }>`
    insert into worker (workspace_id, work_pool_id, id, name, last_heartbeat_time, updated, heartbeat_interval_seconds, status, metadata, agents)
    select b.workspace_id, b.work_pool_id, b.id, b.name, now() - b.age * interval '1 second', now() - (b.age + b.doubt) * interval '1 second',
           b.interval, 'ONLINE', b.metadata, ${agentsSeen}
      from jsonb_to_recordset(${JSON.stringify(beats)}::jsonb) as b(workspace_id uuid, work_pool_id uuid, id uuid, name text, interval integer, metadata jsonb, agents jsonb, age double precision, doubt double precision)
      join work_pool p on p.workspace_id = b.workspace_id and p.id = b.work_pool_id
     order by b.work_pool_id, b.name
    on conflict (workspace_id, work_pool_id, name) do update
       set last_heartbeat_time = greatest(worker.last_heartbeat_time, excluded.last_heartbeat_time),
           updated = case when ${isLeft} then worker.updated else now() end, status = case when ${isLeft} then 'OFFLINE' else 'ONLINE' end,
           heartbeat_interval_seconds = coalesce(excluded.heartbeat_interval_seconds, worker.heartbeat_interval_seconds),
           metadata = coalesce(excluded.metadata, worker.metadata),
           agents = case when ${isLeft} then worker.agents else coalesce(${agentsLeft()} || excluded.agents, worker.agents) end
    returning work_pool_id, name, id`.execute(db);
  return rows;
}

/** Missed beats after which a worker is gone; who does not say how often it beats, beats every thirty seconds. */
const isGone = sql`last_heartbeat_time < now() - 3.0 * coalesce(nullif(heartbeat_interval_seconds, 0), 30) * interval '1 second'`;

/** Told from the heartbeats themselves: the loop that marks lost workers comes a little later. */
const isOnline = sql`(status = 'ONLINE' and not coalesce(${isGone}, true))`;
const liveStatus = sql`case when ${isOnline} then 'ONLINE' else 'OFFLINE' end`;

function whereWorker(filter: WorkerFilter | undefined): RawBuilder<boolean>[] {
  if (!filter) return [];
  const predicates = [
    ...subFilter(filter.last_heartbeat_time, (times) => between(sql.ref('last_heartbeat_time'), times)),
    ...subFilter(filter.status, ({ any_, not_any_ }) => [
      ...anyText(liveStatus, any_),
      ...notAnyText(liveStatus, not_any_),
    ]),
  ];
  return combined(filter.operator, predicates);
}

export async function listWorkers(
  db: Db,
  workspaceId: string,
  poolIds: string[],
  filter: WorkerFilter | undefined,
  limit: number,
  offset: number,
): Promise<RosterRow[]> {
  const asked = [sql`work_pool_id = any(${poolIds}::uuid[])`, ...whereWorker(filter)];
  const page = sql`${roster(workspaceId, sql.join(asked, sql` and `))} limit ${limit} offset ${offset}`;
  return (await sql<RosterRow>`${page}`.execute(db)).rows;
}

/** So many of each pool. */
export async function listWorkersOfPools(
  db: Db,
  workspaceId: string,
  poolIds: string[],
  ofEach: number,
): Promise<RosterRow[]> {
  const { rows } = await sql<RosterRow>`
    select seen.* from unnest(${poolIds}::uuid[]) as pool (id)
     cross join lateral (${roster(workspaceId, sql`work_pool_id = pool.id`)} limit ${ofEach}) as seen`.execute(db);
  return rows;
}

/** Who was seen last comes first. */
const roster = (workspaceId: string, where: RawBuilder<unknown>) => sql`
  select ${columns}, ${liveStatus} as status,
         case when agents is not null then (select count(*)::integer from jsonb_each_text(worker.agents) seen where ${stillSeen}) end as agents
    from worker where workspace_id = ${workspaceId} and ${where} order by last_heartbeat_time desc nulls last`;

export async function deleteWorker(db: Db, workspaceId: string, poolId: string, name: string): Promise<boolean> {
  const result = await db
    .deleteFrom('worker')
    .where('workspace_id', '=', workspaceId)
    .where('work_pool_id', '=', poolId)
    .where('name', '=', name)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** An agent of ours that says so is offline, unless others go by its name. Nothing happens when none has that id. */
export async function markGone(
  db: Db,
  workspaceId: string,
  poolId: string,
  name: string,
  agentId: string,
): Promise<void> {
  await sql`
    update worker
       set status = case when ${agentsLeft(agentId)} = '{}' then 'OFFLINE' else status end, updated = now(), agents = ${agentsLeft(agentId)}
     where workspace_id = ${workspaceId} and work_pool_id = ${poolId} and name = ${name} and status = 'ONLINE'
       and jsonb_exists(agents, ${agentId})`.execute(db);
}

/** Workers that missed three beats are offline. Answers how many. */
export async function markLostWorkers(db: Db): Promise<number> {
  const lost = await sql`
    update worker set status = 'OFFLINE', updated = now() where status = 'ONLINE' and ${isGone}`.execute(db);
  return Number(lost.numAffectedRows ?? 0n);
}

/** Workers of whom nobody has heard for so long are gone for good. Answers how many. */
export async function forgetWorkers(db: Db, days: number): Promise<number> {
  const gone = await sql`
    delete from worker where status = 'OFFLINE'
       and coalesce(last_heartbeat_time, updated) < now() - ${days}::integer * interval '1 day'`.execute(db);
  return Number(gone.numAffectedRows ?? 0n);
}

/** Pools that nobody works for any more, or this one of them, are not ready. Answers them. */
export async function markUnservedPools(
  db: Db,
  only?: { workspace_id: string; id: string },
): Promise<{ workspace_id: string; id: string; name: string; type: string }[]> {
  const { rows } = await sql<{ workspace_id: string; id: string; name: string; type: string }>`
    update work_pool p set status = 'NOT_READY'
     where p.status = 'READY' ${only ? sql`and p.workspace_id = ${only.workspace_id} and p.id = ${only.id}` : sql``} and not exists (select from worker w where w.workspace_id = p.workspace_id and w.work_pool_id = p.id and w.status = 'ONLINE')
    returning p.workspace_id, p.id, p.name, p.type`.execute(db);
  return rows;
}
