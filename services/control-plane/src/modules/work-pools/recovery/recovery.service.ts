import { Inject, Injectable } from '@nestjs/common';
import type { PoolRecovery } from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { notFound } from '../../../core/errors/app-error.js';
import { recoveryDefaults } from '../../runs/index.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import { findRecoveries, saveRecovery, type RecoveryRow } from './recovery.queries.js';

/** How long the runs of a pool may be without a sign of life before they are taken for lost. */
@Injectable()
export class RecoveryService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
  ) {}

  async ofPool(ctx: Ctx, name: string): Promise<Recovery> {
    const pool = await this.pools.get(ctx, name);
    return (await this.ofPools(ctx, [pool.id]))[0]!;
  }

  async ofPools({ workspaceId }: Ctx, poolIds: string[]): Promise<Recovery[]> {
    const rows = await findRecoveries(this.database.db, workspaceId, poolIds);
    return poolIds.map((id) =>
      effective(
        id,
        rows.find((row) => row.work_pool_id === id),
      ),
    );
  }

  async change(ctx: Ctx, tx: Db, name: string, change: PoolRecovery): Promise<WorkPoolRow> {
    const pool = await this.pools.find(ctx, tx, name);
    if (!pool) throw notFound(`Work pool "${name}" not found.`);
    await saveRecovery(tx, ctx.workspaceId, pool.id, change);
    return pool;
  }
}

const effective = (poolId: string, row: RecoveryRow | undefined) => ({
  poolId,
  pending_seconds_max: row?.pending_seconds_max ?? recoveryDefaults.pendingSecondsMax,
  pending_without_worker_seconds_max:
    row?.pending_without_worker_seconds_max ?? recoveryDefaults.pendingWithoutWorkerSecondsMax,
  heartbeat_seconds_max: row?.heartbeat_seconds_max ?? null,
});
export type Recovery = ReturnType<typeof effective>;
