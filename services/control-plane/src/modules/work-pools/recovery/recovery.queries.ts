import type { PoolRecovery } from '@headgate/contracts/rest/work-pools';
import type { Db } from '../../../core/db/db.js';

export type RecoveryRow = Required<PoolRecovery> & { work_pool_id: string };

const columns = [
  'work_pool_id',
  'pending_seconds_max',
  'pending_without_worker_seconds_max',
  'heartbeat_seconds_max',
] as const;

export function findRecoveries(db: Db, workspaceId: string, poolIds: string[]): Promise<RecoveryRow[]> {
  return db
    .selectFrom('work_pool_recovery')
    .select(columns)
    .where('workspace_id', '=', workspaceId)
    .where('work_pool_id', 'in', poolIds)
    .execute();
}

/** What is not named stays. */
export async function saveRecovery(db: Db, workspaceId: string, poolId: string, change: PoolRecovery): Promise<void> {
  await db
    .insertInto('work_pool_recovery')
    .values({ workspace_id: workspaceId, work_pool_id: poolId, ...change })
    .onConflict((row) => row.columns(['workspace_id', 'work_pool_id']).doUpdateSet({ work_pool_id: poolId, ...change }))
    .execute();
}
