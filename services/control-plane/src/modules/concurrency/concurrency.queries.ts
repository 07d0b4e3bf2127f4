import { sql } from 'kysely';
import { isUuid, newId, type WorkspaceId } from '@headgate/contracts';
import type { ConcurrencyLimitChange, ConcurrencyLimitDraft } from '@headgate/contracts/rest/concurrency';
import type { Db } from '../../core/db/db.js';

export type ConcurrencyLimit = {
  id: string;
  created: string;
  updated: string;
  name: string;
  limit: number;
  active: boolean;
  /** In use now, with the fraction that has not decayed yet. */
  used: number;
  denied_slots: number;
  slot_decay_per_second: number;
  avg_slot_occupancy_seconds: number;
};

const used = sql<number>`greatest(0, active_slots - slot_decay_per_second * greatest(0, extract(epoch from clock_timestamp() - updated)))::double precision`;
const shown = [
  'id',
  'created',
  'updated',
  'name',
  'limit',
  'active',
  'denied_slots',
  'slot_decay_per_second',
  'avg_slot_occupancy_seconds',
] as const;

/** Which limit: by id, or by name; a name may look like an id. */
export type LimitKey = { workspaceId: WorkspaceId; idOrName: string };

const selectLimits = (db: Db, workspaceId: WorkspaceId) =>
  db
    .selectFrom('concurrency_limit')
    .select([...shown, used.as('used')])
    .where('workspace_id', '=', workspaceId);

export function findLimit(db: Db, { workspaceId, idOrName }: LimitKey): Promise<ConcurrencyLimit | undefined> {
  const byName = selectLimits(db, workspaceId).where('name', '=', idOrName);
  return (
    isUuid(idOrName)
      ? selectLimits(db, workspaceId).where((or) => or.or([or('id', '=', idOrName), or('name', '=', idOrName)]))
      : byName
  ).executeTakeFirst();
}

/** In the order of their names, which are unique in a workspace. */
export type LimitsPage = { limit: number; offset?: number; afterName?: string | undefined };

export function listLimits(
  db: Db,
  workspaceId: WorkspaceId,
  { limit, offset = 0, prefix, afterName }: LimitsPage & { prefix?: string },
): Promise<ConcurrencyLimit[]> {
  const all = selectLimits(db, workspaceId).orderBy('name').limit(limit).offset(offset);
  const rest = afterName === undefined ? all : all.where('name', '>', afterName);
  return (prefix ? rest.where(sql<boolean>`starts_with(name, ${prefix})`) : rest).execute();
}

/** A name that is taken breaks the unique key: `conflict`. */
export function insertLimit(db: Db, workspaceId: WorkspaceId, draft: ConcurrencyLimitDraft): Promise<ConcurrencyLimit> {
  return db
    .insertInto('concurrency_limit')
    .values({
      workspace_id: workspaceId,
      id: newId(),
      name: draft.name,
      limit: draft.limit,
      active: draft.active,
      active_slots: draft.active_slots,
      denied_slots: draft.denied_slots,
      slot_decay_per_second: draft.slot_decay_per_second,
    })
    .returning([...shown, used.as('used')])
    .executeTakeFirstOrThrow();
}

/** Writes what has decayed until now too, because the decay counts from the last write. Answers nothing when it is gone. */
export function updateLimit(
  db: Db,
  workspaceId: WorkspaceId,
  id: string,
  change: ConcurrencyLimitChange,
): Promise<ConcurrencyLimit | undefined> {
  return db
    .updateTable('concurrency_limit')
    .set({ active_slots: used, updated: sql<string>`clock_timestamp()`, ...withoutAbsent(change) })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returning([...shown, used.as('used')])
    .executeTakeFirst();
}

const withoutAbsent = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The leases of the limit go with it. Answers nothing when it is gone. */
export function deleteLimit(db: Db, workspaceId: WorkspaceId, id: string): Promise<ConcurrencyLimit | undefined> {
  return db
    .deleteFrom('concurrency_limit')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returning([...shown, used.as('used')])
    .executeTakeFirst();
}

/** The limit with this name has this size from now on; its slots in use stay. `made` is false when it was there already. */
export async function upsertLimit(
  db: Db,
  workspaceId: WorkspaceId,
  name: string,
  limit: number,
): Promise<ConcurrencyLimit & { made: boolean }> {
  const id = newId();
  const row = await db
    .insertInto('concurrency_limit')
    .values({ workspace_id: workspaceId, id, name, limit })
    .onConflict((taken) => taken.columns(['workspace_id', 'name']).doUpdateSet({ limit }))
    .returning([...shown, used.as('used')])
    .executeTakeFirstOrThrow();
  return { ...row, made: row.id === id };
}

/** The task runs that hold slots of these limits, longest first. */
export async function listHolders(
  db: Db,
  workspaceId: WorkspaceId,
  limitIds: string[],
): Promise<{ limitId: string; taskRunId: string }[]> {
  if (limitIds.length === 0) return [];
  const rows = await db
    .selectFrom('concurrency_lease')
    .select(['concurrency_limit_id', 'holder_id'])
    .where('workspace_id', '=', workspaceId)
    .where('concurrency_limit_id', 'in', limitIds)
    .where('holder_type', '=', 'task_run')
    .where('slots', '>', 0)
    .orderBy('created')
    .execute();
  return rows.flatMap((row) =>
    row.holder_id ? [{ limitId: row.concurrency_limit_id, taskRunId: row.holder_id }] : [],
  );
}

/** Ends all leases of a limit; each of these task runs then holds one slot. */
export async function replaceHolders(
  tx: Db,
  workspaceId: WorkspaceId,
  limitId: string,
  taskRunIds: string[],
  leaseSeconds: number,
): Promise<void> {
  await updateLimit(tx, workspaceId, limitId, { active_slots: taskRunIds.length });
  await tx
    .deleteFrom('concurrency_lease')
    .where('workspace_id', '=', workspaceId)
    .where('concurrency_limit_id', '=', limitId)
    .execute();
  if (taskRunIds.length === 0) return;
  const expires = sql<string>`clock_timestamp() + ${leaseSeconds}::double precision * interval '1 second'`;
  const rows = taskRunIds.map((taskRunId) => ({
    workspace_id: workspaceId,
    id: newId(),
    concurrency_limit_id: limitId,
    slots: 1,
    expires,
    holder_type: 'task_run',
    holder_id: taskRunId,
  }));
  await tx.insertInto('concurrency_lease').values(rows).execute();
}
